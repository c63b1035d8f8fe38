import { DataError } from "../../datasets/errors.ts";
import { readWhole } from "../../datasets/archives/files.ts";
import { decodePng } from "../../datasets/images/png.ts";
import { counted } from "../ground/format.ts";
import { firstOf } from "./findings.ts";

/** Masks that are looked at, and colours that are told apart: a palette has fewer. */
const mostMasks = 20, mostColours = 256;

/** Colours that are named. */
const shownColours = 40;

/**
 * The colours of masks, in the form of a palette's lines.
 *
 * @param files masks of colours
 * @returns a sentence on the first masks' colours, the most frequent first
 */
export async function coloursText(files: readonly string[]): Promise<string> {
  const pixels = new Map<number, number>();
  const looked = files.slice(0, mostMasks);
  for (const file of looked) {
    await count(file, pixels);
    if (pixels.size > mostColours) {
      return `The first ones have more than ${mostColours} colours: they were resized or compressed ` +
        "with loss, and must be made again, or are no masks";
    }
  }
  const colours = [...pixels].sort((a, b) => b[1] - a[1]).map(([color]) =>
    `${color >> 16} ${(color >> 8) & 255} ${color & 255}`
  );
  const isGray = [...pixels.keys()].every((color) => color % 0x010101 === 0);
  return `The first ${counted(looked.length, "mask")} have ${counted(colours.length, "colour")}: ${
    firstOf(colours, shownColours).join(", ")
  }${isGray ? grayAdvice : ""}`;
}

const grayAdvice = ". All are gray: where that is the label, keep one channel (in Python: " +
  "Image.open(f).getchannel(0).save(f))";

async function count(file: string, pixels: Map<number, number>): Promise<void> {
  try {
    const { data } = decodePng(await readWhole(file), file);
    for (let i = 0; i < data.length && pixels.size <= mostColours; i += 3) {
      const color = (data[i]! << 16) | (data[i + 1]! << 8) | data[i + 2]!;
      pixels.set(color, (pixels.get(color) ?? 0) + 1);
    }
  } catch (error) {
    if (!(error instanceof DataError)) throw error; // told among the files
  }
}
