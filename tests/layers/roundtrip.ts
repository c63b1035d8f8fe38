/** What tests of layers share: models of a single layer, saved and loaded, and gradients. */
import * as tf from "../../src/tf.ts";
import { type FixtureTensor, toTensor } from "../fixtures/pytorch.ts";
import { assertClose } from "../backends.ts";

/** A model of one layer. */
export function modelOf(layer: tf.layers.Layer, ...shapes: tf.Shape[]): tf.LayersModel {
  const inputs = shapes.map((shape) => tf.input({ shape }));
  const outputs = layer.apply(inputs.length === 1 ? inputs[0]! : inputs) as tf.SymbolicTensor;
  return tf.model({ inputs, outputs });
}

/** The layer with its weights made, as its first use makes them. */
export function built<L extends tf.layers.Layer>(layer: L, shape: number[]): L {
  tf.tidy(() => void layer.apply(tf.zeros(shape)));
  return layer;
}

/** Saves a model to memory and loads it again, as `save` and `loadLayersModel` do with a file. */
export async function saveAndLoad(model: tf.LayersModel): Promise<tf.LayersModel> {
  let saved: tf.io.ModelArtifacts | undefined;
  await model.save(tf.io.withSaveHandler((artifacts) => {
    // A file would hold text: what does not survive JSON must fail here too.
    const modelTopology = JSON.parse(JSON.stringify(artifacts.modelTopology));
    saved = { ...artifacts, modelTopology };
    return Promise.resolve({
      modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" },
    });
  }));
  return await tf.loadLayersModel(tf.io.fromMemory(saved!));
}

/** A call of a layer, what PyTorch gives, and gradients of `sum(y · upstream)`. */
export interface ForwardAndGradient {
  x: FixtureTensor;
  upstream: FixtureTensor;
  y: FixtureTensor;
  dx: FixtureTensor;
}

/** Fails unless `f` has the output and the gradient of the reference. */
export function assertForwardAndGradient(
  f: (x: tf.Tensor) => tf.Tensor,
  reference: ForwardAndGradient,
  tolerance: number,
): void {
  tf.tidy(() => {
    const x = toTensor(reference.x);
    assertClose(f(x), reference.y.values, tolerance, "y");
    const dx = tf.grad((x) => tf.sum(tf.mul(f(x), toTensor(reference.upstream))))(x);
    assertClose(dx, reference.dx.values, tolerance, "dx");
  });
}
