/**
 * Pillow's colour adjustments of RGB bytes, rounding included, as the published recipe applies
 * them.
 *
 * @module
 */

/** Pillow's luma: `(19595 R + 38470 G + 7471 B + 2¹⁵) / 2¹⁶`. */
function luma(red: number, green: number, blue: number): number {
  return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
}

/**
 * `gray + factor · (value − gray)`, clipped to a byte: Pillow computes in single precision and
 * truncates.
 */
function blend(gray: number, value: number, factor: number): number {
  const mixed = Math.fround(gray + Math.fround(factor * (value - gray)));
  return mixed <= 0 ? 0 : mixed >= 255 ? 255 : Math.trunc(mixed);
}

/** Blends every byte with one gray level, by a table of 256 values. */
function blendAll(rgb: Uint8Array, gray: number, factor: number): Uint8Array {
  const single = Math.fround(factor);
  const table = Uint8Array.from({ length: 256 }, (_, value) => blend(gray, value, single));
  const out = new Uint8Array(rgb.length);
  for (let i = 0; i < rgb.length; i++) out[i] = table[rgb[i] as number] as number;
  return out;
}

/**
 * Changes brightness.
 *
 * @param rgb `[pixels, 3]`
 * @param factor 0 gives black, 1 the picture itself
 * @returns new bytes of that shape
 */
export function adjustBrightness(rgb: Uint8Array, factor: number): Uint8Array {
  return blendAll(rgb, 0, factor);
}

/**
 * Changes contrast.
 *
 * @param rgb `[pixels, 3]`
 * @param factor 0 gives the picture's mean gray everywhere, 1 the picture itself
 * @returns new bytes of that shape
 */
export function adjustContrast(rgb: Uint8Array, factor: number): Uint8Array {
  let sum = 0;
  for (let i = 0; i < rgb.length; i += 3) {
    sum += luma(rgb[i] as number, rgb[i + 1] as number, rgb[i + 2] as number);
  }
  return blendAll(rgb, Math.trunc(sum / (rgb.length / 3) + 0.5), factor);
}

/**
 * Changes saturation.
 *
 * @param rgb `[pixels, 3]`
 * @param factor 0 gives the gray picture, 1 the picture itself
 * @returns new bytes of that shape
 */
export function adjustSaturation(rgb: Uint8Array, factor: number): Uint8Array {
  const single = Math.fround(factor);
  const out = new Uint8Array(rgb.length);
  for (let i = 0; i < rgb.length; i += 3) {
    const gray = luma(rgb[i] as number, rgb[i + 1] as number, rgb[i + 2] as number);
    for (let c = i; c < i + 3; c++) out[c] = blend(gray, rgb[c] as number, single);
  }
  return out;
}

/**
 * Rotates the hue, in 8-bit hue, saturation and value.
 *
 * @param rgb `[pixels, 3]`
 * @param factor the part of a full turn, −0.5 to 0.5
 * @returns new bytes of that shape
 */
export function adjustHue(rgb: Uint8Array, factor: number): Uint8Array {
  const turn = Math.trunc(factor * 255);
  const out = new Uint8Array(rgb.length);
  for (let i = 0; i < rgb.length; i += 3) {
    const [red, green, blue] = [rgb[i] as number, rgb[i + 1] as number, rgb[i + 2] as number];
    const value = Math.max(red, green, blue);
    const spread = value - Math.min(red, green, blue);
    const saturation = spread === 0 ? 0 : Math.trunc(Math.fround(spread / value) * 255);
    // Gray has no hue to rotate.
    if (saturation === 0) out.fill(value, i, i + 3);
    else writeHsv((hueOf(red, green, blue, spread) + turn) & 255, saturation, value, out, i);
  }
  return out;
}

/**
 * Hue in 255ths of a turn, from the largest channel and the others' distances to it, in float32.
 */
function hueOf(red: number, green: number, blue: number, spread: number): number {
  const value = Math.max(red, green, blue);
  const fromRed = Math.fround((value - red) / spread);
  const fromGreen = Math.fround((value - green) / spread);
  const fromBlue = Math.fround((value - blue) / spread);
  const sixths = Math.fround(
    red === value
      ? fromBlue - fromGreen
      : green === value
      ? 2 + fromRed - fromBlue
      : 4 + fromGreen - fromRed,
  );
  const turns = sixths / 6 + 1;
  return Math.trunc(Math.fround(turns < 1 ? turns : turns - 1) * 255);
}

function writeHsv(
  hue: number,
  saturation: number,
  value: number,
  out: Uint8Array,
  at: number,
): void {
  const position = hue * 6 / 255;
  const sector = Math.floor(position);
  const rest = Math.fround(position - sector);
  const full = Math.fround(saturation / 255);
  const low = Math.round(value * (1 - full));
  const falling = Math.round(value * (1 - full * rest));
  const rising = Math.round(value * (1 - full * (1 - rest)));
  switch (sector % 6) {
    case 0:
      return write(out, at, value, rising, low);
    case 1:
      return write(out, at, falling, value, low);
    case 2:
      return write(out, at, low, value, rising);
    case 3:
      return write(out, at, low, falling, value);
    case 4:
      return write(out, at, rising, low, value);
    default:
      return write(out, at, value, low, falling);
  }
}

function write(out: Uint8Array, at: number, red: number, green: number, blue: number): void {
  out[at] = red;
  out[at + 1] = green;
  out[at + 2] = blue;
}
