import assert from "node:assert/strict";
import { join } from "node:path";
import { openClassified } from "../../../datasets/classified.ts";
import { put, withFolder } from "../files.ts";
import { archiveFixture } from "../fixtures/archives.ts";

const synsets = ["n01751748", "n02119789", "n02100735"] as const;
const files = [1, 2, 3].map((number) => `ILSVRC2012_val_0000000${number}.JPEG`);
const [first = "", second = "", third = ""] = files;
const official = "ILSVRC2012_validation_ground_truth.txt";

/** The class of each file, by the list that `write` puts there. */
async function classesBy(lists: Record<string, string | Uint8Array>): Promise<string[]> {
  const classes: string[] = [];
  await withFolder(async (dir) => {
    for (const name of files) await put(dir, `val/${name}`, "x");
    for (const [path, contents] of Object.entries(lists)) await put(dir, path, contents);
    const { validation, classNames } = await openClassified(dir);
    for (let i = 0; i < validation.length; i++) {
      const { name, label, file } = validation.entry(i);
      const [, className = "", stem = ""] = name.split("/");
      assert.equal(classNames[label], className);
      assert.equal(file, join(dir, "val", stem));
      classes[files.indexOf(stem)] = className;
    }
  });
  return classes;
}

async function rejects(lists: Record<string, string>, ...messages: RegExp[]): Promise<void> {
  await assert.rejects(classesBy(lists), (error: Error) => {
    assert.equal(error.name, "DataError");
    for (const message of messages) assert.match(error.message, message);
    return true;
  });
}

const accepted: Record<string, Record<string, string | Uint8Array>> = {
  "a class a line, in the order of the files' numbers": {
    "imagenet_2012_validation_synset_labels.txt": `${synsets.join("\n")}\nn09999999\n`,
  },
  "a file and its class a line": {
    "val_labels.txt": `${third}\t${synsets[2]}\r\n${first} ${synsets[0]}\nval/${second},${
      synsets[1]
    }\n`,
  },
  "ids, by the development kit's map_clsloc.txt": {
    [`ILSVRC2015_devkit/data/ILSVRC2015_clsloc_validation_ground_truth.txt`]: "490\n1\n2\n",
    "ILSVRC2015_devkit/data/map_clsloc.txt":
      "n02119789 1 kit_fox\nn02100735 2 English_setter\nn01751748 490 sea_snake\n",
  },
  "ids, by the development kit's meta.mat": {
    [`ILSVRC2012_devkit_t12/data/${official}`]: "490\n1\n70000\n",
    "ILSVRC2012_devkit_t12/data/meta.mat": Uint8Array.fromBase64(archiveFixture.meta.compressed),
  },
  "ids, by a meta.mat that is not compressed": {
    [official]: "490\n1\n70000",
    "meta.mat": Uint8Array.fromBase64(archiveFixture.meta.plain),
  },
};

for (const [form, lists] of Object.entries(accepted)) {
  Deno.test(`openClassified() reads validation classes from ${form}`, async () => {
    assert.deepEqual(await classesBy(lists), [...synsets]);
  });
}

Deno.test("openClassified() throws DataError that shows the lists wanted when there is none", async () => {
  await rejects({}, /are not in folders, and .* holds no list of them/, /val_labels\.txt/);
});

Deno.test("openClassified() throws DataError when ids are there and nothing says what they are", async () => {
  await rejects({ [official]: "490\n1\n2\n" }, /not in alphabetical order/, /meta\.mat/);
});

Deno.test("openClassified() throws DataError when a list can be understood in two ways", async () => {
  const lines = files.map((name, i) => `${name} ${i}`).join("\n");
  await rejects({ "val_labels.txt": lines }, /several numberings are in use/);
  await rejects({ "val_labels.txt": `${first} a\n${first} b\n` }, /names a file twice/);
});

Deno.test("openClassified() throws DataError when a list is empty, mixed, or of another kind", async () => {
  await rejects({ [official]: "" }, /is empty/);
  await rejects({ [official]: "490\nn01751748\n2\n" }, /its line "n01751748" has another form/);
  await rejects({ [official]: "490\n\n2\n" }, /its line "" has another form/);
  await rejects({ [official]: "490\nsea snake\n2\n" }, /its line "sea snake" has another form/);
});

Deno.test("openClassified() throws DataError when a list or a map lacks what is needed", async () => {
  await rejects(
    { "val_labels.txt": `${first} a\n` },
    /class of ILSVRC2012_val_0000000[23].* has no line/,
  );
  await rejects(
    { "imagenet_2012_validation_synset_labels.txt": "n01751748\n" },
    /has no line for it/,
  );
  const map = "n02119789 1 kit_fox\n";
  await rejects({ [official]: "1\n2\n1\n", "map_clsloc.txt": map }, /line 2 has the number 2/);
  await rejects(
    { [official]: "1\n1\n1\n", "map_clsloc.txt": "n02119789\n" },
    /its line "n02119789" is wrong/,
  );
  await rejects({ [official]: "1\n1\n1\n", "map_clsloc.txt": map + map }, /id of its own/);
});

Deno.test("openClassified() throws DataError when pictures have no numbers to count by", () =>
  withFolder(async (dir) => {
    await put(dir, "val/cat.jpg", "x");
    await put(dir, "imagenet_2012_validation_synset_labels.txt", "n01751748\n");
    await assert.rejects(openClassified(dir), { name: "DataError", message: /class of cat\.jpg/ });
  }));

Deno.test("openClassified() throws DataError when meta.mat is damaged or something else", async () => {
  const mat = Uint8Array.fromBase64(archiveFixture.meta.compressed);
  const plain = Uint8Array.fromBase64(archiveFixture.meta.plain);
  const broken = [
    new Uint8Array(0),
    new TextEncoder().encode("MATLAB 7.3"),
    mat.subarray(0, 300),
    plain.subarray(0, 700),
  ];
  for (const bytes of broken) {
    await assert.rejects(classesBy({ [official]: "1\n1\n1\n", "meta.mat": bytes }), {
      name: "DataError",
      message: /meta\.mat as its list of synsets cannot be read/,
    });
  }
});

Deno.test("openClassified() throws DataError when ids of meta.mat are not whole, or not unique", async () => {
  const wanted: Record<keyof typeof archiveFixture.wrongMeta, RegExp> = {
    "fraction": /an ILSVRC2012_ID is 2\.5, and a whole number >= 1 is wanted/,
    "zero": /an ILSVRC2012_ID is 0, /,
    "id twice": /the ILSVRC2012_ID 490 stands twice/,
    "synset twice": /a WNID stands twice/,
  };
  for (const [name, message] of Object.entries(wanted)) {
    const bytes = Uint8Array.fromBase64(archiveFixture.wrongMeta[name as keyof typeof wanted]);
    await assert.rejects(classesBy({ [official]: "1\n1\n1\n", "meta.mat": bytes }), {
      name: "DataError",
      message,
    }, name);
  }
  const pairs = "n01751748 490\nn02119789 1\nn01751748 2\n";
  await assert.rejects(classesBy({ [official]: "1\n1\n1\n", "map_clsloc.txt": pairs }), {
    message: /its line "n01751748 2" is wrong/,
  });
});

Deno.test("openClassified() throws DataError when a list is not in UTF-8", async () => {
  const latin = Uint8Array.from("val_1.JPEG caf\xe9\n", (letter) => letter.charCodeAt(0));
  await assert.rejects(classesBy({ "val_labels.txt": latin }), {
    name: "DataError",
    message: /val_labels\.txt as it is not a text in UTF-8: save it in that encoding/,
  });
});
