/**
 * The protocol between the harness and the workers of a group, each in a process of its own: a
 * request is a line to a worker's stdin, the same to all of a group at a time; a reply is a line of
 * JSON from its stdout. `benchmarks/scaling/peers/ddp_worker.py` is the Python side.
 *
 * | request | reply |
 * | --- | --- |
 * | (start) | {@linkcode Hello}: ready, or why it cannot be |
 * | `step n`, `compute n`, `all-reduce n` | {@linkcode Block}: that many, one duration each |
 * | `transfer b n` | likewise, of an all-reduce of `b` bytes |
 * | `memory` | {@linkcode Memory}: the most that the process ever held |
 *
 * A worker ends when its stdin does, or with a line on stderr when something goes wrong.
 *
 * @module
 */
import process from "node:process";
import * as v from "valibot";
import type { ScalingRowProfile } from "../experiments/profiles/scaling.ts";
import { linesOf } from "../ground/lines.ts";
import { count, positive } from "../record/head.ts";
import type { GroupFacts, GroupWork, ReadyWorker } from "../record/mod.ts";
import { readyWorker } from "../record/scaling.ts";

/** What a worker's process is told, as JSON in its last argument. */
export interface WorkerOrder {
  subject: GroupFacts;
  profile: ScalingRowProfile;
  threads: number;
  worker: WorkerPlace;
}

/** A worker's place in its group. */
export interface WorkerPlace {
  rank: number;
  size: number;
  /** Ports on this machine, one a worker; PyTorch meets at the first. */
  ports: number[];
}

export const helloSchema = v.union([
  v.strictObject({ ready: readyWorker }),
  v.strictObject({ unavailable: v.string() }),
]);

export const blockSchema = v.strictObject({
  /** Each in ms, reading its result included. */
  durationsMs: v.array(positive),
  /** The last loss, or a value of the sum. */
  value: v.number(),
  /** The processor's time that the process took, of all its threads, in ms. */
  processorMs: positive,
  /** What the process sent through its TCP connections meanwhile; where the system counts it. */
  sentBytes: v.exactOptional(count),
});

export const memorySchema = v.strictObject({ peakBytes: positive });

export type Hello = v.InferOutput<typeof helloSchema>;
export type Block = v.InferOutput<typeof blockSchema>;
export type Memory = v.InferOutput<typeof memorySchema>;

/** What a worker's process does on request. Each runs once, and gives a number of its result. */
export interface GroupWorks {
  ready: ReadyWorker;
  works: Partial<Record<GroupWork, () => Promise<number>>>;
  /** Prepares an all-reduce of so many bytes. */
  transfer(bytes: number): () => Promise<number>;
  memory(): Memory;
  /** What the process has sent so far; nothing where the system does not count it. */
  sentBytes(): number | undefined;
}

const request = /^(?:(step|compute|all-reduce)|transfer ([1-9]\d*)) ([1-9]\d*)$/;

/**
 * Answers a worker's stdin until it ends, each request with a line.
 *
 * @throws {RangeError} if a request is not one of the protocol, or a result is not finite
 */
export async function serveGroup(
  works: GroupWorks,
  requests: ReadableStream<Uint8Array<ArrayBuffer>>,
  reply: (line: string) => void,
): Promise<void> {
  const answer = (message: Hello | Block | Memory) => reply(JSON.stringify(message));
  const transfers = new Map<number, () => Promise<number>>();
  const transfer = (bytes: number) => {
    if (!transfers.has(bytes)) transfers.set(bytes, works.transfer(bytes));
    return transfers.get(bytes)!;
  };
  answer({ ready: works.ready });
  for await (const line of linesOf(requests)) {
    const [, name, bytes, times] = request.exec(line) ?? [];
    if (line === "memory") answer(works.memory());
    else {
      const run = name !== undefined
        ? works.works[name as GroupWork]
        : bytes !== undefined && works.ready.bucketBytes.length > 0
        ? transfer(Number(bytes))
        : undefined;
      if (run === undefined) throw cannotAnswer(line);
      answer(await runBlock(run, Number(times), works.sentBytes));
    }
  }
}

function cannotAnswer(line: string): RangeError {
  return new RangeError(
    'Cannot answer as a request must be "step n", "compute n", "all-reduce n", "transfer b n" or ' +
      `"memory", of one worker only the first and the last: current value is "${line}"`,
  );
}

async function runBlock(
  run: () => Promise<number>,
  times: number,
  sentBytes: GroupWorks["sentBytes"],
): Promise<Block> {
  const before = sentBytes(), cpuBefore = process.cpuUsage(), durationsMs: number[] = [];
  let value = NaN;
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    value = await run();
    durationsMs.push(performance.now() - start);
  }
  if (!Number.isFinite(value)) {
    throw new RangeError(
      `Cannot time a step as its result must be finite: current value is ${value}`,
    );
  }
  const { user, system } = process.cpuUsage(cpuBefore), after = sentBytes();
  const isCounted = before !== undefined && after !== undefined;
  const processorMs = (user + system) / 1000;
  return { durationsMs, value, processorMs, ...(isCounted && { sentBytes: after - before }) };
}
