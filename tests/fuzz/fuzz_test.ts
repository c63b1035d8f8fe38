/** The short form of `deno task test:fuzz`: some hundred cases for each reader, of one seed. */
import assert from "node:assert/strict";
import { complaintOf, formOf } from "./complaints.ts";
import { faultLines } from "./report.ts";
import { runTarget } from "./process.ts";
import { blockCases, caseOf, emptyTally, runBlock } from "./run_target.ts";
import type { Target } from "./target.ts";
import { targets } from "./targets.ts";
import { mutated } from "./mutate/bytes.ts";

/** Blocks of cases for each target; those that make networks of them have fewer. */
const blocks = (target: string) => ["hub", "pretrained"].includes(target) ? 2 : 4;

for (const target of Object.keys(targets)) {
  Deno.test(`test:fuzz ${target}: some hundred cases are read, or refused in the project's words`, async () => {
    const task = { target, seed: 1, block: 0, blocks: blocks(target), cases: blockCases };
    const outcome = await runTarget(task);
    const { tally: { cases, accepted, faults } } = outcome;
    assert.deepEqual(faults, [], faultLines(outcome, 1).join("\n"));
    assert.equal(cases, blocks(target) * blockCases);
    assert.ok(accepted > 0, "nothing was read: what lies behind the first check is not reached");
    assert.ok(accepted < cases, "nothing was refused");
  });
}

/** A reader of bytes of which one is as it is told. */
function reader(read: (bytes: Uint8Array) => string): Target {
  const seeds = [{
    name: "four bytes",
    bytes: Uint8Array.of(1, 2, 3, 4),
    fields: [{ at: 0, size: 1 as const }],
  }];
  return {
    cases: mutated({ seeds }),
    read,
    complaint: (error) => complaintOf(error, ["TypeError"]),
  };
}

async function faultsOf(read: (bytes: Uint8Array) => string): Promise<string[]> {
  const tally = emptyTally();
  await runBlock(reader(read), { seed: 3, block: 0, cases: 200 }, tally, { before() {} });
  return tally.faults.map(({ kind, bytes }) => `${kind}: ${Uint8Array.fromBase64(bytes).length}`);
}

Deno.test("runBlock() finds the engine's words, wrong errors and changed input, and makes cases small", async () => {
  const bare = (bytes: Uint8Array) =>
    bytes.length > 4 ? (undefined as unknown as string[])[0]! : "read";
  assert.match(
    (await faultsOf(bare)).join(),
    /^it repeats the engine's words: .*Cannot read.*: 5$/,
  );
  const wrong = (bytes: Uint8Array) => {
    if (bytes.length < 4) throw new RangeError("Cannot read it as it is short");
    return "read";
  };
  assert.match((await faultsOf(wrong)).join(), /^RangeError is none of TypeError .*: [0-3]$/);
  const writes = (bytes: Uint8Array) => (bytes[0] = 9, "read");
  assert.match((await faultsOf(writes)).join(), /^changes what it is given: [1-4]$/);
  const right = (bytes: Uint8Array) => {
    if (bytes.length < 4) {
      throw new TypeError(`Cannot read it as it must be long: it is ${bytes.length}`);
    }
    return "read";
  };
  assert.deepEqual(await faultsOf(right), []);
});

Deno.test("caseOf() gives the case that runBlock() tried, by its number", async () => {
  const seen: string[] = [];
  const target = reader((bytes) => {
    seen.push(bytes.toHex());
    return "read";
  });
  await runBlock(target, { seed: 5, block: 2, cases: 20 }, emptyTally(), { before() {} });
  for (const run of [0, 7, 19]) assert.equal(caseOf(target, 5, 2, run)?.bytes.toHex(), seen[run]);
});

Deno.test("complaintOf() wants a kind, a reason, the file, and no words of the engine", () => {
  const complaint = (error: Error) => complaintOf(error, ["TypeError"], "a.tar");
  assert.equal(complaint(new TypeError("Cannot read a.tar as it is cut off")), undefined);
  assert.match(complaint(new RangeError("Invalid array length"))!, /none of/);
  assert.match(complaint(new TypeError("x is not iterable"))!, /engine's words/);
  assert.match(
    complaint(new TypeError("Cannot read it as it is cut off"))!,
    /does not name a\.tar/,
  );
  assert.match(complaint(new TypeError("no"))!, /does not say/);
  assert.equal(formOf('/a/b.png has 12 bytes of "x"'), 'PATH has # bytes of "…"');
});
