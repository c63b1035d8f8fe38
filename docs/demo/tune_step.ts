/**
 * Step 2: the network learns.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { models, NonFiniteError, type tf } from "../../mod.ts";
import { drawCurve } from "./curve.ts";
import { examplesOf } from "./examples.ts";
import { countRight, type Example, type Examples, fineTune } from "./fine_tune.ts";
import { networkFor } from "./load_step.ts";
import { breathe, byId, hideButton, input, progress, say, sayNowAndThen } from "./page.ts";
import { chosenClasses } from "./pictures.ts";
import { forget, session, setLearned } from "./session.ts";
import { preprocessingOf } from "./weights.ts";

/** The number in a field, which the browser has checked. */
const numberIn = (id: string) => input(id).valueAsNumber;

/** Fine-tunes the network on the chosen pictures. */
export async function tune(): Promise<void> {
  const stopper = new AbortController(), { signal } = stopper;
  const [start, stop] = [byId<HTMLButtonElement>("start"), byId<HTMLButtonElement>("stop")];
  stop.onclick = () => stopper.abort(new DOMException("stopped", "AbortError"));
  stop.hidden = false;
  if (document.activeElement === start) stop.focus(); // a button that is off loses the focus
  start.disabled = true;
  try {
    const classes = chosenClasses();
    const network = await networkFor(classes, signal);
    const preprocessing = preprocessingOf(network, numberIn("side"));
    const preprocess = models.preprocessing(preprocessing);
    const { training, heldOut } = await examplesOf(classes, preprocess, signal);
    const losses = await learn(network.model, training, signal);
    if (losses.length === 0) signal.throwIfAborted();
    const [example] = training.list as [Example];
    const names = classes.map(({ name }) => name);
    setLearned({ classes: names, preprocessing, preprocess, example });
    say("tune-status", await summary(network.model, training, heldOut, losses));
  } catch (error) {
    say(
      "tune-status",
      session.learned === undefined ? "It has not learned." : "It has learned no more.",
    );
    if (error instanceof NonFiniteError) {
      forget();
      say(
        "load-status",
        "No weights are loaded: those that diverged are of no use. Load them again.",
      );
    }
    throw error;
  } finally {
    start.disabled = false;
    hideButton(stop, start);
    progress("tune-progress", undefined);
  }
}

async function learn(
  model: tf.LayersModel,
  training: Examples,
  signal: AbortSignal,
): Promise<number[]> {
  const steps = numberIn("steps");
  const losses: number[] = [];
  let drawnAt = 0;
  drawCurve(losses, steps);
  return await fineTune(model, training, {
    what: document.querySelector<HTMLInputElement>("input[name=what]:checked")!.value as
      | "head"
      | "all",
    steps,
    batchSize: numberIn("batch"),
    learningRate: numberIn("rate"),
    signal,
    async onFeatures(done, total) {
      sayNowAndThen("tune-status", `The network looks at the pictures: ${done} of ${total}`);
      progress("tune-progress", done / total);
      await breathe();
      signal.throwIfAborted();
    },
    async onStep(loss) {
      losses.push(loss);
      // Each drawing takes the longer, the more steps there are.
      if (performance.now() - drawnAt > 100 || losses.length === steps) {
        drawCurve(losses, steps);
        drawnAt = performance.now();
      }
      const text = `Step ${losses.length} of ${steps}, loss ${loss.toFixed(3)}`;
      sayNowAndThen("tune-status", text);
      progress("tune-progress", losses.length / steps);
      await breathe();
    },
  });
}

async function summary(
  model: tf.LayersModel,
  training: Examples,
  heldOut: Examples,
  losses: readonly number[],
): Promise<string> {
  say("tune-status", "Counting what it gets right …");
  await breathe();
  const score = async (examples: Examples) =>
    `${await countRight(model, examples)} of ${examples.list.length}`;
  const held = heldOut.list.length === 0
    ? "no picture is held out, as no class has five"
    : `${await score(heldOut)} pictures that were held out`;
  const steps = numberIn("steps"), { length } = losses;
  const end = length < steps ? `Stopped after ${length} of ${steps} steps` : "Done";
  const [first, last] = [losses[0]!, losses.at(-1)!].map((loss) => loss.toFixed(3));
  return `${end}: loss ${first} at the first step, ${last} at the last. Right about ` +
    `${await score(training)} pictures that it learned from, and ${held}.`;
}
