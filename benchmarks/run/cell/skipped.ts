import type { Warning } from "../../record/mod.ts";
import type { SkippedImage } from "../../tasks/task.ts";

/** More names would not be read. */
const mostNames = 10;

/**
 * The warning that names images that were passed over.
 *
 * @param skipped the images
 * @returns nothing where there are none
 */
export function skippedWarnings(skipped: readonly SkippedImage[]): Warning[] {
  if (skipped.length === 0) return [];
  const sorted = skipped.toSorted((a, b) => a.name < b.name ? -1 : 1);
  const named = sorted.slice(0, mostNames).map(({ name, reason }) => `${name} (${reason})`);
  const rest = skipped.length - named.length;
  const images = skipped.length === 1 ? "1 image" : `${skipped.length} images`;
  return [{
    code: "skipped-images",
    message: `${images} could not be read, and others stood in: ${named.join("; ")}` +
      (rest > 0 ? `; and ${rest} more` : ""),
    advice: "Mend or remove them, and run again without --skip-bad",
  }];
}
