/** A decoder for tests: gives more rows and columns than are asked for, in memory that the next call overwrites. */
import { decodeJpeg } from "../../../../datasets/images/jpeg.ts";
import type { JpegDecoder } from "../../../../datasets/loader/decoder.ts";

/** Everything from one pixel left of the window and above it. */
export default function createDecoder(): Promise<JpegDecoder> {
  const memory = new Uint8Array(2 ** 16);
  return Promise.resolve(async (bytes, window, picture) => {
    const { data } = await decodeJpeg(bytes, "a JPEG");
    const [x, y] = [Math.max(0, window.x - 1), Math.max(0, window.y - 1)];
    const [width, height] = [picture.width - x, picture.height - y];
    for (let row = 0; row < height; row++) {
      const from = ((y + row) * picture.width + x) * 3;
      memory.set(data.subarray(from, from + 3 * width), row * 3 * width);
    }
    return { x, y, width, height, data: memory.subarray(0, 3 * width * height) };
  });
}
