/**
 * Paints one picture to be classified: one thing, somewhere on a background without a class.
 *
 * @module
 */
import { integer, type RandomGenerator, uniform } from "../random.ts";
import { addNoise, type Color, randomColor, setColor } from "./canvas.ts";
import { type Thing, things } from "./things.ts";

/** Names of all classes, in the order in which `classes: N` takes them. */
export const pictureClasses: readonly string[] = things.map(({ name }) => name);

const [darkest, brightest]: [Color, Color] = [[40, 40, 40], [220, 220, 220]];

/**
 * Paints a picture of one thing: place, size, proportions, tilt and colours are random, with the
 * same distribution for all classes, so that neither colour nor brightness gives the class away.
 * Behind it are waves of brightness and stains without a sharp edge, and noise over everything.
 *
 * @param size the picture's side, in pixels
 * @param classIndex the thing's class
 * @param generator makes the random choices
 * @returns RGB, `[size, size, 3]`
 */
export function paintPicture(
  size: number,
  classIndex: number,
  generator: RandomGenerator,
): Uint8Array {
  const colors = new Float32Array(size * size * 3);
  paintWaves(colors, size, generator);
  for (let left = integer(generator, 1, 4); left > 0; left--) paintStain(colors, size, generator);
  paintThing(colors, size, things[classIndex] as Thing, generator);
  return addNoise(colors, generator);
}

/** One colour, lighter and darker in waves of any direction. */
function paintWaves(colors: Float32Array, size: number, generator: RandomGenerator): void {
  const color = randomColor(generator, darkest, brightest);
  const angle = uniform(generator, 0, 2 * Math.PI);
  const waves = uniform(generator, 1, 9);
  const depth = uniform(generator, 0.05, 0.3);
  const phase = uniform(generator, 0, 2 * Math.PI);
  for (let i = 0; i < size * size; i++) {
    const along = (i % size) * Math.cos(angle) + Math.floor(i / size) * Math.sin(angle);
    setColor(colors, i, color, 1 + depth * Math.sin(2 * Math.PI * waves * along / size + phase));
  }
}

/** A stain that fades out: its colour, blended with what is there by a bell curve. */
function paintStain(colors: Float32Array, size: number, generator: RandomGenerator): void {
  const color = randomColor(generator, darkest, brightest);
  const [x, y] = [uniform(generator, 0, size), uniform(generator, 0, size)];
  const radius = size * uniform(generator, 0.08, 0.25);
  for (let i = 0; i < size * size; i++) {
    const distance = Math.hypot(i % size - x, Math.floor(i / size) - y) / radius;
    if (distance > 3) continue;
    const share = 0.8 * Math.exp(-distance * distance);
    for (let c = 0; c < 3; c++) {
      const at = 3 * i + c;
      colors[at] = (1 - share) * (colors[at] as number) + share * (color[c] as number);
    }
  }
}

function paintThing(
  colors: Float32Array,
  size: number,
  thing: Thing,
  generator: RandomGenerator,
): void {
  const color = randomColor(generator, darkest, brightest);
  const halfWidth = size * uniform(generator, 0.16, 0.36);
  const halfHeight = halfWidth * uniform(generator, 0.75, 1.3);
  const tilt = uniform(generator, -0.35, 0.35);
  const [cos, sin] = [Math.cos(tilt), Math.sin(tilt)];
  const [centerX, centerY] = [
    uniform(generator, 0.3, 0.7) * size,
    uniform(generator, 0.3, 0.7) * size,
  ];
  for (let i = 0; i < size * size; i++) {
    const [right, down] = [i % size + 0.5 - centerX, Math.floor(i / size) + 0.5 - centerY];
    const x = (cos * right + sin * down) / halfWidth;
    const y = (cos * down - sin * right) / halfHeight;
    if (Math.abs(x) > 1 || Math.abs(y) > 1 || !thing.covers(x, y)) continue;
    setColor(colors, i, color, thing.shade(x, y));
  }
}
