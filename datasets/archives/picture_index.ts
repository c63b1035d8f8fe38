/**
 * The pictures of one part of a data set, in their final order, by index.
 *
 * @module
 */
import { DataError } from "../errors.ts";
import type { ListedFile } from "../identity.ts";
import { type ClassifiedSplit, type ImageEntry, wholeFile } from "./entry.ts";
import { unreadable } from "./files.ts";
import { emptyColumns, nameAt, type PictureColumns, PictureList } from "./picture_list.ts";

/** What all pictures of a part have in common. */
export interface PartOfSet {
  /** The part's name in the entries, whatever its name on disk. */
  part: "train" | "val";
  /** The set's class names, sorted. */
  classNames: readonly string[];
  /** The form of the pictures. */
  encoding: ImageEntry["encoding"];
  /** The file that holds a picture. */
  fileOf(className: string, name: string): string;
}

/** Both parts of a set, opened. */
export interface SetParts {
  /** Class names, sorted: labels are indices into this list. */
  classNames: readonly string[];
  /** Training pictures; none in a set for evaluation only. */
  training: PictureIndex;
  /** Validation pictures. */
  validation: PictureIndex;
}

/**
 * How many file sizes to look up at the same time: a network drive responds more slowly than a
 * disk.
 */
const sizesAtOnce = 256;

/**
 * Pictures sorted by class and name, in columns: a picture takes the bytes of its name and 20 more.
 */
export class PictureIndex implements ClassifiedSplit {
  private readonly columns: PictureColumns;
  /** The first row of each label, and at the end the number of rows. */
  private readonly starts: Uint32Array;

  /**
   * Sorts the pictures.
   *
   * @param list the pictures
   * @param set what they have in common; it names the class of each
   * @throws {DataError} if a class has two pictures of one name
   */
  constructor(list: PictureList, private readonly set: PartOfSet) {
    const labels = new Map(set.classNames.map((name, label) => [name, label]));
    const labelOf = Uint32Array.from(list.classNames, (name) => labels.get(name) as number);
    const found = list.columns();
    this.starts = countStarts(found.classes, labelOf, set.classNames.length);
    this.columns = emptyColumns(list.length, found.text.length);
    this.fill(found, labelOf);
  }

  get length(): number {
    return this.columns.ends.length;
  }

  private fill(found: PictureColumns, labelOf: Uint32Array): void {
    const rows = groupRows(found.classes, labelOf, this.starts);
    for (let label = 0; label < this.starts.length - 1; label++) {
      const [first, end] = [this.starts[label] ?? 0, this.starts[label + 1] ?? 0];
      const named = Array.from(rows.subarray(first, end), (row) => ({
        row,
        name: nameAt(found, row),
      }));
      named.sort((a, b) => a.name < b.name ? -1 : Number(a.name > b.name));
      this.checkNames(named, label);
      named.forEach(({ row }, i) => copyRow(found, row, this.columns, first + i, label));
    }
  }

  private checkNames(sorted: { name: string }[], label: number): void {
    const twice = sorted.find(({ name }, i) => name === sorted[i + 1]?.name);
    if (twice === undefined) return;
    const className = this.set.classNames[label] ?? "";
    const file = this.set.fileOf(className, twice.name);
    throw new DataError(
      `Cannot use ${file} as it holds ${className}/${twice.name} twice: pack it anew, or give each picture a ` +
        `name of its own`,
    );
  }

  entry(index: number): ImageEntry {
    if (!Number.isInteger(index) || index < 0 || index >= this.length) {
      throw new RangeError(
        `Cannot get an entry as index must be an integer >= 0 and < ${this.length}: current value ` +
          `is ${index}`,
      );
    }
    const label = this.columns.classes[index] ?? 0;
    const className = this.set.classNames[label] ?? "";
    const name = nameAt(this.columns, index);
    return {
      name: `${this.set.part}/${className}/${name}`,
      label,
      file: this.set.fileOf(className, name),
      offset: this.columns.offsets[index] ?? 0,
      length: this.columns.lengths[index] ?? 0,
      encoding: this.set.encoding,
    };
  }

  /**
   * The pictures in two parts, `train` and `val`, where they are the training pictures.
   *
   * @param lastOf how many of a class, whose pictures there are so many of, are in the second part:
   *   its last ones by name; not asked for classes without pictures
   * @returns both parts
   */
  withoutLast(
    lastOf: (className: string, count: number) => number,
  ): { training: PictureIndex; validation: PictureIndex } {
    const [training, validation] = [new PictureList(), new PictureList()];
    for (const [label, className] of this.set.classNames.entries()) {
      const [first, end] = [this.starts[label] ?? 0, this.starts[label + 1] ?? 0];
      const cut = end - (first < end ? lastOf(className, end - first) : 0);
      for (let row = first; row < end; row++) {
        const { offsets, lengths } = this.columns;
        const name = nameAt(this.columns, row);
        const part = row < cut ? training : validation;
        part.add(className, name, offsets[row] ?? 0, lengths[row] ?? 0);
      }
    }
    return {
      training: new PictureIndex(training, { ...this.set, part: "train" }),
      validation: new PictureIndex(validation, { ...this.set, part: "val" }),
    };
  }

  /**
   * Name and size of each picture, sorted by `part/class/name` as a whole, in code units.
   *
   * @throws {DataError} if a size has to be looked up and cannot be
   */
  async *files(): AsyncGenerator<ListedFile> {
    // "a/1" comes after "a-b/1", though "a" comes before "a-b".
    const labels = this.set.classNames.map((name, label) => ({ path: `${name}/`, label }));
    labels.sort((a, b) => a.path < b.path ? -1 : 1);
    for (const { label } of labels) {
      const end = this.starts[label + 1] ?? 0;
      for (let first = this.starts[label] ?? 0; first < end; first += sizesAtOnce) {
        const count = Math.min(sizesAtOnce, end - first);
        yield* await Promise.all(
          Array.from({ length: count }, (_, i) => withSize(this.entry(first + i))),
        );
      }
    }
  }
}

function countStarts(ids: Uint32Array, labelOf: Uint32Array, classes: number): Uint32Array {
  const starts = new Uint32Array(classes + 1);
  for (const id of ids) increment(starts, (labelOf[id] as number) + 1);
  for (let label = 0; label < classes; label++) {
    starts[label + 1] = (starts[label + 1] as number) + (starts[label] as number);
  }
  return starts;
}

/** The rows, those of label 0 first, otherwise in their order. */
function groupRows(ids: Uint32Array, labelOf: Uint32Array, starts: Uint32Array): Uint32Array {
  const next = starts.slice();
  const rows = new Uint32Array(ids.length);
  for (let row = 0; row < ids.length; row++) {
    const label = labelOf[ids[row] as number] as number;
    rows[increment(next, label)] = row;
  }
  return rows;
}

/** Adds 1, and returns the value before. */
function increment(counts: Uint32Array, at: number): number {
  const before = counts[at] as number;
  counts[at] = before + 1;
  return before;
}

/** Rows are written in order, so that a name begins where the one before it ends. */
function copyRow(
  from: PictureColumns,
  row: number,
  to: PictureColumns,
  target: number,
  label: number,
): void {
  const name = from.text.subarray(from.ends[row - 1] ?? 0, from.ends[row]);
  const start = to.ends[target - 1] ?? 0;
  to.text.set(name, start);
  to.ends[target] = start + name.length;
  to.classes[target] = label;
  to.offsets[target] = from.offsets[row] ?? 0;
  to.lengths[target] = from.lengths[row] ?? 0;
}

async function withSize({ name, file, length }: ImageEntry): Promise<ListedFile> {
  if (length !== wholeFile) return { path: name, bytes: length };
  try {
    return { path: name, bytes: (await Deno.stat(file)).size };
  } catch (error) {
    throw unreadable(file, error);
  }
}
