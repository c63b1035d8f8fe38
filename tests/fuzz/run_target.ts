/**
 * Gives a target its cases, in blocks that each have a seed of their own: a block is run again alone.
 *
 * @module
 */
import * as fc from "fast-check";
import { formOf } from "./complaints.ts";
import { memoryMeter } from "./measure.ts";
import { type Case, Refused, type Target } from "./target.ts";

/** How many cases a block has. */
export const blockCases = 50;

/** What a case may take: beyond it, it is a fault. */
export const limits = { durationMs: 10_000, bytes: 400 * 2 ** 20 } as const;

/** How long a fault's case is made smaller. */
const shrinking = { cases: 400, durationMs: 15_000 } as const;

/** Something that must not be. */
export interface Fault {
  /** What, in a form that the same fault has in other cases. */
  kind: string;
  /** The error, or what was measured. */
  seen: string;
  /** In which block it was found. */
  block: number;
  /** The smallest case that shows it, which was found: how it was made, and its bytes. */
  made: string;
  bytes: string;
  /** In how many cases it was met. */
  count: number;
}

/** How often the readers did not agree, in words, with the first case of each. */
export interface Difference {
  count: number;
  example: string;
}

/** What came of a target's cases. */
export interface Tally {
  cases: number;
  accepted: number;
  /** Refusals by the form of their message. */
  refused: Record<string, number>;
  /** Cases that both readers took, and read alike; that both refused. */
  both: { read: number; refused: number };
  differences: Record<string, Difference>;
  faults: Fault[];
  slowestMs: number;
  largestGrowthBytes: number;
}

/** A tally of nothing. */
export function emptyTally(): Tally {
  return {
    cases: 0,
    accepted: 0,
    refused: {},
    both: { read: 0, refused: 0 },
    differences: {},
    faults: [],
    slowestMs: 0,
    largestGrowthBytes: 0,
  };
}

/** What is told while it runs. */
export interface Watcher {
  /** Before each case: its number in the block. */
  before(run: number): void;
}

/** Runs one block of cases, and adds to a tally what came of them. */
export async function runBlock(
  target: Target,
  { seed, block, cases = blockCases, shrink = true }: {
    seed: number;
    block: number;
    cases?: number;
    shrink?: boolean;
  },
  tally: Tally,
  watcher: Watcher,
): Promise<void> {
  const meter = memoryMeter();
  let found: { fault: Fault; at: number; tried: number } | undefined;
  let run = 0;
  const property = fc.asyncProperty(target.cases, async (input) => {
    if (found !== undefined) {
      const isSpent = ++found.tried > shrinking.cases ||
        performance.now() - found.at > shrinking.durationMs;
      if (isSpent || !shrink) return;
    } else {
      watcher.before(run++);
      tally.cases++;
    }
    const fault = await tryCase(target, input, meter, found === undefined ? tally : emptyTally());
    if (fault === undefined) return;
    const known = tally.faults.find(({ kind }) => kind === fault.kind);
    if (found === undefined && known !== undefined) {
      known.count++;
      return;
    }
    if (found !== undefined && fault.kind !== found.fault.kind) return;
    const whole = { ...fault, block, count: 1, ...shown(input) };
    if (found === undefined) {
      found = { fault: whole, at: performance.now(), tried: 0 };
      tally.faults.push(found.fault);
    } else Object.assign(found.fault, whole);
    throw new Error(fault.kind);
  });
  await fc.check(property, { seed: seedOf(seed, block), numRuns: cases });
}

/** A block's seed. */
export function seedOf(seed: number, block: number): number {
  return Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(block + 1, 0x85ebca6b);
}

/** The cases of a block as they are made, for one that cannot be run to its end. */
export function caseOf(target: Target, seed: number, block: number, run: number): Case | undefined {
  let at = 0;
  let wanted: Case | undefined;
  const property = fc.property(target.cases, (input) => void (at++ === run && (wanted = input)));
  fc.check(property, { seed: seedOf(seed, block), numRuns: run + 1 });
  return wanted;
}

/** How a case was made, and its bytes, as far as a screen bears. */
export function shown({ made, bytes }: Case): { made: string; bytes: string } {
  const most = 1500;
  const all = bytes.toBase64();
  return {
    made,
    bytes: all.length <= most ? all : `${all.slice(0, most)}… (${bytes.length} bytes)`,
  };
}

/** Reads a case by both readers; says what must not be. */
async function tryCase(
  target: Target,
  { bytes }: Case,
  meter: ReturnType<typeof memoryMeter>,
  tally: Tally,
): Promise<Pick<Fault, "kind" | "seen"> | undefined> {
  const own = bytes.slice();
  let text: string | undefined;
  let refusal: Error | undefined;
  meter.begin();
  const began = performance.now();
  try {
    text = await target.read(own);
  } catch (error) {
    if (!(error instanceof Error)) return { kind: "throws what is no error", seen: `${error}` };
    refusal = error;
  }
  const durationMs = performance.now() - began;
  const growth = meter.growth();
  tally.slowestMs = Math.max(tally.slowestMs, durationMs);
  tally.largestGrowthBytes = Math.max(tally.largestGrowthBytes, growth);
  if (durationMs > limits.durationMs) {
    return { kind: "takes too long", seen: `${Math.round(durationMs)} ms` };
  }
  if (growth > limits.bytes) return { kind: "takes too much memory", seen: `${growth} bytes` };
  if (!own.every((byte, i) => byte === bytes[i])) {
    return { kind: "changes what it is given", seen: "" };
  }
  if (refusal === undefined) tally.accepted++;
  else {
    const form = formOf(`${refusal.name}: ${refusal.message}`);
    tally.refused[form] = (tally.refused[form] ?? 0) + 1;
    const complaint = target.complaint(refusal);
    if (complaint !== undefined) {
      const where = refusal.stack?.split("\n").find((line) =>
        /\/(src|datasets|benchmarks)\//.test(line)
      );
      return {
        kind: `${formOf(complaint)} — ${form}`,
        seen: `${complaint}: ${refusal.name}: ${refusal.message}${where ?? ""}`,
      };
    }
  }
  return await compare(target, bytes, text, refusal, tally);
}

async function compare(
  { second, isInexact = false }: Target,
  bytes: Uint8Array,
  own: string | undefined,
  refusal: Error | undefined,
  tally: Tally,
): Promise<Pick<Fault, "kind" | "seen"> | undefined> {
  if (second === undefined) return undefined;
  let other: string;
  try {
    other = await second.read(bytes);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (own === undefined) tally.both.refused++;
    else note(tally, `taken here alone; ${second.name}: ${formOf(error.message)}`, bytes);
    return undefined;
  }
  if (own === undefined) {
    note(tally, `taken by ${second.name} alone; here: ${formOf(refusal?.message ?? "")}`, bytes);
  } else if (own === other) tally.both.read++;
  else if (isInexact && own.split(" ")[0] === other.split(" ")[0]) {
    note(tally, `taken by both, and ${second.name} reads other values`, bytes);
  } else {return {
      kind: `${second.name} reads something else`,
      seen: `here ${own.slice(0, 300)}, there ${other.slice(0, 300)}`,
    };}
  return undefined;
}

function note({ differences }: Tally, kind: string, bytes: Uint8Array): void {
  const known = differences[kind];
  if (known !== undefined) known.count++;
  else differences[kind] = { count: 1, example: shown({ made: "", bytes }).bytes };
}
