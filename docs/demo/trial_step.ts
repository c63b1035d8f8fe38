/**
 * Step 3: a picture is tried.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { models, tf } from "../../mod.ts";
import { outputsOf } from "./fine_tune.ts";
import { input, say } from "./page.ts";
import { pixelsOf } from "./pictures.ts";
import { hideScores, showScores, softmax } from "./scores.ts";
import { session } from "./session.ts";

/** What the network makes of a picture. */
export async function predict(): Promise<void> {
  const [file] = input("picture").files ?? [];
  if (file === undefined || session.learned === undefined || session.loaded === undefined) return;
  const { preprocess, classes } = session.learned;
  hideScores(); // those of another picture
  say("trial-status", `Looking at ${file.name} …`);
  try {
    await predictFile(file, session.loaded.model, preprocess, classes);
  } catch (error) {
    say("trial-status", "No picture is shown.");
    throw error;
  }
}

async function predictFile(
  file: File,
  model: tf.LayersModel,
  preprocess: models.Preprocessing,
  classes: readonly string[],
): Promise<void> {
  const batch = await preprocess(await pixelsOf(file));
  const example = { values: await batch.data() as Float32Array, label: 0 };
  const shape = batch.shape.slice(1);
  batch.dispose();
  const { list: [logits] } = await outputsOf(model, { list: [example], shape });
  showScores(file, classes, softmax(logits!.values));
}
