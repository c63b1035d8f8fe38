/**
 * Generated scenes: JPEG pictures and PNG masks, written in ADE20k's layout so that they go through the real reader.
 *
 * They exist to exercise the suites without any download. A network trained on them learns shapes and textures, but
 * nothing that says anything about a claim.
 */
import { dirname, join } from "node:path";
import { DataError, reasonOf } from "../errors.ts";
import { encodeJpeg } from "../images/jpeg.ts";
import { encodeGrayPng } from "../images/png.ts";
import { generatorFor } from "../random.ts";
import { maxClasses, minClasses, paintScene, sceneClasses } from "./paint.ts";

/** What `generateScenes` makes. */
export interface SceneOptions {
  /** Training images. */
  training: number;
  /** Validation images. */
  validation: number;
  /** Side of the square images, in pixels (default 64). */
  size?: number;
  /** Classes: the first ones of `sceneClasses` (default 6). */
  classes?: number;
  /** What the scenes depend on (default 0). */
  seed?: number;
}

/** Raised whenever the same options would give other files. */
const version = 1;
const marker = "scenes.json";
const quality = 90;

/**
 * Writes scenes into `dir`, in ADE20k's layout with a `classes.txt`, and returns `dir` to open. The same options give
 * the same bytes. A complete set made with the same options is left as it is; one made with others, or of which files
 * are missing, is made anew. The files appear all at once: they are written beside `dir` and moved.
 *
 * Throws `RangeError` for an option out of range, `DataError` where `dir` holds other files, or cannot be written.
 */
export async function generateScenes(dir: string, options: SceneOptions): Promise<string> {
  const settings = checked(options);
  const stamp = JSON.stringify({ version, ...settings });
  const found = await inspect(dir, stamp, settings);
  if (found === "complete") return dir;
  if (found === "foreign") {
    throw new DataError(
      `Cannot generate scenes in ${dir} as it holds files that are no generated scenes: give an empty ` +
        `or a new folder`,
    );
  }
  try {
    await replace(dir, stamp, settings);
  } catch (error) {
    throw new DataError(
      `Cannot generate scenes in ${dir} (${reasonOf(error)}): give a folder that can be written`,
      { cause: error },
    );
  }
  return dir;
}

function checked(options: SceneOptions): Required<SceneOptions> {
  const { training, validation, size = 64, classes = 6, seed = 0 } = options;
  const limits = [
    ["training", training, 0, 1e6],
    ["validation", validation, 0, 1e6],
    ["training + validation", training + validation, 1, 2e6],
    ["size", size, 16, 4096],
    ["classes", classes, minClasses, maxClasses],
    ["seed", seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ] as const;
  for (const [name, value, low, high] of limits) {
    if (Number.isInteger(value) && value >= low && value <= high) continue;
    throw new RangeError(
      `Cannot generateScenes as ${name} must be an integer from ${low} to ${high}: current value is ${value}`,
    );
  }
  return { training, validation, size, classes, seed };
}

/** What is in `dir` now: of files that are not ours, none may be lost. */
async function inspect(
  dir: string,
  stamp: string,
  settings: Required<SceneOptions>,
): Promise<"absent" | "complete" | "outdated" | "foreign"> {
  const names = await list(dir);
  if (names.length === 0) return "absent";
  if (!names.includes(marker)) return "foreign";
  if (names.includes("classes.txt") && await isComplete(dir, stamp, settings)) return "complete";
  const ours = ["images", "annotations", "classes.txt", marker];
  return names.every((name) => ours.includes(name)) ? "outdated" : "foreign";
}

async function isComplete(
  dir: string,
  stamp: string,
  settings: Required<SceneOptions>,
): Promise<boolean> {
  if (await Deno.readTextFile(join(dir, marker)) !== stamp) return false;
  for (const split of ["training", "validation"] as const) {
    for (const kind of ["images", "annotations"]) {
      if ((await list(join(dir, kind, split))).length !== settings[split]) return false;
    }
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
async function replace(
  dir: string,
  stamp: string,
  settings: Required<SceneOptions>,
): Promise<void> {
  await Deno.mkdir(dirname(dir), { recursive: true });
  const draft = await Deno.makeTempDir({ dir: dirname(dir), prefix: ".scenes-" });
  try {
    await writeSplit(draft, "training", settings);
    await writeSplit(draft, "validation", settings);
    const names = sceneClasses.slice(0, settings.classes);
    await Deno.writeTextFile(join(draft, "classes.txt"), names.join("\n") + "\n");
    await Deno.writeTextFile(join(draft, marker), stamp);
    await move(draft, dir, stamp, settings);
  } finally {
    await Deno.remove(draft, { recursive: true }).catch(ignoreMissing);
  }
}

/** Puts the finished draft in `dir`'s place, unless another process has put the same set there meanwhile. */
async function move(
  draft: string,
  dir: string,
  stamp: string,
  settings: Required<SceneOptions>,
): Promise<void> {
  const found = await inspect(dir, stamp, settings);
  if (found === "complete") return;
  if (found === "outdated") await Deno.remove(dir, { recursive: true });
  try {
    await Deno.rename(draft, dir);
  } catch (error) {
    if (await inspect(dir, stamp, settings) !== "complete") throw error;
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

async function writeSplit(
  dir: string,
  split: "training" | "validation",
  settings: Required<SceneOptions>,
): Promise<void> {
  const { size, classes, seed } = settings;
  await Deno.mkdir(join(dir, "images", split), { recursive: true });
  await Deno.mkdir(join(dir, "annotations", split), { recursive: true });
  for (let i = 0; i < settings[split]; i++) {
    const generator = generatorFor(seed, split === "training" ? 0 : 1, i);
    const { image, labels } = paintScene(size, classes, generator);
    const name = `scene_${String(i).padStart(6, "0")}`;
    const jpeg = await encodeJpeg(image, size, size, quality);
    await Deno.writeFile(join(dir, "images", split, `${name}.jpg`), jpeg);
    await Deno.writeFile(
      join(dir, "annotations", split, `${name}.png`),
      encodeGrayPng(labels, size, size),
    );
  }
}
