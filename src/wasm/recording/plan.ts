/**
 * Which calls a recording makes, and in which memory each value lies.
 *
 * @module
 */
import type * as tf from "../../tf.ts";
import { type Interval, place } from "./arena.ts";
import { overwritable } from "./in_place.ts";
import { Lasting } from "./lasting.ts";
import { type Call, operandList, type Outcome, type Value } from "./values.ts";

/** Where a value lies that a call makes. */
export type Place =
  /** In the block of memory that recordings share. */
  | { readonly kind: "arena"; readonly offset: number }
  /** In the recording's own, where it stays from call to call. */
  | { readonly kind: "kept"; readonly offset: number }
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
  /** All calls, in order. */
  readonly calls: readonly Call[];
  /** How many of the first ones are only made when a variable that they read has another value. */
  readonly lastingCalls: number;
  readonly places: ReadonlyMap<Value, Place>;
  readonly copies: readonly Copy[];
  /** The written variables whose old value is copied at the end. */
  readonly keepOld: ReadonlySet<tf.Variable>;
  /** The size of the shared block. */
  readonly arenaBytes: number;
  /** The size of the recording's own. */
  readonly keptBytes: number;
}

/**
 * Plans a recording.
 *
 * @param recorded all calls of the step
 * @param outcome what it leaves behind
 * @returns the plan, without calls that nothing needs
 */
export function planOf(recorded: readonly Call[], outcome: Outcome): Plan {
  const { calls, lastingCalls } = lastingFirst(needed(recorded, outcome), outcome);
  const lives = livesOf(calls, outcome);
  const kept = keptOf(calls.slice(0, lastingCalls), lives, lastingCalls);
  const { direct, copies } = destinations(calls, lives, kept.places, outcome);
  const arena = arenaOf(calls, lives, new Map([...direct, ...kept.places]));
  const keepOld = new Set(
    copies.flatMap(({ value: { source } }) => source.kind === "variable" ? [source.variable] : []),
  );
  return {
    calls,
    lastingCalls,
    places: new Map([...direct, ...kept.places, ...arena.places]),
    copies,
    keepOld,
    arenaBytes: arena.bytes,
    keptBytes: kept.bytes,
  };
}

/** The variables whose values the first calls depend on. */
export function lastingVariables({ calls, lastingCalls }: Plan): ReadonlySet<tf.Variable> {
  const operands = calls.slice(0, lastingCalls).flatMap(operandList);
  return new Set(
    operands.flatMap(({ value: { source } }) =>
      source.kind === "variable" ? [source.variable] : []
    ),
  );
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

/** Puts those calls first whose results last from call to call. */
function lastingFirst(
  calls: readonly Call[],
  outcome: Outcome,
): Pick<Plan, "calls" | "lastingCalls"> {
  const lasting = new Lasting(outcome), first: Call[] = [], others: Call[] = [];
  for (const call of calls) (lasting.add(call) ? first : others).push(call);
  return { calls: [...first, ...others], lastingCalls: first.length };
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

/** A memory of values, and its size. */
interface Block {
  readonly places: ReadonlyMap<Value, Place>;
  readonly bytes: number;
}

/** Where values lie that the first calls make for the others. */
function keptOf(calls: readonly Call[], lives: Lives, count: number): Block {
  const kept = calls.flatMap(({ made }) => made).filter((value) => lives.get(value)!.last >= count);
  const { offsets, bytes } = place(kept.map(({ bytes }) => ({ bytes, first: 0, last: 0 })));
  const placeOf = (offset: number): Place => ({ kind: "kept", offset });
  return { places: new Map(kept.map((value, i) => [value, placeOf(offsets[i]!)])), bytes };
}

/** Which values are made where they go to, and which are copied there at the end. */
function destinations(
  calls: readonly Call[],
  lives: Lives,
  kept: ReadonlyMap<Value, Place>,
  { written, results }: Outcome,
): { direct: Map<Value, Place>; copies: Copy[] } {
  const direct = new Map<Value, Place>(), copies: Copy[] = [];
  const lastLook = calls.findLastIndex(({ looks }) => looks);
  const mayMove = (value: Value) =>
    value.source.kind === "call" && !direct.has(value) && !kept.has(value);
  const befores = new Map<tf.Variable, Value>();
  for (const value of lives.keys()) {
    if (value.source.kind === "variable") befores.set(value.source.variable, value);
  }
  results.forEach(({ value }, index) => {
    const to = { kind: "result", index } as const;
    if (mayMove(value)) direct.set(value, to);
    else copies.push({ value, to });
  });
  written.forEach(({ variable, value }, index) => {
    const to = { kind: "state", index } as const, before = befores.get(variable);
    const { first } = lives.get(value)!;
    const mayWrite = mayMove(value) && first > lastLook &&
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
  elsewhere: ReadonlyMap<Value, Place>,
): Block {
  const blocks = new Map<Value, { bytes: number; first: number; last: number }>();
  calls.forEach((call, at) => {
    for (const value of call.made) {
      if (elsewhere.has(value)) continue;
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
