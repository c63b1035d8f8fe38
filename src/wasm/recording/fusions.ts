/**
 * Calls that one kernel computes in the place of two, where nothing else needs what the first hands
 * to the second: that is then neither written nor read.
 *
 * @module
 */
import * as tf from "../../tf.ts";
import type { Outcome } from "./plan.ts";
import { type Call, operandList, type Operands, type Value } from "./values.ts";

/** Two kernels, of which the second takes what the first makes, and the one for both. */
interface Fusion {
  readonly first: string;
  readonly second: string;
  /** The operand of the second that is the first's first output. */
  readonly link: string;
  readonly fused: string;
  /** In whose place the two are computed: the other's operands are there, too. */
  readonly at: "first" | "second";
  /** The fused kernel's operands. */
  operands(first: Named, second: Named): Named;
  /** What the fused kernel makes, in its order. */
  made(first: Call, second: Call): readonly Value[];
}

type Named = Exclude<Operands, readonly unknown[]>;

/** All of them. */
const fusions: readonly Fusion[] = [
  {
    first: "weight-standardization/batch-norm",
    second: "weight-standardization/relu",
    link: "x",
    fused: "weight-standardization/batch-norm-relu",
    at: "first", // where the statistics are needed, to move the averages
    operands: (first) => first,
    made: (first, second) => [...second.made, ...first.made.slice(1)],
  },
  {
    first: "weight-standardization/relu-gradient",
    second: "weight-standardization/batch-norm-gradient",
    link: "dy",
    fused: "weight-standardization/batch-norm-relu-gradient",
    at: "second",
    operands: ({ dy, y }, second) => ({ ...second, dy, y }),
    made: (_, second) => second.made,
  },
];

/**
 * Fuses what can be fused.
 *
 * @param calls the calls of a step
 * @param outcome what the step leaves behind
 * @returns the calls, fewer where some are fused
 */
export function fuse(calls: readonly Call[], { written, results }: Outcome): Call[] {
  const makers = new Map(calls.flatMap((call) => call.made.map((value) => [value, call] as const)));
  const readings = new Map<Value, number>();
  const read = ({ value }: { value: Value }) =>
    void readings.set(value, (readings.get(value) ?? 0) + 1);
  calls.forEach((call) => operandList(call).forEach(read));
  [...written, ...results].forEach(read);
  const replaced = new Map<Call, readonly Call[]>();
  for (const second of calls) {
    for (const fusion of fusions) {
      if (second.kernelName !== fusion.second) continue;
      const link = (second.operands as Named)[fusion.link]!.value, first = makers.get(link);
      const fits = first?.kernelName === fusion.first && first.made[0] === link;
      const kernel = tf.getKernel(fusion.fused, "wasm")?.kernelFunc;
      if (!fits || readings.get(link) !== 1 || kernel === undefined) continue;
      const fused = [fusedCall(fusion, first, second, kernel)];
      replaced.set(first, fusion.at === "first" ? fused : []);
      replaced.set(second, fusion.at === "second" ? fused : []);
    }
  }
  return calls.flatMap((call) => replaced.get(call) ?? [call]);
}

function fusedCall(fusion: Fusion, first: Call, second: Call, kernel: tf.KernelFunc): Call {
  const own = fusion.at === "first" ? first : second;
  return {
    ...own,
    kernelName: fusion.fused,
    kernel,
    operands: fusion.operands(first.operands as Named, second.operands as Named),
    made: fusion.made(first, second),
  };
}
