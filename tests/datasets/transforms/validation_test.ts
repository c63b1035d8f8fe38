import assert from "node:assert/strict";
import { resizeBilinear } from "../../../datasets/images/resize.ts";
import { normalize } from "../../../datasets/transforms/normalize.ts";
import { transformForValidation } from "../../../datasets/transforms/validation.ts";
import { bytesOf, fixture } from "../fixtures/pil.ts";

const { width, height } = fixture.source;
const sample = {
  name: "pil",
  width,
  height,
  image: bytesOf(fixture.source.rgb),
  labels: Int16Array.from(bytesOf(fixture.source.labels)),
};

Deno.test("transformForValidation() resizes as Pillow does, to a square whatever the aspect", () => {
  const rgb = fixture.bilinear.find((one) => one.width === 16 && one.height === 16);
  const labels = fixture.nearest.find((one) => one.width === 16 && one.height === 16);
  const actual = transformForValidation(sample, 16);
  assert.deepEqual(actual.image, normalize(bytesOf(rgb?.rgb ?? "")));
  assert.deepEqual(actual.labels, Int32Array.from(bytesOf(labels?.labels ?? "")));
  assert.equal(actual.image.length, 16 * 16 * 3);
});

Deno.test("transformForValidation() at a square image's own size only normalizes", () => {
  const data = resizeBilinear({ width, height, data: sample.image }, 20, 20).data;
  const labels = sample.labels.subarray(0, 400);
  const actual = transformForValidation(
    { name: "s", width: 20, height: 20, image: data, labels },
    20,
  );
  assert.deepEqual(actual.image, normalize(data));
  assert.deepEqual(actual.labels, Int32Array.from(labels));
});

Deno.test("transformForValidation() throws RangeError when size is no positive integer", () => {
  assert.throws(() => transformForValidation(sample, 0), { name: "RangeError" });
});
