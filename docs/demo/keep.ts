/**
 * What the user keeps: the network as files.
 *
 * @module
 */
import { bakeWeightStandardization, models, tf } from "../../mod.ts";

/** What a model is made of again. */
type Json = Parameters<typeof tf.models.modelFromJSON>[0];

/** A file. */
export interface Kept {
  /** Its name. */
  readonly name: string;
  /** Its contents. */
  readonly bytes: Uint8Array<ArrayBuffer> | string;
}

/** Facts that go with the weights. */
export interface Facts {
  /** The classes' names, in the order of the logits. */
  readonly classes: readonly string[];
  /** What a picture went through, as `models.preprocessing` takes it. */
  readonly preprocessing: object;
}

/**
 * A copy of a network, with its weight standardization baked.
 *
 * @param model the network, which stays as it is
 * @param picture `[1, side, side, 3]`, to compare them by
 * @returns the copy, and how far its logits are off for a picture
 */
export async function bakedCopy(
  model: tf.LayersModel,
  picture: tf.Tensor,
): Promise<{ baked: tf.LayersModel; difference: number }> {
  const json: unknown = { modelTopology: model.toJSON(null, false) };
  const baked = await tf.models.modelFromJSON(json as Json);
  baked.setWeights(model.getWeights());
  bakeWeightStandardization(baked);
  const farthest = tf.tidy(() => {
    const [before, after] = [model.predict(picture), baked.predict(picture)] as tf.Tensor[];
    return tf.max(tf.abs(tf.sub(before!, after!)));
  });
  const [difference = NaN] = await farthest.data();
  farthest.dispose();
  return { baked, difference };
}

/** A network as `tf.loadLayersModel` takes it: once this library is imported, for its layers. */
export async function asTensorFlowJs(model: tf.LayersModel, facts: Facts): Promise<Kept[]> {
  const kept: Kept[] = [];
  await model.save(tf.io.withSaveHandler(({ modelTopology, weightSpecs, weightData, ...rest }) => {
    const weightsManifest = [{ paths: ["model.weights.bin"], weights: weightSpecs! }];
    const { format, generatedBy, convertedBy } = rest;
    const userDefinedMetadata = { ...facts };
    const json = {
      modelTopology,
      weightsManifest,
      format,
      generatedBy,
      convertedBy,
      userDefinedMetadata,
    };
    kept.push({ name: "model.json", bytes: JSON.stringify(json) });
    kept.push({ name: "model.weights.bin", bytes: joined(weightData!) });
    return Promise.resolve({
      modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" },
    });
  }));
  return kept;
}

function joined(data: tf.io.WeightData): Uint8Array<ArrayBuffer> {
  return new Uint8Array(tf.io.CompositeArrayBuffer.join(Array.isArray(data) ? data : [data]));
}

/** A network's weights under timm's names, as PyTorch loads them. */
export async function asSafetensors(model: tf.LayersModel, facts: Facts): Promise<Kept> {
  const texts = Object.entries(facts).map(([name, value]) =>
    [name, JSON.stringify(value)] as const
  );
  return { name: "model.safetensors", bytes: await models.encodeTorchWeights(model, texts) };
}
