import assert from "node:assert/strict";
import { fastestForm } from "../../../../benchmarks/judge/timings/figures.ts";
import { blocksOf, recordOf, subjects } from "../../timing/synthetic.ts";

const named = subjects.find(({ form }) => form !== undefined)!;
const ownName = named.name.slice(0, -`-${named.form}`.length);

Deno.test("fastestForm() is the form with the smallest median, of those that were timed", () => {
  const slow = { ...recordOf(named.name, blocksOf(3, 9)), name: `${ownName}-a`, form: "a" };
  const fast = { ...slow, name: `${ownName}-b`, form: "b", blocks: blocksOf(3, 7) };
  const untimed = { ...slow, name: `${ownName}-c`, form: "c", blocks: [] };
  const other = { ...recordOf("plain", blocksOf(3, 1)), name: "other" };
  const of = (...records: object[]) => fastestForm(records as typeof slow[] as never, ownName);
  assert.equal(of(other, slow, fast, untimed), fast);
  assert.equal(of(untimed, fast, slow), fast);
  assert.equal(of(untimed, slow), slow);
  assert.equal(of(untimed, other), undefined);
});
