/**
 * Step 1: weights are loaded.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { tf } from "../../mod.ts";
import { breathe, byId, hideButton, input, progress, say, sayNowAndThen } from "./page.ts";
import type { Class } from "./pictures.ts";
import { forget, session } from "./session.ts";
import { load, type Loaded, type Source, sourceOf } from "./weights.ts";

async function startBackend(): Promise<void> {
  const name = byId<HTMLSelectElement>("backend").value;
  const works = await tf.setBackend(name).catch(() => false);
  if (works) return await tf.ready();
  throw new Error(`This browser cannot compute with ${name}: choose another one above.`);
}

/** Loads what the user chose. */
export async function loadWeights(): Promise<void> {
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
    if (session.loaded !== undefined) await tf.setBackend(before); // where the network is that stays
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
    session.loaded = now;
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

/** The network with a new head, unless it has one of these classes already. */
export async function networkFor(classes: readonly Class[], signal: AbortSignal): Promise<Loaded> {
  if (session.loaded === undefined) throw new Error("No weights are loaded: load some in step 1.");
  const names = JSON.stringify(classes.map(({ name }) => name));
  const before = session.learned && JSON.stringify(session.learned.classes);
  const isFresh = before === undefined && session.loaded.classes === classes.length;
  if (isFresh || before === names) return session.loaded;
  const { source } = session.loaded;
  return await loadFrom(source, classes.length, signal);
}
