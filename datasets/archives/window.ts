/** Small reads all over a file, such as of the headers of an archive. */
import { Buffer } from "node:buffer";
import { unreadable } from "./files.ts";

/** Reads a file a stretch at a time: the headers of small entries lie close together. */
export class FileWindow implements Disposable {
  /** The file's bytes. */
  readonly size: number;
  private readonly bytes = Buffer.alloc(16 * 1024);
  private from = 0;
  private filled = 0;

  /** Owns the handle. */
  constructor(readonly file: string, private readonly handle: Deno.FsFile) {
    this.size = handle.statSync().size;
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.handle.close();
  }

  /** Bytes that stay as they are until the next call; undefined where the file ends before. */
  read(at: number, length: number): Buffer | undefined {
    if (length > this.bytes.length) {
      const large = Buffer.alloc(length);
      return this.fill(at, large) === length ? large : undefined;
    }
    if (at < this.from || at + length > this.from + this.filled) {
      this.from = at;
      this.filled = this.fill(at, this.bytes);
    }
    const first = at - this.from;
    return first + length <= this.filled ? this.bytes.subarray(first, first + length) : undefined;
  }

  private fill(at: number, target: Uint8Array): number {
    try {
      this.handle.seekSync(at, Deno.SeekMode.Start);
      let filled = 0;
      while (filled < target.length) {
        const read = this.handle.readSync(target.subarray(filled));
        if (read === null) break;
        filled += read;
      }
      return filled;
    } catch (error) {
      throw unreadable(this.file, error);
    }
  }
}

/** Opens a file to look at. Throws `DataError` where it cannot be read. */
export function openWindow(file: string): FileWindow {
  try {
    return new FileWindow(file, Deno.openSync(file));
  } catch (error) {
    throw unreadable(file, error);
  }
}
