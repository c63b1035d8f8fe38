/**
 * Which kernels a file holds raw, as they are standardized before each use, and whether the model
 * standardizes the same ones. Weights trained that way mean something else without it, and no shape
 * shows it.
 *
 * @module
 */
import type * as tf from "../tf.ts";
import { countedConvolutions } from "../standardization/counted_convolutions.ts";
import { standardizedKernelOf } from "../standardization/standardized_kernel.ts";
import { isRawKernelName, plainTorchName, torchForm } from "./torch_names.ts";
import type { FileEntry, NamedWeight } from "./torch_pairs.ts";

/** The name under which a file's metadata list, in JSON, each standardized kernel's formula. */
export const standardizedMetadata = "weight_standardization";

/** Formulas in words, by the name of the kernel; empty if only a name shows that there is one. */
export type Formulas = ReadonlyMap<string, string>;

/** What makes the model what the file says. */
const asFile = 'load with { standardized: "as file" }';

/** How many names of one kind a message bears. */
const mostNames = 10;

/**
 * What the metadata of a file say of a model's kernels.
 *
 * @param weights the model's
 * @returns an entry for the metadata; none where nothing is standardized
 */
export function standardizedTexts(weights: readonly NamedWeight[]): [string, string][] {
  const formulas = formulasOfModel(weights);
  if (formulas.size === 0) return [];
  return [[standardizedMetadata, JSON.stringify(Object.fromEntries(formulas))]];
}

/**
 * Fails if a file says which kernels are standardized, and the model standardizes others, or by
 * another formula.
 *
 * @param model the model
 * @param pairs its weights, with the file's entries
 * @param metadata the file's
 * @throws {TypeError} if they differ, with the call that fixes it
 */
export function checkStandardized(
  model: tf.LayersModel,
  pairs: readonly [NamedWeight, FileEntry][],
  metadata: ReadonlyMap<string, string>,
): void {
  const file = formulasOfFile(pairs, metadata);
  if (file.size === 0) return;
  const own = formulasOfModel(pairs.map(([weight]) => weight));
  const differing = [...file].filter(([name, formula]) => {
    const present = own.get(name);
    return formula !== "" && present !== undefined && !isSame(present, formula);
  });
  const lines = [
    ...line("in the file alone", [...file.keys()].filter((name) => !own.has(name))),
    ...line("in the model alone", [...own.keys()].filter((name) => !file.has(name))),
    ...line(
      "by different formulas",
      differing.map(([name, formula]) =>
        `${name} (${brief(formula)} in the file, here ${brief(own.get(name) ?? "")})`
      ),
    ),
  ];
  if (lines.length === 0) return;
  throw new TypeError(
    "Cannot loadTorchWeights as the model must standardize the kernels that the file says: nothing is " +
      `loaded\n${lines.join("\n")}\n${mend(model, file, own.size > 0)}`,
  );
}

function formulasOfModel(weights: readonly NamedWeight[]): Formulas {
  return new Map(weights.flatMap(({ weight, form }) => {
    const kernel = standardizedKernelOf(weight);
    return kernel === undefined ? [] : [[form.name, kernel.description] as const];
  }));
}

/**
 * Which kernels a file says to be standardized.
 *
 * @param pairs weights of the model, with the file's entries
 * @param metadata the file's
 * @returns each one's formula in words by its name; empty words where a name alone says so
 */
export function formulasOfFile(
  pairs: readonly [NamedWeight, FileEntry][],
  metadata: ReadonlyMap<string, string>,
): Formulas {
  const listed = listedFormulas(metadata.get(standardizedMetadata));
  return new Map(pairs.flatMap(([{ form }, { name }]) => {
    const formula = listed.get(plainTorchName(form.name)) ??
      (isRawKernelName(name) ? "" : undefined);
    return formula === undefined ? [] : [[form.name, formula] as const];
  }));
}

/** What the metadata say; nothing if they are another program's. */
function listedFormulas(json: string | undefined): Formulas {
  try {
    const listed: unknown = JSON.parse(json ?? "{}");
    if (typeof listed !== "object" || listed === null) return new Map();
    return new Map(
      Object.entries(listed).flatMap(([name, formula]) =>
        typeof formula === "string" ? [[plainTorchName(name), formula] as const] : []
      ),
    );
  } catch {
    return new Map();
  }
}

function line(where: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const more = names.length - mostNames;
  const shown = names.slice(0, mostNames).join(", ");
  return [`${where}: ${shown}${more > 0 ? ` and ${more} more` : ""}`];
}

/** Whether two formulas are one, up to what another backend makes of the sums behind them. */
function isSame(one: string, other: string): boolean {
  const [words, others] = [one.split(", "), other.split(", ")];
  return words.length === others.length && words.every((word, i) => {
    if (word === others[i]) return true;
    const [a, b] = [Number(word), Number(others[i])];
    return i > 1 && Math.abs(a - b) <= 1e-4 * (1 + Math.abs(a));
  });
}

/** Variant and epsilon; of the sums behind them, what they mean. */
function brief(formula: string): string {
  const [variant, epsilon, ...kept] = formula.split(", ");
  return `${variant}, ${epsilon}${kept.length > 0 ? ", with preserveOutputs" : ""}`;
}

/** The call after which the model standardizes what the file says. */
function mend(model: tf.LayersModel, file: Formulas, isStandardized: boolean): string {
  const first = isStandardized ? "removeWeightStandardization(model) and " : "";
  const order = countedConvolutions(model).layers.flatMap(({ weights }) =>
    weights.map(torchForm).filter(({ shape }) => shape.length > 1).map(({ name }) => name)
  );
  const counted = order.slice(0, file.size);
  const [formula = "", ...others] = new Set(file.values());
  if ([formula, ...others].some((each) => each.split(", ").length > 2)) {
    return "what preserveOutputs added to the file's kernels is not in it: load that model, by " +
      "tf.loadLayersModel";
  }
  if (others.length > 0 || !counted.every((name) => file.has(name)) || counted.length < file.size) {
    const areConvolutions = [...file.keys()].every((name) => order.includes(name));
    return `no nLastLayersIgnore gives these: ${areConvolutions ? `${asFile}, or ` : ""}` +
      "build the model with layers such as layers.standardizedConv2d in their places, or load it " +
      "by tf.loadLayersModel where model.save wrote it";
  }
  const [variant, epsilon] = formula.split(", ");
  const ignored = order.length - file.size;
  const options = [
    ...(ignored > 0 ? [`nLastLayersIgnore: ${ignored}`] : []),
    ...(formula === "" ? [] : [`variant: "${variant}", epsilon: ${epsilon}`]),
  ];
  const argument = options.length > 0 ? `, { ${options.join(", ")} }` : "";
  return `call ${first}applyWeightStandardization(model${argument}) before, or ${asFile}`;
}
