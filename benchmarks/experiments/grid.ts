/**
 * Where arms lie on axes, as data: normalization × WS, or a metric against the microbatch's size. What
 * is tested of them, and how a report shows them, follows from it.
 *
 * @module
 */
import { unknownName, UsageError } from "../ground/errors.ts";
import { checkOnce, type Contrast, pair } from "./contrasts.ts";

/** A place on an axis, as readers see it; a number on an axis of numbers. */
export type Level = string | number;

/** One way in which arms differ. */
export interface Axis {
  /** A word for programs; each axis of a grid has its own. */
  name: string;
  /** For readers. */
  label: string;
  /** In order, the one that others are held against first. All words, or all numbers. */
  levels: readonly Level[];
  /** How numbers are drawn. @default "linear" */
  scale?: "linear" | "log";
}

/** Arms on axes. Not every place needs an arm, nor every arm a place. */
export interface Grid {
  axes: readonly Axis[];
  /** By the arm's name, its level on each axis, in their order. No two arms share a place. */
  at: Readonly<Record<string, readonly Level[]>>;
  /** The axis whose effect is asked for: {@linkcode gridContrasts}. */
  effect?: string;
}

/** Whether an axis is one of numbers: a chart has it, a table would not show it. */
export function isNumeric({ levels }: Pick<Axis, "levels">): boolean {
  return levels.every((level) => typeof level === "number");
}

/**
 * The arm at a place.
 *
 * @param place a level for each axis
 * @returns undefined where there is none
 */
export function armAt({ at }: Pick<Grid, "at">, place: readonly Level[]): string | undefined {
  return Object.keys(at).find((arm) => place.every((level, i) => level === at[arm]![i]));
}

/** The places that differ in one axis alone, as a row of a table: what stays fixed, and the arms. */
export interface GridRow {
  /** The levels on the other axes. */
  fixed: readonly Level[];
  /** The arm at each level of the axis; undefined where there is none. */
  arms: readonly (string | undefined)[];
}

/**
 * A grid along one of its axes, a row for each combination of the others' levels that has an arm.
 *
 * @param name of the axis
 */
export function rowsAlong(grid: Grid, name: string): GridRow[] {
  const along = grid.axes.findIndex((axis) => axis.name === name);
  const others = grid.axes.filter((_, i) => i !== along);
  const combinations = others.reduce<Level[][]>(
    (rows, { levels }) => rows.flatMap((row) => levels.map((level) => [...row, level])),
    [[]],
  );
  return combinations.map((fixed) => ({
    fixed,
    arms: grid.axes[along]!.levels.map((level) => armAt(grid, fixed.toSpliced(along, 0, level))),
  })).filter(({ arms }) => arms.some((arm) => arm !== undefined));
}

/** What an axis does in one row, and how much more than in the first row. */
export interface GridEffect {
  fixed: readonly Level[];
  /** Of the axis. */
  level: Level;
  /** The level minus the first one. */
  effect: Contrast;
  /** This effect minus that in the first row that has both levels; none for that row itself. */
  interaction?: Contrast;
}

/**
 * What the axis `grid.effect` does: within each combination of the other axes' levels, each of its
 * levels minus its first; and how much more that is than in the first combination: `+1 −1 −1 +1`.
 *
 * @param arms the labels are made of theirs
 * @returns nothing where the grid asks for no effect
 */
export function gridEffects(
  grid: Grid,
  arms: readonly { name: string; label: string }[],
): GridEffect[] {
  const axis = grid.axes.find(({ name }) => name === grid.effect);
  if (axis === undefined) return [];
  const rows = rowsAlong(grid, axis.name);
  const labelOf = (name: string) => arms.find((arm) => arm.name === name)?.label ?? name;
  return axis.levels.slice(1).flatMap((level, i) => {
    const effects = rows.flatMap(({ fixed, arms: [first, ...more] }): GridEffect[] => {
      const arm = more[i];
      if (first === undefined || arm === undefined) return [];
      const label = `${labelOf(arm)} − ${labelOf(first)}`;
      return [{ fixed, level, effect: pair(arm, first, label) }];
    });
    return effects.map((one, row) =>
      row === 0 ? one : {
        ...one,
        interaction: minus(one.effect, effects[0]!.effect),
      }
    );
  });
}

function minus(one: Contrast, other: Contrast): Contrast {
  const negative = Object.entries(other.weights).map(([arm, weight]) => [arm, -weight]);
  return {
    name: `${one.name} - (${other.name})`,
    label: `(${one.label}) − (${other.label})`,
    weights: { ...one.weights, ...Object.fromEntries(negative) },
  };
}

/** The contrasts of a grid, effects before interactions: one family. */
export function gridContrasts(
  grid: Grid,
  arms: readonly { name: string; label: string }[],
): Contrast[] {
  const all = gridEffects(grid, arms);
  return [
    ...all.map(({ effect }) => effect),
    ...all.flatMap(({ interaction }) => interaction ?? []),
  ];
}

/**
 * A grid of some of its arms: levels that none of them has are left out, and axes of one level.
 *
 * @returns undefined where no axis is left, or one of the arms has no place
 */
export function gridWithin(grid: Grid, arms: readonly string[]): Grid | undefined {
  if (!arms.every((arm) => Object.hasOwn(grid.at, arm))) return undefined;
  const used = grid.axes.map(({ levels }, i) =>
    levels.filter((level) => arms.some((arm) => grid.at[arm]![i] === level))
  );
  const isKept = (i: number) => used[i]!.length > 1;
  const axes = grid.axes.map((axis, i) => ({ ...axis, levels: used[i]! }))
    .filter((_, i) => isKept(i));
  if (axes.length === 0) return undefined;
  const at = arms.map((arm) => [arm, grid.at[arm]!.filter((_, i) => isKept(i))]);
  const { effect: asked, ...rest } = grid;
  const effect = axes.some(({ name }) => name === asked) ? asked : undefined;
  return {
    ...rest,
    axes,
    at: Object.fromEntries(at),
    ...(effect !== undefined && { effect }),
  };
}

/**
 * Fails where arms and a grid do not fit.
 *
 * @param source where they come from, for the error
 * @throws {UsageError} if an axis or a level stands twice, levels are words and numbers mixed, a
 * number is not finite, or not above 0 on a logarithmic axis, an arm or a level is unknown (suggests
 * the nearest), an arm has not one level an axis, two arms are in one place, or the effect is of no axis
 */
export function checkGrid(grid: Grid, arms: readonly string[], source: string): void {
  const { axes, at, effect } = grid;
  const names = axes.map(({ name }) => name);
  if (axes.length === 0) throw cannot("it has no axis", source);
  checkOnce("axis", names, source);
  axes.forEach((axis) => checkAxis(axis, source));
  for (const [arm, place] of Object.entries(at)) {
    if (!arms.includes(arm)) throw unknownName(`arm of the grid of ${source}`, arm, arms);
    if (place.length !== axes.length) {
      throw cannot(
        `the arm "${arm}" must have a level for each axis, ${names.join(", ")}: it has ` +
          JSON.stringify(place),
        source,
      );
    }
    axes.forEach(({ name, levels }, i) => {
      if (levels.includes(place[i]!)) return;
      throw unknownName(`level of ${name} of the arm "${arm}"`, `${place[i]}`, levels.map(String));
    });
    const other = armAt(grid, place);
    if (other !== arm) throw cannot(`the arms "${other}" and "${arm}" are in one place`, source);
  }
  if (effect !== undefined && !names.includes(effect)) throw unknownName("axis", effect, names);
}

function checkAxis(axis: Axis, source: string): void {
  const { name, levels, scale } = axis;
  checkOnce(`level of ${name}`, levels.map(String), source);
  const numbers = levels.filter((level) => typeof level === "number");
  if (levels.length === 0) throw cannot(`the axis "${name}" has no level`, source);
  if (numbers.length > 0 && numbers.length < levels.length) {
    throw cannot(
      `the levels of "${name}" must be all words or all numbers: they are ${levels.join(", ")}`,
      source,
    );
  }
  if (scale === "log" && !isNumeric(axis)) {
    throw cannot(`the axis "${name}" is logarithmic, and its levels are words`, source);
  }
  const least = scale === "log" ? 0 : -Infinity;
  const wrong = numbers.find((number) => !Number.isFinite(number) || number <= least);
  if (wrong === undefined) return;
  const wanted = scale === "log" ? "finite and above 0, as it is logarithmic" : "finite";
  throw cannot(`the levels of "${name}" must be ${wanted}: one is ${wrong}`, source);
}

function cannot(reason: string, source: string): UsageError {
  return new UsageError(`Cannot lay out the arms of ${source} on a grid as ${reason}`);
}
