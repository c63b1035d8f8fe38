import assert from "node:assert/strict";
import { profiles } from "../../../../benchmarks/experiments/profiles/imagenet.ts";
import type { CommonProfile } from "../../../../benchmarks/experiments/profiles/common.ts";
import { bestOfMany } from "../../../../benchmarks/run/plan/best_of_many.ts";

const arm = (name: string, patience: CommonProfile["patience"], steps = 8) => ({
  name,
  steps,
  profile: { ...profiles.quick!, patience },
});

Deno.test("bestOfMany() warns once, and names the arms where not all stop early", () => {
  assert.deepEqual(bestOfMany([arm("a", "0ba"), arm("b", "0ep")]), []);
  assert.deepEqual(bestOfMany([arm("a", "2ep", 0)]), [], "nothing is trained");
  const [all, ...none] = bestOfMany([arm("a", "2ep"), arm("b", "2ep")]);
  assert.deepEqual(none, []);
  assert.match(all!.message, /^Each cell ends with .* \(patience 2ep, up to 4 evaluations\), and/);
  assert.match(all!.advice, /compare the arms with each other/);
  const [some, ...others] = bestOfMany([arm("a", "2ep"), arm("b", "0ba"), arm("c", "9ba")]);
  assert.deepEqual(others, []);
  assert.match(some!.message, /^Each cell of a, c ends with .* \(patience 2ep or 9ba, /);
  assert.doesNotMatch(some!.advice, /compare the arms/, "one arm chose, the other did not");
});
