import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { models, tf } from "../../mod.ts";
import { decodeImage } from "../../datasets/images/image.ts";
import edges from "./fixtures/preprocessing_edges.json" with { type: "json" };
import { fixture, pictures, valuesOf } from "./fixtures/preprocessing.ts";

const data = Deno.env.get("WS_TEST_DATA");

/** One picture's numbers. */
async function numbersOf(config: object, picture: models.Picture): Promise<Float32Array> {
  const batch = await models.preprocessing(config)(picture);
  const values = await batch.data() as Float32Array;
  batch.dispose();
  return values;
}

function hashOf(values: Uint8Array | Float32Array): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return createHash("sha256").update(bytes).digest("hex").slice(0, 16);
}

/** The picture with every pixel one column further right. */
function shifted({ width, height, data }: models.Pixels): models.Pixels {
  const out = new Uint8Array(data);
  for (let row = 0; row < data.length; row += 3 * width) {
    out.copyWithin(row + 3, row, row + 3 * (width - 1));
  }
  return { width, height, data: out };
}

for (const { config, values } of fixture.cases) {
  Deno.test(`preprocessing() equals the original on every bit: ${JSON.stringify(config)}`, async () => {
    for (const [i, picture] of pictures.entries()) {
      const expected = valuesOf(values[i]!);
      assert.deepEqual(await numbersOf(config, picture), expected);
      assert.notDeepEqual(await numbersOf(config, shifted(picture)), expected);
    }
  });
}

for (const { config, hashes } of edges.cases) {
  Deno.test(`preprocessing() equals timm on every bit of odd sizes: ${JSON.stringify(config)}`, async () => {
    for (const [i, [width, height]] of edges.sizes.entries()) {
      const data = Uint8Array.from(
        { length: 3 * width! * height! },
        (_, i) => Math.imul(i, 2654435761) >>> 24,
      );
      const values = await numbersOf(config, { width: width!, height: height!, data });
      assert.equal(hashOf(values), hashes[i], `${width}×${height}`);
    }
  });
}

for (const [i, [name, config]] of Object.entries(fixture.realConfigs).entries()) {
  Deno.test({
    name: `preprocessing() equals ${name} on every bit of 100 photographs`,
    ignore: data === undefined,
    fn: async () => {
      const files = Object.entries(fixture.real);
      assert.equal(files.length, 100);
      for (const [file, [pixels, ...hashes]] of files) {
        const bytes = await Deno.readFile(join(data ?? "", "imagenet-sample", "val", file));
        const picture = await decodeImage(bytes, file);
        assert.equal(hashOf(picture.data), pixels, `decoded pixels of ${file}`);
        assert.equal(hashOf(await numbersOf(config, picture)), hashes[i], file);
      }
      const [file] = files[0]!;
      const bytes = await Deno.readFile(join(data ?? "", "imagenet-sample", "val", file));
      const moved = shifted(await decodeImage(bytes, file));
      assert.notEqual(hashOf(await numbersOf(config, moved)), files[0]![1][i + 1]);
    },
  });
}

Deno.test("preprocessing() takes timm's config.json, and options of one's own that say the same", async () => {
  const { config, values } = fixture.cases[0]!;
  const own = { size: 10, cropShare: 1, interpolation: "bilinear", mean: 0.5, std: [0.5] };
  for (const same of [{ architecture: "resnetv2_50x1_bit", pretrained_cfg: config }, own]) {
    assert.deepEqual(await numbersOf(same, pictures[0]!), valuesOf(values[0]!));
  }
  const preprocess = models.preprocessing(own);
  const { height, width, interpolation, mean, std } = preprocess;
  assert.deepEqual([height, width, interpolation], [10, 10, "bilinear"]);
  assert.deepEqual([mean, std], [[0.5, 0.5, 0.5], [0.5, 0.5, 0.5]]);
});

Deno.test("preprocessing() makes a batch of RGB, RGBA, gray and tensors alike, and leaves nothing behind", async () => {
  const [{ width, height, data }] = pictures as [models.Pixels];
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) rgba.set([...data.subarray(3 * i, 3 * i + 3), i], 4 * i);
  const gray = data.subarray(0, width * height);
  const thrice = Uint8Array.from(data.keys(), (i) => gray[Math.floor(i / 3)]!);
  const preprocess = models.preprocessing({ size: [7, 9] });
  const tensor = tf.tensor3d(Array.from(data), [height, width, 3], "int32");
  const before = tf.memory().numTensors;
  const batch = await preprocess([
    { width, height, data },
    { width, height, data: rgba },
    tensor,
    { width, height, data: gray },
    { width, height, data: thrice },
  ]);
  assert.deepEqual([batch.shape, batch.dtype], [[5, 7, 9, 3], "float32"]);
  const images = await Promise.all(tf.unstack(batch).map((image) => image.data()));
  assert.deepEqual([images[1], images[2], images[4]], [images[0], images[0], images[3]]);
  assert.notDeepEqual(images[3], images[0]);
  assert.equal(tf.memory().numTensors - before, 1 + 5);
  assert.deepEqual([...data], [...pictures[0]!.data], "pixels were written to");
});

Deno.test("preprocessing() refuses configurations that it does not know", () => {
  const timm = { input_size: [3, 8, 8] };
  const bit = { image_processor_type: "BitImageProcessor" };
  const cases: [unknown, string, RegExp][] = [
    [undefined, "TypeError", /config must be timm's pretrained_cfg/],
    [[8], "TypeError", /current value is \[8\]/],
    [{}, "TypeError", /or \{ size, … \}/],
    [
      { model_type: "bit", depths: [3] },
      "TypeError",
      /preprocessor_config.json, which lies beside/,
    ],
    [
      { ...timm, interpolation: "lanczos" },
      "RangeError",
      /bilinear, bicubic: current value is lan/,
    ],
    [{ ...timm, crop_mode: "border" }, "RangeError", /crop_mode must be "center" or "squash"/],
    [
      { ...timm, crop_pct: 1.2 },
      "RangeError",
      /crop_pct must be > 0 and <= 1: current value is 1.2/,
    ],
    [{ input_size: [1, 8, 8] }, "TypeError", /input_size must be \[3, height, width\]/],
    [{ ...timm, std: [1, 0, 1] }, "RangeError", /std must be > 0: current value is \[1,0,1\]/],
    [{ ...timm, mean: [1, 2] }, "TypeError", /mean must be 3 numbers/],
    [{ ...bit, resample: 1 }, "RangeError", /resample must be 2 \(bilinear\) or 3 \(bicubic\)/],
    [
      { ...bit, image_processor_type: "ViTImageProcessor" },
      "RangeError",
      /must be BitImageProcessor/,
    ],
    [{ ...bit, do_center_crop: false }, "RangeError", /where do_center_crop is off/],
    [
      { ...bit, do_resize: "no" },
      "TypeError",
      /do_resize must be true or false: current value is no/,
    ],
    [{ ...bit, size: { shortest_edge: 8, longest_edge: 9 } }, "RangeError", /no longest_edge/],
    [{ size: 0 }, "RangeError", /size must be an integer >= 1: current value is 0/],
    [{ size: 8, crop_pct: 1 }, "TypeError", /options must be .*: current value is crop_pct/],
  ];
  for (const [config, name, message] of cases) {
    assert.throws(() => models.preprocessing(config as object), { name, message });
  }
});

Deno.test("preprocessing()'s function refuses what is no picture", async () => {
  const preprocess = models.preprocessing({ size: 4 });
  const pixels = { width: 2, height: 2 };
  const cases: [unknown, string, RegExp][] = [
    [[], "TypeError", /there must be a picture/],
    [[undefined], "TypeError", /or \{ width, height, data \} with bytes.*is Undefined/],
    [{ ...pixels, data: new Float32Array(12) }, "TypeError", /one with Float32Array/],
    [
      { ...pixels, data: new Uint8Array(8) },
      "TypeError",
      /3 or 4 bytes: current value is 8 for 2×2/,
    ],
    [tf.zeros([2, 2, 2], "int32"), "TypeError", /\[height, width, 1, 3 or 4\]: .*\[2,2,2\]/],
    [tf.zeros([1, 2, 2, 3], "int32"), "TypeError", /current value is \[1,2,2,3\]/],
    [tf.zeros([2, 2, 3]), "TypeError", /int32, with values of 0 to 255: current value is float32/],
    [tf.fill([2, 2, 3], 256, "int32"), "RangeError", /current value is 256/],
  ];
  for (const [picture, name, message] of cases) {
    await assert.rejects(preprocess(picture as models.Picture), { name, message });
  }
  const uncut = { image_processor_type: "BitImageProcessor", do_resize: false, crop_size: 3 };
  await assert.rejects(models.preprocessing(uncut)({ ...pixels, data: new Uint8Array(4) }), {
    name: "RangeError",
    message: /must hold 3×3 pixels: current value is 2×2/,
  });
});
