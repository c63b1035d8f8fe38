/**
 * Models as files, in Deno and Node: `model.save("file://…")` and
 * `tf.loadLayersModel("file://…/model.json")`, which TensorFlow.js has in tfjs-node alone; and
 * archives of Keras 3.
 *
 * @example
 * ```ts
 * import { registerFileHandler } from "@weight-standardization/tfjs/files";
 *
 * registerFileHandler();
 * ```
 *
 * @module
 */
export { kerasArchive } from "./keras_archive.ts";
export { registerFileHandler } from "./register.ts";
