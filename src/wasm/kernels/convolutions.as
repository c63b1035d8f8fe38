// Convolutions of maps `[batch, height, width, channels]`, and their gradients by the input, as products of matrices of
// which the pixels' is never laid out: in AssemblyScript with SIMD, called by convolutions.ts.
//
// Sizes are in values, addresses in bytes.

import { chunk } from "./panels";
import { multiplyAdd, storeColumns } from "./products";

export { pack } from "./panels";

/** One of six addresses, and so many bytes behind it; 0 where there are none. */
@inline
function addressOf(addresses: usize, lane: usize, bytes: usize): usize {
  return addresses !== 0 ? <usize>load<u32>(addresses + (lane << 2)) + bytes : 0;
}

/**
 * Stores the first `count` of eight values; before that adds those at `residual`, if there are, and ends them with a
 * ReLU, of which NaN stays NaN.
 */
@inline
function storeEnded(to: usize, low: v128, high: v128, count: i32, residual: usize, ends: bool): void {
  if (residual !== 0) {
    low = f32x4.add(low, v128.load(residual));
    high = f32x4.add(high, v128.load(residual, 16));
  }
  if (ends) {
    low = f32x4.max(low, f32x4.splat(0));
    high = f32x4.max(high, f32x4.splat(0));
  }
  storeColumns(to, low, high, count);
}

/**
 * 6 pixels × 8 columns of the product, from a first depth on, added to the eight values at `start`; or to the targets'
 * values, where that is 0. `addresses` has six for each tap, of the pixels' sources, and `targets` six. The columns'
 * values at the next depth are `step` bytes on; those of a tap end `tapBytes` on. Bytes count columns and depth.
 * `residuals` has six addresses, or is 0.
 */
function multiplyTile(
  addresses: usize, taps: i32, depth: usize, panel: usize, step: usize, tapBytes: usize,
  targets: usize, column: usize, count: i32, start: usize, residuals: usize, ends: bool,
): void {
  let s00: v128, s10: v128, s20: v128, s30: v128, s40: v128, s50: v128;
  let s01: v128, s11: v128, s21: v128, s31: v128, s41: v128, s51: v128;
  if (start !== 0) {
    s00 = s10 = s20 = s30 = s40 = s50 = v128.load(start);
    s01 = s11 = s21 = s31 = s41 = s51 = v128.load(start, 16);
  } else {
    const t0 = addressOf(targets, 0, column);
    s00 = v128.load(t0);
    s01 = v128.load(t0, 16);
    const t1 = addressOf(targets, 1, column);
    s10 = v128.load(t1);
    s11 = v128.load(t1, 16);
    const t2 = addressOf(targets, 2, column);
    s20 = v128.load(t2);
    s21 = v128.load(t2, 16);
    const t3 = addressOf(targets, 3, column);
    s30 = v128.load(t3);
    s31 = v128.load(t3, 16);
    const t4 = addressOf(targets, 4, column);
    s40 = v128.load(t4);
    s41 = v128.load(t4, 16);
    const t5 = addressOf(targets, 5, column);
    s50 = v128.load(t5);
    s51 = v128.load(t5, 16);
  }
  for (let tap = 0; tap < taps; tap++, addresses += 24) {
    let a0 = <usize>load<u32>(addresses) + depth, a1 = <usize>load<u32>(addresses, 4) + depth;
    let a2 = <usize>load<u32>(addresses, 8) + depth, a3 = <usize>load<u32>(addresses, 12) + depth;
    let a4 = <usize>load<u32>(addresses, 16) + depth, a5 = <usize>load<u32>(addresses, 20) + depth;
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
  storeEnded(addressOf(targets, 0, column), s00, s01, count, addressOf(residuals, 0, column), ends);
  storeEnded(addressOf(targets, 1, column), s10, s11, count, addressOf(residuals, 1, column), ends);
  storeEnded(addressOf(targets, 2, column), s20, s21, count, addressOf(residuals, 2, column), ends);
  storeEnded(addressOf(targets, 3, column), s30, s31, count, addressOf(residuals, 3, column), ends);
  storeEnded(addressOf(targets, 4, column), s40, s41, count, addressOf(residuals, 4, column), ends);
  storeEnded(addressOf(targets, 5, column), s50, s51, count, addressOf(residuals, 5, column), ends);
}

/** Pixels whose addresses are known at a time: their sources stay in the cache from one panel to the next. */
const block: i32 = 96;

/**
 * Copies rows of pixels into rows of `to`, as they lie between the columns `first` and `first + width`: 0 where that is
 * outside of the map's `columns`.
 */
export function frameRows(
  from: usize, rows: i32, columns: i32, pixelBytes: usize, first: i32, width: i32, to: usize,
): void {
  const begin = min(max(0, -first), width), end = max(begin, min(width, columns - first));
  for (; rows > 0; rows--, from += <usize>columns * pixelBytes, to += <usize>width * pixelBytes) {
    memory.fill(to, 0, <usize>begin * pixelBytes);
    const inside = <usize>(end - begin) * pixelBytes;
    memory.copy(to + <usize>begin * pixelBytes, from + <usize>(first + begin) * pixelBytes, inside);
    memory.fill(to + <usize>end * pixelBytes, 0, <usize>(width - end) * pixelBytes);
  }
}

/**
 * The product of a map's pixels with a kernel: packed, then `rowBytes` is 0; or as it is, if its columns are a multiple
 * of 8, and `rowBytes` are those of a row of them. Along an axis there are `count` targets. Target `q` is the output at
 * `q · targetStep + target`, and its tap `t` reads the source at `q · step + first + t · tapStep`, or 0 where that is
 * outside. A tap's `depth` values may be more than a pixel's, which are `pixelBytes`: those of the next ones then follow.
 *
 * With a packed kernel the product begins with `bias`; to it `residual`, a map like the output, is added, and `ends` is
 * whether that ends in a ReLU. Either is 0 where there is none. With a residual the columns are a multiple of 8.
 *
 * `scratch` holds `depth` zeros, a pixel that is nobody's and the bias, each filled up to 8 columns, and addresses:
 * 6 · (taps + 2) for every 6 pixels of a block.
 */
export function convolve(
  source: usize, pixelBytes: usize, kernel: usize, rowBytes: usize, out: usize,
  bias: usize, residual: usize, ends: bool, scratch: usize, batch: i32, depth: i32, columns: i32,
  height: i32, outHeight: i32, rowCount: i32, rowTaps: i32, rowStep: i32, firstRow: i32, rowTapStep: i32,
  targetRowStep: i32, targetRow: i32,
  width: i32, outWidth: i32, columnCount: i32, columnTaps: i32, columnStep: i32, firstColumn: i32, columnTapStep: i32,
  targetColumnStep: i32, targetColumn: i32,
): void {
  const outBytes = <usize>columns << 2, wholeBytes = <usize>((columns + 7) & ~7) << 2;
  const nobodys = scratch + (<usize>depth << 2), start = nobodys + wholeBytes, buffer = start + wholeBytes;
  memory.fill(scratch, 0, buffer - scratch);
  if (bias !== 0) memory.copy(start, bias, outBytes);
  const taps = rowTaps * columnTaps, pixels = batch * rowCount * columnCount;
  const tileBytes = <usize>(taps + 2) * 24, tapBytes = <usize>depth << 5;
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
        const place = <usize>((image * outHeight + y1) * outWidth + x1) * outBytes;
        store<u32>(to, <u32>(out + place));
        store<u32>(to, <u32>(residual + place), 24);
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
        store<u32>(to, <u32>nobodys, 24);
      }
      lane += 4;
      if (lane === 24) {
        lane = 0;
        tile += tileBytes;
      }
    }
    if (rowBytes > 0) {
      addRows(buffer, tile, tileBytes, taps, depth, kernel, rowBytes, columns, start);
      continue;
    }
    let panel = kernel;
    for (let c = 0; c < columns; c += 8, panel += <usize>taps * tapBytes) {
      const at = <usize>c << 2;
      for (let t = buffer; t < tile; t += tileBytes) {
        const targets = t + tileBytes - 48, residuals = residual !== 0 ? targets + 24 : 0;
        multiplyTile(t, taps, 0, panel, 32, tapBytes, targets, at, columns - c, start + at, residuals, ends);
      }
    }
  }
}

/** The product of a block's tiles with a kernel as it is: a chunk of its rows after the other, each added. */
function addRows(
  buffer: usize, end: usize, tileBytes: usize, taps: i32, depth: i32, kernel: usize, step: usize, columns: i32,
  zeros: usize,
): void {
  let row = kernel;
  for (let tap = 0; tap < taps; tap++) {
    for (let first = 0; first < depth; first += chunk) {
      const rows = <usize>min(chunk, depth - first) * step, start = tap + first > 0 ? 0 : zeros;
      for (let c: usize = 0; c < <usize>columns << 2; c += 32) {
        for (let t = buffer; t < end; t += tileBytes) {
          const sources = t + <usize>tap * 24, targets = t + tileBytes - 48;
          multiplyTile(sources, 1, <usize>first << 2, row + c, step, rows, targets, c, 8, start, 0, false);
        }
      }
      row += rows;
    }
  }
}
