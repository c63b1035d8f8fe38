/** A damaged checkpoint: cut off, not a checkpoint at all, or of two parts that do not match. */
export class CheckpointError extends Error {
  override readonly name = "CheckpointError";
}
