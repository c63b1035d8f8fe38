/**
 * What the kernels of our own are worth on wasm: each op with them, and composed of TensorFlow.js's
 * kernels, in turns. An op's tensors are made and disposed, as in a step that is not recorded.
 *
 * `deno run -A benchmarks/timing/micro/wasm_kernels_bench.ts --help` lists its options.
 *
 * @module
 */
import "npm:@tensorflow/tfjs-backend-wasm@4.22.0";
import { markdownTable } from "markdown-table";
import { registerGradients } from "../../../src/gradients/register.ts";
import * as tf from "../../../src/tf.ts";
import { registerWasmKernels, unregisterWasmKernels } from "../../../src/wasm/kernels/mod.ts";
import { extendWasm } from "../../../src/wasm/register.ts";
import { option } from "../../cli/options.ts";
import { type Program, program, start } from "../../cli/program.ts";
import { count, text } from "../../ground/value_kinds.ts";
import {
  type BootstrapMedian,
  bootstrapMedianRatio,
  fewestForBootstrap,
} from "../../judge/statistics/bootstrap.ts";
import { median } from "../../judge/statistics/summary.ts";
import { cases, type KernelCase } from "./wasm_kernel_cases.ts";

/** A round runs an op so often that it takes about as long. */
const ROUND_MS = 4;

interface Figure {
  beforeUs: number;
  afterUs: number;
  ratio: BootstrapMedian;
}

export const wasmKernels: Program = program({
  command: "deno run -A benchmarks/timing/micro/wasm_kernels_bench.ts",
  summary: "What the kernels of our own are worth on wasm, beside TensorFlow.js's.",
  options: {
    rounds: option(count(fewestForBootstrap), "rounds of both", { default: fewestForBootstrap }),
    only: option(text("TEXT", "a part of a name"), "kernels with that in their name", {
      usual: "all kernels",
    }),
  },
  async run({ rounds, only = "" }) {
    tf.enableProdMode();
    registerGradients();
    extendWasm();
    await tf.setBackend("wasm");
    const rows = cases.filter(({ kernel }) => kernel.includes(only)).map((each) => {
      const { beforeUs, afterUs, ratio } = measure(each, rounds);
      const { low, high } = ratio.interval;
      const interval = `${ratio.median.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
      return [each.kernel, each.shape.join("×"), whole(beforeUs), whole(afterUs), interval];
    });
    const head = ["kernel", "shape", "µs before", "µs after", "after / before"];
    console.log(markdownTable([head, ...rows], { align: ["l", "l", "r", "r", "l"] }));
    console.log(`${rounds} rounds; load ${Deno.loadavg()[0]!.toFixed(1)}`);
  },
});

const whole = (value: number) => value.toFixed(0);

/** One case, composed and by its kernel in turns. */
function measure({ shape, prepare }: KernelCase, rounds: number): Figure {
  tf.engine().startScope();
  const run = prepare(shape);
  const time = (repetitions: number): number => {
    const start = performance.now();
    for (let i = 0; i < repetitions; i++) tf.tidy(() => void run());
    return 1000 * (performance.now() - start) / repetitions;
  };
  const durationsUs: Record<"before" | "after", number[]> = { before: [], after: [] };
  const repetitions = Math.ceil(1000 * ROUND_MS / Math.max(time(3), time(3)));
  for (let round = 0; round < rounds + 2; round++) {
    for (const when of ["before", "after"] as const) {
      if (when === "after") registerWasmKernels();
      else unregisterWasmKernels();
      durationsUs[when].push(time(repetitions));
    }
  }
  tf.engine().endScope();
  // The first rounds compile.
  const [before, after] = [durationsUs.before.slice(2), durationsUs.after.slice(2)];
  const ratio = bootstrapMedianRatio(after, before);
  return { beforeUs: median(before), afterUs: median(after), ratio };
}

if (import.meta.main) await start(wasmKernels);
