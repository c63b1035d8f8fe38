/**
 * PNG files with lies in them, whose checksums are right: sizes, depths, colour types, interlacing,
 * palettes, rows too many and too few, chunks twice and in another order.
 *
 * @module
 */
import { crc32, deflateSync } from "node:zlib";
import * as fc from "fast-check";
import type { Case } from "../target.ts";
import { joined } from "./bytes.ts";

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** A chunk, its checksum right or not. */
export function chunk(type: string, data: Uint8Array, isRight = true): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type).subarray(0, 4), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)) ^ (isRight ? 0 : 1));
  return bytes;
}

/** Makes the checksums of chunks right, as far as their lengths lead. */
export function repairPng(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > bytes.length) break;
    view.setUint32(end, crc32(bytes.subarray(at + 4, end)));
    at = end + 4;
  }
  return bytes;
}

const usually = <T>(weight: number, usual: fc.Arbitrary<T>, ...others: T[]) =>
  fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: fc.constantFrom(...others) });

const samples = [1, 0, 3, 1, 2, 0, 4];

/** The rows of a picture of that form, with its filters. */
function rowsOf(
  width: number,
  height: number,
  depth: number,
  type: number,
  interlaced: boolean,
  seed: number,
): Uint8Array {
  const passes = interlaced
    ? [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [
      0,
      1,
      1,
      2,
    ]]
    : [[0, 0, 1, 1]];
  const bits = depth * (samples[type] ?? 3);
  const bytes: number[] = [];
  let state = seed >>> 0;
  for (const [x, y, stepX, stepY] of passes as [number, number, number, number][]) {
    const columns = Math.ceil(Math.max(0, width - x) / stepX);
    const rows = columns === 0 ? 0 : Math.ceil(Math.max(0, height - y) / stepY);
    for (let row = 0; row < rows; row++) {
      bytes.push((state >>> 8) % 5);
      for (let i = 0; i < Math.ceil(columns * bits / 8); i++) {
        state = Math.imul(state, 1664525) + 1013904223 >>> 0;
        bytes.push(state >>> 24);
      }
    }
  }
  return Uint8Array.from(bytes);
}

/** PNG files, most of them as they should be. */
export const pngFiles: fc.Arbitrary<Case> = fc.record({
  width: usually(12, fc.integer({ min: 1, max: 33 }), 0, 70000, 2 ** 31, 2 ** 32 - 1, 10000, 1e8),
  height: usually(12, fc.integer({ min: 1, max: 20 }), 0, 70000, 2 ** 31, 10000, 1e8),
  depth: usually(12, fc.constantFrom(1, 2, 4, 8, 8, 8, 16), 0, 3, 5, 32, 255),
  type: usually(12, fc.constantFrom(0, 2, 3, 3, 4, 6), 1, 5, 7, 255),
  packing: usually(20, fc.constant(0), 1, 255),
  filtering: usually(20, fc.constant(0), 1, 64),
  interlace: usually(20, fc.constantFrom(0, 0, 1), 2, 255),
  colors: fc.oneof({ weight: 6, arbitrary: fc.constantFrom(256, 2, 4, 16, 21) }, {
    weight: 1,
    arbitrary: fc.constantFrom(0, 1, 3, 257, 300),
  }),
  oddPalette: usually(12, fc.constant(0), 1, 2),
  filter: usually(12, fc.constant(-1), 5, 255, 4),
  more: usually(12, fc.constant(0), -1, 1, 100, -100, 100000),
  parts: usually(8, fc.constantFrom(1, 1, 2, 3), 0, 50),
  seed: fc.nat(),
  extra: usually(
    8,
    fc.constant(""),
    "IHDR",
    "PLTE",
    "IDAT",
    "IEND",
    "tRNS",
    "eXIf",
    "iCCP",
    "zTXt",
    "acTL",
    "sBIT",
    "aaaa",
    "AAAA",
  ),
  where: fc.nat(4),
  wrong: usually(20, fc.constant(""), "IDAT", "IHDR", "PLTE", "IEND"),
  tail: usually(10, fc.constant("IEND"), "none", "short", "garbage"),
  zlib: usually(14, fc.constant("right"), "cut", "sum", "bits"),
}).map((form): Case => {
  const { width, height, depth, type, interlace, more, seed } = form;
  const isSmall = width <= 40 && height <= 40 && depth <= 16;
  const rows = isSmall
    ? rowsOf(width, height, depth, type, interlace === 1, seed)
    : new Uint8Array(64);
  const all = new Uint8Array(Math.max(0, rows.length + more));
  all.set(rows.subarray(0, all.length));
  if (form.filter >= 0 && all.length > 0) all[0] = form.filter;
  const head = new Uint8Array(13);
  const view = new DataView(head.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  head.set([depth, type, form.packing, form.filtering, interlace], 8);
  let data: Uint8Array = new Uint8Array(deflateSync(all));
  if (form.zlib === "cut") data = data.subarray(0, data.length >> 1);
  else if (form.zlib !== "right") {
    data[form.zlib === "sum" ? data.length - 1 : data.length >> 1]! ^= 4;
  }
  const palette = Uint8Array.from({ length: 3 * form.colors + form.oddPalette }, (_, i) => 37 * i);
  const right = (name: string) => form.wrong !== name;
  const pieces = Array.from({ length: form.parts }, (_, i) => {
    const size = Math.ceil(data.length / form.parts);
    return chunk("IDAT", data.subarray(i * size, (i + 1) * size), right("IDAT"));
  });
  const chunks = [
    chunk("IHDR", head, right("IHDR")),
    ...(type === 3 || seed % 7 === 0 ? [chunk("PLTE", palette, right("PLTE"))] : []),
    ...pieces,
  ];
  if (form.extra !== "") {
    const body = form.extra === "IHDR"
      ? head
      : form.extra === "IDAT"
      ? data.subarray(0, 9)
      : palette.subarray(0, 33);
    chunks.splice(Math.min(form.where, chunks.length), 0, chunk(form.extra, body));
  }
  if (form.tail === "IEND") chunks.push(chunk("IEND", new Uint8Array(), right("IEND")));
  if (form.tail === "short") chunks.push(Uint8Array.of(0, 0, 0, 0, 0x49));
  if (form.tail === "garbage") {
    chunks.push(chunk("IEND", new Uint8Array()), new Uint8Array(40).fill(7));
  }
  return { bytes: joined([signature, ...chunks]), made: JSON.stringify(form) };
});
