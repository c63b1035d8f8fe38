import assert from "node:assert/strict";
import fc from "fast-check";
import { placeOf, wholeFile } from "../../../datasets/archives/entry.ts";
import { PictureIndex } from "../../../datasets/archives/picture_index.ts";
import { PictureList } from "../../../datasets/archives/picture_list.ts";

const name = fc.string({ unit: "binary", minLength: 1, maxLength: 30 }).filter((text) =>
  text.isWellFormed()
);
const row = fc.record({
  className: fc.constantFrom("b", "a", "ü", "c"),
  name,
  offset: fc.maxSafeNat(),
  length: fc.integer({ min: -1, max: 2 ** 31 - 1 }),
});
const rows = fc.uniqueArray(row, { selector: (one) => `${one.className}/${one.name}` });

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

Deno.test("PictureIndex gives every picture of a PictureList, sorted by class and name", () => {
  const classNames = ["a", "b", "c", "d", "ü"];
  fc.assert(fc.property(rows, (pictures) => {
    const list = new PictureList();
    for (const { className, name, offset, length } of pictures) {
      list.add(className, name, offset, length);
    }
    const fileOf = (className: string, name: string) => `${className}:${name}`;
    const index = new PictureIndex(list, { part: "val", classNames, encoding: "image", fileOf });
    const wanted = pictures.toSorted((a, b) =>
      compare(a.className, b.className) || compare(a.name, b.name)
    );
    assert.equal(index.length, wanted.length);
    wanted.forEach(({ className, name, offset, length }, i) =>
      assert.deepEqual(index.entry(i), {
        name: `val/${className}/${name}`,
        label: classNames.indexOf(className),
        file: `${className}:${name}`,
        offset,
        length,
        encoding: "image",
      })
    );
  }));
});

Deno.test("PictureIndex holds 200,000 pictures in less than 50 bytes each", () => {
  const list = new PictureList();
  for (let i = 0; i < 200_000; i++) list.add(`n${i % 100}`, `n01440764_${i}.JPEG`, i * 512, 512);
  const columns = Object.values(list.columns());
  const classNames = list.classNames.toSorted();
  const index = new PictureIndex(list, {
    part: "train",
    classNames,
    encoding: "image",
    fileOf: () => "a.tar",
  });
  assert.equal(index.entry(199_999).label, 99);
  assert.ok(columns.reduce((sum, { byteLength }) => sum + byteLength, 0) < 50 * 200_000);
});

Deno.test("placeOf() names the picture where its file holds others too", () => {
  const entry = {
    name: "val/a/1.jpg",
    label: 0,
    file: "x.tar",
    offset: 0,
    length: 3,
    encoding: "image",
  } as const;
  assert.equal(placeOf(entry), "x.tar (val/a/1.jpg)");
  assert.equal(placeOf({ ...entry, file: "a/1.jpg", length: wholeFile }), "a/1.jpg");
});
