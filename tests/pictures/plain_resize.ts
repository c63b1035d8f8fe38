/** Pillow's antialiased resize, said as plainly as possible: the filter in WebAssembly is held against it. */
import type { RgbImage } from "../../src/pictures/picture.ts";
import type { Filter } from "../../src/pictures/resize_taps.ts";

/** One axis: for each output the inputs that it reads, with 22-bit fixed-point weights. */
function taps(
  name: Filter,
  from: number,
  to: number,
  output: number,
): [input: number, weight: number][] {
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const support = (name === "bicubic" ? 2 : 1) * stretch;
  const center = (output + 0.5) * scale;
  const first = Math.max(Math.trunc(center - support + 0.5), 0);
  const end = Math.min(Math.trunc(center + support + 0.5), from);
  const raw: number[] = [];
  for (let input = first; input < end; input++) {
    raw.push(weightAt[name](Math.abs((input - center + 0.5) * (1 / stretch))));
  }
  const sum = raw.reduce((total, weight) => total + weight, 0);
  const fixed = (weight: number) =>
    Math.sign(weight) * Math.floor(Math.abs(weight) * 2 ** 22 + 0.5);
  return raw.map((weight, k) => [first + k, fixed(weight * (1 / sum))]);
}

/** The filters by the distance from their middle, as Pillow's C code has them. */
const weightAt: Record<Filter, (x: number) => number> = {
  bilinear: (x) => Math.max(0, 1 - x),
  bicubic(x) {
    if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
  },
};

function filter(taps: [number, number][], byteAt: (input: number) => number): number {
  let sum = 2 ** 21;
  for (const [input, weight] of taps) sum += weight * byteAt(input);
  return Math.min(Math.max(Math.floor(sum / 2 ** 22), 0), 255);
}

/** The resized picture: rows first, rounded to bytes, then columns. */
export function plainResize(
  image: RgbImage,
  width: number,
  height: number,
  name: Filter = "bilinear",
): RgbImage {
  const rows = new Uint8Array(image.height * width * 3);
  for (let x = 0; x < width; x++) {
    const column = taps(name, image.width, width, x);
    for (let i = 0; i < image.height * 3; i++) {
      const y = Math.floor(i / 3), c = i % 3;
      rows[(y * width + x) * 3 + c] = filter(
        column,
        (from) => image.data[(y * image.width + from) * 3 + c] ?? NaN,
      );
    }
  }
  const data = new Uint8Array(height * width * 3);
  for (let y = 0; y < height; y++) {
    const row = taps(name, image.height, height, y);
    for (let i = 0; i < width * 3; i++) {
      data[y * width * 3 + i] = filter(row, (from) => rows[from * width * 3 + i] ?? NaN);
    }
  }
  return { width, height, data };
}
