/**
 * Masks whose form says that their numbers are no classes: colours, black and white.
 *
 * @module
 */
import { counted } from "../ground/format.ts";
import { coloursText } from "./colours.ts";
import type { Finding } from "./findings.ts";

/** What the masks of a set hold as numbers, whatever these mean. */
export interface MaskValues {
  /** How many masks hold each value, by the value. */
  masks: Uint32Array;
  /** How many masks are of numbers, and how many of these hold 0 and 255 alone. */
  numbers: number;
  twoValued: number;
  /** Masks of colours, and of values without a meaning, by their files. */
  colours: string[];
  contradicting: string[];
}

/** Whether masks are of colours, or black and white: then a palette says what they mean. */
export async function formFindings(
  { numbers, twoValued, colours, contradicting }: MaskValues,
): Promise<Finding[]> {
  const found = colours.length > 0 ? [await coloured(colours)] : [];
  if (numbers > 0 && twoValued === numbers) found.push(blackAndWhite(numbers, contradicting));
  return found;
}

async function coloured(files: string[]): Promise<Finding> {
  const seen = await coloursText(files);
  const masks = counted(files.length, "mask");
  return {
    level: "wrong",
    code: "masks-in-colours",
    message: `${masks} are RGB, and their colours may be the classes. ${seen}`,
    advice: "Say which colour is which class by --palette FILE, `r g b name` a line",
    items: files,
  };
}

function blackAndWhite(masks: number, files: readonly string[]): Finding {
  return {
    level: "wrong",
    code: "two-valued",
    message: `All ${counted(masks, "mask")} hold 0 and 255 alone, black and white`,
    advice:
      "Where white is a class, give --palette FILE with the lines 0 0 0 NAME and 255 255 255 NAME",
    items: files,
  };
}
