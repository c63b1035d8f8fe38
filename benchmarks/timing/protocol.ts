/**
 * The protocol between the harness and its subjects: a request is a line to the subject's stdin, a
 * reply is a line of JSON from its stdout. Between requests a subject blocks on its stdin and uses no
 * processor. `benchmarks/timing/peers/protocol.py` is the Python side.
 *
 * | request | reply |
 * | --- | --- |
 * | (start) | {@linkcode Hello}: ready, or why it cannot be |
 * | `warm k`, `run n` | {@linkcode Block}: that many steps, one duration each |
 * | `memory` | {@linkcode Memory}: the most that the process ever held, and its tensors |
 *
 * A subject ends when its stdin does, or with a line on stderr when something goes wrong.
 *
 * @module
 */
import * as v from "valibot";
import { linesOf } from "../ground/lines.ts";
import { count, positive } from "../record/head.ts";
import type { OverheadProfile } from "../experiments/profiles/overhead.ts";
import type { SubjectFacts } from "../record/mod.ts";
import { type Ready, ready } from "../record/timings.ts";

/** Something that runs a step in a process of its own. */
export interface Subject extends SubjectFacts {
  /** Its program in `benchmarks/timing/peers/`, for Python or Deno; without one it is this library. */
  program?: string;
  /** Where jax-js computes. */
  device?: "wasm" | "webgpu";
  /** A subject that exceeds them is left out; without them it takes what it takes. */
  limits?: Limits;
}

/** How long a subject may take, so that a measurement never hangs on it. */
export interface Limits {
  /** For any reply: the first step may compile for minutes. */
  replySeconds: number;
  /** For the last step of the warm-up. */
  stepSeconds: number;
}

/** What of a subject its record keeps. */
export function factsOf({ program: _, device: __, limits: ___, ...facts }: Subject): SubjectFacts {
  return facts;
}

/** What a subject's process is told, as JSON in its last argument. */
export interface SubjectOrder {
  subject: Subject;
  profile: OverheadProfile;
  threads: number;
}

export const helloSchema = v.union([
  v.strictObject({ ready }),
  v.strictObject({ unavailable: v.string() }),
]);

export const blockSchema = v.strictObject({
  /** Each step in ms, reading its result included. */
  durationsMs: v.array(positive),
  /** The last step's loss; of a forward pass, the mean of its logits. */
  value: v.number(),
});

export const memorySchema = v.strictObject({
  /** The peak resident size so far, in bytes. */
  peakBytes: positive,
  /** How many tensors TensorFlow.js holds now. */
  tensorCount: v.exactOptional(count),
});

export type Hello = v.InferOutput<typeof helloSchema>;
export type Block = v.InferOutput<typeof blockSchema>;
export type Memory = v.InferOutput<typeof memorySchema>;

/** What a subject's process does on request. */
export interface Work {
  ready: Ready;
  /** Runs one step and reads its result. */
  step(): Promise<number>;
  memory(): Memory;
}

/**
 * Answers a subject's stdin until it ends, each request with a line.
 *
 * @throws {RangeError} if a request is not one of the protocol, or a step's result is not finite
 */
export async function serve(
  work: Work,
  requests: ReadableStream<Uint8Array<ArrayBuffer>>,
  reply: (line: string) => void,
): Promise<void> {
  const answer = (message: Hello | Block | Memory) => reply(JSON.stringify(message));
  answer({ ready: work.ready });
  for await (const line of linesOf(requests)) {
    const [, , count] = /^(warm|run) ([1-9]\d*)$/.exec(line) ?? [];
    if (count !== undefined) answer(await runBlock(work, Number(count)));
    else if (line === "memory") answer(work.memory());
    else {
      throw new RangeError(
        `Cannot answer as a request must be "warm k", "run n" or "memory": current value is "${line}"`,
      );
    }
  }
}

async function runBlock({ step }: Work, count: number): Promise<Block> {
  const durationsMs: number[] = [];
  let value = NaN;
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    value = await step();
    durationsMs.push(performance.now() - start);
  }
  if (!Number.isFinite(value)) {
    throw new RangeError(
      `Cannot time a step as its result must be finite: current value is ${value}`,
    );
  }
  return { durationsMs, value };
}
