import assert from "node:assert/strict";
import * as library from "../../mod.ts";
import "../backends.ts";
import { trainNetwork } from "./recorded_training.ts";

Deno.test("on wasm the Trainer records its step, and trains as it does without", async () => {
  await library.tf.setBackend("wasm");
  const recorded = await trainNetwork(library, 20, true);
  const eager = await trainNetwork(library, 20, false);
  assert.equal(recorded.calls, 1);
  assert.equal(eager.calls, 20);
  assert.deepEqual(recorded.losses, eager.losses);
  const sum = (values: number[]) => values.reduce((a, b) => a + b);
  const [first, last] = [recorded.losses.slice(0, 5), recorded.losses.slice(-5)];
  assert.ok(sum(last) < 0.8 * sum(first), `${recorded.losses}`);
  assert.deepEqual([recorded.leaked, eager.leaked], [0, 0]);
});
