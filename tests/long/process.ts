/**
 * Runs trials in processes of their own, so that each begins with nothing.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { Sample } from "./watch.ts";

const child = fileURLToPath(new URL("child.ts", import.meta.url));

/** One trial on one backend. */
export interface Task {
  name: string;
  backend: string;
  count: number;
}

/** What came of it: its samples, or why there are none. */
export interface Outcome extends Task {
  samples: Sample[];
  broken?: string;
  durationMs: number;
}

/** Runs a trial to its end. */
export async function runTrial(task: Task, signal?: AbortSignal): Promise<Outcome> {
  const began = performance.now();
  const { success, code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--no-prompt", "--v8-flags=--expose-gc", child],
      ...[task.name, task.backend, `${task.count}`],
    ],
    stdin: "null",
    ...(signal !== undefined && { signal }),
  }).output();
  const durationMs = performance.now() - began;
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (success) {
    return { ...task, samples: JSON.parse(text(stdout).trim().split("\n").at(-1)!), durationMs };
  }
  const said = text(stderr).trim().split("\n").slice(-12).join("\n    ");
  return { ...task, samples: [], broken: `ended with ${code}: ${said}`, durationMs };
}
