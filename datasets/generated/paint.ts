/** Paints one scene: a textured sky and field, and things on them that are told apart by shape and texture. */
import { integer, type RandomGenerator, uniform } from "../random.ts";

/** A kind of thing. Coordinates run from −1 to 1 over the thing's box, `y` downwards. */
interface Kind {
  name: string;
  /** Whether the point belongs to the thing. */
  covers(x: number, y: number): boolean;
  /** Brightness of its texture at the point, around 1. */
  shade(x: number, y: number): number;
}

type Color = [red: number, green: number, blue: number];

const plain = (): number => 1;
const alternate = (at: number): number => Math.floor(at * 3) % 2 === 0 ? 1.3 : 0.6;

/** The kinds of things, in the order of their labels; a new one is one entry. */
const kinds: readonly Kind[] = [
  { name: "ball", covers: (x, y) => x * x + y * y <= 1, shade: (x, y) => 1.1 - 0.4 * (x + y) },
  {
    name: "crate",
    covers: () => true,
    shade: (x, y) => Math.abs(x) > 0.7 || Math.abs(y) > 0.7 ? 0.7 : 1.1,
  },
  { name: "tent", covers: (x, y) => Math.abs(x) <= (y + 1) / 2, shade: plain },
  { name: "fence", covers: () => true, shade: (x) => alternate(x + 1) },
  { name: "ring", covers: (x, y) => Math.abs(x * x + y * y - 0.7) <= 0.3, shade: plain },
  { name: "blind", covers: () => true, shade: (_, y) => alternate(y + 1) },
];

/** Names of all classes that a scene may hold, in the order of their labels. */
export const sceneClasses: readonly string[] = ["sky", "field", ...kinds.map(({ name }) => name)];

/** The fewest classes of a scene: the background's two and one thing. */
export const minClasses = 3;

/** The most classes of a scene. */
export const maxClasses: number = sceneClasses.length;

/** A painted scene. */
export interface Scene {
  /** RGB bytes, `[size, size, 3]`. */
  image: Uint8Array;
  /** `[size, size]`: 0 on some border pixels (ignored), else 1 + the class's place in `sceneClasses`. */
  labels: Uint8Array;
}

/**
 * Paints a `size × size` scene of the first `classes` classes: three to six things of random place, size, proportions
 * and colour on a background, with noise over all of it. Colours overlap between classes, so that shape and texture
 * have to be learnt; part of the pixels where two labels meet is left unlabelled, as in hand-made masks.
 */
export function paintScene(size: number, classes: number, generator: RandomGenerator): Scene {
  const colors = new Float32Array(size * size * 3);
  const labels = new Uint8Array(size * size);
  paintBackground(colors, labels, size, generator);
  for (let things = integer(generator, 3, 6); things > 0; things--) {
    const kind = integer(generator, 0, classes - 3);
    paintThing(colors, labels, size, kind, generator);
  }
  return { image: addNoise(colors, generator), labels: blurBorders(labels, size, generator) };
}

function randomColor(generator: RandomGenerator, low: Color, high: Color): Color {
  return [
    uniform(generator, low[0], high[0]),
    uniform(generator, low[1], high[1]),
    uniform(generator, low[2], high[2]),
  ];
}

/** A sky that brightens towards a slanted horizon, and below it a field with furrows. */
function paintBackground(
  colors: Float32Array,
  labels: Uint8Array,
  size: number,
  generator: RandomGenerator,
): void {
  const sky = randomColor(generator, [70, 90, 110], [180, 190, 220]);
  const field = randomColor(generator, [60, 80, 40], [170, 180, 130]);
  const horizon = uniform(generator, 0.3, 0.6);
  const slope = uniform(generator, -0.2, 0.2);
  const furrow = uniform(generator, 20, 45);
  for (let y = 0, i = 0; y < size; y++) {
    for (let x = 0; x < size; x++, i++) {
      const depth = y / size - horizon - slope * (x / size - 0.5);
      const shade = depth < 0 ? 1.2 + 0.5 * depth : 1 + 0.2 * Math.sin(furrow * (depth + x / size));
      setColor(colors, i, depth < 0 ? sky : field, shade);
      labels[i] = depth < 0 ? 1 : 2;
    }
  }
}

function paintThing(
  colors: Float32Array,
  labels: Uint8Array,
  size: number,
  kindIndex: number,
  generator: RandomGenerator,
): void {
  const kind = kinds[kindIndex] as Kind;
  const color = randomColor(generator, [40, 40, 40], [220, 220, 220]);
  const halfWidth = size * uniform(generator, 0.1, 0.22);
  const halfHeight = halfWidth * uniform(generator, 0.75, 1.3);
  const [centerX, centerY] = [
    uniform(generator, 0.1, 0.9) * size,
    uniform(generator, 0.15, 0.9) * size,
  ];
  for (let i = 0; i < labels.length; i++) {
    const x = (i % size + 0.5 - centerX) / halfWidth;
    const y = (Math.floor(i / size) + 0.5 - centerY) / halfHeight;
    if (Math.abs(x) > 1 || Math.abs(y) > 1 || !kind.covers(x, y)) continue;
    setColor(colors, i, color, kind.shade(x, y));
    labels[i] = 3 + kindIndex;
  }
}

function setColor(colors: Float32Array, pixel: number, color: Color, shade: number): void {
  for (let c = 0; c < 3; c++) colors[3 * pixel + c] = (color[c] as number) * shade;
}

/** Adds noise of 12 bytes' standard deviation (a sum of uniforms) and cuts to bytes. */
function addNoise(colors: Float32Array, generator: RandomGenerator): Uint8Array {
  const out = new Uint8ClampedArray(colors.length);
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let k = 0; k < 3; k++) sum += uniform(generator, -12, 12);
    out[i] = (colors[i] as number) + sum;
  }
  return new Uint8Array(out.buffer);
}

/** Sets half of the pixels to 0 whose right or lower neighbour has another label. */
function blurBorders(labels: Uint8Array, size: number, generator: RandomGenerator): Uint8Array {
  const out = labels.slice();
  for (let i = 0; i < labels.length; i++) {
    const right = i % size < size - 1 ? labels[i + 1] : labels[i];
    const below = labels[i + size] ?? labels[i];
    const atBorder = labels[i] !== right || labels[i] !== below;
    if (atBorder && uniform(generator, 0, 1) < 0.5) out[i] = 0;
  }
  return out;
}
