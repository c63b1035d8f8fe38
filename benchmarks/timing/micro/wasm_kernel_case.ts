/** An op that a kernel of ours computes. */
export interface KernelCase {
  /** The kernel's name, without `weight-standardization/` where it is the library's. */
  kernel: string;
  /** What it is run on. */
  shape: readonly number[];
  /** Makes the inputs, and gives what runs the op on them: it makes tensors. */
  prepare(shape: readonly number[]): () => unknown;
}
