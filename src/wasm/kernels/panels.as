// Lays convolutions' kernels out for their products with pixels: see convolutions.as.
//
// Sizes are in values, addresses and steps in bytes.

/** So many depths are read at a time, over all columns: they stay in the cache, where those of all depths would not. */
export const chunk: i32 = 16;

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
  const tapBytes = <usize>(depth * columns) << 2, panelBytes = <usize>(rowTaps * columnTaps * depth) << 5;
  let tapTo = packed;
  for (let i = 0; i < rowTaps; i++) {
    for (let j = 0; j < columnTaps; j++) {
      const tap = (firstRow + i * rowStep) * tapColumns + firstColumn + j * tapStep;
      const from = kernel + <usize>tap * tapBytes;
      for (let first = 0; first < depth; first += chunk, tapTo += <usize>chunk << 5) {
        const rows = min(chunk, depth - first);
        let to = tapTo;
        for (let panel = 0; panel < columns; panel += 8, to += panelBytes) {
          const at = from + <usize>first * depthStep + <usize>panel * columnStep;
          packRows(at, to, rows, depthStep, columnStep, columns - panel);
        }
      }
      tapTo -= <usize>((depth + chunk - 1) / chunk * chunk - depth) << 5;
    }
  }
}

/** Lays rows of a panel out: as many columns as it has, and 0. */
function packRows(
  from: usize, to: usize, rows: i32, depthStep: usize, columnStep: usize, columns: i32,
): void {
  if (columns >= 8 && columnStep === 4) {
    for (; rows > 0; rows--, from += depthStep, to += 32) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
    }
  } else if (columns >= 8 && depthStep === 4) {
    for (; rows >= 4; rows -= 4, from += 16, to += 128) {
      packSquare(from, columnStep, to);
      packSquare(from + 4 * columnStep, columnStep, to + 16);
    }
  }
  for (; rows > 0; rows--, from += depthStep, to += 32) {
    for (let c = 0; c < 8; c++) {
      const value: f32 = c < columns ? load<f32>(from + <usize>c * columnStep) : 0;
      store<f32>(to + (<usize>c << 2), value);
    }
  }
}
