import { reasonOf } from "../../datasets/errors.ts";
import type { Algorithm, Event, Logger, State } from "../../src/training/engine.ts";
import { oneLine } from "../ground/format.ts";
import { UsageError } from "../ground/errors.ts";

/** What an algorithm of one's own threw: it breaks the cells of its arm, and no others. */
export class OwnAlgorithmError extends UsageError {}

/**
 * An algorithm of one's own, whose mistakes are its author's to put right: what it throws becomes an
 * error of one line that names its module.
 */
export class OwnAlgorithm implements Algorithm {
  readonly name: string;

  constructor(readonly algorithm: Algorithm, private readonly module: string) {
    this.name = algorithm.name;
  }

  match(event: Event, state: State): boolean {
    return this.#named(event, () => this.algorithm.match(event, state));
  }

  apply(event: Event, state: State, logger: Logger): void {
    this.#named(event, () => this.algorithm.apply(event, state, logger));
  }

  /** What a report calls it: its own words, or its name where it has none. */
  toString(): string {
    const text = String(this.algorithm);
    return text === String({}) ? this.name : text;
  }

  #named<T>(event: Event, body: () => T): T {
    try {
      return body();
    } catch (error) {
      const reason = oneLine(reasonOf(error));
      throw new OwnAlgorithmError(
        `Cannot go on as the algorithm ${this} of ${this.module} throws at "${event}": ${reason}`,
        { cause: error },
      );
    }
  }
}
