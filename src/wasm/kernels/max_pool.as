// The max-pool and its gradient, in AssemblyScript with SIMD, called by pools.ts. See windows.as for an axis's numbers.
import { endTap, firstTap } from "./window_range";

/** The values where they are numbers, else NaN. (That is faster than a maximum that keeps NaN in each step.) */
@inline
function orNaN(values: v128, isNumber: v128): v128 {
  return v128.or(values, v128.not(isNumber));
}

/** The largest value of each window; NaN where it holds one. */
export function maxPool(
  x: usize, y: usize, batch: i32, channels: i32,
  height: i32, rowTaps: i32, rowStride: i32, rowDilation: i32, above: i32, outHeight: i32,
  width: i32, columnTaps: i32, columnStride: i32, columnDilation: i32, left: i32, outWidth: i32,
): void {
  const pixel: usize = <usize>channels << 2;
  const line: usize = <usize>width * pixel;
  const blocks: usize = pixel & ~31;
  let to = y;
  for (let image = 0; image < batch; image++, x += <usize>height * line) {
    for (let row = 0; row < outHeight; row++) {
      const top = row * rowStride - above;
      const rows = endTap(top, rowTaps, rowDilation, height);
      for (let column = 0; column < outWidth; column++, to += pixel) {
        const start = column * columnStride - left;
        const firstColumn = firstTap(start, columnDilation);
        const columns = endTap(start, columnTaps, columnDilation, width);
        let channel: usize = 0;
        for (; channel < blocks; channel += 32) {
          let largest0 = f32x4.splat(-Infinity), largest1 = largest0;
          let isNumber0 = i32x4.splat(-1), isNumber1 = isNumber0;
          for (let i = firstTap(top, rowDilation); i < rows; i++) {
            let from = x + <usize>(top + i * rowDilation) * line + channel;
            from += <usize>(start + firstColumn * columnDilation) * pixel;
            for (let j = firstColumn; j < columns; j++, from += <usize>columnDilation * pixel) {
              const value0 = v128.load(from), value1 = v128.load(from, 16);
              largest0 = f32x4.pmax(largest0, value0);
              largest1 = f32x4.pmax(largest1, value1);
              isNumber0 = v128.and(isNumber0, f32x4.eq(value0, value0));
              isNumber1 = v128.and(isNumber1, f32x4.eq(value1, value1));
            }
          }
          v128.store(to + channel, orNaN(largest0, isNumber0));
          v128.store(to + channel, orNaN(largest1, isNumber1), 16);
        }
        for (; channel < pixel; channel += 4) {
          let largest: f32 = -Infinity;
          for (let i = firstTap(top, rowDilation); i < rows; i++) {
            let from = x + <usize>(top + i * rowDilation) * line + channel;
            from += <usize>(start + firstColumn * columnDilation) * pixel;
            for (let j = firstColumn; j < columns; j++, from += <usize>columnDilation * pixel) {
              largest = max<f32>(largest, load<f32>(from));
            }
          }
          store<f32>(to + channel, largest);
        }
      }
    }
  }
}

@inline
function addTo(address: usize, value: f32): void {
  store<f32>(address, load<f32>(address) + value);
}

/** Each output's gradient goes to the first of the largest values in its window, if that holds any. */
export function maxPoolGradient(
  dy: usize, x: usize, dx: usize, batch: i32, channels: i32,
  height: i32, rowTaps: i32, rowStride: i32, rowDilation: i32, above: i32, outHeight: i32,
  width: i32, columnTaps: i32, columnStride: i32, columnDilation: i32, left: i32, outWidth: i32,
): void {
  const pixel: usize = <usize>channels << 2;
  const line: usize = <usize>width * pixel;
  const image: usize = <usize>height * line;
  const vectors: usize = pixel & ~15;
  memory.fill(dx, 0, <usize>batch * image);
  let from = dy;
  for (let i = 0; i < batch; i++, x += image, dx += image) {
    for (let row = 0; row < outHeight; row++) {
      const top = row * rowStride - above;
      const firstRow = firstTap(top, rowDilation);
      const rows = endTap(top, rowTaps, rowDilation, height);
      for (let column = 0; column < outWidth; column++, from += pixel) {
        const start = column * columnStride - left;
        const firstColumn = firstTap(start, columnDilation);
        const columns = endTap(start, columnTaps, columnDilation, width);
        if (firstRow >= rows || firstColumn >= columns) continue;
        let corner: usize = <usize>(top + firstRow * rowDilation) * line;
        corner += <usize>(start + firstColumn * columnDilation) * pixel;
        let channel: usize = 0;
        for (; channel < vectors; channel += 16) {
          let largest = v128.load(x + corner + channel);
          let place = i32x4.splat(<i32>corner);
          let lineAt = corner;
          for (let r = firstRow; r < rows; r++, lineAt += <usize>rowDilation * line) {
            let at = lineAt;
            for (let c = firstColumn; c < columns; c++, at += <usize>columnDilation * pixel) {
              const value = v128.load(x + at + channel);
              const isLarger = f32x4.gt(value, largest);
              largest = v128.bitselect(value, largest, isLarger);
              place = v128.bitselect(i32x4.splat(<i32>at), place, isLarger);
            }
          }
          const gradient = v128.load(from + channel);
          const to = dx + channel;
          addTo(to + <usize>i32x4.extract_lane(place, 0), f32x4.extract_lane(gradient, 0));
          addTo(to + <usize>i32x4.extract_lane(place, 1) + 4, f32x4.extract_lane(gradient, 1));
          addTo(to + <usize>i32x4.extract_lane(place, 2) + 8, f32x4.extract_lane(gradient, 2));
          addTo(to + <usize>i32x4.extract_lane(place, 3) + 12, f32x4.extract_lane(gradient, 3));
        }
        for (; channel < pixel; channel += 4) {
          let largest = load<f32>(x + corner + channel);
          let place = corner;
          let lineAt = corner;
          for (let r = firstRow; r < rows; r++, lineAt += <usize>rowDilation * line) {
            let at = lineAt;
            for (let c = firstColumn; c < columns; c++, at += <usize>columnDilation * pixel) {
              const value = load<f32>(x + at + channel);
              if (value > largest) {
                largest = value;
                place = at;
              }
            }
          }
          addTo(dx + place + channel, load<f32>(from + channel));
        }
      }
    }
  }
}
