/**
 * The one door to ZIP archives. A module that is imported from a URL brings no import map, so the
 * packages' versions stand here.
 *
 * @module
 */
import checksums from "npm:crc-32@1.2.2";
import { unzipSync } from "npm:fflate@0.8.3";

/** What begins an entry of the list, and the list's end. */
const signatures = { entry: 0x02014b50, end: 0x06054b50, end64: 0x06064b50, locator: 0x07064b50 };

/**
 * What an archive holds, each entry held against the checksum (CRC-32) that the archive says of it:
 * the reader, fflate, looks at none, and a flipped bit of weights shows nowhere else.
 *
 * @param bytes the archive
 * @param isWanted whether an entry is to be read; all are by default
 * @returns the entries by name, in the archive's order
 * @throws {Error} if it is no whole archive, an entry is damaged, packed by another method than
 *   deflate, or two have one name; the message says what is wrong and what to do
 */
export function unzip(
  bytes: Uint8Array,
  isWanted: (name: string) => boolean = () => true,
): Map<string, Uint8Array> {
  const listed = checksumsOf(bytes);
  const expected = new Map<string, number>();
  const problems: string[] = [];
  const read = unzipped(bytes, ({ name, compression }) => {
    const checksum = listed.next().value;
    if (!isWanted(name)) return false;
    const problem = checksum === undefined
      ? `its list of entries ends before ${name}; ${fetchAgain}`
      : expected.has(name)
      ? `two entries are ${name}; write each once`
      : compression !== 0 && compression !== 8
      ? `${name} is packed by method ${compression}; pack it by deflate, or not at all`
      : undefined;
    if (problem !== undefined) problems.push(problem);
    else expected.set(name, checksum!);
    return problem === undefined;
  });
  for (const [name, checksum] of expected) {
    const seen = Object.hasOwn(read, name) ? checksums.buf(read[name]!) >>> 0 : undefined;
    if (seen === checksum) continue;
    problems.push(
      `${name} has the checksum ${hex(seen)}, and must have ${hex(checksum)}; ${fetchAgain}`,
    );
  }
  if (problems.length > 0) throw new Error(problems[0]);
  return new Map(Object.entries(read));
}

const fetchAgain = "it is cut off or damaged, fetch it again";

type Filter = NonNullable<NonNullable<Parameters<typeof unzipSync>[1]>["filter"]>;

/** The archive as the reader has it. */
function unzipped(bytes: Uint8Array, filter: Filter): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes, { filter });
  } catch (cause) {
    const seen = cause instanceof Error ? cause.message : cause;
    throw new Error(`the reader says "${seen}"; ${fetchAgain}`, { cause });
  }
}

function hex(checksum: number | undefined): string {
  return checksum?.toString(16).padStart(8, "0") ?? "of nothing";
}

/** The checksums in the order of the archive's list, which is the reader's. */
function* checksumsOf(bytes: Uint8Array): Generator<number, undefined> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = (place: number) =>
    place >= 0 && place + 4 <= bytes.length ? view.getUint32(place, true) : 0;
  let end = bytes.length - 22;
  while (end > 0 && at(end) !== signatures.end) end--;
  const end64 = at(end - 20) === signatures.locator ? at(end - 12) : -1;
  let place = at(end64) === signatures.end64 ? at(end64 + 48) : at(end + 16);
  for (; at(place) === signatures.entry && place + 46 <= bytes.length;) {
    yield at(place + 16);
    const [name, extra, comment] = [28, 30, 32].map((field) => view.getUint16(place + field, true));
    place += 46 + name! + extra! + comment!;
  }
  return undefined;
}
