/**
 * What the page holds: a network, and what it has learned.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { models } from "../../mod.ts";
import type { Example } from "./fine_tune.ts";
import { byId, say } from "./page.ts";
import { hideScores } from "./scores.ts";
import type { Loaded } from "./weights.ts";

/** A network that has learned. */
export interface Learned {
  readonly classes: readonly string[];
  /** What `models.preprocessing` takes. */
  readonly preprocessing: object;
  readonly preprocess: models.Preprocessing;
  /** A picture that it has seen, `[side, side, 3]`. */
  readonly example: Example;
}

/** What there is at present. */
export const session: {
  loaded: Loaded | undefined;
  learned: Learned | undefined;
  /** Whether there is something learned that was not saved. */
  isUnsaved: boolean;
} = { loaded: undefined, learned: undefined, isUnsaved: false };

/** Forgets the network. */
export function forget(): void {
  session.loaded?.model.dispose();
  session.loaded = undefined;
  setLearned(undefined);
}

/** What the network has learned from now on; nothing where it has not. */
export function setLearned(now: Learned | undefined): void {
  session.learned = now;
  session.isUnsaved = now !== undefined;
  byId("start").textContent = now === undefined ? "Fine-tune" : "Fine-tune further";
  for (const id of ["picture", "save-tfjs", "save-safetensors"]) {
    (byId(id) as HTMLInputElement | HTMLButtonElement).disabled = now === undefined;
  }
  const text = now === undefined ? "The network learns first." : "";
  say("trial-status", text || "Choose a picture that the network has not seen.");
  say("keep-status", text || "Ready: the files are made here, and saved where you save downloads.");
  hideScores();
}
