/**
 * Where arms lie on axes, as records keep it.
 *
 * @module
 */
import * as v from "valibot";

const level = v.union([v.string(), v.number()]);

/** Axes, and each arm's place on them. */
export const grid = v.strictObject({
  axes: v.array(v.strictObject({
    name: v.string(),
    label: v.string(),
    /** In order, words or numbers. */
    levels: v.array(level),
    scale: v.exactOptional(v.picklist(["linear", "log"])),
  })),
  /** By arm, its level on each axis. */
  at: v.record(v.string(), v.array(level)),
  /** The axis whose effect is asked for. */
  effect: v.exactOptional(v.string()),
});

/** What of a record a grid must fit. */
interface Placed {
  grid?: v.InferOutput<typeof grid>;
  arms: readonly { name: string }[];
}

/**
 * What of a grid does not fit its record's arms or its own axes: no table could be made of it.
 *
 * @returns nothing where all fits
 */
export function misplaced({ grid, arms }: Placed): string | undefined {
  if (grid === undefined) return undefined;
  const { axes, at, effect } = grid;
  if (axes.length === 0) return "grid.axes must have one axis or more: there is none";
  if (effect !== undefined && !axes.some(({ name }) => name === effect)) {
    return `grid.effect must be the name of an axis: current value is "${effect}"`;
  }
  for (const [arm, place] of Object.entries(at)) {
    if (!arms.some(({ name }) => name === arm)) {
      return `grid.at must have places of the run's arms alone: it has one of "${arm}"`;
    }
    const fits = place.length === axes.length &&
      axes.every(({ levels }, i) => levels.includes(place[i]!));
    if (!fits) {
      return `grid.at.${arm} must be a level of each axis: current value is ${
        JSON.stringify(place)
      }`;
    }
  }
  return undefined;
}
