/**
 * What one eager operation costs on the tensorflow backend: a sum of four elements, made and
 * disposed, so that nearly all of it is overhead. tfjs-node-gpu's native addon takes 8.9 µs for it
 * on two cores of a cloud machine.
 *
 * `deno run --allow-ffi --allow-read --allow-env benchmarks/timing/micro/eager_op_bench.ts`
 *
 * @module
 */
import { registerTensorFlowBackend } from "../../../src/backends/tensorflow/mod.ts";
import * as tf from "../../../src/tf.ts";
import { option } from "../../cli/options.ts";
import { type Program, program, start } from "../../cli/program.ts";
import { count } from "../../ground/value_kinds.ts";

const OPERATIONS = 20_000;

/** Microseconds an operation, one number a round, sorted; the first, warming round is left out. */
function measure(rounds: number): number[] {
  const x = tf.tensor1d([1, 2, 3, 4]), y = tf.tensor1d([5, 6, 7, 8]);
  const durationsUs = Array.from({ length: rounds + 1 }, () => {
    const start = performance.now();
    for (let i = 0; i < OPERATIONS; i++) tf.add(x, y).dispose();
    return 1000 * (performance.now() - start) / OPERATIONS;
  });
  tf.dispose([x, y]);
  return durationsUs.slice(1).sort((a, b) => a - b);
}

export const eagerOp: Program = program({
  command: "deno run -A benchmarks/timing/micro/eager_op_bench.ts",
  summary: "What one eager operation costs on the tensorflow backend.",
  options: { rounds: option(count(1), `rounds of ${OPERATIONS} operations`, { default: 21 }) },
  async run({ rounds }) {
    tf.enableProdMode();
    const backend = registerTensorFlowBackend();
    await tf.setBackend("tensorflow");
    const sorted = measure(rounds);
    const at = (quantile: number) => sorted[Math.floor(quantile * (rounds - 1))]?.toFixed(2);
    console.log(`TensorFlow ${backend.version}: add of 4 elements, ${rounds} × ${OPERATIONS}`);
    console.log(`median ${at(0.5)} µs, least ${at(0)} µs, most ${at(1)} µs`);
  },
});

if (import.meta.main) await start(eagerOp);
