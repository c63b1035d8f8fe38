/**
 * Paints one scene: a textured sky and field, and things on them, distinguished by shape and
 * texture.
 *
 * @module
 */
import { integer, type RandomGenerator, uniform } from "../random.ts";
import { addNoise, randomColor, setColor } from "./canvas.ts";
import { type Thing, things } from "./things.ts";

/** How many kinds of things appear in scenes. */
const sceneThings = 6;

/** Names of all classes that a scene may hold, in the order of their labels. */
export const sceneClasses: readonly string[] = [
  "sky",
  "field",
  ...things.slice(0, sceneThings).map(({ name }) => name),
];

/** The fewest classes of a scene: the background's two and one thing. */
export const minClasses = 3;

/** The most classes of a scene. */
export const maxClasses: number = sceneClasses.length;

/** A painted scene. */
export interface Scene {
  /** RGB bytes, `[size, size, 3]`. */
  image: Uint8Array;
  /** `[size, size]`: 0 on some border pixels (ignored), else 1 + the class's index. */
  labels: Uint8Array;
}

/**
 * Paints a scene of the first `classes` classes: three to six things of random place, size,
 * proportions and colour on a background, with noise over all of it. Colours overlap between
 * classes, so that shape and texture must be learnt; some of the pixels where two labels meet are
 * left unlabelled, as in hand-made masks.
 *
 * @param size the scene's side, in pixels
 * @param classes how many classes it may hold
 * @param generator makes the random choices
 * @returns the scene
 */
export function paintScene(size: number, classes: number, generator: RandomGenerator): Scene {
  const colors = new Float32Array(size * size * 3);
  const labels = new Uint8Array(size * size);
  paintBackground(colors, labels, size, generator);
  for (let left = integer(generator, 3, 6); left > 0; left--) {
    const kind = integer(generator, 0, classes - 3);
    paintThing(colors, labels, size, kind, generator);
  }
  return { image: addNoise(colors, generator), labels: blurBorders(labels, size, generator) };
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
  const thing = things[kindIndex] as Thing;
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
    if (Math.abs(x) > 1 || Math.abs(y) > 1 || !thing.covers(x, y)) continue;
    setColor(colors, i, color, thing.shade(x, y));
    labels[i] = 3 + kindIndex;
  }
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
