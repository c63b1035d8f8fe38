/**
 * The one door to ZIP archives. A module that is imported from a URL brings no import map, so the
 * packages' versions stand here.
 *
 * The list of entries is read here, and what it says held against the archive's length, before fflate
 * inflates an entry: its own reader believes the list, and so takes the memory that a damaged one asks
 * for, or reads entries that are not there as zeros.
 *
 * @module
 */
import checksums from "npm:crc-32@1.2.2";
import { inflateSync } from "npm:fflate@0.8.3";

/** What begins an entry, its record in the list, and the list's end. */
const signatures = {
  local: 0x04034b50,
  record: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator: 0x07064b50,
};

/** A number of ZIP64 stands elsewhere. */
const elsewhere = 0xffffffff;

/** Deflate makes at most this many bytes of one. */
const largestRatio = 1032;

const fetchAgain = "it is cut off or damaged, fetch it again";

/** An entry, as the list has it. */
interface Entry {
  readonly name: string;
  /** Whether the name's encoding is known. */
  readonly isNameSure: boolean;
  readonly method: number;
  readonly checksum: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly offset: number;
}

/**
 * What an archive holds, each entry held against the checksum (CRC-32) that the archive says of it:
 * the reader, fflate, looks at none, and a flipped bit of weights shows nowhere else.
 *
 * @param bytes the archive
 * @param isWanted whether an entry is to be read; all are by default
 * @returns the entries by name, in the archive's order
 * @throws {Error} if it is no whole archive, an entry is damaged, packed by another method than
 *   deflate, or encrypted, or two have one name; the message says what is wrong and what to do
 */
export function unzip(
  bytes: Uint8Array,
  isWanted: (name: string) => boolean = () => true,
): Map<string, Uint8Array> {
  const read = new Map<string, Uint8Array>();
  for (const entry of entriesOf(bytes)) {
    const { name, method, isNameSure } = entry;
    if (!isWanted(name)) continue;
    if (read.has(name)) throw new Error(`two entries are ${name}; write each once`);
    if (method !== 0 && method !== 8) {
      throw new Error(
        `${name} is packed by method ${method}; pack it by deflate, or not at all`,
      );
    }
    if (!isNameSure) {
      throw new Error(
        `the name ${name} is in an encoding that it does not tell; write it in UTF-8`,
      );
    }
    read.set(name, contentOf(bytes, entry));
  }
  return read;
}

/** An entry's content, of the length and the checksum that the list says. */
function contentOf(archive: Uint8Array, entry: Entry): Uint8Array {
  const { name, method, checksum, packedBytes, bytes } = entry;
  const packed = packedOf(archive, entry);
  const most = method === 0 ? packedBytes : packedBytes * largestRatio;
  if (bytes > most) throw damaged(`${name} cannot be ${bytes} bytes of ${packedBytes}`);
  const content = method === 0 ? packed.slice() : inflated(name, packed, bytes);
  if (content.length !== bytes) {
    throw damaged(`${name} has ${content.length} bytes, and must have ${bytes}`);
  }
  const seen = checksums.buf(content) >>> 0;
  if (seen === checksum) return content;
  throw damaged(`${name} has the checksum ${hex(seen)}, and must have ${hex(checksum)}`);
}

function inflated(name: string, packed: Uint8Array, bytes: number): Uint8Array {
  try {
    return inflateSync(packed, { out: new Uint8Array(bytes) });
  } catch (cause) {
    const seen = cause instanceof RangeError
      ? "it does not fit into memory"
      : (cause as Error).message;
    throw new Error(`${name} can't be unpacked (${seen}); ${fetchAgain}`, { cause });
  }
}

/** The bytes of an entry, after the copy of its record that stands before them. */
function packedOf(archive: Uint8Array, { name, offset, packedBytes }: Entry): Uint8Array {
  const view = viewOf(archive);
  const isThere = offset + 30 <= archive.length &&
    view.getUint32(offset, true) === signatures.local;
  if (!isThere) throw damaged(`${name} does not begin at byte ${offset}`);
  const begin = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  const end = begin + packedBytes;
  if (end > archive.length) throw damaged(`${name} would end at byte ${end} of ${archive.length}`);
  return archive.subarray(begin, end);
}

/** The entries, as the list at the archive's end has them. */
function* entriesOf(archive: Uint8Array): Generator<Entry> {
  const { count, place } = listOf(archive);
  const view = viewOf(archive);
  let last = "none";
  let next = place;
  for (let at = place, i = 0; i < count; i++) {
    const isWhole = at + 46 <= archive.length && view.getUint32(at, true) === signatures.record;
    const [name = 0, extra = 0, comment = 0] = isWhole
      ? [28, 30, 32].map((field) => view.getUint16(at + field, true))
      : [];
    const begin = at + 46;
    if (!isWhole || begin + name + extra > archive.length) {
      throw damaged(`its list of ${count} entries ends after ${last}`);
    }
    const entry = entryOf(archive, at, name, extra);
    yield entry;
    last = entry.name;
    at = begin + name + extra + comment;
    next = at;
  }
  if (next + 4 <= archive.length && view.getUint32(next, true) === signatures.record) {
    throw damaged(`its list goes on after the ${count} entries that its end tells of`);
  }
}

function entryOf(archive: Uint8Array, at: number, nameBytes: number, extraBytes: number): Entry {
  const view = viewOf(archive);
  const encoded = archive.subarray(at + 46, at + 46 + nameBytes);
  const flags = view.getUint16(at + 8, true);
  const isUtf8 = (flags & 0x800) !== 0;
  const name = new TextDecoder().decode(encoded);
  if ((flags & 1) !== 0) throw new Error(`${name} is encrypted; pack it without a password`);
  const [bytes, packedBytes, offset] = wideNumbers(
    [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)],
    archive.subarray(at + 46 + nameBytes, at + 46 + nameBytes + extraBytes),
  );
  return {
    name,
    isNameSure: isUtf8 || encoded.every((byte) => byte < 0x80),
    method: view.getUint16(at + 10, true),
    checksum: view.getUint32(at + 16, true),
    packedBytes: packedBytes!,
    bytes: bytes!,
    offset: offset!,
  };
}

/** Numbers that 32 bits don't hold stand in a field of ZIP64's, one after the other. */
function wideNumbers(numbers: readonly number[], extra: Uint8Array): number[] {
  const view = viewOf(extra);
  let [from, end] = [0, 0];
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    [from, end] = [at + 4, Math.min(extra.length, at + 4 + view.getUint16(at + 2, true))];
    break;
  }
  return numbers.map((number) => {
    if (number !== elsewhere || from + 8 > end) return number;
    from += 8;
    return Number(view.getBigUint64(from - 8, true));
  });
}

/** Where the list of entries begins, and how many there are. */
function listOf(archive: Uint8Array): { place: number; count: number } {
  const view = viewOf(archive);
  const at = (place: number) =>
    place >= 0 && place + 4 <= archive.length ? view.getUint32(place, true) : 0;
  let end = archive.length - 22;
  const least = Math.max(0, end - 0xffff); // a comment may follow
  while (end >= least && at(end) !== signatures.end) end--;
  if (end < least) throw damaged("the end of its list of entries is missing");
  const end64 = at(end - 20) === signatures.locator ? at(end - 12) : -1;
  const isWide = at(end64) === signatures.end64;
  return isWide
    ? { place: at(end64 + 48), count: at(end64 + 32) }
    : { place: at(end + 16), count: view.getUint16(end + 10, true) };
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function damaged(seen: string): Error {
  return new Error(`${seen}; ${fetchAgain}`);
}

function hex(checksum: number): string {
  return checksum.toString(16).padStart(8, "0");
}
