// Copies between tensors whose rows have other lengths, in AssemblyScript with SIMD: see joins.ts.

/** Copies rows of `bytes`, which begin a stride apart on both sides. */
export function copyRows(
  from: usize,
  fromStride: usize,
  to: usize,
  toStride: usize,
  bytes: usize,
  rows: usize,
): void {
  for (; rows > 0; rows--, from += fromStride, to += toStride) {
    let at: usize = 0;
    if (bytes >= 16) {
      for (; at + 16 <= bytes; at += 16) v128.store(to + at, v128.load(from + at));
      // The rest with some before it, once more.
      if (at < bytes) v128.store(to + bytes - 16, v128.load(from + bytes - 16));
      continue;
    }
    for (; at + 4 <= bytes; at += 4) store<u32>(to + at, load<u32>(from + at));
    for (; at < bytes; at++) store<u8>(to + at, load<u8>(from + at));
  }
}
