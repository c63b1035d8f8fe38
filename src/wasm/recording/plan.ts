/**
 * Which calls a recording makes, and in which memory each value lies.
 *
 * @module
 */
import type * as tf from "../../tf.ts";
import { type Interval, place } from "./arena.ts";
import { overwritable } from "./in_place.ts";
import { type Call, operandList, type Value } from "./values.ts";

/** What a step leaves behind. */
export interface Outcome {
  /** The variables that it writes, and what. */
  readonly written: readonly { readonly variable: tf.Variable; readonly value: Value }[];
  /** What it returns, in order. */
  readonly results: readonly (tf.TensorInfo & { readonly value: Value })[];
}

/** Where a value lies that a call makes. */
export type Place =
  /** In the recording's block of memory. */
  | { readonly kind: "arena"; readonly offset: number }
  /** In the memory of a variable: the n-th that the step writes. */
  | { readonly kind: "state"; readonly index: number }
  /** In the memory of a tensor that is returned: the n-th. */
  | { readonly kind: "result"; readonly index: number };

/** What is copied when all calls are done. */
export interface Copy {
  readonly value: Value;
  readonly to: Extract<Place, { kind: "state" | "result" }>;
}

/** A plan. */
export interface Plan {
  readonly calls: readonly Call[];
  readonly places: ReadonlyMap<Value, Place>;
  readonly copies: readonly Copy[];
  /** The written variables whose old value is copied at the end. */
  readonly keepOld: ReadonlySet<tf.Variable>;
  /** The size of the block. */
  readonly arenaBytes: number;
}

/**
 * Plans a recording.
 *
 * @param recorded all calls of the step
 * @param outcome what it leaves behind
 * @returns the plan, without calls that nothing needs
 */
export function planOf(recorded: readonly Call[], outcome: Outcome): Plan {
  const calls = needed(recorded, outcome);
  const lives = livesOf(calls, outcome);
  const { direct, copies } = destinations(calls, lives, outcome);
  const { places, bytes } = arenaOf(calls, lives, direct);
  const keepOld = new Set(
    copies.flatMap(({ value: { source } }) => source.kind === "variable" ? [source.variable] : []),
  );
  return { calls, places: new Map([...direct, ...places]), copies, keepOld, arenaBytes: bytes };
}

/** All values of a plan, each once. */
export function valuesOf({ calls, copies }: Plan): ReadonlySet<Value> {
  const used = calls.flatMap((
    call,
  ) => [...operandList(call).map(({ value }) => value), ...call.made]);
  return new Set([...used, ...copies.map(({ value }) => value)]);
}

/** The calls whose results something needs. */
function needed(calls: readonly Call[], { written, results }: Outcome): Call[] {
  const wanted = new Set([...written, ...results].map(({ value }) => value));
  const kept: Call[] = [];
  for (const call of calls.toReversed()) {
    if (!call.made.some((value) => wanted.has(value))) continue;
    kept.push(call);
    for (const { value } of operandList(call)) wanted.add(value);
  }
  return kept.reverse();
}

/** From which call to which a value is needed; from -1 on where no call makes it. */
interface Life {
  first: number;
  last: number;
}

type Lives = ReadonlyMap<Value, Life>;

function livesOf(calls: readonly Call[], { written, results }: Outcome): Lives {
  const lives = new Map<Value, Life>();
  const use = (value: Value, at: number) => {
    const life = lives.get(value);
    if (life === undefined) lives.set(value, { first: -1, last: at });
    else life.last = at;
  };
  calls.forEach((call, at) => {
    for (const { value } of operandList(call)) use(value, at);
    for (const value of call.made) lives.set(value, { first: at, last: at });
  });
  for (const { value } of [...written, ...results]) use(value, calls.length);
  return lives;
}

/** Which values are made where they go to, and which are copied there at the end. */
function destinations(
  calls: readonly Call[],
  lives: Lives,
  { written, results }: Outcome,
): { direct: Map<Value, Place>; copies: Copy[] } {
  const direct = new Map<Value, Place>(), copies: Copy[] = [];
  const lastLook = calls.findLastIndex(({ looks }) => looks);
  const befores = new Map<tf.Variable, Value>();
  for (const value of lives.keys()) {
    if (value.source.kind === "variable") befores.set(value.source.variable, value);
  }
  results.forEach(({ value }, index) => {
    const to = { kind: "result", index } as const;
    if (value.source.kind === "call" && !direct.has(value)) direct.set(value, to);
    else copies.push({ value, to });
  });
  written.forEach(({ variable, value }, index) => {
    const to = { kind: "state", index } as const, before = befores.get(variable);
    const { first } = lives.get(value)!;
    const mayWrite = value.source.kind === "call" && !direct.has(value) && first > lastLook &&
      (before === undefined || isOver(before, lives.get(before)!, value, calls[first]!, first));
    if (mayWrite) direct.set(value, to);
    else copies.push({ value, to });
  });
  return { direct, copies };
}

/** Whether a value is not needed any more once a call writes a result. */
function isOver(value: Value, { last }: Life, result: Value, call: Call, at: number): boolean {
  if (last !== at) return last < at;
  return overwritable(call, result).some((operand) => operand.value === value);
}

function arenaOf(
  calls: readonly Call[],
  lives: Lives,
  direct: ReadonlyMap<Value, Place>,
): { places: Map<Value, Place>; bytes: number } {
  const blocks = new Map<Value, { bytes: number; first: number; last: number }>();
  calls.forEach((call, at) => {
    for (const value of call.made) {
      if (direct.has(value)) continue;
      const over = overwritable(call, value).find((operand) =>
        blocks.has(operand.value) && lives.get(operand.value)!.last === at
      );
      const { last } = lives.get(value)!;
      const block = over && blocks.get(over.value);
      if (block !== undefined) block.last = last;
      blocks.set(value, block ?? { bytes: value.bytes, first: at, last });
    }
  });
  const distinct: Interval[] = [...new Set(blocks.values())];
  const { offsets, bytes } = place(distinct);
  const offsetOf = new Map(distinct.map((block, i) => [block, offsets[i]!]));
  const places = new Map<Value, Place>();
  for (const [value, block] of blocks) {
    places.set(value, { kind: "arena", offset: offsetOf.get(block)! });
  }
  return { places, bytes };
}
