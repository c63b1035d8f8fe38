/** Registers the backend and tells what became of oneDNN; run by `one_dnn_test.ts`. */
import { registerTensorFlowBackend } from "../../../src/backends/tensorflow/mod.ts";
import * as tf from "../../../src/tf.ts";

tf.enableProdMode();
const { oneDnn } = registerTensorFlowBackend({ device: "cpu" });
const query = { name: "env", variable: "TF_ENABLE_ONEDNN_OPTS" } as const;
const isReadable = Deno.permissions.querySync(query).state === "granted";
const variable = isReadable ? Deno.env.get(query.variable) ?? null : "not readable";
console.log(JSON.stringify({ oneDnn, variable }));
