import { backendNames } from "../../src/backends/select.ts";
import { armForm, isArm } from "../experiments/arms.ts";
import type { CompareOptions } from "./compare.ts";
import { unknownName, UsageError } from "../ground/errors.ts";
import { checkSeeds } from "../experiments/seeds.ts";

/** Every option, with what it must be; in words for the error. */
const options: Required<{ [K in keyof CompareOptions]: [string, (value: unknown) => boolean] }> = {
  suite: ["a suite's name", isText],
  model: ["a function that makes a model", (value) => typeof value === "function"],
  arms: [`a list of arms, ${armForm}`, (value) => Array.isArray(value) && value.every(isArm)],
  data: ["a folder's path", isText],
  seeds: ["a list of one seed or more", (value) => Array.isArray(value) && value.length > 0],
  settings: ["an object", (value) => typeof value === "object" && value !== null],
  backend: ["a backend's name", isText],
  out: ["a folder's path", isText],
};

/**
 * Fails where the options of `compare` are not what they should be, as the command line does.
 *
 * @param given the options
 * @throws {UsageError} naming the first that is unknown (suggests the nearest), missing or wrong
 */
export function checkCompareOptions(given: object): void {
  const values = { ...given } as Record<string, unknown>;
  for (const name of Object.keys(values)) {
    if (!Object.hasOwn(options, name)) throw unknownName("option", name, Object.keys(options));
  }
  for (const [name, [wanted, fits]] of Object.entries(options)) {
    const value = values[name];
    const isOptional = name !== "model" && name !== "arms";
    if (value === undefined ? isOptional : fits(value)) continue;
    throw new UsageError(`Cannot compare as ${name} must be ${wanted}: it is ${shown(value)}`);
  }
  const { seeds, backend } = values;
  if (Array.isArray(seeds)) checkSeeds(seeds, seeds.join(","), "seeds");
  if (typeof backend === "string" && !backendNames.includes(backend)) {
    throw unknownName("backend", backend, backendNames);
  }
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

function shown(value: unknown): string {
  const text = typeof value === "function" ? "a function" : JSON.stringify(value) ?? `${value}`;
  return text.length <= 100 ? text : `${text.slice(0, 100)}…`;
}
