import assert from "node:assert/strict";
import { join } from "node:path";
import { refuseFullSet } from "../../../datasets/ade20k/full_set.ts";
import { put, withFolder } from "../files.ts";

/** Whether a folder with these files, or one below it, is taken for the full set. */
async function isRefused(paths: readonly string[], below = ""): Promise<boolean> {
  let refused = false;
  await withFolder(async (dir) => {
    for (const path of paths) await put(dir, path, "");
    refused = await refuseFullSet(join(dir, below)).then(() => false, (error) => {
      assert.equal(error.name, "DataError");
      return true;
    });
  });
  return refused;
}

Deno.test("refuseFullSet() finds a mask as deep as the full set's are, and one folder deeper", async () => {
  const mask = (folders: number) => [`images/${"folder/".repeat(folders)}a_seg.png`];
  for (const folders of [0, 1, 4, 5]) assert.ok(await isRefused(mask(folders)), `${folders}`);
  assert.ok(!await isRefused(mask(6)));
});

Deno.test("refuseFullSet() knows the full set's folders by their names, around or below", async () => {
  const name = "ADE20K_2021_17_01", picture = "images/a.png";
  assert.ok(await isRefused([`${name}/${picture}`]));
  assert.ok(await isRefused([`${name}/${picture}`], name));
  assert.ok(!await isRefused([`ADE20K_old/${picture}`], "ADE20K_old"));
});

Deno.test("refuseFullSet() lets the benchmark pass, also beside the full set", async () => {
  assert.ok(!await isRefused(["images/training/a_seg.png", "annotations/training/a.png"]));
  assert.ok(!await isRefused(["ADE20K_2016_07_26/images/a.png", "ADEChallengeData2016/b.png"]));
  assert.ok(!await isRefused([]));
  assert.ok(!await isRefused([], "absent"));
});
