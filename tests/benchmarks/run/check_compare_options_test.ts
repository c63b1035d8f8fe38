/** Each option of the suites' command lines is one of `compare()` too, and is checked in the same words. */
import assert from "node:assert/strict";
import { compare, type CompareOptions, planComparison } from "../../../benchmarks/mod.ts";
import { entriesOf, written } from "../../../benchmarks/cli/options.ts";
import { parse } from "../../../benchmarks/cli/command.ts";
import type { Program } from "../../../benchmarks/cli/program.ts";
import { microbatchProgram } from "../../../benchmarks/microbatch.ts";
import {
  comparedSuites,
  compareOptions,
  inProgramWords,
  profileNames,
} from "../../../benchmarks/run/check_compare_options.ts";
import { ownForms, sharedOptions } from "../../../benchmarks/run/options.ts";
import { suiteProgram } from "../../../benchmarks/run/program.ts";
import {
  ade20k,
  imagenet,
  microbatch,
  microbatchSegmentation,
  norms,
  smoothness,
} from "../../../benchmarks/tasks/suites.ts";

const suites = { ade20k, imagenet, norms, microbatch, microbatchSegmentation, smoothness };
const programs: readonly Program[] = [
  suiteProgram(ade20k),
  suiteProgram(imagenet),
  suiteProgram(norms),
  suiteProgram(smoothness),
  microbatchProgram,
];

Deno.test("compare() has each option of the suites' command lines, or a form of its own", () => {
  for (const { command, options } of programs) {
    for (const key of [...entriesOf(options).map(([key]) => key), "help"]) {
      const isThere = Object.hasOwn(compareOptions, key) !== Object.hasOwn(ownForms, key);
      assert.ok(isThere, `${command} ${written(key)}: one of compareOptions or ownForms has it`);
    }
  }
  const known = new Set(programs.flatMap(({ options }) => Object.keys(options)).concat("help"));
  for (const key of Object.keys(ownForms)) assert.ok(known.has(key), `${key} is no option`);
});

Deno.test("compare() says what a command's option is in a program", async () => {
  for (const [key, form] of Object.entries(ownForms)) {
    const options = { arms: [{ name: "a" }], [key]: true } as never;
    await assert.rejects(compare(options), {
      name: "UsageError",
      message: `Unknown option "${key}": in a program it is ${form}`,
    });
  }
});

Deno.test("compare() shares the table of the command line, but for what it says of a shard's text", () => {
  for (const [key, option] of entriesOf(sharedOptions)) {
    for (const { command, options } of programs) {
      const theirs = entriesOf(options).find(([other]) => other === key)?.[1];
      assert.equal(theirs, option, `${command} ${key}`);
    }
    const own = compareOptions[key as keyof typeof sharedOptions];
    if (key !== "shard") assert.equal(own, option, key);
  }
});

Deno.test("compare() knows every suite with a command, and their profiles", () => {
  assert.deepEqual(
    [...comparedSuites].sort(),
    Object.values(suites).map(({ name }) => name).sort(),
  );
  for (const { profiles } of Object.values(suites)) {
    assert.deepEqual(Object.keys(profiles).sort(), [...profileNames].sort());
  }
});

/** A wrong text on the command line, and what is as wrong in a program. */
const wrong: { [K in keyof CompareOptions]?: [text: string, value: unknown][] } = {
  data: [["", ""]],
  backend: [["wsm", "wsm"]],
  seeds: [["1,1", [1, 1]], ["0.5", [0.5]], ["-1", [-1]]],
  keep: [["lst", "lst"]],
  shard: [["5/4", "5/4"], ["0/2", "0/2"], ["half", "half"]],
  workers: [["0", 0], ["1.5", 1.5], ["many", "many"]],
  loaderThreads: [["-1", -1], ["1.5", 1.5], ["many", "many"]],
  maxHours: [["0", 0], ["-1", -1], ["soon", "soon"]],
  skipBad: [["-1", -1]],
  tensorboard: [["", ""]],
  profile: [["quik", "quik"]],
  out: [["", ""]],
};

function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    assert.ok(error instanceof Error && error.name === "UsageError", `${error}`);
    return error.message;
  }
  return assert.fail("nothing was refused");
}

async function refusal(options: object): Promise<string> {
  const given = { arms: [{ name: "a" }], backend: "cpu", out: "/nowhere", ...options };
  return await compare(given as CompareOptions).then(
    () => assert.fail("nothing was refused"),
    (error) => {
      assert.equal(error.name, "UsageError", `${error.stack}`);
      return error.message;
    },
  );
}

/** What a text was: a number stands without quotes, a list in brackets. */
const bare = (message: string) => message.replace(/it is .*$/, "it is …");

Deno.test("compare() refuses a wrong value in the words of the command line", async () => {
  for (const [key, pairs] of Object.entries(wrong)) {
    for (const [text, value] of pairs) {
      const theirs = messageOf(() => parse<object>(programs[0]!, [`${written(key)}=${text}`]));
      const ours = await refusal({ [key]: value });
      const expected = theirs.replace(`${written(key)} wants`, `option ${key} wants`);
      assert.equal(bare(ours), bare(inProgramWords(expected)), key);
      assert.doesNotMatch(ours, /--/);
    }
  }
  for (const key of ["resume", "force", "strict", "deterministic"]) {
    assert.equal(await refusal({ [key]: "yes" }), `option ${key} wants true or false: it is "yes"`);
  }
  assert.match(
    await refusal({ workers: 2 }),
    /workers wants "tf-config" or "slurm" in a program.* start it 2 times.* loaderThreads$/,
  );
  assert.match(await refusal({ shard: { index: 0, count: 2 } }), /shard wants i\/n .*"index":0/);
  assert.match(await refusal({ signal: new AbortController() }), /signal wants an AbortSignal/);
  assert.match(await refusal({ log: "stderr" }), /log wants a function that takes a line/);
  assert.match(await refusal({ onProgress: 1 }), /onProgress wants a function that takes an event/);
  assert.match(await refusal({ settings: [] }), /settings wants an object of a profile's values/);
});

Deno.test("compare() refuses options that exclude each other, as the command line does", async () => {
  const theirs = messageOf(() => parse<object>(programs[0]!, ["--resume", "--force"]));
  assert.match(theirs, /'--resume' cannot be used with option '--force': leave one of them out/);
  assert.equal(
    await refusal({ resume: true, force: true }),
    "option resume cannot be used with option force: leave one of them out",
  );
});

Deno.test("compare() takes arms by their names, and says what these want", async () => {
  assert.match(await refusal({ arms: "baseline,wss" }), /Unknown arm "wss".*did you mean "ws"\?/);
  assert.match(await refusal({ arms: "baseline,ignored" }), /ignored is a set of arms/);
  assert.equal(
    await refusal({ arms: "pretraining" }),
    "Cannot run arms pretraining as it wants a value: add settings: { initialWeights: VALUE }",
  );
  assert.match(
    await refusal({ arms: "baseline,ws", settings: { ignoredLayers: [0] } }),
    /^Cannot set ignoredLayers as none of these arms reads it: leave it out, or choose other arms by arms$/,
  );
  const plan = await planComparison({
    suite: "microbatch",
    arms: "bn-1,gn-1",
    seeds: [3],
    settings: { microbatchSizes: [1], imageSize: 16, generatedTraining: 32, duration: "2ba" },
    backend: "wasm",
    shard: "2/2",
    out: "/nowhere",
    log: () => {},
  });
  assert.deepEqual(plan.cells.map(({ arm, seed, steps }) => [arm, seed, steps]), [["gn-1", 3, 2]]);
  assert.ok(
    plan.memoryBytes > 0 && plan.weightBytes > 0 && plan.diskBytes > plan.weightBytes &&
      plan.durationMs! > 0,
  );
  assert.match(plan.text, /^compare: 1 cell \(bn-1, gn-1; seeds 3\)$/m);
  assert.doesNotMatch(plan.text, /--/);
});

/** A plan of seconds. */
const brief = {
  suite: "imagenet" as const,
  seeds: [3],
  settings: { imageSize: 16, generatedTraining: 32, duration: "2ba", warmup: "0ba" } as const,
  backend: "wasm",
  out: "/nowhere",
  log: () => {},
};

Deno.test("compare() takes values of single arms by their names", async () => {
  const arms = "baseline,ws";
  const refused = async (armSettings: unknown, message: RegExp, more: object = { arms }) =>
    assert.match(await refusal({ ...more, armSettings }), message);
  await refused(3, /^option armSettings wants an object with a profile's values by the arm's name/);
  await refused({ ws: 3 }, /^Cannot set values of the arm "ws" as they must be an object/);
  await refused({ w: {} }, /^Unknown arm "w": .*did you mean "ws"\?$/);
  await refused({ "ws-all": {} }, /^Cannot set values of the arm "ws-all" as it does not run: /);
  await refused({ ws: { learnRate: 1 } }, /^Unknown key of the arm "ws" "learnRate"/);
  await refused({ ws: { momentum: "1" } }, /^momentum of the arm "ws" wants a finite number/);
  await refused({ ws: { seeds: [1] } }, /^Cannot set seeds for one arm: .*; give it by settings$/);
  const list = [{ name: "ws" }];
  await refused({ ws: { momentum: 1 } }, /arms is a list: give each arm there/, { arms: list });
  const { text } = await planComparison({
    ...brief,
    arms,
    armSettings: { ws: { learningRate: 0.4, momentum: undefined as never } },
  });
  assert.match(text, /^ {2}ws sets learningRate=0\.4: 2 steps/m);
});

Deno.test("compare() crosses arms of any form with learning rates, and contrasts with them", async () => {
  const settings = { ...brief.settings, learningRates: [0.1, 0.2] };
  const arms = [{ name: "a" }, { name: "b", settings: { momentum: 0.5 } }];
  const names = ["a@0.1", "a@0.2", "b@0.1", "b@0.2"];
  const contrasts = [{ name: "a-b", label: "a − b", weights: { a: 1, b: -1 } }];
  const plan = await planComparison({ ...brief, settings, arms, contrasts });
  assert.deepEqual(plan.cells.map(({ arm }) => arm), names);
  const known = await planComparison({ ...brief, settings, arms: "baseline,ws" });
  assert.deepEqual(
    known.cells.map(({ arm }) => arm),
    ["baseline@0.1", "baseline@0.2", "ws@0.1", "ws@0.2"],
  );
  const own = [{ name: "a", settings: { learningRate: 1 } }];
  assert.match(await refusal({ arms: own, settings }), /as the arm "a" has a learningRate of its/);
  assert.match(
    await refusal({ arms, settings: { ...settings, learningRate: 1 } }),
    /^Cannot set learningRate beside learningRates/,
  );
});

Deno.test("inProgramWords() puts the command line's words into a program's, and no others", () => {
  const same = (text: string) => assert.equal(inProgramWords(text), text);
  const changes = (text: string, expected: string) => assert.equal(inProgramWords(text), expected);
  changes(
    "give the share by validationShare (--validation-share 0.2), or",
    "give the share by validationShare: 0.2, or",
  );
  changes("a palette (--palette FILE), which", "a palette, which");
  changes("leave validationShare (--validation-share) out", "leave validationShare out");
  changes(
    "--resume goes on with it, --force replaces it, --out DIR writes elsewhere",
    "resume: true goes on with it, force: true replaces it, out writes elsewhere",
  );
  changes("run again without --skip-bad", "run again without skipBad");
  changes("add --set ignoredLayers=VALUE", "add settings: { ignoredLayers: VALUE }");
  changes(
    "lower batchSize by --set, or --set duration",
    "lower batchSize by settings, or settings.duration",
  );
  changes("give its folder by --data DIR (or", "give its folder by data (or");
  changes("give --shard i/n, or --arms FILE.ts", "give shard i/n, or arms");
  changes("none are kept (--keep none)", "none are kept (keep none)");
  same("`deno task setup --gpu`, run again with the --allow-read flag, a--out");
  same('Cannot read "/photos/--data/a.jpg" in --out/x as it is cut off');
});
