/**
 * Pictures as bytes, and parts of them.
 *
 * @module
 */

/** A decoded picture: 8-bit RGB, row by row, `[height, width, 3]`. */
export interface RgbImage {
  /** Pixels across. */
  width: number;
  /** Pixels down. */
  height: number;
  /** `height · width · 3` bytes: red, green, blue of each pixel. */
  data: Uint8Array;
}

/** Width and height, in pixels. */
export interface Size {
  /** Pixels across. */
  width: number;
  /** Pixels down. */
  height: number;
}

/** A rectangle of a picture's pixels. */
export interface Window extends Size {
  /** Leftmost column. */
  x: number;
  /** Topmost row. */
  y: number;
}

/**
 * The pixels of a part of a picture: `data` is `[height, width, 3]`, and begins at column `x` of
 * row `y`.
 */
export interface Region extends RgbImage, Window {}
