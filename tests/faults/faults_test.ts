/** The short form of `deno task test:faults`: a run or two for each kind, of one suite. */
import assert from "node:assert/strict";
import { Bench } from "./bench.ts";
import { runKind } from "./campaign.ts";
import { kinds } from "./kinds.ts";
import { faultLines } from "./report.ts";
import { isHere, type Subject } from "./subjects.ts";

const seed = 1;

async function breakRuns(t: Deno.TestContext, names: readonly string[], subject: Subject) {
  await using bench = await Bench.make();
  const { signal } = new AbortController();
  const options = { seed, kills: 1, subjects: [subject], short: true, signal };
  for (const name of names) {
    await t.step(kinds[name]!.about, async () => {
      const tally = await runKind(bench, name, kinds[name]!, options);
      if (tally.missing !== undefined) return console.error(`not run: ${tally.missing}`);
      assert.deepEqual(tally.faults, [], faultLines(name, tally, seed, " --short").join("\n"));
      assert.ok(tally.tries > 0 && tally.tries <= tally.resumed + tally.refused);
    });
  }
}

/** Kinds of which the short form is of a backend that trains in several processes. */
const ofGroups = ["lost-worker"];

Deno.test("runs that are broken go on to the same numbers, or are refused, in every kind", async (t) => {
  const names = Object.keys(kinds).filter((name) => !ofGroups.includes(name));
  await breakRuns(t, names, { suite: "imagenet", backend: "wasm" });
});

Deno.test({
  name: "a run that lost a worker goes on to the same numbers [tensorflow]",
  ignore: !isHere("tensorflow"),
  fn: (t) => breakRuns(t, ofGroups, { suite: "imagenet", backend: "tensorflow" }),
});
