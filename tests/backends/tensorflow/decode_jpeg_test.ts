import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { decodeImage } from "../../../datasets/images/image.ts";
import { encodeJpeg } from "../../../datasets/images/jpeg.ts";
import type { CreateDecoder, JpegDecoder } from "../../../datasets/loader/decoder.ts";
import { classificationLoader } from "../../../datasets/loader.ts";
import createDecoder from "../../../src/backends/tensorflow/decode_jpeg.ts";
import { withFolder } from "../../datasets/files.ts";
import { bytesOf, fixture } from "../../datasets/fixtures/pil.ts";
import { drain, putPictures } from "../../datasets/loader/pictures.ts";
import { testWithLibrary } from "./harness.ts";

/** The module is of the form that loaders want. */
const create: CreateDecoder = createDecoder;

async function jpegs(): Promise<[name: string, bytes: Uint8Array][]> {
  const { source } = fixture;
  const files = Object.entries(fixture.jpeg).map(([name, { file }]) =>
    [name, bytesOf(file)] as [string, Uint8Array]
  );
  const low = await encodeJpeg(bytesOf(source.rgb), source.width, source.height, 20);
  return [...files, ["mozjpeg's, of quality 20", low]];
}

/** Decodes the window and cuts it out of what the decoder gives. */
function cut(decode: JpegDecoder, bytes: Uint8Array, window: number[], size: number[]): Uint8Array {
  const [x = 0, y = 0, width = 0, height = 0] = window;
  const [w = 0, h = 0] = size;
  const region = decode(bytes, { x, y, width, height }, { width: w, height: h });
  assert.ok(!(region instanceof Promise));
  assert.equal(region.data.length, 3 * region.width * region.height);
  const out = new Uint8Array(3 * width * height);
  for (let row = 0; row < height; row++) {
    const from = ((y - region.y + row) * region.width + x - region.x) * 3;
    out.set(region.data.subarray(from, from + 3 * width), row * 3 * width);
  }
  return out;
}

testWithLibrary(
  "createDecoder() gives the whole picture's pixels in any window of it",
  async () => {
    const decode = await create();
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    for (const [name, bytes] of await jpegs()) {
      const { width, height, data } = await decodeImage(bytes, name);
      assert.deepEqual(cut(decode, bytes, [0, 0, width, height], [width, height]), data, name);
      const property = fc.property(share, share, share, share, (a, b, c, d) => {
        const x = Math.floor(a * (width - 1)), y = Math.floor(b * (height - 1));
        const w = 1 + Math.floor(c * (width - x - 1)), h = 1 + Math.floor(d * (height - y - 1));
        const expected = new Uint8Array(3 * w * h);
        for (let row = 0; row < h; row++) {
          const from = ((y + row) * width + x) * 3;
          expected.set(data.subarray(from, from + 3 * w), row * 3 * w);
        }
        assert.deepEqual(cut(decode, bytes, [x, y, w, h], [width, height]), expected, name);
      });
      fc.assert(property, { numRuns: 150 });
    }
  },
);

testWithLibrary(
  "createDecoder() throws at what is no JPEG or cut off, and goes on afterwards",
  async () => {
    const decode = await create();
    const bytes = bytesOf(fixture.jpeg["420"].file);
    const { width, height, data } = await decodeImage(bytes, "a");
    const window = { x: 0, y: 0, width, height };
    for (const bad of [new Uint8Array(), new Uint8Array(99), bytes.subarray(0, bytes.length / 2)]) {
      assert.throws(() => decode(bad, window, window), {
        name: "TensorFlowError",
        message: /^DecodeAndCropJpeg: /,
      });
      assert.deepEqual(cut(decode, bytes, [0, 0, width, height], [width, height]), data);
    }
  },
);

// Not a wish: what the documentation says of damaged files, which a result depends on the decoder for.
testWithLibrary(
  "createDecoder() accepts damaged files that @jsquash/jpeg refuses, and decodes some otherwise",
  async () => {
    const decode = await create();
    const intact = bytesOf(fixture.jpeg["420"].file);
    const { width, height } = await decodeImage(intact, "a");
    const scan = intact.findLastIndex((byte, at) => byte === 0xff && intact[at + 1] === 0xda) + 14;
    const counts = { accepted: 0, otherwise: 0, equal: 0 };
    for (let at = scan; at < intact.length - 2; at++) {
      const bytes = intact.with(at, intact[at]! ^ 0x55);
      const own = await decodeImage(bytes, "a").catch(() => undefined);
      let theirs: Uint8Array | undefined;
      try {
        theirs = cut(decode, bytes, [0, 0, width, height], [width, height]);
      } catch {
        theirs = undefined;
      }
      if (theirs === undefined) continue;
      if (own === undefined) counts.accepted++;
      else if (Buffer.compare(own.data, theirs) === 0) counts.equal++;
      else counts.otherwise++;
    }
    assert.ok(Object.values(counts).every((count) => count > 0), JSON.stringify(counts));
  },
);

testWithLibrary(
  "a loader gives the same bytes with TensorFlow's decoder, in workers too",
  async () => {
    await withFolder(async (dir) => {
      const split = await putPictures(dir, 9, [4]);
      const decoder =
        new URL("../../../src/backends/tensorflow/decode_jpeg.ts", import.meta.url).href;
      const options = { size: 16, batchSize: 3, train: true, skipBad: 1 };
      const expected = await drain(classificationLoader(split, { ...options, workers: 0 }), [0, 1]);
      for (const workers of [0, 2]) {
        const loader = classificationLoader(split, { ...options, workers, decoder });
        assert.deepEqual(await drain(loader, [0, 1]), expected);
        assert.deepEqual(loader.skipped.map(({ name }) => name), ["p4"]);
      }
    });
  },
);
