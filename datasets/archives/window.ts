/**
 * Small reads all over a file, such as the headers of an archive.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { unreadable } from "./files.ts";

/** Reads a file a window at a time: the headers of small entries are close together. */
export class FileWindow implements Disposable {
  /** How many bytes the file has. */
  readonly size: number;
  private readonly bytes = Buffer.alloc(16 * 1024);
  private from = 0;
  private filled = 0;

  /**
   * Takes ownership of the handle.
   *
   * @param file its path, for messages
   * @param handle the open file
   */
  constructor(readonly file: string, private readonly handle: Deno.FsFile) {
    this.size = handle.statSync().size;
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.handle.close();
  }

  /**
   * Reads bytes, which the next call may overwrite.
   *
   * @param at the first byte
   * @param length how many
   * @returns the bytes; undefined if the file ends before
   * @throws {DataError} if the file cannot be read
   */
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

/**
 * Opens a file for small reads.
 *
 * @param file its path
 * @returns the window, which closes the file when it is disposed of
 * @throws {DataError} if it cannot be read
 */
export function openWindow(file: string): FileWindow {
  try {
    return new FileWindow(file, Deno.openSync(file));
  } catch (error) {
    throw unreadable(file, error);
  }
}
