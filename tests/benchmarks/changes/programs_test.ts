/** Where versions of before and after a move have a program. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { placeIn, subjectPlaces } from "../../../benchmarks/changes/programs.ts";

Deno.test("placeIn() finds a program where its version has it, the present place first", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const [present, earlier] = subjectPlaces;
    assert.equal(placeIn(folder, subjectPlaces), undefined);
    for (const place of [earlier!, present]) {
      await Deno.mkdir(join(folder, place, ".."), { recursive: true });
      await Deno.writeTextFile(join(folder, place), "");
      assert.equal(placeIn(folder, subjectPlaces), join(folder, place));
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
