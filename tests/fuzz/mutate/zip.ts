/**
 * ZIP archives with lies in them: checksums right and wrong, lengths, offsets, methods, names twice.
 *
 * @module
 */
import { crc32, deflateRawSync } from "node:zlib";
import * as fc from "fast-check";
import { joined } from "./bytes.ts";

/** One file of an archive. */
export interface Packed {
  readonly name: string;
  readonly content: Uint8Array;
  readonly lies: Lies;
}

/** What an archive may say of a file that is not so. */
export interface Lies {
  readonly method: number;
  readonly flags: number;
  readonly checksum: "right" | "wrong" | "none";
  readonly packedBytes: number;
  readonly bytes: number;
  readonly offset: number;
  readonly nameBytes: number;
  readonly extraBytes: number;
  readonly localName: string | undefined;
  readonly wide: boolean;
}

/** Mostly the truth. */
const rarely = <T>(usual: T, ...others: readonly T[]) =>
  fc.oneof({ weight: 24, arbitrary: fc.constant(usual) }, {
    weight: 1,
    arbitrary: fc.constantFrom(...others),
  });

const off = rarely(0, 1, -1, 7, 255, 65536, 2 ** 31, -(2 ** 20), 2 ** 32 - 1);

/** Lies about a file. */
export const lies: fc.Arbitrary<Lies> = fc.record({
  method: fc.oneof({ weight: 24, arbitrary: fc.constantFrom(0, 8) }, {
    weight: 1,
    arbitrary: fc.constantFrom(1, 9, 12, 14, 93, 99, 65535),
  }),
  flags: rarely(0, 1, 8, 0x800, 0x2000, 0xffff),
  checksum: rarely<Lies["checksum"]>("right", "wrong", "none"),
  packedBytes: off,
  bytes: off,
  offset: off,
  nameBytes: off,
  extraBytes: off,
  localName: rarely<string | undefined>(undefined, "other", "", "../x"),
  wide: rarely(false, true),
});

/** Lies about the archive as a whole: its number of files, its list's place, what comes before and after. */
export const wholeLies = fc.record({
  count: off,
  listBytes: off,
  listOffset: off,
  before: rarely(0, 1, 30, 1000),
  after: rarely(0, 1, 22, 70000),
  comment: rarely(0, 4, 65535),
});

/** An archive. */
export function zipFile(
  files: readonly Packed[],
  whole: typeof wholeLies extends fc.Arbitrary<infer T> ? T : never,
): Uint8Array {
  const parts: Uint8Array[] = [new Uint8Array(whole.before)];
  const list: Uint8Array[] = [];
  let at = whole.before;
  for (const { name, content, lies } of files) {
    const packed = lies.method === 8 ? new Uint8Array(deflateRawSync(content)) : content;
    const sum = lies.checksum === "right"
      ? crc32(content)
      : lies.checksum === "none"
      ? 0
      : crc32(content) ^ 1;
    const encoded = new TextEncoder().encode(name);
    const local = new TextEncoder().encode(lies.localName ?? name);
    const common = (view: DataView, from: number, nameBytes: number) => {
      view.setUint16(from, 20, true);
      view.setUint16(from + 2, lies.flags, true);
      view.setUint16(from + 4, lies.method, true);
      view.setUint32(from + 10, sum, true);
      view.setUint32(from + 14, lies.wide ? 0xffffffff : packed.length + lies.packedBytes, true);
      view.setUint32(from + 18, lies.wide ? 0xffffffff : content.length + lies.bytes, true);
      view.setUint16(from + 22, nameBytes + lies.nameBytes, true);
      view.setUint16(from + 24, lies.extraBytes, true);
    };
    const head = new DataView(new ArrayBuffer(30));
    head.setUint32(0, 0x04034b50, true);
    common(head, 4, local.length);
    const entry = new DataView(new ArrayBuffer(46));
    entry.setUint32(0, 0x02014b50, true);
    entry.setUint16(4, 20, true);
    common(entry, 6, encoded.length);
    entry.setUint32(42, at + lies.offset, true);
    list.push(new Uint8Array(entry.buffer), encoded);
    const pieces = [new Uint8Array(head.buffer), local, packed];
    parts.push(...pieces);
    at += pieces.reduce((sum, { length }) => sum + length, 0);
  }
  const directory = joined(list);
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  for (const place of [8, 10]) end.setUint16(place, files.length + whole.count, true);
  end.setUint32(12, directory.length + whole.listBytes, true);
  end.setUint32(16, at + whole.listOffset, true);
  end.setUint16(20, whole.comment, true);
  return joined([...parts, directory, new Uint8Array(end.buffer), new Uint8Array(whole.after)]);
}

/** An archive that tells the truth. */
export function plainZip(
  files: readonly (readonly [name: string, content: Uint8Array])[],
): Uint8Array {
  const truth: Lies = {
    method: 8,
    flags: 0,
    checksum: "right",
    packedBytes: 0,
    bytes: 0,
    offset: 0,
    nameBytes: 0,
    extraBytes: 0,
    localName: undefined,
    wide: false,
  };
  return zipFile(files.map(([name, content]) => ({ name, content, lies: truth })), {
    count: 0,
    listBytes: 0,
    listOffset: 0,
    before: 0,
    after: 0,
    comment: 0,
  });
}
