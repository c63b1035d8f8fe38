import assert from "node:assert/strict";
import { withSettings, withValues } from "../../../benchmarks/experiments/settings.ts";

const usage = (message: RegExp) => ({ name: "UsageError", message });

const profile = { steps: 3, name: "x", flip: true, sizes: [1, 2] as readonly number[] };

Deno.test("withSettings() parses each value as the kind that was there", () => {
  const set = { steps: "4", name: "y", flip: "false", sizes: "3,4,5" };
  assert.deepEqual(withSettings(profile, set), {
    steps: 4,
    name: "y",
    flip: false,
    sizes: [3, 4, 5],
  });
  assert.deepEqual(profile.steps, 3);
});

Deno.test("withSettings() throws when a key or a value is wrong", () => {
  const wrong = (set: Record<string, string>, message: RegExp) =>
    assert.throws(() => withSettings(profile, set), usage(message));
  wrong({ step: "4" }, /Unknown --set key "step".*did you mean "steps"\?/);
  wrong({ steps: "four" }, /--set steps wants a finite number, like 3: it is "four"/);
  wrong({ steps: "1,2" }, /a finite number, like 3: it is "1,2"/);
  wrong({ steps: "" }, /a finite number/);
  wrong({ flip: "yes" }, /true or false/);
  wrong({ sizes: "1,x" }, /a list of finite numbers, like 1,2: it is "1,x"/);
});

Deno.test("withValues() takes and refuses the same values as withSettings() does their texts", () => {
  const texts = { steps: "4", name: "y", flip: "false", sizes: "3,4,5" };
  const values = { steps: 4, name: "y", flip: false, sizes: [3, 4, 5] };
  assert.deepEqual(withValues(profile, values), withSettings(profile, texts));
  assert.deepEqual(withValues(profile, { steps: undefined }), profile);
  const wrong = (replacements: object, message: RegExp) =>
    assert.throws(() => withValues(profile, replacements), usage(message));
  wrong({ step: 4 }, /Unknown setting "step".*did you mean "steps"\?/);
  wrong({ steps: "4" }, /setting steps wants a finite number, like 3: it is "4"/);
  wrong({ steps: NaN }, /it is NaN$/);
  wrong({ name: 3 }, /wants a string, like x: it is 3/);
  wrong({ flip: "yes" }, /true or false/);
  wrong({ sizes: [1, "2"] }, /a list of finite numbers, like 1,2: it is \[1,"2"\]/);
});
