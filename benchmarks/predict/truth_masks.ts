/**
 * How the masks of the truth are read.
 *
 * @module
 */
import { askedCoding } from "../../datasets/masks/asked.ts";
import type { MaskCoding } from "../../datasets/sample.ts";
import { unknownName } from "../ground/errors.ts";
import type { DataRecord } from "../record/mod.ts";
import type { PredictAsked } from "./options.ts";

/** What a command line says of the truth's masks. */
export type TruthMasks = Pick<PredictAsked, "labels" | "palette">;

/**
 * The coding of the truth's masks: that of the run's data, unless another is asked for. The classes of
 * a palette are the run's by their names, in whichever order it lists them.
 *
 * @param data what was trained on
 * @param asked what is said of the truth's masks
 * @throws {UsageError} if a palette names a class that the run does not have
 * @throws {DataError} if the palette cannot be read
 */
export async function truthCoding(
  { coding, classNames: own }: DataRecord,
  { labels, palette }: TruthMasks,
): Promise<MaskCoding> {
  const asked = await askedCoding({
    ...(labels !== undefined && { labels }),
    ...(palette !== undefined && { palette }),
  });
  if (asked === undefined) return coding ?? "ade20k";
  const { coding: given, classNames = [] } = asked;
  if (typeof given === "string") return given;
  const ownLabels = classNames.map((name) => {
    if (!own.includes(name)) throw unknownName(`class in ${palette}`, name, own);
    return own.indexOf(name);
  });
  return {
    palette: given.palette.map(([red, green, blue, label]) =>
      [red, green, blue, label < 0 ? label : ownLabels[label]!] as const
    ),
  };
}
