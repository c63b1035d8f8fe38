/**
 * A model's file as it is loaded: its topology and weights under TensorFlow.js's names, without what
 * no layer has, such as an optimizer's state.
 *
 * @module
 */
import * as tf from "../../tf.ts";
import { byteWidth, joined } from "../weight_bytes.ts";
import { type Config, isConfig, Report } from "./report.ts";
import type { OwnWeights } from "./rewrite_layer.ts";
import { rewriteModel, type Rewritten } from "./topology.ts";
import { ownSpecs } from "./weight_names.ts";

/**
 * Rewrites a topology.
 *
 * @param topology Keras's JSON, or a dictionary with it as its `model_config`
 * @param ownWeights names of weights of a user's own classes
 * @returns TensorFlow.js's topology, and the weights that it has
 * @throws {TypeError} if it is no model of Keras 3, or has what TensorFlow.js has not
 */
export function rewriteTopology(topology: unknown, ownWeights: OwnWeights): Rewritten {
  const whole = isConfig(topology) ? topology : {};
  const given = "model_config" in whole ? whole.model_config : whole;
  const model = typeof given === "string" ? JSON.parse(given) : given;
  if (!isConfig(model) || !("class_name" in model)) {
    throw new TypeError(
      "Cannot fromKeras3 as the model must have a topology, with class_name and config, as " +
        `model.to_json() gives: current value has ${Object.keys(whole).join(", ") || "nothing"}; ` +
        "a graph model of TensorFlow's is loaded by tf.loadGraphModel",
    );
  }
  checkGeneration(model, whole);
  const report = new Report();
  const rewritten = rewriteModel(model, ownWeights, report);
  report.finish();
  return rewritten;
}

/** Keras 2's files need no rewriting, and would come out wrong. */
function checkGeneration(model: Config, whole: Config): void {
  const version = `${whole.keras_version ?? "3"}`;
  const text = JSON.stringify(model);
  if (text.includes('"batch_shape"') || !text.includes('"batch_input_shape"')) return;
  throw new TypeError(
    "Cannot fromKeras3 as the model must be of Keras 3: it has batch_input_shape, as Keras 2's " +
      `(its version is ${version}) and TensorFlow.js's have; load it by tf.loadLayersModel`,
  );
}

/**
 * Rewrites what a handler loads.
 *
 * @param artifacts topology and weights, of Keras 3
 * @param ownWeights names of weights of a user's own classes
 * @returns the same for TensorFlow.js
 * @throws {TypeError} as {@linkcode rewriteTopology}, or if a weight is not in the file
 */
export function rewriteArtifacts(
  artifacts: tf.io.ModelArtifacts,
  ownWeights: OwnWeights,
): tf.io.ModelArtifacts {
  const { modelTopology, weightSpecs, weightData, trainingConfig: _training, ...rest } = artifacts;
  const { topology, weights } = rewriteTopology(modelTopology, ownWeights);
  if (weightSpecs === undefined || weightData === undefined) {
    return { ...rest, modelTopology: topology };
  }
  const own = ownSpecs(weights, weightSpecs);
  const bytes = new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData));
  const kept: tf.io.WeightsManifestEntry[] = [];
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [i, spec] of weightSpecs.entries()) {
    const end = offset + byteLengthOf(spec, weightSpecs.length === i + 1, bytes.length - offset);
    const ours = own[i];
    if (ours !== undefined) {
      kept.push(ours);
      parts.push(bytes.subarray(offset, end));
    }
    offset = end;
  }
  if (offset > bytes.length) {
    throw new TypeError(
      `Cannot fromKeras3 as the weights must take ${offset} bytes: there are ${bytes.length}; is a ` +
        "shard missing, or cut off",
    );
  }
  return { ...rest, modelTopology: topology, weightSpecs: kept, weightData: joined(parts).buffer };
}

function byteLengthOf(
  { name, shape, dtype, quantization }: tf.io.WeightsManifestEntry,
  isLast: boolean,
  left: number,
): number {
  const width = byteWidth(quantization?.dtype ?? dtype);
  if (width !== undefined) return shape.reduce((size, length) => size * length, width);
  if (isLast) return left;
  throw new TypeError(`Cannot fromKeras3 as weights must be numbers: ${name} is of ${dtype}`);
}

/**
 * Rewrites the content of a `model.json`.
 *
 * @param json a topology, alone or with a `weightsManifest`
 * @param ownWeights names of weights of a user's own classes
 * @returns the same for TensorFlow.js
 * @throws {TypeError} as {@linkcode rewriteTopology}; if a weight is not listed; or if others are
 *   listed between the model's, since the files that they lie in stay as they are
 */
export function rewriteJson(json: Config, ownWeights: OwnWeights): Config {
  const isWhole = "modelTopology" in json;
  const source = isWhole ? json.modelTopology : json;
  const { topology, weights } = rewriteTopology(source, ownWeights);
  if (!isWhole) return topology;
  const { trainingConfig: _training, ...rest } = json;
  const manifest = json.weightsManifest as tf.io.WeightsManifestConfig | undefined;
  if (manifest === undefined) return { ...rest, modelTopology: topology };
  const specs = manifest.flatMap(({ weights }) => weights);
  const own = ownSpecs(weights, specs);
  const last = own.findLastIndex((spec) => spec !== undefined);
  const between = own.slice(0, last).indexOf(undefined);
  if (between >= 0) {
    throw new TypeError(
      `Cannot fromKeras3 as ${
        specs[between]!.name
      }, which no layer has here, lies between weights ` +
        "in the file: give the path of model.json instead of its content",
    );
  }
  let at = 0;
  const weightsManifest = manifest.map(({ paths, weights }) => ({
    paths,
    weights: weights.flatMap(() => own[at++] ?? []),
  }));
  return { ...rest, modelTopology: topology, weightsManifest };
}
