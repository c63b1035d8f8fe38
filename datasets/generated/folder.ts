/**
 * Puts a generated set into a folder: all at once, only once, and never over files of someone else.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { syncFolder, syncTree } from "../durable.ts";
import { DataError, reasonOf } from "../errors.ts";

/** Options of every kind of generated set. */
export interface GeneratedOptions {
  /** Training images. */
  training: number;
  /** Validation images. */
  validation: number;
  /** Side of the square images, in pixels (default 64). */
  size?: number;
  /** How many classes: the first ones of the kind's list. */
  classes?: number;
  /** What the images depend on (default 0). */
  seed?: number;
}

/** A set to write, and how to recognize that it is there. */
export interface GeneratedSet {
  /** Its name in messages; its marker is `KIND.json`. */
  kind: string;
  /** Raised whenever the same settings give other files. */
  version: number;
  /** Options with their defaults. */
  settings: Required<GeneratedOptions>;
  /** Files at the top of the folder. */
  files: readonly string[];
  /** How many files each folder of the set holds. */
  folders: ReadonlyMap<string, number>;
  /** Writes everything but the marker. */
  write(draft: string): Promise<void>;
}

type State = "absent" | "complete" | "outdated" | "foreign";

/**
 * Fills in defaults: size 64, `usual` classes, seed 0.
 *
 * @param caller the function that was called, for messages
 * @param options what it was given
 * @param classes the fewest, usual and most classes
 * @returns all options
 * @throws {RangeError} naming `caller`, if one is out of range
 */
export function checkOptions(
  caller: string,
  options: GeneratedOptions,
  [fewest, usual, most]: readonly [fewest: number, usual: number, most: number],
): Required<GeneratedOptions> {
  const { training, validation, size = 64, classes = usual, seed = 0 } = options;
  const limits = [
    ["training", training, 0, 1e6],
    ["validation", validation, 0, 1e6],
    ["training + validation", training + validation, 1, 2e6],
    ["size", size, 16, 4096],
    ["classes", classes, fewest, most],
    ["seed", seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ] as const;
  for (const [name, value, low, high] of limits) {
    if (Number.isInteger(value) && value >= low && value <= high) continue;
    throw new RangeError(
      `Cannot ${caller} as ${name} must be an integer from ${low} to ${high}: current value is ${value}`,
    );
  }
  return { training, validation, size, classes, seed };
}

/**
 * Ensures that `dir` holds the set. A complete set with the same settings is left as it is; one
 * with others, or with missing files, is made anew. The files are written beside `dir` and moved.
 *
 * @param dir the folder
 * @param set what to write
 * @returns `dir`
 * @throws {DataError} if `dir` holds other files, or cannot be written
 */
export async function generateSet(dir: string, set: GeneratedSet): Promise<string> {
  const found = await inspect(dir, set);
  if (found === "complete") return dir;
  if (found === "foreign") {
    throw new DataError(
      `Cannot generate ${set.kind} in ${dir} as it holds files other than generated ${set.kind}: give an ` +
        `empty or a new folder`,
    );
  }
  try {
    await replace(dir, set);
  } catch (error) {
    throw new DataError(
      `Cannot generate ${set.kind} in ${dir} (${reasonOf(error)}): ` +
        `give a folder that can be written`,
      { cause: error },
    );
  }
  return dir;
}

function markerOf({ kind }: GeneratedSet): string {
  return `${kind}.json`;
}

function stampOf({ version, settings }: GeneratedSet): string {
  return JSON.stringify({ version, ...settings });
}

/** What is in `dir` now: files that are not ours must not be lost. */
async function inspect(dir: string, set: GeneratedSet): Promise<State> {
  const names = await list(dir);
  if (names.length === 0) return "absent";
  if (!names.includes(markerOf(set))) return "foreign";
  const isWhole = set.files.every((name) => names.includes(name));
  if (isWhole && await isComplete(dir, set)) return "complete";
  const tops = [...set.folders.keys()].map((folder) => folder.split("/")[0]);
  const ours = [...tops, ...set.files, markerOf(set)];
  return names.every((name) => ours.includes(name)) ? "outdated" : "foreign";
}

async function isComplete(dir: string, set: GeneratedSet): Promise<boolean> {
  if (await Deno.readTextFile(join(dir, markerOf(set))) !== stampOf(set)) return false;
  for (const [folder, files] of set.folders) {
    if ((await list(join(dir, folder))).length !== files) return false;
  }
  return true;
}

async function list(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw new DataError(
      `Cannot read ${folder} (${reasonOf(error)}): give a folder that can be read`,
      { cause: error },
    );
  }
}

/** Writes the set into a folder beside `dir` and puts it in `dir`'s place. */
async function replace(dir: string, set: GeneratedSet): Promise<void> {
  await Deno.mkdir(dirname(dir), { recursive: true });
  const draft = await Deno.makeTempDir({ dir: dirname(dir), prefix: `.${set.kind}-` });
  try {
    for (const folder of set.folders.keys()) {
      await Deno.mkdir(join(draft, folder), { recursive: true });
    }
    await set.write(draft);
    await Deno.writeTextFile(join(draft, markerOf(set)), stampOf(set));
    await syncTree(draft); // the marker would outlast a loss of power, and pictures without contents
    await move(draft, dir, set);
  } finally {
    await Deno.remove(draft, { recursive: true }).catch(ignoreMissing);
  }
}

/** Puts the finished draft in `dir`'s place, unless another process has just done so. */
async function move(draft: string, dir: string, set: GeneratedSet): Promise<void> {
  const found = await inspect(dir, set);
  if (found === "complete") return;
  if (found === "outdated") await Deno.remove(dir, { recursive: true });
  try {
    await Deno.rename(draft, dir);
    await syncFolder(dirname(dir));
  } catch (error) {
    if (await inspect(dir, set) !== "complete") throw error;
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
