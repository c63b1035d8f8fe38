// Bilinear resizing with half-pixel centres and its gradient, in AssemblyScript with SIMD: see resize.ts. Maps are
// float32 `[batch, height, width, channels]`. Both work row by row: one axis on a row in scratch memory, and the other
// between that and the map.
//
// Where channels are no multiple of four, the last four of a pixel are computed in one, some of them twice.
import { read, write } from "./column_sums";

/** The input coordinate of output `index`. */
@inline
function sourceOf(index: usize, input: usize, output: usize): f64 {
  const source = (<f64> index + 0.5) * (<f64> input / <f64> output) - 0.5;
  return min(max(source, 0), <f64> (input - 1));
}

/** Of each output column, 8 bytes: the first of its two input columns, and the second one's share. */
function tabulate(input: usize, output: usize, table: usize): void {
  for (let column: usize = 0; column < output; column++) {
    const source = sourceOf(column, input, output);
    const first = <u32> source;
    store<u32>(table + column * 8, first);
    store<f32>(table + column * 8, <f32> (source - <f64> first), 4);
  }
}

/** `a · (1 - share) + b · share`. */
@inline
function between(a: v128, b: v128, share: v128): v128 {
  const rest = f32x4.sub(f32x4.splat(1), share);
  return f32x4.add(f32x4.mul(a, rest), f32x4.mul(b, share));
}

/** `count` values between those of two rows. */
function blend(first: usize, second: usize, share: f32, count: usize, out: usize): void {
  const shares = f32x4.splat(share);
  const end = out + count * 4, whole = out + (count & ~3) * 4;
  for (; out != whole; out += 16, first += 16, second += 16) {
    v128.store(out, between(v128.load(first), v128.load(second), shares));
  }
  for (; out != end; out += 4, first += 4, second += 4) {
    write(1, out, between(read(1, first), read(1, second), shares));
  }
}

/** `lanes` values of a pixel between two of a row. */
@inline
function stretchPixel(lanes: i32, first: usize, second: usize, share: v128, out: usize): void {
  write(lanes, out, between(read(lanes, first), read(lanes, second), share));
}

/** A row, stretched to the output's width. */
function stretch(
  row: usize,
  width: usize,
  channels: usize,
  table: usize,
  outWidth: usize,
  out: usize,
): void {
  const bytes = channels * 4, lastColumn = width - 1;
  for (let column: usize = 0; column < outWidth; column++, out += bytes) {
    const index = <usize> load<u32>(table + column * 8);
    const share = v128.load32_splat(table + column * 8, 4);
    const first = row + index * bytes, second = row + min(index + 1, lastColumn) * bytes;
    let at: usize = 0;
    if (bytes < 16) {
      for (; at < bytes; at += 4) stretchPixel(1, first + at, second + at, share, out + at);
      continue;
    }
    for (; at + 16 <= bytes; at += 16) stretchPixel(4, first + at, second + at, share, out + at);
    if (at == bytes) continue;
    at = bytes - 16;
    stretchPixel(4, first + at, second + at, share, out + at);
  }
}

/** The resized map; `scratch` has room for `outWidth` × 8 bytes and then a row of the map. */
export function resize(
  x: usize,
  batch: usize,
  height: usize,
  width: usize,
  channels: usize,
  outHeight: usize,
  outWidth: usize,
  scratch: usize,
  y: usize,
): void {
  const count = width * channels, table = scratch, row = scratch + outWidth * 8;
  tabulate(width, outWidth, table);
  for (let example: usize = 0; example < batch; example++, x += height * count * 4) {
    for (let line: usize = 0; line < outHeight; line++, y += outWidth * channels * 4) {
      const source = sourceOf(line, height, outHeight);
      const first = <usize> source, second = min(first + 1, height - 1);
      const share = <f32> (source - <f64> first);
      blend(x + first * count * 4, x + second * count * 4, share, count, row);
      stretch(row, width, channels, table, outWidth, y);
    }
  }
}

/** The gradient of stretching `lanes` channels of a row: outputs that have the same input column come one after the other. */
@inline
function gatherChannels(
  lanes: i32,
  dy: usize,
  width: usize,
  bytes: usize,
  table: usize,
  outWidth: usize,
  row: usize,
): void {
  const zero = f32x4.splat(0), one = f32x4.splat(1);
  let current: usize = 0, here = zero, next = zero;
  for (const end = table + outWidth * 8; table != end; table += 8, dy += bytes) {
    const index = <usize> load<u32>(table);
    if (index != current) {
      write(lanes, row + current * bytes, here);
      here = next;
      if (index != current + 1) {
        write(lanes, row + (current + 1) * bytes, next);
        here = zero;
      }
      next = zero;
      current = index;
    }
    const share = v128.load32_splat(table, 4), gradient = read(lanes, dy);
    here = f32x4.add(here, f32x4.mul(gradient, f32x4.sub(one, share)));
    next = f32x4.add(next, f32x4.mul(gradient, share));
  }
  write(lanes, row + current * bytes, here);
  // Behind the last column there is none, and its share is 0.
  if (current + 1 < width) write(lanes, row + (current + 1) * bytes, next);
}

/** The gradient of stretching a row. */
function gather(
  dy: usize,
  width: usize,
  channels: usize,
  table: usize,
  outWidth: usize,
  row: usize,
): void {
  const bytes = channels * 4;
  memory.fill(row, 0, width * bytes);
  let at: usize = 0;
  if (bytes < 16) {
    for (; at < bytes; at += 4) gatherChannels(1, dy + at, width, bytes, table, outWidth, row + at);
    return;
  }
  for (; at + 16 <= bytes; at += 16) {
    gatherChannels(4, dy + at, width, bytes, table, outWidth, row + at);
  }
  if (at == bytes) return;
  at = bytes - 16;
  gatherChannels(4, dy + at, width, bytes, table, outWidth, row + at);
}

/** Adds `share` of `count` values. */
function addShare(values: usize, share: f32, count: usize, to: usize): void {
  const shares = f32x4.splat(share);
  const end = to + count * 4, whole = to + (count & ~3) * 4;
  for (; to != whole; to += 16, values += 16) {
    v128.store(to, f32x4.add(v128.load(to), f32x4.mul(v128.load(values), shares)));
  }
  for (; to != end; to += 4, values += 4) store<f32>(to, load<f32>(to) + load<f32>(values) * share);
}

/** The gradient with respect to the map; `scratch` as above. */
export function gradient(
  dy: usize,
  batch: usize,
  height: usize,
  width: usize,
  channels: usize,
  outHeight: usize,
  outWidth: usize,
  scratch: usize,
  dx: usize,
): void {
  const count = width * channels, table = scratch, row = scratch + outWidth * 8;
  tabulate(width, outWidth, table);
  memory.fill(dx, 0, batch * height * count * 4);
  for (let example: usize = 0; example < batch; example++, dx += height * count * 4) {
    for (let line: usize = 0; line < outHeight; line++, dy += outWidth * channels * 4) {
      const source = sourceOf(line, height, outHeight);
      const first = <usize> source, share = <f32> (source - <f64> first);
      gather(dy, width, channels, table, outWidth, row);
      addShare(row, <f32> 1 - share, count, dx + first * count * 4);
      if (first + 1 < height) addShare(row, share, count, dx + (first + 1) * count * 4);
    }
  }
}
