/**
 * A model's file as it is loaded: its topology and weights under TensorFlow.js's names, without what
 * no layer has, such as an optimizer's state.
 *
 * @module
 */
import * as tf from "../../tf.ts";
import { byteWidth, joined } from "../weight_bytes.ts";
import { type Config, isConfig, Report, wordOf } from "./report.ts";
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
  const model = typeof given === "string" ? parsed(given) : given;
  if (!isConfig(model) || !("class_name" in model)) {
    throw new TypeError(
      "Cannot fromKeras3 as the model must have a topology, with class_name and config, as " +
        `model.to_json() gives: current value has ${Object.keys(whole).join(", ") || "nothing"}; ` +
        "a graph model of TensorFlow's is loaded by tf.loadGraphModel",
    );
  }
  checkGeneration(model, whole);
  const report = new Report();
  try {
    const rewritten = rewriteModel(model, ownWeights, report);
    report.finish();
    return rewritten;
  } catch (error) {
    if (isRefusal(error)) throw error;
    // The JSON is another's: what Keras does not write may trip any of the rules.
    throw new TypeError(
      `Cannot fromKeras3 as the model's JSON must be as Keras writes it: ${report.place} is not; save ` +
        "the model again",
      { cause: error },
    );
  }
}

/** Whether an error says itself what is wrong. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("Cannot fromKeras3 as ");
}

/** A topology that is stored as a text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TypeError(
      `Cannot fromKeras3 as a model_config that is a text must be JSON: it begins with ${
        JSON.stringify(text.slice(0, 40))
      }`,
      { cause },
    );
  }
}

/** Checks what a file says of its weights. */
function checkSpecs(specs: unknown): asserts specs is tf.io.WeightsManifestEntry[] {
  const isSize = (size: unknown) => Number.isSafeInteger(size) && size as number >= 0;
  const isSpec = (spec: unknown) =>
    isConfig(spec) && typeof spec.name === "string" && typeof spec.dtype === "string" &&
    Array.isArray(spec.shape) && spec.shape.every(isSize);
  const list = Array.isArray(specs) ? specs : [specs];
  const wrong = list.find((spec) => !isSpec(spec));
  if (wrong === undefined && Array.isArray(specs)) return;
  throw new TypeError(
    "Cannot fromKeras3 as weights must be a list of { name, shape, dtype }: it has " +
      `${wordOf(wrong ?? null)}; save or convert the model again`,
  );
}

/** The weights that a manifest lists. */
function specsOf(manifest: unknown): tf.io.WeightsManifestEntry[] {
  if (!Array.isArray(manifest) || !manifest.every(isConfig)) {
    throw new TypeError(
      `Cannot fromKeras3 as weightsManifest must be a list of { paths, weights }: it is ${
        wordOf(manifest)
      }; convert the model again`,
    );
  }
  const specs = manifest.flatMap(({ weights }) => weights ?? null);
  checkSpecs(specs);
  return specs;
}

/** A model's JSON as text. */
function jsonOf(model: Config): string {
  try {
    return JSON.stringify(model);
  } catch (cause) {
    throw new TypeError(
      "Cannot fromKeras3 as the model's JSON must be as Keras writes it: it holds itself, or is nested too " +
        "deeply",
      { cause },
    );
  }
}

/** Keras 2's files need no rewriting, and would come out wrong. */
function checkGeneration(model: Config, whole: Config): void {
  const version = `${whole.keras_version ?? "3"}`;
  const text = jsonOf(model);
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
  checkSpecs(weightSpecs);
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
  const specs = specsOf(manifest);
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
