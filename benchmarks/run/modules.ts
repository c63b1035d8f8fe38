/**
 * Arms, contrasts and models that a command line names: those of the suite, or of modules.
 *
 * @module
 */
import { isAbsolute, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { reasonOf } from "../../datasets/errors.ts";
import {
  type ArmDefinition,
  armForm,
  type ArmSet,
  checkArms,
  completeArm,
  isArm,
  type ModelFactory,
} from "../experiments/arm.ts";
import { checkGrid, type Grid, gridContrasts, gridWithin } from "../experiments/grid.ts";
import {
  checkContrasts,
  type Contrast,
  contrastsOfOwn,
  defaultContrasts,
} from "../experiments/contrasts.ts";
import type { CommonProfile } from "../experiments/profiles/common.ts";
import { unknownName, UsageError } from "../ground/errors.ts";
import { oneLine } from "../ground/format.ts";
import type { Suite } from "../tasks/suite.ts";
import { OwnAlgorithm } from "./own_algorithm.ts";

/** What is compared. */
export interface ChosenArms {
  arms: readonly ArmDefinition[];
  contrasts: readonly Contrast[];
  /** Whether a user gave these contrasts. */
  ownContrasts?: boolean;
  /** Where the arms lie on axes, if they do. */
  grid?: Grid | undefined;
  /** Those of the sets that the arms are of. */
  needs?: ArmSet["needs"];
  reads?: ArmSet["reads"];
}

/** Whether `--arms` names a module rather than arms. */
export function isModulePath(text: string): boolean {
  return /\.(ts|js|mjs)$/.test(text);
}

/** All arms of a suite, those of its sets too. */
export function knownArms<P extends CommonProfile>(
  { arms, armSets = {} }: Pick<Suite<P>, "arms" | "armSets">,
): ArmDefinition[] {
  return [...arms, ...Object.values(armSets).flatMap(({ arms }) => arms)];
}

/**
 * The arms that `--arms` asks for.
 *
 * @param text the name of a set of the suite's, names of arms separated by commas, or a path that ends
 * in .ts, .js or .mjs; the suite's own arms without
 * @returns the arms, in the order asked for, and their contrasts
 * @throws {UsageError} if a name is unknown or a set's beside others, or the module exports no list of arms, or contrasts that
 * are none of theirs
 */
export async function chosenArms<P extends CommonProfile>(
  text: string | undefined,
  suite: Pick<Suite<P>, "arms" | "contrasts" | "grid" | "armSets">,
): Promise<ChosenArms> {
  const { arms, contrasts = [], armSets = {} } = suite;
  checkLaidOut(suite, "the suite");
  if (text === undefined) return laidOut(arms, contrasts, suite.grid);
  if (isModulePath(text)) return await armsOfModule(text);
  if (Object.hasOwn(armSets, text)) {
    checkLaidOut(armSets[text]!, text);
    return armSets[text]!;
  }
  const known = knownArms(suite);
  const chosen = text.split(",").map((name) => {
    const arm = known.find((arm) => arm.name === name.trim());
    if (arm !== undefined) return arm;
    const set = Object.hasOwn(armSets, name.trim()) ? armSets[name.trim()]! : undefined;
    if (set !== undefined) {
      throw new UsageError(
        `Cannot compare "${text}" as ${name.trim()} is a set of arms, with contrasts of its own: give it ` +
          `alone, or name its arms: ${set.arms.map((arm) => arm.name).join(",")}`,
      );
    }
    const names = [...new Set(known.map(({ name }) => name)), ...Object.keys(armSets)];
    throw unknownName("arm", name.trim(), names);
  });
  checkArms(chosen, text);
  const sets = Object.values(armSets);
  const own = sets.filter((set) => set.arms.some((arm) => chosen.includes(arm)));
  return {
    ...laidOut(chosen, [...contrasts, ...sets.flatMap(({ contrasts }) => contrasts)], suite.grid),
    needs: own.flatMap(({ needs = [] }) => needs),
    reads: own.flatMap(({ reads = [] }) => reads),
  };
}

function checkLaidOut({ arms, grid }: Pick<ArmSet, "arms" | "grid">, source: string): void {
  if (grid !== undefined) checkGrid(grid, arms.map(({ name }) => name), source);
}

/** Arms with the contrasts of their grid; where it says nothing of them, each minus the first. */
function laidOut(
  arms: readonly ArmDefinition[],
  known: readonly Contrast[],
  whole?: Grid,
): ChosenArms {
  const names = arms.map(({ name }) => name);
  const grid = whole && gridWithin(whole, names);
  const contrasts = grid === undefined ? [] : gridContrasts(grid, arms);
  return {
    arms,
    contrasts: contrasts.length > 0 ? contrasts : defaultContrasts(names, known),
    grid,
  };
}

async function armsOfModule(path: string): Promise<ChosenArms> {
  const { default: exported, contrasts } = await load(path);
  if (!Array.isArray(exported) || !exported.every(isArm)) {
    throw new UsageError(
      `Cannot use ${path} as its default export must be a list of arms, ${armForm}`,
    );
  }
  const arms = exported.map(completeArm).map((arm) => ({
    ...arm,
    algorithms: arm.algorithms.map((algorithm) => new OwnAlgorithm(algorithm, path)),
  }));
  return ownArms(arms, contrasts, path);
}

/**
 * Arms of one's own with their contrasts.
 *
 * @param contrasts each arm minus the first where there are none
 * @param source where both come from, for the error
 * @throws {UsageError} if arms cannot be told apart, or a contrast is none of theirs
 */
export function ownArms(
  arms: readonly ArmDefinition[],
  contrasts: unknown,
  source: string,
): ChosenArms {
  checkArms(arms, source);
  if (contrasts === undefined) return { arms, contrasts: contrastsOfOwn(arms) };
  checkContrasts(contrasts, arms.map(({ name }) => name), source);
  return { arms, contrasts, ownContrasts: true };
}

/**
 * The model that `--model` asks for.
 *
 * @param path a module whose default export is a {@linkcode ModelFactory}
 * @throws {UsageError} if there is no such module, or its default export is no function
 */
export async function modelOfModule(path: string): Promise<ModelFactory> {
  const { default: factory } = await load(path);
  if (typeof factory !== "function") {
    throw new UsageError(
      `Cannot use ${path} as its default export must be a function that makes a model: ` +
        `it is ${typeof factory}`,
    );
  }
  return factory as ModelFactory;
}

async function load(path: string): Promise<Record<string, unknown>> {
  const file = isAbsolute(path) ? path : resolve(Deno.cwd(), path);
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    if (error instanceof UsageError) throw error; // such as a factorial's
    throw new UsageError(`Cannot load ${path}: ${oneLine(reasonOf(error))}`, { cause: error });
  }
}
