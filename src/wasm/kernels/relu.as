// ReLU and its gradient, in AssemblyScript with SIMD: see relu.ts.
import { throughRelu } from "./column_products";
import { read, write } from "./column_sums";

/** `max(x, 0)` of `count` values; NaN stays NaN. */
export function relu(x: usize, count: usize, y: usize): void {
  const zero = f32x4.splat(0);
  const end = x + count * 4, whole = x + (count & ~3) * 4;
  for (; x != whole; x += 16, y += 16) v128.store(y, f32x4.max(v128.load(x), zero));
  for (; x != end; x += 4, y += 4) write(1, y, f32x4.max(read(1, x), zero));
}

/** `dy · step(y)` of `count` values. */
export function gradient(dy: usize, y: usize, count: usize, dx: usize): void {
  const end = y + count * 4, whole = y + (count & ~3) * 4;
  for (; y != whole; y += 16, dy += 16, dx += 16) {
    v128.store(dx, throughRelu(v128.load(dy), v128.load(y)));
  }
  for (; y != end; y += 4, dy += 4, dx += 4) write(1, dx, throughRelu(read(1, dy), read(1, y)));
}
