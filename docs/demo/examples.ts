/**
 * Pictures as a network learns from them.
 *
 * @module
 */
/// <reference lib="dom" />
import type { models } from "../../mod.ts";
import type { Example, Examples } from "./fine_tune.ts";
import { progress, sayNowAndThen } from "./page.ts";
import { type Class, pixelsOf } from "./pictures.ts";

/** Every fifth picture of a class is held out. */
const isHeldOut = (index: number) => index % 5 === 4;

/**
 * Reads all pictures.
 *
 * @param classes the classes
 * @param preprocess what the network wants
 * @param signal ends it
 * @returns those to learn from, and those that are held out
 * @throws {Error} that names the pictures that cannot be read
 */
export async function examplesOf(
  classes: readonly Class[],
  preprocess: models.Preprocessing,
  signal: AbortSignal,
): Promise<{ training: Examples; heldOut: Examples }> {
  const shape = [preprocess.height, preprocess.width, 3];
  const lists: [Example[], Example[]] = [[], []];
  const problems: string[] = [];
  const total = classes.reduce((sum, { files }) => sum + files.length, 0);
  let done = 0;
  for (const [label, { files }] of classes.entries()) {
    for (const [i, file] of files.entries()) {
      signal.throwIfAborted();
      const pixels = await pixelsOf(file).catch(({ message }: Error) =>
        void problems.push(message)
      );
      if (pixels) {
        const batch = await preprocess(pixels);
        lists[isHeldOut(i) ? 1 : 0].push({ label, values: await batch.data() as Float32Array });
        batch.dispose();
      }
      done++;
      sayNowAndThen("tune-status", `Reading pictures: ${done} of ${total}`);
      progress("tune-progress", done / total);
    }
  }
  if (problems.length > 0) throw new Error(several(problems)); // all at once, not one at a try
  return { training: { list: lists[0], shape }, heldOut: { list: lists[1], shape } };
}

/** The first problems, each on a line, and how many more there are. */
function several(problems: readonly string[]): string {
  const more = problems.length - 5;
  return problems.slice(0, 5).join("\n") + (more > 0 ? `\n… and ${more} more` : "");
}
