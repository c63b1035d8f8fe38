/**
 * Collects pictures in any order, a million in a few tens of megabytes.
 *
 * @module
 */

/** Pictures as columns: one row is one picture. */
export interface PictureColumns {
  /** All file names in UTF-8, concatenated. */
  text: Uint8Array;
  /** Where each name ends in `text`. */
  ends: Uint32Array;
  /** Each picture's class: an index into a list of class names. */
  classes: Uint32Array;
  /** First byte of each picture in its file. */
  offsets: Float64Array;
  /** Bytes of each picture; `wholeFile` for all of its file. */
  lengths: Int32Array;
}

/**
 * Allocates columns.
 *
 * @param rows how many pictures
 * @param textBytes how many bytes their names have
 * @returns columns of zeros
 */
export function emptyColumns(rows: number, textBytes: number): PictureColumns {
  return {
    text: new Uint8Array(textBytes),
    ends: new Uint32Array(rows),
    classes: new Uint32Array(rows),
    offsets: new Float64Array(rows),
    lengths: new Int32Array(rows),
  };
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/**
 * The file name of one row.
 *
 * @param columns the pictures
 * @param row the row
 * @returns the name
 */
export function nameAt({ text, ends }: PictureColumns, row: number): string {
  return decoder.decode(text.subarray(ends[row - 1] ?? 0, ends[row]));
}

/** Pictures in the order in which they are found. Each takes the bytes of its name and 20 more. */
export class PictureList {
  /** Class names in the order in which they appeared. */
  readonly classNames: string[] = [];
  private readonly classIds = new Map<string, number>();
  private store: PictureColumns = emptyColumns(2 ** 10, 2 ** 15);
  private rows = 0;
  private textBytes = 0;

  /** Pictures so far. */
  get length(): number {
    return this.rows;
  }

  /**
   * Adds one picture.
   *
   * @param className its class
   * @param name its file name without folders
   * @param offset its first byte
   * @param length how many bytes it has
   */
  add(className: string, name: string, offset: number, length: number): void {
    this.makeRoom(name);
    const { text, ends, classes, offsets, lengths } = this.store;
    this.textBytes += encoder.encodeInto(name, text.subarray(this.textBytes)).written;
    const row = this.rows++;
    ends[row] = this.textBytes;
    classes[row] = this.idOf(className);
    offsets[row] = offset;
    lengths[row] = length;
  }

  /** A code unit is at most three bytes of UTF-8. */
  private makeRoom(name: string): void {
    const { text, ends } = this.store;
    const isFull = this.rows === ends.length;
    const isTight = this.textBytes + 3 * name.length > text.length;
    if (!isFull && !isTight) return;
    const textBytes = isTight ? 2 * text.length + 3 * name.length : text.length;
    const larger = emptyColumns(isFull ? 2 * ends.length : ends.length, textBytes);
    larger.text.set(text);
    larger.ends.set(ends);
    larger.classes.set(this.store.classes);
    larger.offsets.set(this.store.offsets);
    larger.lengths.set(this.store.lengths);
    this.store = larger;
  }

  private idOf(className: string): number {
    const known = this.classIds.get(className);
    if (known !== undefined) return known;
    this.classIds.set(className, this.classNames.length);
    return this.classNames.push(className) - 1;
  }

  /** The pictures so far; `classes` holds indices into `classNames`. */
  columns(): PictureColumns {
    const { text, ends, classes, offsets, lengths } = this.store;
    return {
      text: text.subarray(0, this.textBytes),
      ends: ends.subarray(0, this.rows),
      classes: classes.subarray(0, this.rows),
      offsets: offsets.subarray(0, this.rows),
      lengths: lengths.subarray(0, this.rows),
    };
  }

  /**
   * The same pictures, classified by name.
   *
   * @param classOf the class of a name
   * @returns a new list
   */
  classified(classOf: (name: string) => string): PictureList {
    const columns = this.columns();
    const list = new PictureList();
    for (let row = 0; row < this.rows; row++) {
      const name = nameAt(columns, row);
      list.add(classOf(name), name, columns.offsets[row] ?? 0, columns.lengths[row] ?? 0);
    }
    return list;
  }
}
