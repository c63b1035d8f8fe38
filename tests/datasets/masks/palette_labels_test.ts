import assert from "node:assert/strict";
import { join } from "node:path";
import { codingOf } from "../../../datasets/masks/coding.ts";
import { readPalette } from "../../../datasets/masks/palette_file.ts";
import { colorOf, paletteLabels } from "../../../datasets/masks/palette_labels.ts";
import { decodePng, encodeRgbPng } from "../../../datasets/images/png.ts";
import { put, withFolder } from "../files.ts";
import { height, paletteMasks, width } from "../fixtures/label_masks.ts";
import { oddImages } from "../fixtures/odd_images.ts";
import { bytesOf } from "../fixtures/pil.ts";

/** Runs `body` with the palette that a text holds. */
function withPalette(
  text: string,
  body: (palette: Awaited<ReturnType<typeof readPalette>>) => void,
): Promise<void> {
  return withFolder(async (dir) => {
    await put(dir, "palette.txt", text);
    body(await readPalette(join(dir, "palette.txt")));
  });
}

Deno.test("paletteLabels() gives the labels of the colours that Pillow's convert('RGB') shows, in every form", () =>
  withPalette(paletteMasks.text, ({ coding, classNames }) => {
    assert.deepEqual(classNames, paletteMasks.names);
    for (const { form, file, labels } of paletteMasks.files) {
      const actual = paletteLabels(file, "a.png", coding);
      assert.deepEqual([actual.width, actual.height], [width, height], form);
      assert.deepEqual(actual.labels, labels, form);
    }
  }));

Deno.test("paletteLabels() throws DataError with the file, the pixel and its colour when the palette lacks it", () =>
  withPalette(paletteMasks.text, ({ coding }) => {
    const { file, column, row } = paletteMasks.unknown;
    assert.throws(() => paletteLabels(file, "masks/a.png", coding), {
      name: "DataError",
      message: new RegExp(
        `masks/a\\.png as its pixel at column ${column}, row ${row} has the colour \\(129, 64, 128\\), ` +
          "which the palette lacks \\(the nearest of its 6 colours is \\(128, 64, 128\\)\\): add the colour",
      ),
    });
    const deep = bytesOf(oddImages["PNG of 16-bit RGB"]!.file);
    assert.throws(() => paletteLabels(deep, "a.png", coding), {
      name: "DataError",
      message: /a\.png as a mask as it is RGB of 16 bits/,
    });
    const jpeg = bytesOf(oddImages["gray JPEG"]!.file);
    assert.throws(() => paletteLabels(jpeg, "a.png", coding), { message: /a JPEG, whose compr/ });
  }));

Deno.test("paletteLabels() looks at each pixel, the first and the last too, and at no other", () => {
  const coding = { palette: [[9, 9, 9, 0]] } as const;
  const nines = new Uint8Array(12).fill(9);
  assert.deepEqual([...paletteLabels(encodeRgbPng(nines, 2, 2), "a.png", coding).labels], [
    0,
    0,
    0,
    0,
  ]);
  for (const pixel of [0, 3]) {
    const odd = Uint8Array.from(nines);
    odd.set([0, 0, 1], 3 * pixel);
    assert.throws(() => paletteLabels(encodeRgbPng(odd, 2, 2), "a.png", coding), {
      message: new RegExp(`column ${pixel % 2}, row ${pixel >> 1} has the colour \\(0, 0, 1\\)`),
    });
  }
});

Deno.test("a palette's masks are written as they are read, and show its colours", () =>
  withPalette(paletteMasks.text, ({ coding }) => {
    const { decode, encode, first } = codingOf(coding);
    const labels = Int16Array.of(0, 1, 2, 3, 3, 0);
    const file = encode(Uint8Array.from(labels, (label) => first + label), 3, 2);
    assert.deepEqual(decode(file, "a.png", 4).labels, labels);
    assert.deepEqual([...decodePng(file, "a.png").data.subarray(3, 6)], [244, 35, 232]);
    assert.deepEqual([colorOf(coding, 3), colorOf(coding, -1)], [[0, 0, 142], [0, 0, 0]]);
    assert.equal(colorOf(coding, 4), undefined);
  }));

Deno.test("readPalette() takes void, ignored and unlabelled colours for none, in any case, and comments for nothing", () =>
  withPalette(
    "\ufeff#a\r\n0 0 0 Void\r\n1 0 0 IGNORED\r\n\r\n2 0 0 Unlabeled\r\n3 0 0 unlabelled\r\n9 9 9 avoid\r\n",
    ({ coding, classNames }) => {
      assert.deepEqual(classNames, ["avoid"]);
      assert.deepEqual(coding.palette.map(([, , , label]) => label), [-1, -1, -1, -1, 0]);
    },
  ));

Deno.test("readPalette() throws DataError naming the line when it is none, or a colour comes twice", () =>
  withFolder(async (dir) => {
    const file = join(dir, "palette.txt");
    const rejects = async (text: string, message: RegExp) => {
      await put(dir, "palette.txt", text);
      await assert.rejects(readPalette(file), (error: Error) => {
        assert.equal(error.name, "DataError");
        assert.match(error.message, /palette\.txt/);
        assert.match(error.message, message);
        return true;
      });
    };
    for (
      const line of ["1 2 road", "1 2 3", "road 1 2 3", "1 2 256 road", "1.5 2 3 road", "-1 2 3 a"]
    ) {
      const shown = line.replace(".", "\\.");
      await rejects(
        `0 0 0 sky\n${line}\n`,
        new RegExp(`its line 2 is "${shown}", and three numbers`),
      );
    }
    await rejects("0 0 0 a\n# b\n0,0,0 b\n", /lines 1 and 3 both have the colour \(0, 0, 0\)/);
    await rejects("0 0 0 void\n", /names 0 classes, and 1 to 255 are wanted/);
    const many = Array.from({ length: 256 }, (_, i) => `0 0 ${i} c${i}`).join("\n");
    await rejects(many, /names 256 classes/);
    await put(dir, "palette.txt", many.replace("0 0 0 c0\n", ""));
    assert.equal((await readPalette(file)).classNames.length, 255);
    await Deno.remove(file);
    await assert.rejects(readPalette(file), {
      name: "DataError",
      message: /palette\.txt as there is no such file: give the file/,
    });
  }));
