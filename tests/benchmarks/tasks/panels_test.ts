import assert from "node:assert/strict";
import type { Split } from "../../../datasets/sample.ts";
import { panelImagesOf, panelsOf } from "../../../benchmarks/tasks/panels.ts";

/** Images of one pixel, named by their place. */
function splitOf(length: number): Split {
  const names = Array.from({ length }, (_, i) => `image${i}`);
  const read = (i: number) =>
    Promise.resolve({
      name: names[i]!,
      width: 1,
      height: 1,
      image: Uint8Array.of(i, i, i),
      labels: Int16Array.of(i % 3),
    });
  return { length, names, read };
}

Deno.test("panelImagesOf() takes four candidates for each image shown, spread over the split", async () => {
  const batch = await panelImagesOf(splitOf(100), 2, 1);
  assert.deepEqual(batch?.names, [0, 12, 25, 37, 50, 62, 75, 87].map((i) => `image${i}`));
  assert.deepEqual(panelsOf(batch).map(({ name }) => name), batch?.names);
});

Deno.test("panelImagesOf() takes all of a small split, and nothing where none is shown", async () => {
  const batch = await panelImagesOf(splitOf(3), 2, 1);
  assert.deepEqual(batch?.names, ["image0", "image1", "image2"]);
  assert.equal(await panelImagesOf(splitOf(3), 0, 1), undefined);
  assert.equal(await panelImagesOf(splitOf(0), 4, 1), undefined);
});
