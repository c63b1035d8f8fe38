/**
 * The page: what happens when something is clicked.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { setWasmPaths } from "npm:@tensorflow/tfjs-backend-wasm@4.22.0";
import "npm:@tensorflow/tfjs-backend-webgpu@4.22.0";
import { models, NonFiniteError, tf } from "../../mod.ts";
import { drawCurve, watchCurve } from "./curve.ts";
import { examplesOf } from "./examples.ts";
import { countRight, type Example, type Examples, fineTune, outputsOf } from "./fine_tune.ts";
import { asSafetensors, asTensorFlowJs, bakedCopy, type Kept } from "./keep.ts";
import {
  act,
  breathe,
  byId,
  download,
  hideButton,
  isComputing,
  progress,
  refuseOtherDrops,
  say,
  sayNowAndThen,
  takeDrops,
} from "./page.ts";
import { chosenClasses, type Class, pixelsOf, startPictures } from "./pictures.ts";
import { hideScores, showScores, softmax } from "./scores.ts";
import { load, type Loaded, onlyLast, preprocessingOf, type Source, sourceOf } from "./weights.ts";

/** A network that has learned. */
interface Learned {
  readonly classes: readonly string[];
  /** What `models.preprocessing` takes. */
  readonly preprocessing: object;
  readonly preprocess: models.Preprocessing;
  /** A picture that it has seen, `[side, side, 3]`. */
  readonly example: Example;
}

let loaded: Loaded | undefined;
let learned: Learned | undefined;

/** Whether there is something learned that was not saved. */
let isUnsaved = false;

const input = (id: string) => byId<HTMLInputElement>(id);

/** Forgets the network. */
function forget(): void {
  loaded?.model.dispose();
  loaded = undefined;
  setLearned(undefined);
}

function setLearned(now: Learned | undefined): void {
  learned = now;
  isUnsaved = now !== undefined;
  byId("start").textContent = now === undefined ? "Fine-tune" : "Fine-tune further";
  for (const id of ["picture", "save-tfjs", "save-safetensors"]) {
    (byId(id) as HTMLInputElement | HTMLButtonElement).disabled = now === undefined;
  }
  const text = now === undefined ? "The network learns first." : "";
  say("trial-status", text || "Choose a picture that the network has not seen.");
  say("keep-status", text || "Ready: the files are made here, and saved where you save downloads.");
  hideScores();
}

async function startBackend(): Promise<void> {
  const name = byId<HTMLSelectElement>("backend").value;
  const works = await tf.setBackend(name).catch(() => false);
  if (works) return await tf.ready();
  throw new Error(`This browser cannot compute with ${name}: choose another one above.`);
}

async function loadWeights(): Promise<void> {
  const stopper = new AbortController();
  const cancel = byId<HTMLButtonElement>("cancel-load");
  const before = tf.getBackend();
  cancel.onclick = () => stopper.abort();
  try {
    const source = await sourceOf([...input("files").files ?? []], input("address").value.trim());
    await startBackend();
    cancel.hidden = false;
    await breathe();
    await loadFrom(source, 2, stopper.signal);
    say("tune-status", "Ready to learn, once there are pictures.");
  } catch (error) {
    if (loaded !== undefined) await tf.setBackend(before); // where the network is that stays
    throw error;
  } finally {
    hideButton(cancel, byId("load-start"));
  }
}

/** Loads a network, which takes the place of the one before once it is here. */
async function loadFrom(source: Source, classes: number, signal: AbortSignal): Promise<Loaded> {
  const said = byId("load-status").textContent;
  say("load-status", "Loading …");
  try {
    const now = await load(source, classes, {
      signal,
      onProgress({ file, loadedBytes, totalBytes }) {
        const text = `${file}: ${megabytes(loadedBytes)} of ${megabytes(totalBytes)}`;
        sayNowAndThen("load-status", text);
        progress("load-progress", totalBytes === undefined ? 0 : loadedBytes / totalBytes);
      },
    });
    forget();
    loaded = now;
    say("load-status", `Loaded: ${now.description}. It computes with ${tf.getBackend()}.`);
    return now;
  } catch (error) {
    say("load-status", said);
    throw error;
  } finally {
    progress("load-progress", undefined);
  }
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? "an unknown size" : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** The number in a field, which the browser has checked. */
const numberIn = (id: string) => input(id).valueAsNumber;

/** The network with a new head, unless it has one of these classes already. */
async function networkFor(classes: readonly Class[], signal: AbortSignal): Promise<Loaded> {
  if (loaded === undefined) throw new Error("No weights are loaded: load some in step 1.");
  const names = JSON.stringify(classes.map(({ name }) => name));
  const before = learned && JSON.stringify(learned.classes);
  const isFresh = before === undefined && loaded.classes === classes.length;
  if (isFresh || before === names) return loaded;
  const { source } = loaded;
  return await loadFrom(source, classes.length, signal);
}

async function tune(): Promise<void> {
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
    say("tune-status", learned === undefined ? "It has not learned." : "It has learned no more.");
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

/** What the network makes of a picture. */
async function predict(): Promise<void> {
  const [file] = input("picture").files ?? [];
  if (file === undefined || learned === undefined || loaded === undefined) return;
  const { preprocess, classes } = learned;
  hideScores(); // those of another picture
  say("trial-status", `Looking at ${file.name} …`);
  try {
    await predictFile(file, loaded.model, preprocess, classes);
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

/** Makes files, of a baked copy if that is wanted, and hands them to the user. */
async function keep(
  encode: (model: tf.LayersModel, facts: Parameters<typeof asSafetensors>[1]) => Promise<Kept[]>,
): Promise<void> {
  if (learned === undefined || loaded === undefined) return;
  const { classes, preprocessing, example, preprocess: { height, width } } = learned;
  say("keep-status", "Making the files …");
  await breathe();
  const picture = tf.tensor(example.values, [1, height, width, 3]);
  const copy = input("bake").checked ? await bakedCopy(loaded.model, picture) : undefined;
  try {
    const files = await encode(copy?.baked ?? loaded.model, { classes, preprocessing });
    for (const { name, bytes } of files) download(name, [bytes], "application/octet-stream");
    const baked = copy === undefined ? "with raw kernels" : `baked: ${compared(copy.difference)}`;
    isUnsaved = false;
    say("keep-status", `Made ${files.map(({ name }) => name).join(" and ")}, ${baked}.`);
  } finally {
    picture.dispose();
    copy?.baked.dispose();
    if (isUnsaved) say("keep-status", "Nothing is saved.");
  }
}

function compared(difference: number): string {
  return difference === 0
    ? "a picture's logits are the same"
    : `a picture's logits differ by ${difference.toExponential(1)} at most`;
}

function listen(): void {
  byId("load").addEventListener("submit", (event) => {
    event.preventDefault();
    act("weights", loadWeights);
  });
  byId("backend").addEventListener("change", () => {
    if (loaded === undefined) return;
    const now = `Loaded: ${loaded.description}. It computes with ${tf.getBackend()}`;
    say("load-status", `${now}; what you chose takes effect when weights are loaded.`);
  });
  byId("tune").addEventListener("submit", (event) => {
    event.preventDefault();
    act("training", tune);
  });
  for (const [what, rate] of [["head", "0.03"], ["all", "0.003"]]) {
    document.querySelector(`input[value=${what}]`)!.addEventListener("change", () => {
      input("rate").value = rate!;
    });
  }
  byId("picture").addEventListener("change", () => act("trial", predict));
  byId("save-tfjs").addEventListener("click", () => act("keeping", () => keep(asTensorFlowJs)));
  byId("save-safetensors").addEventListener(
    "click",
    () => act("keeping", () => keep(async (model, facts) => [await asSafetensors(model, facts)])),
  );
  document.querySelectorAll<HTMLElement>("[data-drop]").forEach(takeDrops);
  refuseOtherDrops();
}

/** Asks before the page is left while something would be lost. */
function guardLeaving(): void {
  addEventListener("beforeunload", (event) => {
    if (isUnsaved || isComputing()) event.preventDefault();
  });
}

/** WebGPU may be there without a device that it works on. */
async function chooseBackend(): Promise<void> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<object | null> } };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (!adapter) byId<HTMLSelectElement>("backend").value = "wasm";
}

setWasmPaths(new URL("wasm/", document.baseURI).href);
startPictures();
watchCurve();
listen();
guardLeaving();
onlyLast(input("files"), input("address"));
setLearned(undefined);
await chooseBackend();
