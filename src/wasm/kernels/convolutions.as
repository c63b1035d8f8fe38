// Convolutions of maps `[batch, height, width, channels]`, and their gradients by the input, as products of matrices of
// which the pixels' is never laid out: in AssemblyScript with SIMD, called by convolutions.ts.
//
// Sizes are in values, addresses in bytes.

import { chunk } from "./kernel_panels";
import { multiplyAdd, storeColumns } from "./products";

export { pack } from "./kernel_panels";

/** Adds all of eight values to what there is, or stores the first `count` of them. */
@inline
function storeOrAdd(to: usize, low: v128, high: v128, count: i32, adds: bool): void {
  if (!adds) return storeColumns(to, low, high, count);
  v128.store(to, f32x4.add(v128.load(to), low));
  v128.store(to, f32x4.add(v128.load(to, 16), high), 16);
}

/**
 * 6 pixels × 8 columns of the product, from a first depth on; instead of the targets' values, or added to them.
 * `addresses` has six for each tap, of the pixels' sources, and `targets` six. The columns' values at the next depth are
 * `step` bytes on; those of a tap end `tapBytes` on. Bytes count columns and depth.
 */
function multiplyTile(
  addresses: usize, taps: i32, depth: usize, panel: usize, step: usize, tapBytes: usize,
  targets: usize, column: usize, count: i32, adds: bool,
): void {
  let s00 = f32x4.splat(0), s10 = s00, s20 = s00, s30 = s00, s40 = s00, s50 = s00;
  let s01 = s00, s11 = s00, s21 = s00, s31 = s00, s41 = s00, s51 = s00;
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
  storeOrAdd(<usize>load<u32>(targets) + column, s00, s01, count, adds);
  storeOrAdd(<usize>load<u32>(targets, 4) + column, s10, s11, count, adds);
  storeOrAdd(<usize>load<u32>(targets, 8) + column, s20, s21, count, adds);
  storeOrAdd(<usize>load<u32>(targets, 12) + column, s30, s31, count, adds);
  storeOrAdd(<usize>load<u32>(targets, 16) + column, s40, s41, count, adds);
  storeOrAdd(<usize>load<u32>(targets, 20) + column, s50, s51, count, adds);
}

/** Pixels whose addresses are known at a time: their sources stay in the cache from one panel to the next. */
const block: i32 = 96;

/**
 * The product of a map's pixels with a kernel: packed, then `rowBytes` is 0; or as it is, if its columns are a multiple
 * of 8, and `rowBytes` are those of a row of them. Along an axis there are `count` targets. Target `q` is the output at
 * `q · targetStep + target`, and its tap `t` reads the source at `q · step + first + t · tapStep`, or 0 where that is
 * outside.
 *
 * `scratch` holds `depth` zeros, a pixel that is nobody's, and addresses: 6 · (taps + 1) for every 6 pixels of a block.
 */
export function convolve(
  source: usize, kernel: usize, rowBytes: usize, out: usize, scratch: usize,
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
  const tileBytes = <usize>(taps + 1) * 24, tapBytes = <usize>depth << 5;
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
    if (rowBytes > 0) {
      addRows(buffer, tile, tileBytes, taps, depth, kernel, rowBytes, columns);
      continue;
    }
    let panel = kernel;
    for (let c = 0; c < columns; c += 8, panel += <usize>taps * tapBytes) {
      for (let t = buffer; t < tile; t += tileBytes) {
        const targets = t + tileBytes - 24;
        multiplyTile(t, taps, 0, panel, 32, tapBytes, targets, <usize>c << 2, columns - c, false);
      }
    }
  }
}

/** The product of a block's tiles with a kernel as it is: a chunk of its rows after the other, each added. */
function addRows(
  buffer: usize, end: usize, tileBytes: usize, taps: i32, depth: i32, kernel: usize, step: usize, columns: i32,
): void {
  let row = kernel;
  for (let tap = 0; tap < taps; tap++) {
    for (let first = 0; first < depth; first += chunk) {
      const rows = <usize>min(chunk, depth - first) * step;
      for (let c: usize = 0; c < <usize>columns << 2; c += 32) {
        for (let t = buffer; t < end; t += tileBytes) {
          const sources = t + <usize>tap * 24, targets = t + tileBytes - 24;
          multiplyTile(sources, 1, <usize>first << 2, row + c, step, rows, targets, c, 8, tap + first > 0);
        }
      }
      row += rows;
    }
  }
}
