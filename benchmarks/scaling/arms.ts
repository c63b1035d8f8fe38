/**
 * The groups that are timed beside each other: this library's, and PyTorch's
 * DistributedDataParallel over gloo, channels last, eager and compiled.
 *
 * @module
 */
import type { GroupFacts } from "../record/mod.ts";

/** The group of this library that others are set in relation to. */
export const plain = "plain";

/** An arm: a line here is all that it needs. */
const lines: readonly (readonly [
  name: string,
  label: string,
  engine: GroupFacts["engine"],
  kernels: GroupFacts["kernels"],
  form?: GroupFacts["form"],
])[] = [
  [plain, "tensorflow: plain", "tensorflow", "plain"],
  ["ws", "tensorflow: WS", "tensorflow", "ws"],
  ["ddp", "PyTorch DDP, eager: plain", "pytorch", "plain"],
  ["ddp-compiled", "PyTorch DDP, compiled: plain", "pytorch", "plain", "compiled"],
  ["ddp-timm", "PyTorch DDP, eager: timm's WS", "pytorch", "timm"],
  ["ddp-timm-compiled", "PyTorch DDP, compiled: timm's WS", "pytorch", "timm", "compiled"],
];

/** All of them. */
export const arms: readonly GroupFacts[] = lines.map(([name, label, engine, kernels, form]) => ({
  name,
  label,
  engine,
  kernels,
  ...(form !== undefined && { form }),
}));

/** Whether an arm is timed where none is named: those with timm's WS only make it longer. */
export function isUsual({ kernels }: GroupFacts): boolean {
  return kernels !== "timm";
}
