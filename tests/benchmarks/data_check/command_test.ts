/** `deno task data:check` on sets that are right, and on sets that are wrong in many ways. */
import assert from "node:assert/strict";
import { decode } from "fast-png";
import { parse as parseCsv } from "csv-parse/sync";
import { join } from "node:path";
import { runProgram } from "../../../benchmarks/cli/program.ts";
import { dataCheck } from "../../../benchmarks/data_check/command.ts";
import { encodeGrayPng, encodeRgbPng } from "../../../datasets/images/png.ts";
import { vocPalette } from "../../../datasets/masks/palette.ts";
import { mask, picture, put, putPair, withFolder } from "../../datasets/files.ts";

/** Runs the program, and returns how it ended and what it wrote. */
async function check(...args: string[]): Promise<{ ending: string; text: string }> {
  const { log, error } = console;
  const lines: string[] = [];
  console.log = (line: string) => void lines.push(line);
  console.error = () => {};
  try {
    const ending = await runProgram(dataCheck, [...args, "--loader-threads", "0"]);
    return { ending, text: lines.join("\n").replace(/\\(?=[_`|])/g, "") };
  } finally {
    Object.assign(console, { log, error });
  }
}

/** A picture that no other is like. */
let level = 0;
const fresh = (width = 4, height = 2) => {
  const pixels = new Uint8Array(3 * width * height).fill(100);
  pixels[0] = ++level & 255;
  pixels[1] = level >> 8;
  return encodeRgbPng(pixels, width, height);
};

/** A set in which nothing is wrong: masks of the classes 1 to 3, and 0. */
async function putRight(dir: string): Promise<void> {
  await put(dir, "classes.txt", "road\nsky\ntree\n");
  for (const part of ["training", "validation"]) {
    for (const name of ["a", "b", "c"]) {
      await putPair(dir, part, `${part}_${name}`);
      await put(dir, `images/${part}/${part}_${name}.png`, fresh());
    }
  }
}

async function putMasks(dir: string, make: (values: number[]) => Uint8Array): Promise<void> {
  for (const part of ["training", "validation"]) {
    for (const name of ["a", "b", "c"]) {
      await put(
        dir,
        `annotations/${part}/${part}_${name}.png`,
        make([0, 1, 2, 3, 0, 1, 2, 3]),
      );
    }
  }
}

Deno.test("data:check finds nothing wrong with a set that is right, and writes its shares", async () => {
  await withFolder(async (dir) => {
    const [data, out] = [join(dir, "data"), join(dir, "out")];
    await putRight(data);
    const { ending, text } = await check(data, "--out", out);
    assert.equal(ending, "done", text);
    assert.match(text, /Nothing is wrong/);
    assert.match(text, /images: 3 training, 3 validation/);
    assert.match(
      text,
      /zero-is-ignored; they hold values from 0 to 3, 0 in 6 of 6 masks, 255 in 0/,
    );
    assert.match(text, /sizes: 4×2 \(6\)/);
    const rows = parseCsv(await Deno.readTextFile(join(out, "classes.csv")), { columns: true });
    assert.deepEqual(rows[0], {
      class: "road",
      training_images: "3",
      training_image_share: "1",
      training_pixel_share: String(1 / 3),
      validation_images: "3",
      validation_image_share: "1",
      validation_pixel_share: String(1 / 3),
    });
    const sheet = decode(await Deno.readFile(join(out, "contact_sheet.png")));
    assert.ok(sheet.width > 900 && sheet.height > 500, `${sheet.width}×${sheet.height}`);
    const html = await Deno.readTextFile(join(out, "report.html"));
    for (const name of ["road", "sky", "tree", "ignored"]) assert.ok(html.includes(name), name);
    assert.deepEqual((await check(data)).ending, "done");
  });
});

Deno.test("data:check tells which convention fits masks that contradict the one they are read by", async () => {
  await withFolder(async (dir) => {
    await putRight(dir);
    await putMasks(dir, (values) => mask(4, 2, values.map((value) => (value + 255) % 256)));
    const { ending, text } = await check(dir);
    assert.equal(ending, "data");
    assert.match(text, /convention.*255 in 6 masks\. All masks fit --labels from-zero,255-ignored/);
    assert.match(text, /and 1 more/);
    assert.equal(text.match(/\*\*mask\*\*/), null); // not once more for each file
    assert.equal((await check(dir, "--labels", "from-zero,255-ignored")).ending, "done");
  });
});

Deno.test("data:check tells masks of colours, and of black and white, and what to give", async () => {
  await withFolder(async (dir) => {
    await putRight(dir);
    await putMasks(dir, () => picture(4, 2));
    const coloured = await check(dir);
    assert.equal(coloured.ending, "data");
    assert.match(
      coloured.text,
      /masks-in-colours\*\*: 6 masks are RGB.*have 1 colour: 100 100 100\. All are gray.*--palette FILE/,
    );
    await put(dir, "classes.txt", "ground\nthing\n");
    await putMasks(dir, (values) => mask(4, 2, values.map((value) => value > 1 ? 255 : 0)));
    const { ending, text } = await check(dir);
    assert.equal(ending, "data");
    assert.match(text, /two-valued\*\*: All 6 masks hold 0 and 255 alone.*255 255 255 NAME/);
    assert.doesNotMatch(text, /\*\*convention/);
    await put(dir, "palette.txt", "0 0 0 ground\n255 255 255 thing\n");
    assert.equal((await check(dir, "--palette", join(dir, "palette.txt"))).ending, "done");
  });
});

Deno.test("data:check suspects masks whose first or last value never occurs", async () => {
  await withFolder(async (dir) => {
    await putRight(dir);
    await putMasks(dir, (values) => mask(4, 2, values.map((value) => Math.min(value, 2))));
    const always = await check(dir);
    assert.equal(always.ending, "done"); // it may be meant so
    assert.match(always.text, /label-zero-always.*all masks fit --labels from-zero/);
    await putMasks(dir, (values) => mask(4, 2, values.map((value) => 1 + value % 2)));
    const never = await check(dir, "--labels", "from-zero");
    assert.match(never.text, /label-zero-never.*all masks fit --labels zero-is-ignored/);
  });
});

Deno.test("data:check tells of all files and stops at none", async () => {
  await withFolder(async (dir) => {
    await putRight(dir);
    const lonely = fresh();
    await put(dir, "images/training/lonely.png", lonely);
    await put(dir, "annotations/training/alone.png", mask(4, 2, [0, 1, 2, 3, 0, 1, 2, 3]));
    await put(dir, "annotations/training/photo.jpg", "");
    await put(dir, "images/training/photo.png", fresh());
    await put(dir, "annotations/training/training_a.png", mask(2, 2, [0, 1, 2, 3]));
    await put(dir, "images/training/training_b.png", fresh().slice(0, 30));
    const shared = await Deno.readFile(join(dir, "images/training/training_c.png"));
    await put(dir, "images/validation/validation_a.png", shared);
    await put(dir, "annotations/training/training_c.png", mask(4, 2, [0, 1, 1, 1, 0, 1, 1, 1]));
    const out = join(dir, "out");
    const { ending, text } = await check(dir, "--decode", "--out", out);
    assert.equal(ending, "data");
    for (
      const words of [
        "image lonely.png has no partner",
        "mask alone.png has no partner",
        "annotations/training/photo.jpg as it is a JPEG",
        "annotations/training/training_a.png as it is 2×2, and its image is 4×2",
        "images/training/training_b.png",
        "1 picture is in both parts",
        "images/training/training_c.png = images/validation/validation_a.png",
        "No training mask holds",
      ]
    ) assert.ok(text.includes(words), `${words}\n${text}`);
    const csv = await Deno.readTextFile(join(out, "findings.csv"));
    const table = parseCsv<{ code: string }>(csv, { columns: true });
    assert.ok(table.length >= 8);
    const codes = new Set(table.map(({ code }) => code));
    for (const code of ["listing", "mask", "image", "in-both-parts", "validation-only-classes"]) {
      assert.ok(codes.has(code), code);
    }
  });
});

Deno.test("data:check bounds its lists: many files of one kind are one finding", async () => {
  await withFolder(async (dir) => {
    await putRight(dir);
    for (let i = 0; i < 40; i++) {
      await put(dir, `images/training/x${i}.png`, "no picture");
      await put(dir, `annotations/training/x${i}.png`, mask(4, 2, [0, 1, 2, 3, 0, 1, 2, 3]));
    }
    const { text } = await check(dir);
    assert.match(text, /\*\*image\*\*: 40 files, such as:/);
    assert.match(text, /and 34 more/);
    assert.ok(text.length < 4000, `${text.length}`);
  });
});

Deno.test("data:check reads PASCAL VOC's layout by its colours, and sets without parts", async () => {
  await withFolder(async (dir) => {
    const voc = join(dir, "voc");
    const indices = Uint8Array.of(0, 1, 255, 2, 0, 1, 255, 2);
    for (const name of ["a", "b"]) {
      await put(voc, `JPEGImages/${name}.png`, fresh());
      await put(voc, `SegmentationClass/${name}.png`, encodeGrayPng(indices, 4, 2, vocPalette));
    }
    await put(voc, "ImageSets/Segmentation/train.txt", "a\n");
    await put(voc, "ImageSets/Segmentation/val.txt", "b\n");
    const { ending, text } = await check(voc);
    assert.equal(ending, "done", text);
    assert.match(text, /read by PASCAL VOC's palette/);
    assert.match((await check(voc, "--training-list", "val")).text, /1 picture is in both parts/);
    const flat = join(dir, "flat");
    await put(flat, "classes.txt", "road\nsky\ntree\n");
    for (let i = 0; i < 20; i++) {
      await put(flat, `images/${i}.png`, fresh());
      await put(flat, `masks/${i}.png`, mask(4, 2, [0, 1, 2, 3, 0, 1, 2, 3]));
    }
    const whole = await check(flat);
    assert.equal(whole.ending, "done", whole.text);
    assert.match(whole.text, /no-parts.*--validation-share 0\.2/);
    assert.doesNotMatch((await check(flat, "--validation-share", "0.3")).text, /no-parts/);
  });
});

Deno.test("data:check looks through pictures in classes", async () => {
  await withFolder(async (dir) => {
    const [one, two] = [fresh(), fresh()];
    for (
      const [path, bytes] of [
        ["train/x/1.png", one],
        ["train/x/2.png", two],
        ["train/y/2.png", two],
        ["train/y/3.png", fresh()],
        ["train/z/4.png", fresh()],
        ["val/x/1.png", one],
        ["val/only/5.png", fresh()],
      ] as const
    ) await put(dir, path, bytes);
    await Deno.mkdir(join(dir, "train/empty"));
    const { ending, text } = await check(dir, "--out", join(dir, "out"));
    assert.equal(ending, "data");
    for (
      const words of [
        "train/empty as the class has no pictures",
        "the class only",
        "train/x/1.png = val/x/1.png",
        "train/x/2.png = train/y/2.png",
        "2 of 4 classes have no validation picture",
      ]
    ) assert.ok(text.includes(words), `${words}\n${text}`);
    await assert.rejects(check(dir, "--labels", "from-zero"), { name: "UsageError" });
    const single = join(dir, "single");
    await put(single, "train/x/1.png", fresh());
    assert.match((await check(single)).text, /one-class\*\*: There is 1 class/);
  });
});

Deno.test("data:check does not write into a folder that holds other things", async () => {
  await withFolder(async (dir) => {
    await putRight(dir);
    await assert.rejects(check(dir, "--out", dir), { message: /not empty: --force/ });
    await put(dir, "run/result.json", "{}");
    await assert.rejects(check(dir, "--out", join(dir, "run"), "--force"), {
      message: /holds a run/,
    });
  });
});

const real = Deno.env.get("WS_TEST_DATA");
for (
  const [name, images] of [
    ["camvid", "367 training, 101 validation"],
    ["ade20k-sample", "0 training, 3 validation"],
    ["imagenet-sample", "0 training, 100 validation"],
  ] as const
) {
  Deno.test({
    name: `data:check finds nothing wrong with ${name}`,
    ignore: real === undefined,
    fn: async () => {
      const { ending, text } = await check(join(real!, name));
      assert.equal(ending, "done", text);
      assert.ok(text.includes(`images: ${images}`), text);
    },
  });
}

Deno.test("data:check names the layouts of both kinds of sets where there is none", async () => {
  await withFolder(async (dir) => {
    await put(dir, "imgs/a.png", fresh());
    for (const layout of [/ROOT\/train\/CLASS\/FILE/, /ROOT\/images\/training\/NAME/, /VOC/]) {
      await assert.rejects(check(dir), { name: "DataError", message: layout });
    }
  });
});

Deno.test("data:check says what masks hold where nothing says how many classes there are", async () => {
  await withFolder(async (dir) => {
    await putRight(dir);
    await Deno.remove(join(dir, "classes.txt"));
    const { ending, text } = await check(dir);
    assert.equal(ending, "data");
    assert.match(text, /no-classes\*\*: There is no classes\.txt.*They hold 0, 1, 2, 3\. Write/);
    assert.match(text, /1 thing must be put right$|1 thing must be put right\*\*/m);
    assert.match(text, /classes: unknown/);
    assert.match(text, /\| class 3 \|/);
    assert.doesNotMatch(text, /class 4|last class/);
    await putMasks(dir, () => picture(4, 2));
    assert.match((await check(dir)).text, /no-classes[^]*masks-in-colours.*100 100 100/);
    await put(dir, "palette.txt", "100 100 100 ground\n0 0 0 thing\n");
    assert.doesNotMatch(
      (await check(dir, "--palette", join(dir, "palette.txt"))).text,
      /no-classes|masks-in-colours/,
    );
  });
});

Deno.test("data:check says in whole sentences what training would refuse", async () => {
  await withFolder(async (dir) => {
    await putRight(dir);
    await putMasks(dir, () => mask(4, 2, [0, 0, 0, 0, 1, 1, 1, 1]));
    assert.match((await check(dir)).text, /one-class\*\*: .* ignored\. Classes count from 1\./);
  });
});

Deno.test("data:check asks whether classes count from 0 where the last one never occurs", async () => {
  await withFolder(async (dir) => {
    await putRight(dir);
    const hold = (...values: number[]) =>
      putMasks(
        dir,
        () => mask(4, 2, Array.from({ length: 8 }, (_, i) => values[i % values.length]!)),
      );
    for (const values of [[0, 1, 2], [0, 1]]) {
      await hold(...values);
      assert.match((await check(dir)).text, /label-zero-always.*none holds 3, the last class/);
    }
    for (const values of [[0, 1, 3], [1, 2]]) {
      await hold(...values);
      assert.doesNotMatch((await check(dir)).text, /label-zero-always/);
    }
  });
});

Deno.test("data:check tells copies within a class from those in two, and tells each once", async () => {
  await withFolder(async (dir) => {
    for (const part of ["train", "val"]) {
      for (const name of ["cat", "dog"]) await put(dir, `${part}/${name}/${part}.png`, fresh());
    }
    const [twice, contradicting] = [fresh(), fresh()];
    for (const path of ["cat/a", "cat/b"]) await put(dir, `train/${path}.png`, twice);
    for (const path of ["cat/c", "dog/d"]) await put(dir, `train/${path}.png`, contradicting);
    const { ending, text } = await check(dir);
    assert.equal(ending, "data");
    assert.match(text, /in-two-classes[^]*train\/cat\/c\.png = train\/dog\/d\.png/);
    assert.match(text, /same-picture\*\*: 1 picture[^]*train\/cat\/a\.png = train\/cat\/b\.png/);
    assert.equal(text.match(/cat\/c\.png/g)?.length, 1);
    assert.doesNotMatch(text, /in-both-parts/);
  });
});

Deno.test("data:check replaces its own report with --force alone, and tells a problem once", async () => {
  await withFolder(async (dir) => {
    const [data, out] = [join(dir, "data"), join(dir, "out")];
    await putRight(data);
    await Deno.remove(join(data, "classes.txt"));
    await Deno.remove(join(data, "annotations/training/training_a.png"));
    const { text } = await check(data, "--out", out);
    assert.match(text, /listing\*\*: Cannot read .* has no partner/); // and not "2 files"
    await assert.rejects(check(data, "--out", out), {
      name: "UsageError",
      message: /not empty: --force replaces an earlier check's files/,
    });
    assert.equal((await check(data, "--out", out, "--force")).ending, "data");
  });
});
