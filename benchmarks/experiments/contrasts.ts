/**
 * What is compared with what: weights over arms. A contrast of a seed is the sum of its arms' values
 * times their weights, so it pairs by construction; the weights add up to 0, so that what all arms
 * share drops out.
 *
 * @module
 */
import * as v from "valibot";
import { unknownName, UsageError } from "../ground/errors.ts";

/** A contrast of arms. */
export interface Contrast {
  /** A word for programs; each contrast of a run has its own. */
  name: string;
  /** What is compared, for readers. */
  label: string;
  /** By the arms' names: `{ "gn-ws": 1, gn: -1 }`. */
  weights: Readonly<Record<string, number>>;
}

/** Sums that differ from 0 by less are 0, but for rounding. */
const rounding = 1e-9;

/**
 * One arm minus another.
 *
 * @param arm the arm's name
 * @param minus the other's name
 * @param label for readers
 */
export function pair(arm: string, minus: string, label = `${arm} − ${minus}`): Contrast {
  return { name: `${arm} - ${minus}`, label, weights: { [arm]: 1, [minus]: -1 } };
}

/**
 * The main effects and interactions of a full factorial of factors with two levels. A main effect is
 * the mean of the arms that have the factor minus the mean of the others; an interaction of two is
 * how much more the one does where the other is there, averaged over the rest: `+1 −1 −1 +1` for
 * four arms.
 *
 * @param arms the names of all arms, one for each combination of factors
 * @param factors by the factor's name, the arms that have it
 * @returns a contrast for each combination of factors, `2ᵏ − 1` of them
 * @throws {UsageError} if an arm of a factor is none of the arms, or a combination has not one arm
 *
 * @example
 * ```ts
 * import { factorial } from "./contrasts.ts";
 * import assert from "node:assert/strict";
 *
 * const [norm, ws, both] = factorial(["bn", "bn-ws", "gn", "gn-ws"], {
 *   GN: ["gn", "gn-ws"],
 *   WS: ["bn-ws", "gn-ws"],
 * });
 * assert.deepEqual(norm!.weights, { bn: -0.5, "bn-ws": -0.5, gn: 0.5, "gn-ws": 0.5 });
 * assert.deepEqual(both!.weights, { bn: 1, "bn-ws": -1, gn: -1, "gn-ws": 1 });
 * assert.deepEqual([ws!.label, both!.label], ["WS, main effect", "GN × WS, interaction"]);
 * ```
 */
export function factorial(
  arms: readonly string[],
  factors: Readonly<Record<string, readonly string[]>>,
): Contrast[] {
  const names = Object.keys(factors);
  for (const arm of Object.values(factors).flat()) {
    if (!arms.includes(arm)) throw unknownName("arm of a factorial", arm, arms);
  }
  const sign = (arm: string, factor: string) => factors[factor]?.includes(arm) ? 1 : -1;
  const combinations = new Set(arms.map((arm) => names.map((name) => sign(arm, name)).join()));
  if (combinations.size < arms.length || arms.length !== 2 ** names.length) {
    throw new UsageError(
      `Cannot make a factorial of ${
        names.join(", ")
      } as each combination of them must be one arm: ` +
        `there are ${arms.length} arms of ${combinations.size} combinations`,
    );
  }
  return subsets(names).map((subset) => {
    const size = 2 ** subset.length / arms.length;
    const weight = (arm: string) => subset.reduce((w, factor) => w * sign(arm, factor), size);
    const label = subset.join(" × ");
    return {
      name: subset.join(":"),
      label: `${label}, ${subset.length === 1 ? "main effect" : "interaction"}`,
      weights: Object.fromEntries(arms.map((arm) => [arm, weight(arm)])),
    };
  });
}

/** All but the empty one, the smaller ones first. */
function subsets(names: readonly string[]): string[][] {
  const all = names.reduce<string[][]>(
    (sets, name) => [...sets, ...sets.map((set) => [...set, name])],
    [[]],
  );
  return all.slice(1).sort((a, b) => a.length - b.length);
}

/** The contrasts of arms of one's own: each minus the first, the baseline, by their labels. */
export function contrastsOfOwn(
  [first, ...others]: readonly { name: string; label: string }[],
): Contrast[] {
  return others.map(({ name, label }) => pair(name, first!.name, `${label} − ${first!.label}`));
}

/**
 * The contrasts of arms that come without their own: each arm minus the first, and those known of
 * which all arms are there.
 *
 * @param arms the arms' names, the baseline first
 * @param known contrasts of a suite
 */
export function defaultContrasts(
  arms: readonly string[],
  known: readonly Contrast[] = [pair("ws-all", "ws")],
): Contrast[] {
  const own = contrastsOfOwn(arms.map((name) => ({ name, label: name })));
  const ofArms = known.filter(({ weights }) =>
    Object.keys(weights).every((name) => arms.includes(name))
  );
  return distinct([...own, ...ofArms]);
}

/** Each once, the first that says so: a contrast the other way round tests the same. */
export function distinct(contrasts: readonly Contrast[]): Contrast[] {
  return contrasts.reduce<Contrast[]>((found, one) => {
    const isThere = found.some((other) => isSame(one, other) || isSame(one, other, -1));
    return isThere ? found : [...found, one];
  }, []);
}

/** Whether two contrasts have the same weights, whatever they are called; with −1 the opposite ones. */
export function isSame(
  { weights }: Pick<Contrast, "weights">,
  { weights: others }: Pick<Contrast, "weights">,
  sign: 1 | -1 = 1,
): boolean {
  const names = Object.keys(weights);
  return names.length === Object.keys(others).length &&
    names.every((name) => weights[name] === sign * (others[name] ?? NaN));
}

/** What a contrast must have, in words. */
export const contrastForm: string =
  "each with name: string, label: string and weights: an object of finite numbers";

/**
 * Fails where contrasts of one's own are none of the run's arms.
 *
 * @param source where they come from, for the error
 * @throws {UsageError} if one has not the form, names no arm (suggests the nearest), has weights that
 * do not add up to 0 or are all 0, or a name that stands twice
 */
export function checkContrasts(
  contrasts: unknown,
  arms: readonly string[],
  source: string,
): asserts contrasts is Contrast[] {
  if (!v.is(contrastList, contrasts)) {
    throw new UsageError(
      `Cannot compare as the contrasts of ${source} must be a list, ${contrastForm}`,
    );
  }
  for (const { name, weights } of contrasts) {
    const stranger = Object.keys(weights).find((arm) => !arms.includes(arm));
    if (stranger !== undefined) throw unknownName(`arm of the contrast ${name}`, stranger, arms);
    const values = Object.values(weights);
    const sum = values.reduce((sum, value) => sum + value, 0);
    if (Math.abs(sum) < rounding && values.some((value) => value !== 0)) continue;
    throw new UsageError(
      `Cannot compare as the weights of the contrast "${name}" must add up to 0, and not all be 0: ` +
        `they are ${values.join(", ")}`,
    );
  }
  checkOnce("contrast", contrasts.map(({ name }) => name), source);
}

/**
 * Fails where what is compared cannot be told apart.
 *
 * @param what the words name, such as `"arm"`
 * @param words of all of them
 * @param source where they come from, for the error
 * @throws {UsageError} if a word stands twice
 */
export function checkOnce(what: string, words: readonly string[], source: string): void {
  const twice = words.find((word, i) => words.indexOf(word) !== i);
  if (twice === undefined) return;
  throw new UsageError(`Cannot compare as the ${what} "${twice}" stands twice in ${source}`);
}

const text = v.pipe(v.string(), v.nonEmpty());
const weight = v.pipe(v.number(), v.finite());
const contrastList = v.array(
  v.object({ name: text, label: text, weights: v.record(v.string(), weight) }),
);
