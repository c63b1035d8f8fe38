/** What `bench:reference` refuses, before anything is read or begun. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { ReferencePart } from "../../../benchmarks/reference/part.ts";
import { exists } from "../suite_process.ts";
import { here, test } from "./here.ts";
import { tinyParts, writeSets } from "./tiny_parts.ts";

test("refuses what cannot be run, and begins nothing", async (folder) => {
  const places = `--out ${folder}/reports --work ${folder}/work`;
  const data = await writeSets(folder);
  const refused = async (
    line: string,
    message: RegExp,
    { parts = tinyParts, name = "UsageError" } = {},
  ) => {
    await assert.rejects(here(`${line} ${places}`, { parts }), { name, message });
    assert.ok(!await exists(join(folder, "reports")), "no report");
  };
  await refused(`${data} scene`, /^Unknown part "scene": wanted .*; did you mean "scenes"\?$/);
  await refused("scenes", /^Cannot run scenes without its data: give --camvid DIR$/);
  await refused(
    data.replace(/ --cifar10 .*/, ""),
    /^Cannot run pictures without its data: give --cifar10 DIR$/,
  );
  await refused(
    `--camvid ${folder}/no scenes`,
    /^Cannot run scenes as there is no .*\/no: give the folder of its data by --camvid DIR$/,
  );
  await refused(
    `${data} pretrained`,
    /^Cannot run pretrained as the weights .* not there, .*scenes\/weights\/baseline-seed1-last\.safetensors: run scenes before it, by its name$/,
  );
  await refused(`${data} --jobs 0`, /^--jobs wants a whole number from 1 to 64: it is "0"$/);
  await refused(`${data} --max-hours 0`, /^--max-hours wants hours, a number > 0: it is "0"$/);
  await refused(`${data} --job 2`, /unknown option '--job'.*--jobs/);
  assert.ok(!await exists(join(folder, "work")), "nothing was begun");

  const [scenes] = tinyParts as [ReferencePart];
  const wrong = { ...scenes, words: [...scenes.words, "--set", "dropuot=1"] };
  await refused(`${data} scenes`, /^Cannot run scenes: .*dropuot.*dropout/, { parts: [wrong] });
  await Deno.remove(join(folder, "camvid/annotations"), { recursive: true });
  await refused(`${data} scenes`, /^Cannot run scenes: Cannot /, { name: "DataError" });
});

test("stops while it tries steps for its budget", async (folder) => {
  const line = `${await writeSets(folder)} --out ${folder}/reports --work ${folder}/work`;
  const { ending, out } = await here(`${line} --dry-run`, { signal: AbortSignal.abort() });
  assert.deepEqual([ending, out], ["interrupted", ""]);
});
