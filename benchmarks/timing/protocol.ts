/**
 * How the harness and its subjects talk: a request is a line to the subject's stdin, a reply is a
 * line of JSON from its stdout. Between two requests a subject waits for its stdin, and uses no
 * processor. `benchmarks/timing/peers/protocol.py` is the same in Python.
 *
 * | request | reply |
 * | --- | --- |
 * | (start) | {@linkcode Hello}: ready, or why it cannot be |
 * | `warm k`, `run n` | {@linkcode Block}: that many steps, one duration each |
 * | `memory` | {@linkcode Memory}: the most that the process ever held, and its tensors |
 *
 * At the end of its stdin a subject ends. What goes wrong ends it, too: with a line on stderr.
 *
 * @module
 */
import * as v from "valibot";
import { linesOf } from "../ground/lines.ts";

/** What a subject is, once it can work. */
export interface Ready {
  /** Versions of what computes, by name. */
  versions: Record<string, string>;
  /** How many trainable parameters the model has. */
  parameterCount: number;
  /** Threads that it computes with. */
  threads: number;
  /** Of this library on `tensorflow`: whether it computes with oneDNN. */
  oneDnn?: boolean;
  /** What the reader should know. */
  note?: string;
}

/** The first line: ready, or what is missing on this machine. */
export type Hello = { ready: Ready } | { unavailable: string };

/** Steps done in turn. */
export interface Block {
  /** Each step in ms, its result read. */
  durationsMs: number[];
  /** The last step's loss; of a forward pass, the mean of its logits. */
  value: number;
}

/** What the process held. */
export interface Memory {
  /** The most at a time so far, resident, in bytes. */
  peakBytes: number;
  /** How many tensors TensorFlow.js holds now. */
  tensorCount?: number;
}

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const positive = v.pipe(v.number(), v.minValue(0));

/** Of {@linkcode Ready}. */
export const readySchema: v.GenericSchema<unknown, Ready> = v.strictObject({
  versions: v.record(v.string(), v.string()),
  parameterCount: count,
  threads: count,
  oneDnn: v.exactOptional(v.boolean()),
  note: v.exactOptional(v.string()),
});

/** Of {@linkcode Hello}. */
export const helloSchema: v.GenericSchema<unknown, Hello> = v.union([
  v.strictObject({ ready: readySchema }),
  v.strictObject({ unavailable: v.string() }),
]);

/** Of {@linkcode Block}. */
export const blockSchema: v.GenericSchema<unknown, Block> = v.strictObject({
  durationsMs: v.array(positive),
  value: v.number(),
});

/** Of {@linkcode Memory}. */
export const memorySchema: v.GenericSchema<unknown, Memory> = v.strictObject({
  peakBytes: positive,
  tensorCount: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0))),
});

/** What a subject's process does when asked. */
export interface Work {
  ready: Ready;
  /** Runs one step and reads its result. */
  step(): Promise<number>;
  /** The most memory held so far, in bytes. */
  peakBytes(): number;
  /** How many tensors there are now. */
  tensorCount?(): number;
}

/**
 * Answers requests until they end.
 *
 * @param work what to do
 * @param requests the subject's stdin
 * @param reply writes a line to its stdout
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
    else if (line === "memory") answer(memoryOf(work));
    else {
      throw new RangeError(
        `Cannot answer as a request must be "warm k", "run n" or "memory": current value is "${line}"`,
      );
    }
  }
}

function memoryOf(work: Work): Memory {
  const tensorCount = work.tensorCount?.();
  return { peakBytes: work.peakBytes(), ...(tensorCount !== undefined && { tensorCount }) };
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
