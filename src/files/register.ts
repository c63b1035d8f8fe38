import { check } from "../check.ts";
import * as tf from "../tf.ts";
import { fileHandler } from "./handler.ts";
import { fileScheme } from "./path.ts";

/** Whether TensorFlow.js has been told; it forgets no handler. */
let isRegistered = false;

/** Whether others are being asked, who then must not hear of this handler. */
let isAsking = false;

/**
 * Teaches TensorFlow.js the addresses `file://…`, in Deno and Node:
 *
 * - `model.save("file://folder")` writes `folder/model.json` and `folder/weights.bin`, as tfjs-node
 *   does, and makes the folder where there is none. Each file is written beside its place and put
 *   there when it is whole, the weights first: an error in writing leaves what was there. `model.json` has the
 *   weights' SHA-256, so that a program that is killed between the two leaves no other model.
 * - `tf.loadLayersModel("file://folder/model.json")`, and `tf.loadGraphModel`, read it, with weights
 *   in one file or many: what tfjs-node and the converter wrote too.
 *
 * Paths are relative to the current folder (`file://folder`, `file://./folder`) or absolute
 * (`file:///home/me/folder`), and may have spaces. An address such as `import.meta.resolve` gives,
 * with `%20`, means the same file. Where another handler knows the scheme, such as tfjs-node's,
 * that one stays in use. A standardized layer is saved, and loaded, as such.
 *
 * Deno asks for `--allow-write` and `--allow-read` of the folder.
 *
 * @returns whether addresses `file://…` are now handled by this library; not if another handler does
 *
 * @example
 * ```ts
 * import { registerFileHandler } from "@weight-standardization/tfjs/files";
 * import { applyWeightStandardization, tf } from "@weight-standardization/tfjs";
 *
 * registerFileHandler();
 * const model = tf.sequential({
 *   layers: [tf.layers.conv2d({ filters: 8, kernelSize: 3, inputShape: [16, 16, 3] })],
 * });
 * applyWeightStandardization(model);
 * async function keep(folder: string): Promise<tf.LayersModel> {
 *   await model.save(`file://${folder}`);
 *   return await tf.loadLayersModel(`file://${folder}/model.json`); // standardized, too
 * }
 * ```
 */
export function registerFileHandler(): boolean {
  const isServer = typeof globalThis.process === "object" || "Deno" in globalThis;
  check(
    isServer,
    TypeError,
    "registerFileHandler as files are those of Deno and Node",
    "a browser",
  );
  if (!isRegistered) {
    tf.io.registerSaveRouter((place) => handlerFor(place, tf.io.getSaveHandlers));
    tf.io.registerLoadRouter((place) => handlerFor(place, tf.io.getLoadHandlers));
    isRegistered = true;
  }
  return handlerFor(`${fileScheme}.`, tf.io.getSaveHandlers) !== null;
}

/** A handler, where no other has one: TensorFlow.js refuses an address that two handle. */
function handlerFor(
  place: string | string[],
  handlersOf: (place: string) => tf.io.IOHandler[],
): tf.io.IOHandler {
  const none = null as unknown as tf.io.IOHandler; // what a router says of other addresses
  if (isAsking || typeof place !== "string" || !place.startsWith(fileScheme)) return none;
  isAsking = true;
  try {
    return handlersOf(place).length > 0 ? none : fileHandler(place);
  } finally {
    isAsking = false;
  }
}
