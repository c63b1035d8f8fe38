import { UsageError } from "../ground/errors.ts";
import type { CellRecord } from "./mod.ts";

/** What of a cell tells whether it pairs with another. */
export type PairedCell = Pick<CellRecord, "arm" | "seed" | "sweep" | "initialWeights">;

/** Two cells of one seed that began from other values of a weight. */
export interface Unpaired {
  arm: string;
  /** The arm that came first. */
  other: string;
  seed: number;
  /** The weight's name and shape. */
  weight: string;
}

/**
 * Cells of one seed that did not begin from the same weights: weights of equal name and shape must
 * be equal. A weight that one arm alone has says nothing, and a cell that does not tell its weights,
 * as those of earlier versions, neither.
 *
 * @param cells records, in the order of the arms
 * @returns each cell that differs from one before it, with the first weight that does
 */
export function unpairedCells(cells: readonly PairedCell[]): Unpaired[] {
  const groups = Map.groupBy(cells, ({ seed, sweep }) => JSON.stringify([seed, sweep ?? null]));
  return [...groups.values()].flatMap((group) => {
    const first = new Map<string, { digest: string; arm: string }>();
    return group.flatMap(({ arm, seed, initialWeights = {} }) => {
      const entries = Object.entries(initialWeights);
      const [weight] = entries.find(([name, digest]) =>
        first.has(name) && first.get(name)!.digest !== digest
      ) ?? [];
      entries.forEach(([name, digest]) => first.has(name) || first.set(name, { digest, arm }));
      return weight === undefined ? [] : [{ arm, other: first.get(weight)!.arm, seed, weight }];
    });
  });
}

/**
 * Fails where cells of one seed did not begin from the same weights.
 *
 * @param cells records, in the order of the arms
 * @param advice what to do, beside making the model so that it repeats
 * @throws {UsageError} naming the first: arm, seed and weight
 */
export function checkPaired(cells: readonly PairedCell[], advice: string): void {
  const [found] = unpairedCells(cells);
  if (found === undefined) return;
  const { arm, other, seed, weight } = found;
  throw new UsageError(
    `Cannot compare ${arm} with ${other} as with seed ${seed} they begin from other values of ` +
      `${weight}: the same seed must give the same weights, so give each initializer a seed that ` +
      `comes from the model's; ${advice}`,
  );
}
