// Convolutions of maps `[batch, height, width, channels]`, and their gradients by the input, as products of matrices of
// which the pixels' is never laid out: in AssemblyScript with SIMD, called by convolutions.ts.
//
// Sizes are in values, addresses in bytes.

import { multiplyAdd, storeColumns } from "./products";

/** Puts four values of each of four columns, `step` bytes apart, into four rows of a panel. */
@inline
function packSquare(from: usize, step: usize, to: usize): void {
  const a = v128.load(from), b = v128.load(from + step);
  const c = v128.load(from + 2 * step), d = v128.load(from + 3 * step);
  const ab = v128.shuffle<u32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<u32>(c, d, 0, 4, 1, 5);
  v128.store(to, v128.shuffle<u64>(ab, cd, 0, 2));
  v128.store(to, v128.shuffle<u64>(ab, cd, 1, 3), 32);
  const ef = v128.shuffle<u32>(a, b, 2, 6, 3, 7), gh = v128.shuffle<u32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<u64>(ef, gh, 0, 2), 64);
  v128.store(to, v128.shuffle<u64>(ef, gh, 1, 3), 96);
}

/**
 * Lays some of a kernel's taps out as panels of 8 columns, `[panel, tap, depth, 8]`; the last panel is filled up with 0.
 * Rows of taps are `rowTaps` of every `rowStep`-th from `firstRow` on, of `tapColumns` in the kernel; columns likewise.
 * Values of a tap are `depthStep` and `columnStep` bytes apart.
 */
export function pack(
  kernel: usize, packed: usize, depth: i32, columns: i32, depthStep: usize, columnStep: usize,
  rowTaps: i32, firstRow: i32, rowStep: i32,
  columnTaps: i32, firstColumn: i32, tapStep: i32, tapColumns: i32,
): void {
  const tapBytes = <usize>(depth * columns) << 2;
  let to = packed;
  for (let panel = 0; panel < columns; panel += 8) {
    const count = min(8, columns - panel);
    for (let i = 0; i < rowTaps; i++) {
      for (let j = 0; j < columnTaps; j++) {
        const tap = (firstRow + i * rowStep) * tapColumns + firstColumn + j * tapStep;
        let from = kernel + <usize>tap * tapBytes + <usize>panel * columnStep;
        let left = depth;
        if (count === 8 && columnStep === 4) {
          for (; left > 0; left--, from += depthStep, to += 32) {
            v128.store(to, v128.load(from));
            v128.store(to, v128.load(from, 16), 16);
          }
        } else if (count === 8 && depthStep === 4) {
          for (; left >= 4; left -= 4, from += 16, to += 128) {
            packSquare(from, columnStep, to);
            packSquare(from + 4 * columnStep, columnStep, to + 16);
          }
        }
        for (; left > 0; left--, from += depthStep, to += 32) {
          for (let c = 0; c < 8; c++) {
            const value: f32 = c < count ? load<f32>(from + <usize>c * columnStep) : 0;
            store<f32>(to + (<usize>c << 2), value);
          }
        }
      }
    }
  }
}

/**
 * 6 pixels × 8 columns of the product. `addresses` has six for each tap, of the pixels' sources, and then six of their
 * targets. The columns' values at the next depth are `step` bytes on; those of a tap end `tapBytes` on.
 */
function multiplyTile(
  addresses: usize, taps: i32, panel: usize, step: usize, tapBytes: usize, column: usize, count: i32,
): void {
  let s00 = f32x4.splat(0), s10 = s00, s20 = s00, s30 = s00, s40 = s00, s50 = s00;
  let s01 = s00, s11 = s00, s21 = s00, s31 = s00, s41 = s00, s51 = s00;
  for (let tap = 0; tap < taps; tap++, addresses += 24) {
    let a0: usize = load<u32>(addresses), a1: usize = load<u32>(addresses, 4);
    let a2: usize = load<u32>(addresses, 8), a3: usize = load<u32>(addresses, 12);
    let a4: usize = load<u32>(addresses, 16), a5: usize = load<u32>(addresses, 20);
    const end = panel + tapBytes;
    while (panel < end) {
      const b0 = v128.load(panel), b1 = v128.load(panel, 16);
      let a = v128.load32_splat(a0);
      s00 = multiplyAdd(a, b0, s00);
      s01 = multiplyAdd(a, b1, s01);
      a = v128.load32_splat(a1);
      s10 = multiplyAdd(a, b0, s10);
      s11 = multiplyAdd(a, b1, s11);
      a = v128.load32_splat(a2);
      s20 = multiplyAdd(a, b0, s20);
      s21 = multiplyAdd(a, b1, s21);
      a = v128.load32_splat(a3);
      s30 = multiplyAdd(a, b0, s30);
      s31 = multiplyAdd(a, b1, s31);
      a = v128.load32_splat(a4);
      s40 = multiplyAdd(a, b0, s40);
      s41 = multiplyAdd(a, b1, s41);
      a = v128.load32_splat(a5);
      s50 = multiplyAdd(a, b0, s50);
      s51 = multiplyAdd(a, b1, s51);
      panel += step;
      a0 += 4;
      a1 += 4;
      a2 += 4;
      a3 += 4;
      a4 += 4;
      a5 += 4;
    }
  }
  storeColumns(<usize>load<u32>(addresses) + column, s00, s01, count);
  storeColumns(<usize>load<u32>(addresses, 4) + column, s10, s11, count);
  storeColumns(<usize>load<u32>(addresses, 8) + column, s20, s21, count);
  storeColumns(<usize>load<u32>(addresses, 12) + column, s30, s31, count);
  storeColumns(<usize>load<u32>(addresses, 16) + column, s40, s41, count);
  storeColumns(<usize>load<u32>(addresses, 20) + column, s50, s51, count);
}

/** Pixels whose addresses are known at a time: their sources stay in the cache from one panel to the next. */
const block: i32 = 96;

/**
 * The product of a map's pixels with a kernel, packed: the step from a depth to the next is 32 bytes, from a panel to the
 * next the size of one. Or as it is, if its columns are a multiple of 8: the steps are a tap's row, and 32 bytes. Along an axis there are `count` targets. Target `q` is the output
 * at `q · targetStep + target`, and its tap `t` reads the source at `q · step + first + t · tapStep`, or 0 where that is
 * outside.
 *
 * `scratch` holds `depth` zeros, a pixel that is nobody's, and addresses: 6 · (taps + 1) for every 6 pixels of a block.
 */
export function convolve(
  source: usize, kernel: usize, step: usize, panelStep: usize, out: usize, scratch: usize,
  batch: i32, depth: i32, columns: i32,
  height: i32, outHeight: i32, rowCount: i32, rowTaps: i32, rowStep: i32, firstRow: i32, rowTapStep: i32,
  targetRowStep: i32, targetRow: i32,
  width: i32, outWidth: i32, columnCount: i32, columnTaps: i32, columnStep: i32, firstColumn: i32, columnTapStep: i32,
  targetColumnStep: i32, targetColumn: i32,
): void {
  const pixelBytes = <usize>depth << 2, outBytes = <usize>columns << 2;
  const nobodys = scratch + pixelBytes, buffer = nobodys + outBytes;
  memory.fill(scratch, 0, pixelBytes);
  const taps = rowTaps * columnTaps, pixels = batch * rowCount * columnCount;
  const tileBytes = <usize>(taps + 1) * 24, tapBytes = <usize>depth * step;
  let image = 0, row = 0, column = 0;
  for (let first = 0; first < pixels; first += block) {
    const here = min(block, pixels - first);
    let tile = buffer, lane: usize = 0;
    for (let pixel = 0; pixel < here || lane !== 0; pixel++) {
      let to = tile + lane;
      if (pixel < here) {
        const map = source + <usize>(image * height * width) * pixelBytes;
        let y = row * rowStep + firstRow;
        for (let i = 0; i < rowTaps; i++, y += rowTapStep) {
          const isIn = <u32>y < <u32>height;
          const line = map + <usize>(y * width) * pixelBytes;
          let x = column * columnStep + firstColumn;
          for (let j = 0; j < columnTaps; j++, x += columnTapStep, to += 24) {
            const from = isIn && <u32>x < <u32>width ? line + <usize>x * pixelBytes : scratch;
            store<u32>(to, <u32>from);
          }
        }
        const y1 = row * targetRowStep + targetRow, x1 = column * targetColumnStep + targetColumn;
        store<u32>(to, <u32>(out + <usize>((image * outHeight + y1) * outWidth + x1) * outBytes));
        if (++column === columnCount) {
          column = 0;
          if (++row === rowCount) {
            row = 0;
            image++;
          }
        }
      } else {
        for (let tap = 0; tap < taps; tap++, to += 24) store<u32>(to, <u32>scratch);
        store<u32>(to, <u32>nobodys);
      }
      lane += 4;
      if (lane === 24) {
        lane = 0;
        tile += tileBytes;
      }
    }
    let panel = kernel;
    for (let c = 0; c < columns; c += 8, panel += panelStep) {
      for (let t = buffer; t < tile; t += tileBytes) {
        multiplyTile(t, taps, panel, step, tapBytes, <usize>c << 2, columns - c);
      }
    }
  }
}
