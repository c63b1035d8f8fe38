/**
 * What a report says of a run that was evaluated on training images, to choose settings by.
 *
 * @module
 */
import { percent } from "../../ground/format.ts";
import type { Result } from "../../record/mod.ts";
import { strong } from "../blocks.ts";
import type { Fact, Text } from "../document.ts";

/** That its scores are no result; none of another run. */
export function pilotLines({ data: { pilotShare } }: Result): Text[] {
  if (pilotShare === undefined) return [];
  return [[strong(
    "A pilot, to choose settings by: the scores are of training images that were held out, and " +
      "nothing is said of the validation images.",
  )]];
}

/** Which images they are; none of another run. */
export function pilotRows({ data: { pilotShare } }: Result): Fact[] {
  if (pilotShare === undefined) return [];
  return [["Evaluated on", `the last ${percent(pilotShare)} of the training images (a pilot)`]];
}
