/** Valid pictures of the tests' fixtures, as seeds. */
import { fixture } from "../../datasets/fixtures/pil.ts";
import { oriented } from "../../datasets/fixtures/masked.ts";
import { oddImages } from "../../datasets/fixtures/odd_images.ts";
import { type Field, ofBase64, type Seed } from "../mutate/bytes.ts";

/** JPEGs: gray, colour, CMYK, progressive, with EXIF. */
export function jpegSeeds(): Seed[] {
  const files: [string, Uint8Array][] = [
    ...Object.entries(fixture.jpeg).map((
      [name, { file }],
    ): [string, Uint8Array] => [name, ofBase64(file)]),
    ["CMYK", ofBase64(fixture.cmyk)],
    ...Object.entries(oddImages).filter(([name]) => name.includes("JPEG"))
      .map(([name, { file }]): [string, Uint8Array] => [name, ofBase64(file)]),
    ...oriented.filter(({ form }) => form !== "PNG").slice(0, 3)
      .map(({ form, bytes }): [string, Uint8Array] => [`turned, ${form}`, bytes]),
  ];
  return files.map(([name, bytes]) => ({ name, bytes, fields: jpegFields(bytes) }));
}

/** A JPEG's numbers: each segment's marker and length, and all that its headers say. */
function jpegFields(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1]!;
    const length = bytes[at + 2]! << 8 | bytes[at + 3]!;
    fields.push({ at: at + 1, size: 1 }, { at: at + 2, size: 2, big: true });
    const isTable = marker === 0xdb || marker === 0xc4;
    const most = isTable ? 18 : 24;
    for (let i = 4; i < Math.min(length + 2, most); i++) fields.push({ at: at + i, size: 1 });
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4) {
      for (const i of [5, 7]) fields.push({ at: at + i, size: 2, big: true });
    }
    if (marker === 0xda) break;
    at += 2 + length;
  }
  return fields;
}

/** PNGs of each form. */
export function pngSeeds(): Seed[] {
  const files: [string, string][] = [
    ...Object.entries(fixture.png).map(([name, { file }]): [string, string] => [name, file]),
    ...Object.entries(fixture.mask).map(([name, { file }]): [string, string] => [name, file]),
    ...Object.entries(oddImages).filter(([name]) => name.includes("PNG"))
      .map(([name, { file }]): [string, string] => [name, file]),
  ];
  return files.map(([name, file]) => {
    const bytes = ofBase64(file);
    return { name, bytes, fields: pngFields(bytes) };
  });
}

/** A PNG's numbers: what its header says, and each chunk's length and type. */
function pngFields(bytes: Uint8Array): Field[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields: Field[] = [{ at: 16, size: 4, big: true }, { at: 20, size: 4, big: true }];
  for (const at of [24, 25, 26, 27, 28]) fields.push({ at, size: 1 });
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    fields.push({ at, size: 4, big: true }, { at: at + 4, size: 1 }, { at: at + 7, size: 1 });
  }
  return fields;
}
