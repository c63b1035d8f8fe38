/**
 * Recorded steps: `capture` on TensorFlow.js's wasm backend.
 *
 * @module
 */
import type * as tf from "../../tf.ts";
import type { Captured, Step } from "../../training/capture.ts";
import { capturedStep, type RecordingBackend } from "../../training/recording/captured_step.ts";
import type { WasmBackend } from "../backend.ts";
import { ArenaMemory } from "./arena_memory.ts";
import { SwitchedBackend } from "./backend_methods.ts";
import { growTables, joinMemory } from "./heap.ts";
import { registerComputeValues } from "./javascript.ts";
import { drawBySeed } from "./random.ts";
import { record } from "./record.ts";

/** A backend that has been given `capture`. */
interface Capturing extends WasmBackend {
  /** That the Trainer may train by a step that cannot be recorded, as it always could. */
  runsUnrecorded?: boolean;
  capture?<Inputs extends tf.Tensor[], Output>(
    step: Step<Inputs, Output>,
  ): Captured<Inputs, Output>;
}

/**
 * Lets a backend record steps, for `capture`.
 *
 * @param backend the backend; one that has this already stays as it is
 */
export function recordSteps(backend: Capturing): void {
  if (backend.capture !== undefined) return;
  const switched = new SwitchedBackend(backend), arena = new ArenaMemory(backend);
  drawBySeed(switched);
  registerComputeValues();
  if (backend.numDataIds() === 0) joinMemory(backend);
  let recording = false, isFirst = true;
  const recorder: RecordingBackend = {
    get recording() {
      return recording;
    },
    record(step, inputs) {
      recording = true;
      if (isFirst) growTables(backend);
      isFirst = false;
      try {
        return record(switched, arena, step, inputs);
      } finally {
        recording = false;
      }
    },
  };
  backend.capture = (step) => capturedStep(recorder, step);
  backend.runsUnrecorded = true;
}
