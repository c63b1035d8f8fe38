import type { Checkpoint } from "./checkpoints/checkpoint.ts";
import type { Event, State } from "./engine.ts";

/** What a callback can ask of the Trainer that calls it. */
export interface Checkpointable {
  /** The run as it stands, see {@linkcode Trainer.checkpoint}. */
  checkpoint(): Promise<Checkpoint>;
}

/**
 * Watches a run without changing it: progress bars, memory samples, checkpoints. The run waits for
 * its promise; what it throws ends the run.
 */
export type Callback = (
  event: Event,
  state: State,
  trainer: Checkpointable,
) => void | Promise<void>;
