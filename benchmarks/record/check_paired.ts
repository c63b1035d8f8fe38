import { UsageError } from "../ground/errors.ts";
import type { Arm, CellRecord } from "./mod.ts";

/** What of a cell tells whether it pairs with another. */
export type PairedCell = Pick<CellRecord, "arm" | "seed" | "initialWeights">;

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
 * What an arm's weight begins from, on purpose: only weights of one start must be equal. Another file
 * of initial weights and another function that makes the model change all of them, another first
 * value of the normalizations' scales changes these. Any other setting leaves equal what has the
 * same name and shape, since each weight is drawn from the seed by its name.
 *
 * @returns the same text for the same start
 */
export function startOf({ settings = {}, model }: Partial<Arm>, weight: string): string {
  const { initialWeights = null, normalizationScale = null } = settings;
  const scale = /\/gamma \[/.test(weight) ? normalizationScale : null;
  return JSON.stringify([initialWeights, model ?? null, scale]);
}

/**
 * Cells of one seed that did not begin from the same weights: weights of equal name and shape must
 * be equal, unless their arms begin elsewhere on purpose ({@linkcode startOf}). A weight that one arm
 * alone has says nothing, nor does a cell without digests, as of earlier versions.
 *
 * @param cells records, in the order of the arms
 * @param arms what the arms set; those that are not there set nothing
 * @returns each cell that differs from one before it, with the first weight that does
 */
export function unpairedCells(
  cells: readonly PairedCell[],
  arms: readonly Partial<Arm>[] = [],
): Unpaired[] {
  const groups = Map.groupBy(cells, ({ seed }) => seed);
  return [...groups.values()].flatMap((group) => {
    const first = new Map<string, { digest: string; arm: string }>();
    return group.flatMap(({ arm, seed, initialWeights = {} }) => {
      const definition = arms.find(({ name }) => name === arm) ?? {};
      const entries = Object.entries(initialWeights)
        .map(([weight, digest]) => ({ weight, key: startOf(definition, weight) + weight, digest }));
      const found = entries.find(({ key, digest }) =>
        (first.get(key)?.digest ?? digest) !== digest
      );
      entries.forEach(({ key, digest }) => first.has(key) || first.set(key, { digest, arm }));
      if (found === undefined) return [];
      return [{ arm, other: first.get(found.key)!.arm, seed, weight: found.weight }];
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
export function checkPaired(
  cells: readonly PairedCell[],
  advice: string,
  arms: readonly Partial<Arm>[] = [],
): void {
  const [found] = unpairedCells(cells, arms);
  if (found === undefined) return;
  const { arm, other, seed, weight } = found;
  throw new UsageError(
    `Cannot compare ${arm} with ${other} as with seed ${seed} they begin from other values of ` +
      `${weight}: the same seed must give the same weights, so give each initializer a seed that ` +
      `comes from the model's; ${advice}`,
  );
}
