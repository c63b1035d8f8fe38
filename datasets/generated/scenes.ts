/**
 * Generated scenes: JPEG pictures and PNG masks in ADE20k's layout, so that the real reader reads
 * them.
 *
 * They exist to exercise the suites without any download. A network trained on them learns shapes
 * and textures, but nothing that supports or refutes a claim.
 *
 * @module
 */
import { join } from "node:path";
import { encodeJpeg } from "../images/jpeg.ts";
import { encodeGrayPng } from "../images/png.ts";
import { generatorFor } from "../random.ts";
import { checkOptions, type GeneratedOptions, generateSet } from "./folder.ts";
import { maxClasses, minClasses, paintScene, sceneClasses } from "./paint.ts";

/**
 * Options of {@linkcode generateScenes}: by default 64×64 pixels and the first 6 of `sceneClasses`.
 */
export type SceneOptions = GeneratedOptions;

/** Raised whenever the same options give other files. */
const version = 1;
const quality = 90;
const classesFile = "classes.txt";
const splits = ["training", "validation"] as const;

/**
 * Writes scenes into a folder, in ADE20k's layout with a `classes.txt`. The same options give the
 * same bytes. A complete set made with the same options is left as it is; one made with others, or
 * with missing files, is made anew. The files appear all at once: they are written beside `dir` and
 * moved.
 *
 * @param dir the folder
 * @param options how many scenes, and which
 * @returns `dir`, to open
 * @throws {RangeError} if an option is out of range
 * @throws {DataError} if `dir` holds other files, or cannot be written
 */
export async function generateScenes(dir: string, options: SceneOptions): Promise<string> {
  const settings = checkOptions("generateScenes", options, [minClasses, 6, maxClasses]);
  const folders = splits.flatMap((split) =>
    ["images", "annotations"].map((kind) => [`${kind}/${split}`, settings[split]] as const)
  );
  return await generateSet(dir, {
    kind: "scenes",
    version,
    settings,
    files: [classesFile],
    folders: new Map(folders),
    write: async (draft) => {
      for (const split of splits) await writeSplit(draft, split, settings);
      const names = sceneClasses.slice(0, settings.classes);
      await Deno.writeTextFile(join(draft, classesFile), names.join("\n") + "\n");
    },
  });
}

async function writeSplit(
  dir: string,
  split: typeof splits[number],
  settings: Required<SceneOptions>,
): Promise<void> {
  const { size, classes, seed } = settings;
  for (let i = 0; i < settings[split]; i++) {
    const generator = generatorFor(seed, splits.indexOf(split), i);
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
