import { oneDnnSwitch } from "../../src/backends/tensorflow/one_dnn.ts";
import type { MessageOf } from "./protocol.ts";

/** A backend as it is examined, in a process of its own. */
export interface Subject {
  /** What the report calls it. */
  title: string;
  /** The backend's name. */
  backend: string;
  /** What its process's environment has besides this one's. */
  env: Readonly<Record<string, string>>;
}

/** A backend as it starts by itself. */
export function usual(backend: string): Subject {
  return { title: backend, backend, env: {} };
}

/**
 * What else of a backend is examined, after it has started: TensorFlow with oneDNN and without, and on
 * a GPU also without reduced precision, and the processors.
 *
 * @param started what it told of itself
 */
export function variantsOf(
  { backend }: Subject,
  { gpu, oneDnn }: Pick<MessageOf<"started">, "gpu" | "oneDnn">,
): Subject[] {
  if (backend !== "tensorflow") return [];
  if (gpu !== undefined) {
    return [
      variant("without TF32", { NVIDIA_TF32_OVERRIDE: "0" }),
      variant("on processors", { CUDA_VISIBLE_DEVICES: "-1" }),
    ];
  }
  const [words, value] = oneDnn ? ["oneDNN off", "0"] : ["oneDNN on", "1"];
  return [variant(words, { [oneDnnSwitch]: value })];
}

function variant(words: string, env: Subject["env"]): Subject {
  return { title: `tensorflow, ${words}`, backend: "tensorflow", env };
}
