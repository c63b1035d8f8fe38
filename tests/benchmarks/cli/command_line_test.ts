import assert from "node:assert/strict";
import { parseCommandLine } from "../../../benchmarks/cli/command_line.ts";
import { withSettings } from "../../../benchmarks/experiments/settings.ts";

const usage = (message: RegExp) => ({ name: "UsageError", message });

Deno.test("parseCommandLine() has defaults", () => {
  assert.deepEqual(parseCommandLine([], "ade20k"), {
    profile: "quick",
    out: "reports/latest/ade20k",
    resume: false,
    force: false,
    set: {},
    dryRun: false,
    strict: false,
  });
});

Deno.test("parseCommandLine() reads every option", () => {
  const line =
    "--profile proxy --data d --backend cpu --arms a,b --model m.ts --seeds 3,4 --out o " +
    "--resume --shard 2/3 --set a=1 --set b=x=y --tensorboard t --skip-bad 0 --workers 2 " +
    "--dry-run --strict";
  assert.deepEqual(parseCommandLine(line.split(" "), "ade20k"), {
    profile: "proxy",
    data: "d",
    backend: "cpu",
    arms: "a,b",
    model: "m.ts",
    seeds: [3, 4],
    out: "o",
    resume: true,
    force: false,
    shard: { index: 1, count: 3 },
    tensorboard: "t",
    skipBad: 0,
    workers: 2,
    set: { a: "1", b: "x=y" },
    dryRun: true,
    strict: true,
  });
  assert.equal(parseCommandLine(["-h"], "ade20k"), "help");
});

Deno.test("parseCommandLine() throws when an option is wrong", () => {
  const wrong = (line: string, message: RegExp) =>
    assert.throws(() => parseCommandLine(line.split(" "), "ade20k"), usage(message));
  wrong("--profle quick", /'--profle'.*did you mean --profile\?/);
  wrong("quick", /quick/);
  wrong(
    "--seeds 1,,2",
    /--seeds wants whole numbers from 0 to 2147483646, like 0,1,2: it is "1,,2"/,
  );
  wrong("--seeds 1.5", /1\.5/);
  wrong("--seeds 2147483647", /from 0 to 2147483646/); // it stands for 0 in a model of one's own
  wrong("--seeds 1,1", /each seed once/);
  wrong("--shard 0/2", /--shard wants i\/n/);
  wrong("--shard 3/2", /i from 1 to n/);
  wrong("--skip-bad -1", /--skip-bad wants a value; .*--skip-bad=VALUE/);
  wrong("--resume=1", /--resume takes no value/);
  wrong("--workers", /--workers wants a value/);
  wrong("--skip-bad few", /--skip-bad wants a whole number >= 0: it is "few"/);
  wrong("--workers all", /--workers wants a whole number >= 0: it is "all"/);
  wrong("--workers 1.5", /it is "1\.5"/);
  wrong("--tensorboard=", /--tensorboard wants a value/);
  wrong("--set steps", /--set wants key=value: it is "steps"/);
  wrong("--resume --force", /both --resume and --force/);
});

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
  wrong({ steps: "four" }, /--set steps wants a number, like 3: it is "four"/);
  wrong({ steps: "1,2" }, /one number/);
  wrong({ steps: "" }, /a number/);
  wrong({ flip: "yes" }, /true or false/);
  wrong({ sizes: "1,x" }, /numbers/);
});
