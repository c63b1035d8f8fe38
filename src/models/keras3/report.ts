/**
 * What is found while a model is rewritten: all of it at once, so that one run tells a user whether
 * the model can be had.
 *
 * @module
 */

import { jsonOf } from "../../check.ts";

/** A dictionary of a model's JSON. */
export type Config = Record<string, unknown>;

/** How many layers of one problem a message names. */
const mostLayers = 3;

/** Collects what can't be rewritten, and what is but should be known. */
export class Report {
  readonly #problems = new Map<string, Set<string>>();
  readonly #notes = new Map<string, Set<string>>();

  /** The layer that is looked at. */
  place = "the model";

  /**
   * Notes what keeps the model from being loaded.
   *
   * @param where the layer
   * @param what what is wrong with it, and what to do
   */
  problem(where: string, what: string): void {
    note(this.#problems, where, what);
  }

  /**
   * Notes what is otherwise than in Keras, though outputs are the same.
   *
   * @param where the layer
   * @param what what is otherwise
   */
  note(where: string, what: string): void {
    note(this.#notes, where, what);
  }

  /**
   * Ends the rewriting: warns of what was noted.
   *
   * @throws {TypeError} if there are problems, with all of them
   */
  finish(): void {
    const count = this.#problems.size;
    if (count > 0) {
      throw new TypeError(
        "Cannot fromKeras3 as the model must be made of what TensorFlow.js computes as Keras does: " +
          `${count} ${count === 1 ? "thing is" : "things are"} not\n${
            lines(this.#problems).join("\n")
          }`,
      );
    }
    for (const line of lines(this.#notes)) console.warn(`fromKeras3: ${line}`);
  }
}

function note(notes: Map<string, Set<string>>, where: string, what: string): void {
  notes.set(what, (notes.get(what) ?? new Set()).add(where));
}

function lines(notes: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  return Array.from(notes, ([what, layers]) => {
    const more = layers.size - mostLayers;
    const shown = [...layers].slice(0, mostLayers).join(", ");
    return `${shown}${more > 0 ? ` and ${more} more` : ""}: ${what}`;
  });
}

/** Whether a value is a dictionary. */
export function isConfig(value: unknown): value is Config {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A word of a model's JSON for a message: what is no text is shown as JSON. */
export function wordOf(value: unknown): string {
  if (typeof value === "string" || value === undefined) return `${value}`;
  return jsonOf(value, 60);
}

/** A layer's name and class, for a message. */
export function named(className: string, name: string): string {
  return `${name} (${className})`;
}
