/** Tells ADE20K's full set from the benchmark made of it, for which it is easily taken. */
import { basename, join } from "node:path";
import { listFolder, lookAt } from "../archives/files.ts";
import { DataError } from "../errors.ts";

/** The folders that the full set's archives unpack to. */
const fullSet = /^ADE20K_\d{4}_\d{2}_\d{2}$/;

/** Of `images/ADE/training/SCENES/SCENE`, the longest way to a mask, and of one folder between. */
const deepest = 5;

/**
 * Throws `DataError` where `dir` is the full set (2016's or 2021's), or holds it: pictures lie in a folder a scene, each
 * with a mask `NAME_seg.png` that codes thousands of kinds of objects in colours.
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
    `Cannot read a data set from ${root} as it is ADE20K's full set, whose masks (NAME_seg.png, in a folder a ` +
      `scene) code objects and parts in colours, and not the scene parsing benchmark, which has 150 classes: ` +
      `get ADEChallengeData2016.zip from http://sceneparsing.csail.mit.edu, and pass the folder that it unpacks to`,
  );
}

/** Whether a mask of the full set lies below, in the first folder of each first folder. */
async function holdsSegments(folder: string, depth: number): Promise<boolean> {
  const entries = await listFolder(folder);
  if (entries.some(({ name }) => name.endsWith("_seg.png"))) return true;
  const inner = entries.find(({ isDirectory }) => isDirectory);
  return inner !== undefined && depth > 0 &&
    await holdsSegments(join(folder, inner.name), depth - 1);
}
