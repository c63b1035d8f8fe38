/** Palettes of every depth, packed into bytes and interlaced: indices and colours are Pillow's. */
import assert from "node:assert/strict";
import { decodeMaskPng, decodePng } from "../../../datasets/images/png.ts";
import { paletteCases } from "../fixtures/palette_masks.ts";
import { bytesOf } from "../fixtures/pil.ts";

Deno.test("decodeMaskPng() gives Pillow's indices of palettes of every depth, whatever is clear or interlaced", () => {
  const forms = Object.entries(paletteCases).filter(([, { indices }]) => indices !== undefined);
  assert.ok(forms.length >= 4 * (2 * 6 + 2), `${forms.length} forms`);
  for (const [form, { file, width, height, indices }] of forms) {
    const actual = decodeMaskPng(bytesOf(file), "a.png");
    assert.deepEqual([actual.width, actual.height], [width, height], form);
    assert.deepEqual(actual.data, bytesOf(indices!), form);
  }
});

Deno.test("decodePng() gives Pillow's RGB of palettes and gray of every depth, interlaced or not", () => {
  for (const [form, { file, rgb }] of Object.entries(paletteCases)) {
    assert.deepEqual(decodePng(bytesOf(file), "a.png").data, bytesOf(rgb), form);
  }
});

Deno.test("decodeMaskPng() gives the file's own palette, and none of gray", () => {
  const { file, indices, rgb } = paletteCases["interlaced 4-bit palette of 45x29"]!;
  const { data, palette } = decodeMaskPng(bytesOf(file), "a.png");
  assert.equal(palette?.length, 16);
  const seen = Uint8Array.from([...data].flatMap((index) => palette![index]!));
  assert.deepEqual(seen, bytesOf(rgb));
  assert.deepEqual(data, bytesOf(indices!));
  const gray = decodeMaskPng(
    bytesOf(paletteCases["interlaced 4-bit gray of 45x29"]!.file),
    "a.png",
  );
  assert.deepEqual([gray.palette, gray.depth], [undefined, 4]);
});
