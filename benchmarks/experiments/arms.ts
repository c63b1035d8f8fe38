import { isAbsolute, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { reasonOf } from "../../datasets/errors.ts";
import { WeightStandardization } from "../../src/training/algorithms/weight_standardization.ts";
import type { Algorithm } from "../../src/training/engine.ts";
import { unknownName, UsageError } from "../ground/errors.ts";
import { OwnAlgorithm } from "./own_algorithm.ts";
import type { ArmDefinition, ModelFactory } from "./arm.ts";

/**
 * The arms of a weight standardization comparison.
 *
 * @param nLastLayersIgnore how many of the last convolutions the `ws` arm leaves alone
 * @returns `baseline`, `ws`, and `ws-all` where `ws` is not that already
 */
export function standardizationArms(nLastLayersIgnore: number): ArmDefinition[] {
  const all = { nLastLayersIgnore: 0 };
  const ws = {
    name: "ws",
    label: nLastLayersIgnore > 0 ? `WS, last ${nLastLayersIgnore} ignored` : "WS",
    description: nLastLayersIgnore > 0
      ? `every convolution standardized but the last ${nLastLayersIgnore}`
      : "every convolution standardized",
    algorithms: [new WeightStandardization({ nLastLayersIgnore })],
  };
  const wsAll = {
    name: "ws-all",
    label: "WS on all layers",
    description: "every convolution standardized, the head's too",
    algorithms: [new WeightStandardization(all)],
  };
  const baseline = {
    name: "baseline",
    label: "baseline",
    description: "no convolution standardized",
    algorithms: [],
  };
  return nLastLayersIgnore > 0 ? [baseline, ws, wsAll] : [baseline, ws];
}

/**
 * The arms that `--arms` asks for: some of the suite's by name, or those of a module.
 *
 * @param text names separated by commas, or a path that ends in .ts, .js or .mjs
 * @param arms the suite's arms
 * @returns the arms, in the order asked for
 * @throws {UsageError} if a name is unknown, or the module does not export a list of arms
 */
export async function chosenArms(
  text: string,
  arms: readonly ArmDefinition[],
): Promise<ArmDefinition[]> {
  const chosen = isModulePath(text) ? await armsOfModule(text) : text.split(",").map((name) => {
    const arm = arms.find((arm) => arm.name === name.trim());
    if (arm === undefined) throw unknownName("arm", name.trim(), arms.map(({ name }) => name));
    return arm;
  });
  checkArms(chosen, text);
  return chosen;
}

/** An arm as people write it: a label and a description are optional. */
export type OwnArm = Pick<ArmDefinition, "name" | "algorithms"> & Partial<ArmDefinition>;

/**
 * An arm with all its fields.
 *
 * @param arm the arm; its label is its name where none is given
 */
export function completeArm(arm: OwnArm): ArmDefinition {
  return { label: arm.name, description: "", ...arm };
}

/**
 * Fails where arms cannot be told apart.
 *
 * @param arms the arms
 * @param source where they come from, for the error
 */
export function checkArms(arms: readonly ArmDefinition[], source: string): void {
  const names = arms.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (names.length === 0) throw new UsageError(`Cannot compare as there are no arms in ${source}`);
  if (twice !== undefined) {
    throw new UsageError(`Cannot compare as the arm "${twice}" stands twice in ${source}`);
  }
  const labels = arms.map(({ label }) => label);
  const label = labels.find((label, i) => labels.indexOf(label) !== i);
  if (label !== undefined) {
    throw new UsageError(`Cannot compare as the label "${label}" stands twice in ${source}`);
  }
}

/**
 * The model that `--model` asks for.
 *
 * @param path a module whose default export is a {@linkcode ModelFactory}
 * @returns the factory
 * @throws {UsageError} if there is no such module, or its default export is no function
 */
export async function modelOfModule(path: string): Promise<ModelFactory> {
  const factory = await defaultExport(path);
  if (typeof factory !== "function") {
    throw new UsageError(
      `Cannot use ${path} as its default export must be a function that makes a model: ` +
        `it is ${typeof factory}`,
    );
  }
  return factory as ModelFactory;
}

function isModulePath(text: string): boolean {
  return /\.(ts|js|mjs)$/.test(text);
}

async function armsOfModule(path: string): Promise<ArmDefinition[]> {
  const arms = await defaultExport(path);
  if (!Array.isArray(arms) || !arms.every(isArm)) {
    throw new UsageError(
      `Cannot use ${path} as its default export must be a list of arms, ${armForm}`,
    );
  }
  return arms.map((arm: OwnArm) => {
    const algorithms = arm.algorithms.map((algorithm) => new OwnAlgorithm(algorithm, path));
    return completeArm({ ...arm, algorithms });
  });
}

/** What an arm must have, in words. */
export const armForm: string =
  "each with name: string and algorithms: Algorithm[]; label and description are strings too";

/** Whether a value is an arm as people write it. */
export function isArm(arm: Partial<ArmDefinition> | null): boolean {
  const { name, label = "", description = "", algorithms } = arm ?? {};
  const texts = [name, label, description].every((text) => typeof text === "string");
  return texts && name !== "" && Array.isArray(algorithms) && algorithms.every(isAlgorithm);
}

function isAlgorithm(algorithm: Partial<Algorithm> | null): boolean {
  return typeof algorithm?.match === "function" && typeof algorithm.apply === "function";
}

async function defaultExport(path: string): Promise<unknown> {
  const file = isAbsolute(path) ? path : resolve(Deno.cwd(), path);
  try {
    const module = await import(pathToFileURL(file).href);
    return module.default;
  } catch (error) {
    const reason = reasonOf(error).replace(/\s+/g, " ");
    throw new UsageError(`Cannot load ${path}: ${reason}`, { cause: error });
  }
}
