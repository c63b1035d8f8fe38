import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { crc32, deflateSync } from "node:zlib";
import { decode, encode } from "fast-png";
import {
  decodeMaskPng,
  decodePng,
  encodeGrayPng,
  encodeRgbPng,
} from "../../../datasets/images/png.ts";
import { bytesOf, fixture, largestDifference } from "../fixtures/pil.ts";

const mask = bytesOf(fixture.mask.gray.file);

function rejects(
  decode: (bytes: Uint8Array, file: string) => unknown,
  bytes: Uint8Array,
  message: RegExp,
): void {
  assert.throws(() => decode(bytes, "set/a.png"), (error: Error) => {
    assert.equal(error.name, "DataError");
    assert.match(error.message, /set\/a\.png/);
    assert.match(error.message, message);
    return true;
  });
}

for (const [form, wanted] of Object.entries(fixture.mask)) {
  Deno.test(`decodeMaskPng() keeps the values of a mask that is ${form}`, () => {
    const actual = decodeMaskPng(bytesOf(wanted.file), "a.png");
    assert.deepEqual([actual.width, actual.height], [wanted.width, wanted.height]);
    assert.equal(largestDifference(actual.data, bytesOf(wanted.pixels)), 0);
  });
}

for (const [form, wanted] of Object.entries(fixture.png)) {
  Deno.test(`decodePng() gives Pillow's RGB of a PNG that is ${form}`, () => {
    const actual = decodePng(bytesOf(wanted.file), "a.png");
    assert.deepEqual([actual.width, actual.height], [wanted.width, wanted.height]);
    assert.equal(largestDifference(actual.data, bytesOf(wanted.pixels)), 0);
  });
}

Deno.test("decodeMaskPng() reads an interlaced mask", () => {
  const data = Uint8Array.from({ length: 35 }, (_, i) => i);
  const bytes = encode({ width: 7, height: 5, data, depth: 8, channels: 1 }, {
    interlace: "Adam7",
  });
  assert.deepEqual(decodeMaskPng(bytes, "a.png").data, data);
});

Deno.test("decodeMaskPng() throws DataError when the form holds no labels", () => {
  rejects(
    decodeMaskPng,
    bytesOf(fixture.png.RGB.file),
    /it is RGB of 8 bits, and gray of 1 to 8 bits or a palette .* by a palette \(--palette FILE/,
  );
  rejects(decodeMaskPng, bytesOf(fixture.png.RGBA.file), /it is RGBA of 8 bits/);
  rejects(decodeMaskPng, bytesOf(fixture.gray16), /it is gray of 16 bits/);
});

/** A PNG of these chunks, with right checksums. */
function pngOf(...chunks: [type: string, data: Uint8Array][]): Uint8Array {
  const parts = chunks.flatMap(([type, data]) => {
    const [body, ends] = [Buffer.concat([Buffer.from(type), data]), Buffer.alloc(8)];
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(crc32(body), 4);
    return [ends.subarray(0, 4), body, ends.subarray(4)];
  });
  return new Uint8Array(Buffer.concat([mask.subarray(0, 8), ...parts]));
}

/** An IHDR chunk's data. */
function header(width: number, height: number, depth = 8, color = 0, interlace = 0): Uint8Array {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([depth, color, 0, 0, interlace], 8);
  return data;
}

const [fourGray, end] = [deflateSync(new Uint8Array(6)), new Uint8Array(0)];

Deno.test("decodePng() and decodeMaskPng() throw DataError when packed, interlaced rows are damaged", () => {
  const palette: [string, Uint8Array] = ["PLTE", Uint8Array.of(1, 2, 3, 4, 5, 6)];
  const of = (rows: number[], size = header(2, 2, 4, 3, 1)) =>
    pngOf(["IHDR", size], palette, ["IDAT", deflateSync(Uint8Array.from(rows))], ["IEND", end]);
  const rows = [0, 0x10, 0, 0, 0, 0x10]; // three of the seven passes, with a filter before each row
  const whole = of(rows);
  assert.deepEqual([...decodeMaskPng(whole, "a.png").data], [1, 0, 1, 0]);
  for (const decode of [decodePng, decodeMaskPng] as const) {
    const refused = (bytes: Uint8Array, message: RegExp) => rejects(decode, bytes, message);
    refused(of(rows.slice(1)), /holds 5 bytes of rows, and 6 are its size/);
    assert.deepEqual(decode(of([...rows, 0]), "a.png").data, decode(whole, "a.png").data);
    refused(of([9, ...rows.slice(1)]), /a row has the filter 9, and 0 to 4 exist/);
    for (const at of [29, 42, whole.length - 17]) { // of IHDR, PLTE and IDAT
      const broken = whole.slice();
      broken[at]! ^= 1;
      refused(broken, /CRC mismatch in (IHDR|PLTE|IDAT)/);
    }
    refused(of(rows, header(2, 2, 4, 2, 1)), /as a PNG \(|as it is interlaced RGB of 4 bits/);
  }
});

Deno.test("decodePng() and decodeMaskPng() throw DataError when the data inflates to more than the pixels", () => {
  const bomb = deflateSync(new Uint8Array(100_000_000));
  assert.ok(bomb.length < 100_000);
  const bytes = pngOf(["IHDR", header(2, 2)], ["IDAT", bomb], ["IEND", end]);
  rejects(decodePng, bytes, /inflates to more than the 6 bytes of its pixels/);
  rejects(decodeMaskPng, bytes, /inflates to more than the 6 bytes of its pixels/);
});

Deno.test("decodePng() and decodeMaskPng() throw DataError for fewer rows than the header says, and damaged data", () => {
  const of = (data: Uint8Array) => pngOf(["IHDR", header(2, 3)], ["IDAT", data], ["IEND", end]);
  const rows = Uint8Array.of(0, 1, 0, 0, 1, 1, 0, 0, 1);
  const data = new Uint8Array(deflateSync(rows));
  const wrong = data.slice();
  wrong[wrong.length - 1]! ^= 1; // of its checksum
  for (const decode of [decodePng, decodeMaskPng] as const) {
    const whole = decode(of(data), "a.png").data;
    for (const length of [0, 1, 6, 8]) { // two whole rows are 6
      const words = new RegExp(`it holds ${length} bytes of rows, and 9 are its size`);
      rejects(decode, of(deflateSync(rows.subarray(0, length))), words);
    }
    rejects(decode, of(data.subarray(0, 6)), /bytes of rows, and 9 are its size/);
    rejects(decode, of(wrong), /as a PNG \(incorrect data check\)/);
    const more = deflateSync(Uint8Array.of(...rows, 7, 7));
    for (const harmless of [data.subarray(0, -4), new Uint8Array([...data, 1, 2, 3]), more]) {
      assert.deepEqual(decode(of(harmless), "a.png").data, whole); // as libpng and Pillow do
    }
  }
});

Deno.test("decodePng() and decodeMaskPng() throw DataError for the forms that PNG does not have", () => {
  const allowed = ["0 1", "0 2", "0 4", "0 8", "0 16", "2 8", "2 16", "3 1", "3 2", "3 4", "3 8"];
  allowed.push("4 8", "4 16", "6 8", "6 16"); // table 11.1 of the standard
  const data = deflateSync(new Uint8Array(6 * 4 * 40));
  for (let color = 0; color < 9; color++) {
    for (const depth of [0, 1, 2, 3, 4, 5, 8, 15, 16, 32, 255]) {
      for (const interlace of [0, 1]) {
        const head = header(4, 4, depth, color, interlace), name = `${color} ${depth}`;
        const palette: [string, Uint8Array] = ["PLTE", new Uint8Array(3)];
        const bytes = pngOf(["IHDR", head], palette, ["IDAT", data], ["IEND", end]);
        if (allowed.includes(name)) {
          assert.deepEqual(decodePng(bytes, name).data, new Uint8Array(48), name);
        } else {
          for (const decode of [decodePng, decodeMaskPng] as const) {
            rejects(
              decode,
              bytes,
              new RegExp(`of colour type ${color} with ${depth} bits a sample`),
            );
          }
        }
      }
    }
  }
});

Deno.test("decodePng() looks at no profile or text, which may inflate to anything", () => {
  const profile = Buffer.from("name\0\0no zlib at all");
  const bytes = pngOf(["IHDR", header(2, 2)], ["iCCP", profile], ["IDAT", fourGray], ["IEND", end]);
  assert.throws(() => decode(bytes), /zlib|invalid/);
  assert.deepEqual(decodePng(bytes, "a.png").data, new Uint8Array(12));
});

Deno.test("decodePng() keeps to the first of two headers", () => {
  const second = ["IHDR", header(60_000, 60_000)] as [string, Uint8Array];
  const bytes = pngOf(["IHDR", header(2, 2)], second, ["IDAT", fourGray], ["IEND", end]);
  assert.equal(decodePng(bytes, "a.png").width, 2);
});

Deno.test("decodePng() reads noise that is large when compressed", () => {
  const noise = Uint8Array.from(
    { length: 3 * 256 * 256 },
    (_, i) => Math.imul(i, 2654435761) >>> 24,
  );
  assert.deepEqual(decodePng(encodeRgbPng(noise, 256, 256), "a.png").data, noise);
});

Deno.test("decodeMaskPng() throws DataError when the file is cut off anywhere", () => {
  for (let length = 0; length < mask.length; length += 13) {
    rejects(decodeMaskPng, mask.subarray(0, length), /cut off|as a PNG/);
  }
});

Deno.test("decodeMaskPng() throws DataError when a byte of the pixels or of the header is wrong", () => {
  for (const at of [20, 30, 60, 200, mask.length - 20]) {
    const broken = mask.slice();
    broken[at] = (broken[at] ?? 0) ^ 0x10;
    rejects(decodeMaskPng, broken, /CRC mismatch|16 bits|Length mismatch|claims/);
  }
});

Deno.test("decodeMaskPng() throws DataError before decoding when the header claims too many pixels", () => {
  const huge = mask.slice();
  new DataView(huge.buffer).setUint32(16, 0x7fffffff);
  rejects(decodeMaskPng, huge, /claims 2147483647×33 pixels/);
  const flat = mask.slice();
  new DataView(flat.buffer).setUint32(20, 0);
  rejects(decodeMaskPng, flat, /claims 47×0 pixels/);
});

Deno.test("decodePng() throws DataError when a pixel points past the palette", () => {
  const bytes = encodeGrayPng(new Uint8Array([0, 1, 2, 1]), 2, 2, [[1, 2, 3], [4, 5, 6]]);
  rejects(decodePng, bytes, /palette index 2/);
});

Deno.test("encodeGrayPng() and encodeRgbPng() come back the same, palette or not", () => {
  const values = Uint8Array.from({ length: 12 }, (_, i) => i % 3);
  assert.deepEqual(decodeMaskPng(encodeGrayPng(values, 4, 3), "a.png").data, values);
  const colors = [[10, 20, 30], [40, 50, 60], [70, 80, 90]] as const;
  const indexed = encodeGrayPng(values, 4, 3, colors);
  assert.deepEqual(decodeMaskPng(indexed, "a.png").data, values);
  const rgb = Uint8Array.from([...values].flatMap((value) => [...(colors[value] ?? [])]));
  assert.deepEqual(decodePng(indexed, "a.png").data, rgb);
  assert.deepEqual(decodePng(encodeRgbPng(rgb, 4, 3), "a.png").data, rgb);
});
