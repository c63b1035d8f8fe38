/**
 * Recognizes pictures in unsupported formats by their first bytes.
 *
 * @module
 */

/** A format, and how its files begin: characters are bytes. */
const formats: readonly (readonly [format: string, begins: RegExp])[] = [
  ["a TIFF", /^(II[*+]\0|MM\0[*+])/],
  ["a WebP", /^RIFF[^]{4}WEBP/],
  ["a GIF", /^GIF8[79]a/],
  ["a BMP", /^BM[^]{4}\0{4}/],
  ["a PNM (PBM, PGM or PPM)", /^P[1-7]\s/],
  ["a JPEG 2000", /^\0{3}\f(jP {2})|^\xff\x4f\xff\x51/],
  ["a JPEG XL", /^\0{3}\fJXL |^\xff\n/],
  ["an AVIF", /^[^]{4}ftypavi[fs]/],
  ["a HEIC", /^[^]{4}ftyp(hei[cmsx]|hev[cmsx]|mif1|msf1)/],
  ["a Photoshop document", /^8BPS/],
  ["a page of HTML", /^\s*<(!doctype html|html)/i],
  ["a pointer of Git LFS, and not the file itself", /^version https:\/\/git-lfs/],
];

/**
 * Recognizes a file's format.
 *
 * @param bytes the file, at least its first 64 bytes
 * @returns the format with its article; undefined for JPEG, PNG, and what is unknown
 */
export function foreignPicture(bytes: Uint8Array): string | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 64));
  return formats.find(([, begins]) => begins.test(start))?.[0];
}
