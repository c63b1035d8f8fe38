/**
 * Finds a data set in PASCAL VOC's layout.
 *
 * @module
 */
import { join } from "node:path";
import { listFolder, lookAt } from "../archives/files.ts";
import { DataError } from "../errors.ts";

/** The expected layout, for messages. */
export const vocLayout = `ROOT/JPEGImages/NAME.jpg                  an RGB picture
  ROOT/SegmentationClass/NAME.png           its classes, in PASCAL VOC's palette; 255 ignored
  ROOT/SegmentationClassAug/NAME.png        the augmented set's masks, where there are any
  ROOT/ImageSets/Segmentation/train.txt     names, one a line
  ROOT/ImageSets/Segmentation/val.txt       ROOT may lie in VOCdevkit, such as VOCdevkit/VOC2012`;

/** What tells the layout: a copy may lack any of these, and the error then names it. */
const marks = ["JPEGImages", "SegmentationClass", "SegmentationClassAug", "ImageSets/Segmentation"];

/** The folders of the years, as the official archives have them. */
const year = /^VOC\d{4}$/;

/**
 * Finds the folder that holds `JPEGImages/`, `SegmentationClass/` and `ImageSets/`.
 *
 * @param dir that folder, `VOCdevkit`, or the folder that holds it
 * @returns `dir` itself or a folder below it; undefined if there is none in that layout
 * @throws {DataError} if it holds the folders of several years
 */
export async function findVoc(dir: string): Promise<string | undefined> {
  if (await isVoc(dir)) return dir;
  for (const above of [dir, join(dir, "VOCdevkit")]) {
    if (!(await lookAt(above))?.isDirectory) continue;
    const years = (await listFolder(above)).map(({ name }) => name).filter((name) =>
      year.test(name)
    ).sort();
    const roots: string[] = [];
    for (const name of years) if (await isVoc(join(above, name))) roots.push(join(above, name));
    if (roots.length > 1) {
      throw new DataError(
        `Cannot read a data set from ${dir} as it holds the sets of several years: pass one of ${
          roots.join(", ")
        }`,
      );
    }
    if (roots[0] !== undefined) return roots[0];
  }
  return undefined;
}

async function isVoc(dir: string): Promise<boolean> {
  for (const mark of marks) if ((await lookAt(join(dir, mark)))?.isDirectory) return true;
  return false;
}
