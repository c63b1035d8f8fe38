/** A checkpoint that is damaged: cut off, not one at all, or two parts that do not belong together. */
export class CheckpointError extends Error {
  override readonly name = "CheckpointError";
}
