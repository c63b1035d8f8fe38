/**
 * Lists what a tar archive holds, and where, without reading its contents.
 *
 * `tar` reads the header blocks (checksums, octal and base-256 sizes, ustar prefixes). Walking from
 * one header to the next is done here, as libraries stream: they would read all 138 GB of
 * ImageNet's training archive to list it, and none gives offsets.
 *
 * @module
 */
import { type Buffer, isUtf8 } from "node:buffer";
import { Header } from "tar/header";
import { DataError } from "../errors.ts";
import { parsePax, type PaxRecords } from "./pax.ts";
import { type FileWindow, openWindow } from "./window.ts";

/** One entry of an archive. */
export interface TarEntry {
  /** Its path, as written in the archive. */
  path: string;
  /**
   * Whether the path is not in UTF-8: two such paths may look the same, and neither is what was
   * meant.
   */
  isOdd?: true;
  /** The first byte of its contents, counted from the start of the file that holds the archive. */
  offset: number;
  /** Bytes of its contents. */
  length: number;
  /** `file`, `folder`, `link` (hard or symbolic), or `other` such as a device or a sparse file. */
  kind: "file" | "folder" | "link" | "other";
}

/** A part of a file that is itself an archive. */
export interface TarRange {
  /** Its first byte. */
  offset: number;
  /** How many bytes it has. */
  length: number;
}

const block = 512;
/** No name is this long: a record that claims to be is damaged. */
const longestRecord = 2 ** 20;
/**
 * More zeros after the end mark than the largest record size in use: GNU tar pads to 20 blocks,
 * others to 2,048.
 */
const mostPadding = 2 ** 20;
/** Headers per turn of the event loop, so that signals and timers are handled. */
const headersPerTurn = 2000;

/** The bytes of a header's name, and of a prefix to it. */
const nameFields = [[0, 100], [345, 500]] as const;

const kinds: ReadonlyMap<string, TarEntry["kind"]> = new Map([
  ["File", "file"],
  ["OldFile", "file"],
  ["ContiguousFile", "file"],
  ["Directory", "folder"],
  ["GNUDumpDir", "folder"],
  ["Link", "link"],
  ["SymbolicLink", "link"],
]);

/**
 * Lists a tar archive.
 *
 * @param file the file
 * @param range the part of the file that is the archive (default: all of it)
 * @returns its entries, in their order
 * @throws {DataError} naming the file, if it is not a tar, compressed, cut off, damaged, several
 *   archives joined, or followed by more zeros than padding has
 */
export async function* tarEntries(file: string, range?: TarRange): AsyncGenerator<TarEntry> {
  using source = openWindow(file);
  const start = range?.offset ?? 0;
  const end = range === undefined ? source.size : start + range.length;
  const walk = new Walk(source, start, end, range !== undefined);
  for (let headers = 1;; headers++) {
    if (headers % headersPerTurn === 0) await new Promise((resume) => setTimeout(resume));
    const entry = walk.next();
    if (entry === "end") return;
    if (entry !== "record") yield entry;
  }
}

/** One pass over the headers of an archive. */
class Walk {
  private at: number;
  /** What extension records said about the next entry. */
  private pax: PaxRecords | undefined;
  private longPath: { path: string; isOdd: boolean } | undefined;

  constructor(
    private readonly source: FileWindow,
    private readonly start: number,
    private readonly end: number,
    private readonly inner: boolean,
  ) {
    this.at = start;
  }

  /** The next entry; `record` after a header that only describes the next one. */
  next(): TarEntry | "record" | "end" {
    const header = this.header();
    if (header === undefined) return "end";
    if (header.nullBlock) return this.checkRest();
    const offset = this.at + block;
    const length = hasContents(header.type) ? header.size ?? 0 : 0;
    if (offset + length > this.end) throw this.cutOff(header.path ?? "");
    this.at = offset + Math.ceil(length / block) * block;
    if (this.keepRecord(header.type, offset, length)) return "record";
    // The header's own path may have a ustar prefix before the one that the record replaces.
    const { path, isOdd } = this.pathOf(header, offset - block);
    const kind = this.pax?.isSparse ? "other" : kinds.get(header.type) ?? "other";
    this.pax = this.longPath = undefined;
    return { path, offset, length, kind, ...(isOdd && { isOdd }) };
  }

  /** The path from a record, or else from the header at `at`. */
  private pathOf({ path = "" }: Header, at: number): { path: string; isOdd: boolean } {
    if (this.pax?.path !== undefined && this.longPath !== undefined) {
      throw this.unusable(
        `the entry at byte ${at} is named by records of two formats`,
        "pack the pictures anew",
      );
    }
    if (this.pax?.path !== undefined) {
      return { path: this.pax.path, isOdd: this.pax.isOdd === true };
    }
    if (this.longPath !== undefined) return this.longPath;
    // What is not in UTF-8 is read as U+FFFD, which a name may also hold itself.
    const isOdd = path.includes("\ufffd") && nameFields.some(([from, to]) => {
      const field = this.source.read(at, block)?.subarray(from, to);
      const length = field?.indexOf(0) ?? -1;
      return field !== undefined && !isUtf8(length < 0 ? field : field.subarray(0, length));
    });
    return { path, isOdd };
  }

  /**
   * The header here; undefined at the end of an archive inside another, whose header gives its
   * length.
   */
  private header(): Header | undefined {
    const bytes = this.at + block <= this.end ? this.source.read(this.at, block) : undefined;
    if (bytes !== undefined) return this.parsed(bytes);
    if (this.inner && this.at === this.end && this.at > this.start) return undefined;
    throw this.at === this.start ? this.noHeader() : this.cutOff("its end mark");
  }

  private parsed(bytes: Buffer): Header {
    try {
      const header = new Header(bytes, 0, this.pax);
      if (header.nullBlock || header.cksumValid) return header;
    } catch {
      // A number in it is out of range.
    }
    throw this.noHeader();
  }

  private keepRecord(type: string, offset: number, length: number): boolean {
    const isPax = type === "ExtendedHeader" || type === "OldExtendedHeader";
    const isLongPath = type === "NextFileHasLongPath";
    if (isPax && (this.pax = parsePax(this.record(offset, length))) === undefined) {
      throw this.noHeader();
    }
    if (isLongPath) {
      const bytes = this.record(offset, length);
      this.longPath = { path: `${bytes}`.replace(/\0[^]*$/, ""), isOdd: !isUtf8(bytes) };
    }
    if (type === "GlobalExtendedHeader") this.checkGlobal(offset, length);
    return isPax || isLongPath || type === "NextFileHasLongLinkpath" ||
      type === "GlobalExtendedHeader";
  }

  /** A header for all entries after it may say when they were made, but not what all are called. */
  private checkGlobal(offset: number, length: number): void {
    const records = parsePax(this.record(offset, length));
    if (records === undefined) throw this.noHeader();
    const { path, size, isSparse } = records;
    if (path === undefined && size === undefined && !isSparse) return;
    throw this.unusable(
      `the extended header at byte ${this.at} gives all entries after it one path or size`,
      "pack the pictures anew",
    );
  }

  private record(offset: number, length: number): Buffer {
    const bytes = length <= longestRecord ? this.source.read(offset, length) : undefined;
    if (bytes === undefined) throw this.noHeader();
    return bytes;
  }

  /**
   * Only zeros may follow the end mark: tools stop there, and would leave out what comes after. Nor
   * may there be many: a download that allocates the whole file first, and is interrupted, leaves
   * zeros in place of entries.
   */
  private checkRest(): "end" {
    const mark = this.at;
    for (; this.at < this.end; this.at += block) {
      if (this.at - mark > mostPadding) throw this.zeros(mark);
      const bytes = this.source.read(this.at, Math.min(block, this.end - this.at));
      if (bytes === undefined || bytes.every((byte) => byte === 0)) continue;
      throw this.unusable(
        `its end mark is followed by more data at byte ${this.at}, as if archives were joined`,
        "pack the pictures into one archive",
      );
    }
    return "end";
  }

  private zeros(mark: number): DataError {
    return this.unusable(
      `it has only zeros from byte ${mark} on for more than ${mostPadding} bytes, as after an interrupted ` +
        "download into a file of full size",
      "copy it from its source again (or pack it with a blocking factor of 2048 or less)",
    );
  }

  private noHeader(): DataError {
    const first = this.source.read(this.start, 6);
    if (this.at === this.start && first !== undefined && isCompressed(first)) {
      return this.unusable(
        "it is compressed, and pictures are read from their position in the archive",
        "decompress it first (gunzip, bunzip2, unxz or unzstd)",
      );
    }
    const isBegun = this.at > this.start || this.inner;
    return this.unusable(
      `there is no tar header at byte ${this.at}: it is not a tar, or damaged`,
      isBegun
        ? "copy it from its source again"
        : "give a folder, or a tar archive; copy a damaged one again",
    );
  }

  private cutOff(wanted: string): DataError {
    return this.unusable(
      `it is cut off at byte ${this.end}, before the end of ${wanted}`,
      "copy it from its source again",
    );
  }

  private unusable(seen: string, advice: string): DataError {
    const where = this.inner ? ` (the archive inside it at byte ${this.start})` : "";
    return new DataError(`Cannot read ${this.source.file}${where} as ${seen}; ${advice}`);
  }
}

/**
 * Links, devices and folders have no contents, whatever size their header says: for a hard link that is
 * the size of what it stands for, for a folder how much may be put there (POSIX, pax, "typeflag").
 */
function hasContents(type: string): boolean {
  return !["Link", "SymbolicLink", "CharacterDevice", "BlockDevice", "Directory", "FIFO"].includes(
    type,
  );
}

/** Whether these are the first bytes of a gzip, bzip2, xz or Zstandard file. */
function isCompressed(bytes: Uint8Array): boolean {
  return ["1f8b", "425a68", "fd377a585a00", "28b52ffd"].some((magic) =>
    bytes.toHex().startsWith(magic)
  );
}
