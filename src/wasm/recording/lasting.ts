/**
 * What stays as it is from call to call: variables that the step does not write, constants, and what
 * is computed of them alone. It is computed again when one of these variables has another value.
 *
 * @module
 */
import type * as tf from "../../tf.ts";
import { KEPT_BYTES } from "./constants.ts";
import { type Call, operandList, type Outcome, type Value } from "./values.ts";

/** What a call makes is kept if it is at most so many times as large as what it is made of. */
const MOST_GROWTH = 2;

/** Follows the calls of a step, in order. */
export class Lasting {
  readonly #written: ReadonlySet<tf.Variable>;
  readonly #computed = new Set<Value>();

  /** @param outcome what the step leaves behind */
  constructor({ written }: Pick<Outcome, "written">) {
    this.#written = new Set(written.map(({ variable }) => variable));
  }

  /** Whether a value lasts. */
  has(value: Value): boolean {
    const { source } = value;
    if (source.kind === "variable") return !this.#written.has(source.variable);
    return source.kind === "constant" || this.#computed.has(value);
  }

  /**
   * Takes the next call.
   *
   * @returns whether what it makes lasts: not where it may refuse values, nor where it takes little
   *     to make much
   */
  add(call: Call): boolean {
    const given = operandList(call).map(({ value }) => value);
    const most = Math.max(KEPT_BYTES, MOST_GROWTH * bytesOf(given));
    const lasts = !call.looks && bytesOf(call.made) <= most &&
      given.every((each) => this.has(each));
    if (lasts) { for (const value of call.made) this.#computed.add(value); }
    return lasts;
  }
}

function bytesOf(values: readonly Value[]): number {
  return values.reduce((sum, { bytes }) => sum + bytes, 0);
}
