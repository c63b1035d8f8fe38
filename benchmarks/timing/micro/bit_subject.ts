/**
 * BiT in inference, a forward pass for each line of input: FOLDER FORM BATCH BACKEND. FORM is live, or
 * baked. Writes a line of JSON when it is ready, and after each pass. The program behind
 * `bit_forward.ts`, a process each.
 *
 * @module
 */
import { stdin } from "node:process";
import { createInterface } from "node:readline";
import { bakeWeightStandardization, capture, models, tf } from "../../../mod.ts";
import { selectBackend } from "../../../src/backends/select.ts";

const [folder = ".", form, batch = "8", backend = "tensorflow"] = Deno.args;

/** The most memory that the process has had. */
function peakBytes(): number {
  const status = Deno.readTextFileSync("/proc/self/status");
  return 1024 * Number(/VmHWM:\s*(\d+)/.exec(status)?.[1]);
}

const say = (values: Record<string, number>) => console.log(JSON.stringify(values));

tf.enableProdMode();
await selectBackend(backend as "tensorflow" | "wasm");
const start = performance.now();
const { model } = await models.loadPretrained(await Deno.readFile(`${folder}/model.safetensors`));
const loadMs = performance.now() - start;
if (form === "baked") bakeWeightStandardization(model);
const forward = capture((x: tf.Tensor) => model.predict(x) as tf.Tensor);
const x = tf.randomUniform([Number(batch), 224, 224, 3], -1, 1);

async function pass(): Promise<void> {
  const y = forward(x);
  await y.data();
  y.dispose();
}

await pass();
await pass();
say({ loadMs });
for await (const _ of createInterface({ input: stdin })) {
  const begin = performance.now();
  await pass();
  say({ ms: performance.now() - begin, peakBytes: peakBytes() });
}
