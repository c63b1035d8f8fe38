import type { CheckpointState } from "./state.ts";

/**
 * A training run at a step, in bytes and JSON: what {@linkcode Trainer.checkpoint} gives and
 * {@linkcode Trainer.restore} takes. Where they are kept is the caller's business; the two parts
 * belong together and know it of each other.
 */
export interface Checkpoint {
  /**
   * A safetensors file: the model's weights `model/0/…` in the order of `model.weights` (moving
   * statistics are among them), and what the optimizer keeps, `optimizer/0/…`.
   */
  readonly weights: Uint8Array<ArrayBuffer>;
  /** Everything else. `JSON.parse(JSON.stringify(state))` is as good. */
  readonly state: CheckpointState;
}
