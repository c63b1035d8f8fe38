import assert from "node:assert/strict";
import { zipSync } from "npm:fflate@0.8.3";
import { unzip } from "../src/zip.ts";

const text = new TextEncoder().encode("weights, weights, weights, weights, weights");
const files = { "a.npy": text, "b.npy": text.slice(3), "folder/c.npy": new Uint8Array(0) };
const stored = zipSync(files, { level: 0 });
const packed = zipSync(files);

/** Where an entry's record of the archive's list begins. */
function recordOf(archive: Uint8Array, name: string): number {
  const bytes = new TextEncoder().encode(name);
  const view = new DataView(archive.buffer);
  for (let at = 0; at < archive.length - 46; at++) {
    const isRecord = view.getUint32(at, true) === 0x02014b50;
    if (isRecord && bytes.every((byte, i) => archive[at + 46 + i] === byte)) return at;
  }
  throw new Error(`no ${name}`);
}

function changed(archive: Uint8Array, change: (bytes: Uint8Array) => void): Uint8Array {
  const copy = archive.slice();
  change(copy);
  return copy;
}

/** The archive with its list's place in the records of ZIP64 alone, as large ones have it. */
function withEnd64(archive: Uint8Array): Uint8Array {
  const [list, end] = [archive.slice(0, -22), archive.slice(-22)];
  const [tail, ending] = [new DataView(new ArrayBuffer(76)), new DataView(end.buffer)];
  tail.setUint32(0, 0x06064b50, true);
  tail.setUint32(32, ending.getUint16(8, true), true);
  tail.setUint32(48, ending.getUint32(16, true), true);
  tail.setUint32(56, 0x07064b50, true);
  tail.setUint32(64, list.length, true);
  ending.setUint32(16, 0xffffffff, true);
  return new Uint8Array([...list, ...new Uint8Array(tail.buffer), ...end]);
}

Deno.test("unzip() reads entries, packed or not, behind a comment, of ZIP64", () => {
  for (const archive of [stored, packed, withEnd64(packed), new Uint8Array([...packed, 1, 2])]) {
    assert.deepEqual([...unzip(archive)], Object.entries(files));
  }
  assert.deepEqual([...unzip(packed, (name) => name === "b.npy").keys()], ["b.npy"]);
  assert.deepEqual([...unzip(zipSync({}))], []);
});

/** What becomes of an archive's first entry with each of some bits flipped: the error, or its text. */
function flipped(archive: Uint8Array): string[] {
  const begin = 30 + "a.npy".length;
  return Array.from({ length: 160 }, (_, bit) => {
    const damaged = changed(
      archive,
      (bytes) => void (bytes[begin + (bit >> 3)]! ^= 1 << (bit & 7)),
    );
    try {
      return new TextDecoder().decode(unzip(damaged).get("a.npy"));
    } catch (error) {
      return /fetch it again$/.test(`${error}`) ? "noticed" : `${error}`;
    }
  });
}

Deno.test("unzip() notices any flipped bit of an entry that changes it, packed or not", () => {
  assert.deepEqual(new Set(flipped(stored)), new Set(["noticed"]));
  // Some bits of a packed entry say nothing, as those that fill its last byte.
  const seen = new Set(flipped(packed));
  seen.delete(new TextDecoder().decode(text));
  assert.deepEqual(seen, new Set(["noticed"]));
  const damaged = changed(stored, (bytes) => void (bytes[40]! ^= 1));
  const message = /^a\.npy has the checksum [\da-f]{8}, and must have [\da-f]{8}; it is cut off or/;
  assert.throws(() => unzip(damaged), { message });
  const unread = unzip(damaged, (name) => name === "b.npy");
  assert.deepEqual([...unread], [["b.npy", files["b.npy"]]]);
});

Deno.test("unzip() says what it does not read", () => {
  const twice = changed(stored, (bytes) => void (bytes[recordOf(stored, "b.npy") + 46] = 0x61));
  assert.throws(() => unzip(twice), { message: "two entries are a.npy; write each once" });
  const method = changed(packed, (bytes) => void (bytes[recordOf(packed, "a.npy") + 10] = 14));
  assert.throws(() => unzip(method), { message: /^a\.npy is packed by method 14; pack it by/ });
  for (const length of [0, 10, 60, packed.length - 30, packed.length - 1]) {
    assert.throws(
      () => unzip(packed.slice(0, length)),
      /the end of its list of entries is missing; it is cut off/,
    );
  }
  const list = changed(packed, (bytes) => void (bytes[recordOf(packed, "b.npy")] = 0));
  assert.throws(() => unzip(list), { message: /^its list of 3 entries ends after a\.npy; it is/ });
});

Deno.test("unzip() holds what the list says against the archive, before it takes memory for it", () => {
  const field = (name: string, at: number, value: number) =>
    changed(packed, (bytes) => {
      new DataView(bytes.buffer).setUint32(recordOf(packed, name) + at, value, true);
    });
  const cases: [Uint8Array, RegExp][] = [
    [field("a.npy", 24, 0xffffff00), /^a\.npy cannot be 4294967040 bytes of \d+; it is cut off/],
    [
      field("a.npy", 24, text.length + 1),
      /^a\.npy has \d+ bytes, and must have \d+; it is cut off/,
    ],
    [field("a.npy", 24, text.length - 1), /^a\.npy has the checksum \w+, and must have \w+; /],
    [field("a.npy", 20, 0x7fffffff), /^a\.npy would end at byte 2147483682 of \d+; it is cut off/],
    [field("b.npy", 42, 7), /^b\.npy does not begin at byte 7; it is cut off/],
    [
      changed(packed, (bytes) => void (bytes[recordOf(packed, "a.npy") + 8] = 1)),
      /^a\.npy is encrypted; /,
    ],
    [
      changed(packed, (bytes) => void (bytes[recordOf(packed, "a.npy") + 46] = 0xe9)),
      /^the name .\.npy is in/,
    ],
    [
      changed(packed, (bytes) => void bytes.fill(0xff, packed.length - 14, packed.length - 10)),
      /ends after folder\/c/,
    ],
  ];
  for (const [archive, message] of cases) assert.throws(() => unzip(archive), { message });
});
