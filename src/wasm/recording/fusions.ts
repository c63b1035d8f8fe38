/**
 * Calls that one kernel computes in the place of two, where nothing else needs what the first hands
 * to the second: that is then neither written nor read.
 *
 * @module
 */
import * as tf from "../../tf.ts";
import { LAID_OUT } from "../kernels/laid_out_convolutions.ts";
import { type Call, type Operand, operandList, type Outcome, type Value } from "./values.ts";

/** Two kernels, of which the second takes what the first makes, and the one for both. */
interface Fusion {
  readonly first: string;
  readonly second: string;
  /** The operands of the second, one of which is the first's first output. */
  readonly links: readonly string[];
  readonly fused: string;
  /** In whose place the two are computed: the other's operands are there, too. */
  readonly at: "first" | "second";
  /** Whether the kernel can compute the two; all can by default. */
  fits?(first: Call, second: Named, link: string): boolean;
  /** The fused kernel's operands. */
  operands(first: Named, second: Named, link: string): Named;
  /** Attributes that the fused kernel has beside those of the call in whose place it is. */
  readonly attributes?: tf.NamedAttrMap;
  /** What the fused kernel makes, in its order. */
  made(first: Call, second: Call): readonly Value[];
}

type Named = Record<string, Operand | undefined>;

const secondOutput = (first: Call, second: Call) => [...second.made, ...first.made.slice(1)];

/** All of them, in the order in which they are looked for. */
const fusions: readonly Fusion[] = [
  {
    first: "weight-standardization/batch-norm",
    second: "weight-standardization/relu",
    links: ["x"],
    fused: "weight-standardization/batch-norm-relu",
    at: "first", // where the statistics are needed, to move the averages
    operands: (first) => first,
    made: secondOutput,
  },
  {
    first: "weight-standardization/relu-gradient",
    second: "weight-standardization/batch-norm-gradient",
    links: ["dy"],
    fused: "weight-standardization/batch-norm-relu-gradient",
    at: "second",
    operands: ({ dy, y }, second) => ({ ...second, dy, y }),
    made: (_, second) => second.made,
  },
  {
    first: LAID_OUT,
    second: "Add",
    links: ["b", "a"],
    fused: LAID_OUT,
    at: "second", // where there is the residual
    fits: ({ operands, attributes, made: [y] }, sum, link) => {
      const residual = otherOf(sum, link);
      return (operands as Named).residual === undefined && attributes!.relu === false &&
        y!.shape.at(-1)! % 8 === 0 && residual.dtype === "float32" &&
        `${residual.shape}` === `${sum[link]!.shape}`;
    },
    operands: (first, sum, link) => ({ ...first, residual: otherOf(sum, link) }),
    made: secondOutput,
  },
  {
    first: LAID_OUT,
    second: "weight-standardization/relu",
    links: ["x"],
    fused: LAID_OUT,
    at: "second",
    fits: ({ attributes }) => attributes!.relu === false,
    operands: (first) => first,
    attributes: { relu: true },
    made: secondOutput,
  },
];

/** The other term of a sum. */
const otherOf = ({ a, b }: Named, link: string): Operand => (link === "a" ? b : a)!;

/**
 * Fuses what can be fused.
 *
 * @param calls the calls of a step
 * @param outcome what the step leaves behind
 * @returns the calls, fewer where some are fused
 */
export function fuse(calls: readonly Call[], { written, results }: Outcome): Call[] {
  const readings = new Map<Value, number>();
  const read = ({ value }: { value: Value }) =>
    void readings.set(value, (readings.get(value) ?? 0) + 1);
  calls.forEach((call) => operandList(call).forEach(read));
  [...written, ...results].forEach(read);
  return fusions.reduce<Call[]>(
    (left, fusion) => fuseAll(left, fusion, (value) => readings.get(value) === 1),
    [...calls],
  );
}

/** Applies one fusion wherever it fits; what it leaves is read as often as before. */
function fuseAll(
  calls: Call[],
  fusion: Fusion,
  isReadOnce: (value: Value) => boolean,
): Call[] {
  const kernel = tf.getKernel(fusion.fused, "wasm")?.kernelFunc;
  if (kernel === undefined) return calls;
  const makers = new Map(calls.map((call) => [call.made[0], call] as const));
  const replaced = new Map<Call, readonly Call[]>();
  for (const second of calls) {
    if (second.kernelName !== fusion.second) continue;
    const operands = second.operands as Named;
    for (const link of fusion.links) {
      const { value } = operands[link]!, first = makers.get(value);
      if (first?.kernelName !== fusion.first || !isReadOnce(value)) continue;
      if (fusion.fits?.(first, operands, link) === false) continue;
      const fused = [fusedCall(fusion, first, second, kernel, link)];
      replaced.set(first, fusion.at === "first" ? fused : []);
      replaced.set(second, fusion.at === "second" ? fused : []);
      break;
    }
  }
  return calls.flatMap((call) => replaced.get(call) ?? [call]);
}

function fusedCall(
  fusion: Fusion,
  first: Call,
  second: Call,
  kernel: tf.KernelFunc,
  link: string,
): Call {
  const { at, fused, attributes } = fusion, own = at === "first" ? first : second;
  return {
    ...own,
    kernelName: fused,
    kernel,
    attributes: { ...first.attributes, ...own.attributes, ...attributes },
    operands: fusion.operands(first.operands as Named, second.operands as Named, link),
    made: fusion.made(first, second),
  };
}
