/**
 * Changes of a file's bytes: not only bits, but the fields of its format, set to what tends to break
 * readers.
 *
 * @module
 */
import * as fc from "fast-check";
import type { Case } from "../target.ts";

/** A number in a file. */
export interface Field {
  /** Its first byte. */
  readonly at: number;
  /** How many bytes it has. */
  readonly size: 1 | 2 | 4 | 8;
  /** Whether its first byte is the highest. */
  readonly big?: boolean;
}

/** A valid file. */
export interface Seed {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Its numbers: lengths, offsets, counts, types. */
  readonly fields?: readonly Field[];
}

/** How files of a format are changed. */
export interface Mutator {
  readonly seeds: readonly Seed[];
  /** Pieces of text or bytes that the format knows. */
  readonly words?: readonly (string | Uint8Array)[];
  /** Makes checksums right, so that a reader goes on to what lies behind them. */
  readonly repair?: (bytes: Uint8Array) => Uint8Array;
}

/** A number, seen from what is there: itself, or the file's length, and a little more or less. */
const numbers = fc.oneof(
  fc.record({
    from: fc.constantFrom("value", "length", "rest"),
    add: fc.integer({ min: -9, max: 9 }),
  }),
  fc.record({
    from: fc.constant("nothing"),
    add: fc.constantFrom(
      ...[0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 64, 127, 128, 255, 256, 511, 512, 513, 32767, 32768],
      ...[65535, 65536, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 8, 2 ** 32 - 1, 2 ** 32, 2 ** 40],
      ...[Number.MAX_SAFE_INTEGER, 2 ** 53, -1, -2, -8],
    ),
  }),
);

const place = fc.nat(0x7fff_ffff);

const changes = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ does: fc.constant("field" as const), at: place, number: numbers }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant("number" as const),
      at: place,
      size: fc.constantFrom(1, 2, 4, 8) as fc.Arbitrary<Field["size"]>,
      big: fc.boolean(),
      number: numbers,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant("flip" as const), at: place, bit: fc.nat(7) }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("cut" as const), at: place }) },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant("remove" as const), at: place, count: fc.nat(64) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant("repeat" as const),
      at: place,
      count: fc.nat(64),
      times: fc.integer({ min: 1, max: 8 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant("insert" as const),
      at: place,
      bytes: fc.uint8Array({ maxLength: 12 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant("word" as const), at: place, word: place }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant("splice" as const),
      at: place,
      from: place,
      count: fc.nat(512),
      other: place,
    }),
  },
);

type Change = typeof changes extends fc.Arbitrary<infer T> ? T : never;

/**
 * Valid files and their changes, up to six one after the other; one in ten keeps checksums that are
 * wrong, and one in so many is left as it is.
 */
export function mutated(mutator: Mutator): fc.Arbitrary<Case> {
  const { seeds, repair } = mutator;
  return fc.record({
    seed: fc.nat(seeds.length - 1),
    changes: fc.array(changes, { maxLength: 6, size: "max" }),
    mended: fc.nat(9).map((n) => n < 9),
  }).map(({ seed, changes, mended }) => {
    const { name } = seeds[seed]!;
    const changed = changes.reduce(
      (bytes, change) => changedBy(bytes, change, mutator, seed),
      seeds[seed]!.bytes,
    );
    const bytes = mended && repair !== undefined ? repair(changed.slice()) : changed;
    const list = changes.map((change) => JSON.stringify(change)).join(" ");
    return { bytes, made: `${name}${mended ? "" : ", checksums left"} ${list}` };
  });
}

function changedBy(
  bytes: Uint8Array,
  change: Change,
  { seeds, words = [] }: Mutator,
  seed: number,
): Uint8Array {
  const at = change.at % (bytes.length + 1);
  switch (change.does) {
    case "field": {
      const fields = seeds[seed]!.fields ?? [];
      const field = fields[change.at % Math.max(1, fields.length)];
      return field === undefined ? bytes : withNumber(bytes, field, change.number);
    }
    case "number":
      return withNumber(bytes, { ...change, at }, change.number);
    case "flip":
      return bytes.map((byte, i) => i === at ? byte ^ (1 << change.bit) : byte);
    case "cut":
      return bytes.slice(0, at);
    case "remove":
      return joined([bytes.subarray(0, at), bytes.subarray(at + change.count)]);
    case "repeat": {
      const piece = bytes.subarray(at, at + change.count);
      const pieces = Array.from({ length: change.times }, () => piece);
      return joined([bytes.subarray(0, at), ...pieces, bytes.subarray(at)]);
    }
    case "insert":
      return joined([bytes.subarray(0, at), change.bytes, bytes.subarray(at)]);
    case "word": {
      const word = words[change.word % Math.max(1, words.length)] ?? "";
      const piece = typeof word === "string" ? new TextEncoder().encode(word) : word;
      return joined([bytes.subarray(0, at), piece, bytes.subarray(at)]);
    }
    case "splice": {
      const other = seeds[change.other % seeds.length]!.bytes;
      const from = change.from % (other.length + 1);
      const piece = other.subarray(from, from + change.count);
      return joined([bytes.subarray(0, at), piece, bytes.subarray(at + piece.length)]);
    }
  }
}

/** The bytes with another number in a place; as they are where that lies behind their end. */
function withNumber(
  bytes: Uint8Array,
  { at, size, big = false }: Field,
  { from, add }: { from: string; add: number },
): Uint8Array {
  if (at + size > bytes.length) return bytes;
  const copy = bytes.slice();
  const order = (i: number) => at + (big ? size - 1 - i : i);
  let value = 0n;
  for (let i = size - 1; i >= 0; i--) value = value << 8n | BigInt(copy[order(i)]!);
  const base = from === "value"
    ? value
    : BigInt(from === "length" ? bytes.length : from === "rest" ? bytes.length - at - size : 0);
  let next = BigInt.asUintN(8 * size, base + BigInt(add));
  for (let i = 0; i < size; i++, next >>= 8n) copy[order(i)] = Number(next & 255n);
  return copy;
}

/** Bytes one after the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The bytes of a text in base64, as fixtures have them. */
export function ofBase64(text: string): Uint8Array {
  return Uint8Array.fromBase64(text);
}
