/** The short form of `deno task test:faults`: a run or two for each kind, of one suite. */
import assert from "node:assert/strict";
import { Bench } from "./bench.ts";
import { runKind } from "./campaign.ts";
import type { Operation } from "./hooks/operations.ts";
import { kinds } from "./kinds.ts";
import { assertAllSound, statesOf } from "./kinds/power_loss.ts";
import { operationsOf } from "./power/recorded.ts";
import { faultLines } from "./report.ts";
import { isHere, type Subject } from "./subjects.ts";

const seed = 1;

/** Kinds that may miss: the run has ended before, or needs less memory than it has. */
const timed = ["kill", "hangup", "data-changes", "memory"];

async function breakRuns(
  t: Deno.TestContext,
  bench: Bench,
  names: readonly string[],
  subject: Subject,
) {
  const { signal } = new AbortController();
  const options = { seed, kills: 1, subjects: [subject], short: true, signal };
  for (const name of names) {
    await t.step(kinds[name]!.about, async () => {
      const tally = await runKind(bench, name, kinds[name]!, options);
      if (tally.missing !== undefined) return console.error(`not run: ${tally.missing}`);
      assert.deepEqual(tally.faults, [], faultLines(name, tally, seed, " --short").join("\n"));
      assert.ok(tally.tries > 0 || timed.includes(name), "nothing was broken");
      assert.ok(tally.tries <= tally.resumed + tally.refused);
    });
  }
}

/** Kinds of which the short form is of a backend that trains in several processes. */
const ofGroups = ["lost-worker"];

Deno.test("runs that are broken go on to the same numbers, or are refused, in every kind", async (t) => {
  await using bench = await Bench.make();
  const subject: Subject = { suite: "imagenet", backend: "wasm" };
  const names = Object.keys(kinds).filter((name) => !ofGroups.includes(name));
  await breakRuns(t, bench, names, subject);
  await t.step("a loss of power is told where names are not flushed", async () => {
    const { folder, operations } = await operationsOf(bench, subject);
    const unflushed = { folder, operations: withoutFolderSyncs(operations) };
    const states = statesOf(unflushed, Math.random);
    await assert.rejects(assertAllSound(bench, subject, states), /power lost at .* is lost/);
  });
});

/** What a run did, but for the flushes of folders. */
function withoutFolderSyncs(operations: readonly Operation[]): Operation[] {
  const opened = operations.filter((each) => each.kind === "open");
  const made = new Set(opened.filter(({ created }) => created).map(({ path }) => path));
  const folders = new Set(opened.filter(({ path }) => !made.has(path)).map(({ file }) => file));
  return operations.filter((each) => each.kind !== "sync" || !folders.has(each.file));
}

Deno.test({
  name: "a run that lost a worker goes on to the same numbers [tensorflow]",
  ignore: !isHere("tensorflow"),
  fn: async (t) => {
    await using bench = await Bench.make();
    await breakRuns(t, bench, ofGroups, { suite: "imagenet", backend: "tensorflow" });
  },
});
