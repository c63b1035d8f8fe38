/** Pictures for the demo page: stripes across or down, on noise. */
import { encode } from "fast-png";

function pixels(width: number, height: number, kind: "across" | "down", seed: number): Uint8Array {
  const data = new Uint8Array(3 * width * height);
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / 3);
    const at = (kind === "across" ? Math.floor(pixel / width) : pixel % width) + seed;
    data[i] = 90 + 80 * (Math.floor(at / 4) % 2) + 20 * Math.sin(i * (seed + 3));
  }
  return data;
}

/** A picture as a PNG file. */
export const encodePng = Object.assign(
  (...picture: Parameters<typeof pixels>): Uint8Array => {
    const [width, height] = picture;
    return encode({ width, height, data: pixels(...picture), channels: 3, depth: 8 });
  },
  { pixels },
);
