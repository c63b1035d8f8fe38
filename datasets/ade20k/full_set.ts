/**
 * Detects ADE20K's full set, which is easily mistaken for the benchmark made from it.
 *
 * @module
 */
import { basename, join } from "node:path";
import { listFolder, lookAt } from "../archives/files.ts";
import { DataError } from "../errors.ts";

/** The folders that the full set's archives extract to. */
const fullSet = /^ADE20K_\d{4}_\d{2}_\d{2}$/;

/**
 * The longest way to a mask is `images/ADE/training/SCENES/SCENE`, with one more folder to spare.
 */
const deepest = 5;

/**
 * Refuses the full set (2016's or 2021's): pictures are in a folder for each scene, each with a
 * mask `NAME_seg.png` that codes thousands of kinds of objects as colours.
 *
 * @param dir the folder that was given
 * @throws {DataError} if it is the full set, or holds it
 */
export async function refuseFullSet(dir: string): Promise<void> {
  if (!(await lookAt(dir))?.isDirectory) return;
  const images = join(dir, "images");
  const isThere = (await lookAt(images))?.isDirectory &&
    await lookAt(join(dir, "annotations")) === undefined;
  const inner = (await listFolder(dir)).find(({ name }) => fullSet.test(name))?.name;
  const isBenchmark = await lookAt(join(dir, "ADEChallengeData2016")) !== undefined;
  const root = isThere && (fullSet.test(basename(dir)) || await holdsSegments(images, deepest))
    ? dir
    : inner !== undefined && !isThere && !isBenchmark
    ? join(dir, inner)
    : undefined;
  if (root === undefined) return;
  throw new DataError(
    `Cannot read a data set from ${root} as it is ADE20K's full set, whose masks (NAME_seg.png, in a folder for ` +
      `each scene) code objects and parts as colours, and not the scene parsing benchmark with its 150 classes: ` +
      `get ADEChallengeData2016.zip from http://sceneparsing.csail.mit.edu, and pass the folder that it extracts to`,
  );
}

/** Whether there is a mask of the full set below, in the first folder of each first folder. */
async function holdsSegments(folder: string, depth: number): Promise<boolean> {
  const entries = await listFolder(folder);
  if (entries.some(({ name }) => name.endsWith("_seg.png"))) return true;
  const inner = entries.find(({ isDirectory }) => isDirectory);
  return inner !== undefined && depth > 0 &&
    await holdsSegments(join(folder, inner.name), depth - 1);
}
