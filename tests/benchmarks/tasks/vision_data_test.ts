import assert from "node:assert/strict";
import { trainedOnValidation, unevenShare } from "../../../benchmarks/tasks/vision_data.ts";
import { memorySplit } from "../../datasets/files.ts";

/** A part of a set, by its images' files. */
function files(...images: string[]) {
  return { length: images.length, entry: (index: number) => ({ image: images[index]! }) };
}

Deno.test("trainedOnValidation() counts the validation images that are trained on, by their files", () => {
  const validation = files("b", "c", "d");
  assert.deepEqual(trainedOnValidation({ training: files("a", "e"), validation }), []);
  const messageOf = (...images: string[]) =>
    trainedOnValidation({ training: files(...images), validation })[0]?.message;
  assert.match(messageOf("a", "c") ?? "", /^1 of 3 validation images is trained on, too: /);
  assert.match(messageOf("d", "a", "c") ?? "", /^2 of 3 validation images are trained on, too: /);
});

Deno.test("trainedOnValidation() takes images that are no files for different ones", () => {
  const sample = {
    name: "a",
    width: 1,
    height: 1,
    image: new Uint8Array(3),
    labels: Int16Array.of(0),
  };
  const [training, validation] = [memorySplit([sample]), memorySplit([sample])];
  assert.deepEqual(trainedOnValidation({ training, validation }), []);
});

Deno.test("unevenShare() warns where hashes of few names held out far from the share", () => {
  const codesOf = (validationShare: number | undefined, training: number, validation: number) =>
    unevenShare({
      training: { length: training },
      validation: { length: validation },
      validationShare,
    }).map(({ code }) => code);
  assert.deepEqual(codesOf(undefined, 17, 1), []);
  assert.deepEqual(codesOf(0.2, 14, 4), []);
  assert.deepEqual(codesOf(0.2, 17, 1), ["uneven-share"]);
  assert.deepEqual(codesOf(0.2, 3, 7), ["uneven-share"]);
  assert.deepEqual(codesOf(0.8, 1, 17), ["uneven-share"]);
  assert.deepEqual(codesOf(0.8, 4, 14), []);
  const few = { training: { length: 17 }, validation: { length: 1 }, validationShare: 0.2 };
  assert.deepEqual(unevenShare({ ...few, pilotShare: 0.05 }), []); // of what the hashes left
});
