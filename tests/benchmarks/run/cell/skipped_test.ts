import assert from "node:assert/strict";
import { skippedWarnings } from "../../../../benchmarks/run/cell/progress.ts";

/** Images of these names, each cut off. */
const cutOff = (...names: string[]) => names.map((name) => ({ name, reason: "cut off" }));

Deno.test("skippedWarnings() names images in order, and counts those past ten", () => {
  assert.deepEqual(skippedWarnings([]), []);
  const [one] = skippedWarnings(cutOff("a"));
  assert.equal(one?.message, "1 image could not be read, and others stood in: a (cut off)");
  const [two] = skippedWarnings(cutOff("b", "a"));
  assert.match(two!.message, /^2 images .*: a \(cut off\); b \(cut off\)$/);
  const names = ["k", "j", "i", "h", "g", "f", "e", "d", "c", "b"];
  assert.match(skippedWarnings(cutOff(...names))[0]!.message, /; k \(cut off\)$/);
  assert.match(
    skippedWarnings(cutOff(...names, "a", "l"))[0]!.message,
    /^12 images .*; j \(cut off\); and 2 more$/,
  );
});
