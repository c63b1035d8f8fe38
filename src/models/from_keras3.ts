import * as tf from "../tf.ts";
import { check, checkNames } from "../check.ts";
import { rewriteArtifacts, rewriteJson } from "./keras3/artifacts.ts";
import { type Config, isConfig } from "./keras3/report.ts";
import type { OwnWeights } from "./keras3/rewrite_layer.ts";

/** Options of {@linkcode fromKeras3}. */
export interface FromKeras3Options {
  /**
   * Your own layers: for each class that `tf.serialization.registerClass` knows, the names of its
   * weights in the order of Keras's `layer.weights`; `[]` for none. Its config comes as Keras wrote
   * it, with initializers and the like rewritten.
   *
   * @default {{}}
   */
  weights?: OwnWeights | undefined;
}

/** JSON of Keras 3: `model.to_json()`, or what the converter writes. */
export type Keras3Json =
  | { readonly class_name: string; readonly config: unknown }
  | { readonly model_config: unknown }
  | { readonly modelTopology: unknown };

/**
 * Rewrites JSON of Keras 3 for TensorFlow.js: the content of a `model.json`, or `model.to_json()`.
 * For a model with its weights, give the place of `model.json` instead, as below.
 *
 * @param json the parsed JSON
 * @param options weights of your own layers
 * @returns the same for TensorFlow.js, where weights lie where they lay; for
 *   `tf.models.modelFromJSON`, or to be written in the old one's place
 * @throws {TypeError} as below; or if the files of weights hold others between the model's
 */
export function fromKeras3(
  json: Keras3Json,
  options?: FromKeras3Options,
): tf.io.ModelJSON & tf.serialization.ConfigDict;
/**
 * Makes a model of Keras 3 one that TensorFlow.js loads; its own loader refuses these files, or
 * computes other things. Give the place of the converter's `model.json`, or a handler or artifacts
 * with such a model, and load what is returned:
 *
 * `const model = await tf.loadLayersModel(models.fromKeras3("https://…/model.json"))`
 *
 * Rewritten are shapes of inputs, calls with `args` and `kwargs`, dtype policies, initializers,
 * regularizers, activations, and weights' names, of both of the converter's formats and of
 * `weight.path`; an optimizer's state is left out. Functional models, `Sequential`, models in
 * models and shared layers keep their form and their layers' names; of two layers of one name, in
 * two models, the inner is renamed.
 *
 * Some layers stand for others, which compute the same: `GroupNormalization`, `Normalization`, dilated
 * `DepthwiseConv2D`, bilinear `UpSampling2D` and `SpatialDropout2D` become layers of this library; a
 * `Conv2D` of as many groups as channels a depthwise one; `keepdims` of global pools a `Reshape`; `x + y`, `2 * x` and a few functions of `keras.ops` layers. Where TensorFlow.js computes something else under the same name
 * (`hard_sigmoid`, `LeakyReLU`'s slope, groups of channels), it is replaced or refused.
 *
 * @param source a URL or path of `model.json`, a handler (`tf.io.fromMemory`), or what one loads
 * @param options weights of your own layers
 * @returns a handler for `tf.loadLayersModel`, which throws what follows when it loads
 * @throws {TypeError} if it is no built model of Keras 3, or has layers, activations or settings that
 *   TensorFlow.js lacks: all of them are named, with what to do. Or if weights are not in the file
 *
 * @see keras-team/keras `src/models/functional.py`, `src/saving/saving_lib.py`
 *
 * @example
 * ```ts
 * import { models, tf } from "@weight-standardization/tfjs";
 *
 * const json = { // model.to_json() of keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
 *   class_name: "Sequential",
 *   config: {
 *     name: "sequential",
 *     layers: [
 *       { class_name: "InputLayer", config: { name: "x", batch_shape: [null, 4], dtype: "float32" } },
 *       { class_name: "Dense", config: { name: "dense", trainable: true, units: 2 } },
 *     ],
 *   },
 * };
 * const model = await tf.models.modelFromJSON(models.fromKeras3(json));
 * model.predict(tf.ones([1, 4]));
 * ```
 */
export function fromKeras3(
  source: string | tf.io.IOHandler,
  options?: FromKeras3Options,
): tf.io.IOHandler;
export function fromKeras3(
  source: unknown,
  options: FromKeras3Options = {},
): unknown {
  checkNames("fromKeras3 as options", options, ["weights"]);
  const { weights = {} } = options;
  const isNamed: boolean = isConfig(weights) && Object.values(weights).every(Array.isArray);
  const areNames = 'fromKeras3 as weights must be lists of names by class, { MyLayer: ["scale"] }';
  check(isNamed, TypeError, areNames, weights);
  if (typeof source === "string") return handlerOf(() => handlerFor(source), weights);
  const requirement =
    "fromKeras3 as source must be the path of a model.json, a handler of tf.io, or parsed JSON";
  check(isConfig(source), TypeError, requirement, source);
  if (typeof source.load === "function") {
    return handlerOf(() => source as unknown as tf.io.IOHandler, weights);
  }
  return rewriteJson(source as Config, weights);
}

function handlerOf(inner: () => tf.io.IOHandler, ownWeights: OwnWeights): tf.io.IOHandler {
  return { load: async () => rewriteArtifacts(await inner().load!(), ownWeights) };
}

/** The handler that TensorFlow.js would take. */
function handlerFor(place: string): tf.io.IOHandler {
  const text = place.trimStart();
  check(!text.startsWith("{"), TypeError, "fromKeras3 as JSON must be parsed: JSON.parse", "text");
  const [handler, ...others] = tf.io.getLoadHandlers(place);
  const isOne = handler === undefined || (others.length === 0 && !Array.isArray(handler));
  const requirement = "fromKeras3 as one handler must be registered for the place";
  check(isOne, TypeError, requirement, `${others.length + 1} for ${place}`);
  return handler ?? tf.io.browserHTTPRequest(place);
}
