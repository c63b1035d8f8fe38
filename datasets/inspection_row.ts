/**
 * What is seen of one image, and of its mask, as a row of numbers: workers hand these over for a
 * million images without a million objects.
 *
 * @module
 */

/** Where each number is. */
const at = { width: 0, height: 1, orientation: 2, hash: 3, form: 11, values: 12, pixels: 20 };

/** 32-bit words of a SHA-256, and of a set of bytes. */
const hashWords = 8, valueWords = 8;

/** What a mask's pixels are: nothing that can be read, numbers, or colours. */
export const maskForms = ["unread", "numbers", "colours"] as const;

/** What a mask's pixels are. */
export type MaskForm = typeof maskForms[number];

/**
 * How many numbers describe an image.
 *
 * @param classes how many classes its mask distinguishes; undefined where there is no mask
 * @returns the length of a row
 */
export function rowLength(classes: number | undefined): number {
  return classes === undefined ? at.form : at.pixels + 1 + classes;
}

/** A row that can be written and read. */
export class InspectionRow {
  /** @param row its numbers, zeros where nothing was seen */
  constructor(private readonly row: Int32Array) {}

  /** Pixels across; 0 where the header cannot be read. */
  get width(): number {
    return this.row[at.width]!;
  }

  /** Pixels down. */
  get height(): number {
    return this.row[at.height]!;
  }

  /** The EXIF orientation, 1 to 8. */
  get orientation(): number {
    return Math.max(1, this.row[at.orientation]!);
  }

  /** The SHA-256 of the image's bytes, in hexadecimal; undefined where they cannot be read. */
  get hash(): string | undefined {
    const words = this.row.subarray(at.hash, at.hash + hashWords);
    if (words.every((word) => word === 0)) return undefined;
    return Array.from(words, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  /** What the mask's pixels are. */
  get form(): MaskForm {
    return maskForms[this.row[at.form]!]!;
  }

  /** The values that the mask holds, where its pixels are numbers. */
  get values(): number[] {
    const words = this.row.subarray(at.values, at.values + valueWords);
    return Array.from({ length: 32 * valueWords }, (_, value) => value)
      .filter((value) => (words[value >> 5]! >> (value & 31)) & 1);
  }

  /** Pixels that are ignored, then those of each class; zeros where the mask cannot be used. */
  get pixels(): Int32Array {
    return this.row.subarray(at.pixels);
  }

  /** Notes what an image is. */
  setImage({ width, height }: { width: number; height: number }, orientation: number): void {
    this.row.set([width, height, orientation], at.width);
  }

  /** Notes the SHA-256 of an image's bytes. */
  setHash(digest: Uint8Array): void {
    const view = new DataView(digest.buffer, digest.byteOffset, digest.byteLength);
    for (let i = 0; i < hashWords; i++) this.row[at.hash + i] = view.getInt32(4 * i);
  }

  /** Notes what a mask's pixels are, and which values they have. */
  setMask(form: MaskForm, values: Iterable<number> = []): void {
    this.row[at.form] = maskForms.indexOf(form);
    for (const value of values) this.row[at.values + (value >> 5)]! |= 1 << (value & 31);
  }

  /** Counts a mask's labels, −1 where a pixel is ignored. */
  count(labels: Int16Array): void {
    const counts = this.pixels;
    for (let i = 0; i < labels.length; i++) counts[labels[i]! + 1]!++;
  }
}
