/**
 * What a network makes of a picture: shares of classes.
 *
 * @module
 */
/// <reference lib="dom" />
import { byId, say } from "./page.ts";

/** Logits as shares that sum up to 1. */
export function softmax(logits: Float32Array): number[] {
  const highest = Math.max(...logits);
  const powers = Array.from(logits, (logit) => Math.exp(logit - highest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** Takes the last picture and its scores away. */
export function hideScores(): void {
  byId("prediction").hidden = true;
}

/**
 * Shows a picture and its scores, the highest first.
 *
 * @param file the picture
 * @param classes the classes' names
 * @param shares the share of each
 */
export function showScores(
  file: File,
  classes: readonly string[],
  shares: readonly number[],
): void {
  const ranked = classes.map((name, i) => ({ name, share: shares[i]! }))
    .sort((a, b) => b.share - a.share);
  byId("scores").replaceChildren(...ranked.map(({ name, share }) => score(name, share)));
  const image = byId<HTMLImageElement>("shown");
  URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(file);
  byId("prediction").hidden = false;
  say("trial-status", `${file.name}: ${ranked[0]!.name}, ${percent(ranked[0]!.share)}`);
}

function score(name: string, share: number): HTMLElement {
  const item = document.createElement("li"), meter = document.createElement("meter");
  meter.value = share;
  meter.setAttribute("aria-label", name);
  const [word, number] = [name, percent(share)].map((text) => {
    const span = document.createElement("span");
    span.textContent = text;
    return span;
  });
  item.append(word!, number!, meter);
  return item;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
