/** Gathers pictures in any order, a million in a few tens of megabytes. */

/** Pictures as columns: one row is one picture. */
export interface PictureColumns {
  /** All file names in UTF-8, one behind the other. */
  text: Uint8Array;
  /** Where each name ends in `text`. */
  ends: Uint32Array;
  /** Each picture's class: its place in a list of class names. */
  classes: Uint32Array;
  /** First byte of each picture in its file. */
  offsets: Float64Array;
  /** Bytes of each picture; `wholeFile` for all of its file. */
  lengths: Int32Array;
}

/** Columns for `rows` pictures with `textBytes` bytes of names. */
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

/** The file name of one row. */
export function nameAt({ text, ends }: PictureColumns, row: number): string {
  return decoder.decode(text.subarray(ends[row - 1] ?? 0, ends[row]));
}

/** Pictures as they are found. Each costs the bytes of its name and 20 more. */
export class PictureList {
  /** Class names in the order in which they came. */
  readonly classNames: string[] = [];
  private readonly classIds = new Map<string, number>();
  private store: PictureColumns = emptyColumns(2 ** 10, 2 ** 15);
  private rows = 0;
  private textBytes = 0;

  /** Pictures so far. */
  get length(): number {
    return this.rows;
  }

  /** Adds one picture: its file name without folders, and where its bytes lie. */
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

  /** The pictures so far; `classes` holds places in `classNames`. */
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

  /** The same pictures in classes that their names tell. */
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
