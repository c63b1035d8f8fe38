import type { ComparisonResult } from "./comparison_result.ts";

/**
 * A comparison that did not come to its end: what is done is in its folder, and `resume: true` goes on
 * with it. `cause` is the signal's reason, or the error that ended a cell.
 */
export class ComparisonError extends Error {
  override readonly name: string = "ComparisonError";

  /**
   * @param ending `interrupted` by the signal, `broken` by an error in a cell or in the timing, or
   * `failed`: to its end, but for cells that diverged, under `strict`
   * @param result what there is, as in `result.json`; nothing where no cell was begun
   */
  constructor(
    message: string,
    readonly ending: "interrupted" | "broken" | "failed",
    readonly result: ComparisonResult | undefined,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
