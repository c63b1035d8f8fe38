/**
 * The curve of the loss.
 *
 * @module
 */
/// <reference lib="dom" />
import { byId } from "./page.ts";

/** The chart's height; its width is what the page has, so that its words keep their size. */
const height = 200;

/** What is drawn, for when the page gets another width. */
let drawn: readonly [losses: readonly number[], steps: number] = [[], 0];

/** Draws the curve anew whenever its place changes. */
export function watchCurve(): void {
  addEventListener("resize", () => drawCurve(...drawn));
}

/**
 * Draws the losses so far.
 *
 * @param losses each step's
 * @param steps how many there will be
 */
export function drawCurve(losses: readonly number[], steps: number): void {
  drawn = [losses, steps];
  const figure = byId("curve");
  figure.hidden = losses.length === 0;
  const svg = figure.querySelector("svg")!;
  const width = Math.max(200, figure.clientWidth);
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const box = { left: 46, right: width - 10, top: 10, bottom: height - 28 };
  const highest = Math.max(...losses, Number.MIN_VALUE);
  const x = (step: number) => box.left + (box.right - box.left) * step / Math.max(1, steps - 1);
  const y = (loss: number) => box.bottom - (box.bottom - box.top) * loss / highest;
  const points = losses.map((loss, step) => `${x(step).toFixed(1)},${y(loss).toFixed(1)}`);
  svg.replaceChildren(
    shape("line", { class: "axis", x1: box.left, x2: box.right, y1: box.bottom, y2: box.bottom }),
    shape("line", { class: "axis", x1: box.left, x2: box.left, y1: box.top, y2: box.bottom }),
    shape("polyline", { points: points.join(" ") }),
    label(box.left - 6, box.top + 8, "end", highest.toPrecision(2)),
    label(box.left - 6, box.bottom, "end", "0"),
    label(box.left, box.bottom + 20, "start", "step 1"),
    label(box.right, box.bottom + 20, "end", `${steps}`),
  );
  const [first = 0] = losses, last = losses.at(-1) ?? 0;
  const text = `Loss of ${losses.length} steps, from ${first.toFixed(3)} to ${last.toFixed(3)}`;
  svg.setAttribute("aria-label", text);
  byId("losses").textContent = losses.map((loss) => loss.toFixed(4)).join(" ");
}

function shape(name: string, attributes: Record<string, string | number>): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, `${value}`);
  return element;
}

function label(x: number, y: number, anchor: string, text: string): SVGElement {
  const element = shape("text", { x, y, "text-anchor": anchor });
  element.textContent = text;
  return element;
}
