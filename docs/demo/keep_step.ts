/**
 * Step 4: what has learned is saved.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { tf } from "../../mod.ts";
import { type asSafetensors, bakedCopy, type Kept } from "./keep.ts";
import { breathe, download, input, say } from "./page.ts";
import { session } from "./session.ts";

/** Makes files, of a baked copy if that is wanted, and hands them to the user. */
export async function keep(
  encode: (model: tf.LayersModel, facts: Parameters<typeof asSafetensors>[1]) => Promise<Kept[]>,
): Promise<void> {
  if (session.learned === undefined || session.loaded === undefined) return;
  const { classes, preprocessing, example, preprocess: { height, width } } = session.learned;
  say("keep-status", "Making the files …");
  await breathe();
  const picture = tf.tensor(example.values, [1, height, width, 3]);
  const copy = input("bake").checked ? await bakedCopy(session.loaded.model, picture) : undefined;
  try {
    const files = await encode(copy?.baked ?? session.loaded.model, { classes, preprocessing });
    for (const { name, bytes } of files) download(name, [bytes], "application/octet-stream");
    const baked = copy === undefined ? "with raw kernels" : `baked: ${compared(copy.difference)}`;
    session.isUnsaved = false;
    say("keep-status", `Made ${files.map(({ name }) => name).join(" and ")}, ${baked}.`);
  } finally {
    picture.dispose();
    copy?.baked.dispose();
    if (session.isUnsaved) say("keep-status", "Nothing is saved.");
  }
}

function compared(difference: number): string {
  return difference === 0
    ? "a picture's logits are the same"
    : `a picture's logits differ by ${difference.toExponential(1)} at most`;
}
