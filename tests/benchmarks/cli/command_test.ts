import assert from "node:assert/strict";
import { flag, option, repeated } from "../../../benchmarks/cli/options.ts";
import { parse } from "../../../benchmarks/cli/command.ts";
import { count, text } from "../../../benchmarks/ground/value_kinds.ts";
import { suiteProgram } from "../../../benchmarks/run/program.ts";
import { ade20k } from "../../../benchmarks/tasks/suites.ts";
import { asked } from "../asked.ts";

const program = suiteProgram(ade20k);
const usage = (message: RegExp) => ({ name: "UsageError", message });

Deno.test("parse() has a suite's defaults", () => {
  assert.deepEqual(asked(program, ""), {
    profile: "quick",
    out: "reports/latest/ade20k",
    resume: false,
    force: false,
    set: [],
    dryRun: false,
    deterministic: false,
    strict: false,
  });
});

Deno.test("parse() reads every option of a suite", () => {
  const line =
    "--profile proxy --data d --backend cpu --arms a,b --model m.ts --seeds 3,4 --out o " +
    "--resume --shard 2/3 --set a=1 --set b=x=y --tensorboard t --skip-bad 0 --loader-threads 2 " +
    "--max-hours 1.5 --deterministic --dry-run --strict";
  assert.deepEqual(asked(program, line), {
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
    loaderThreads: 2,
    maxHours: 1.5,
    deterministic: true,
    set: [["a", "1"], ["b", "x=y"]],
    dryRun: true,
    strict: true,
  });
});

Deno.test("parse() throws when an option of a suite is wrong", () => {
  const wrong = (line: string, message: RegExp) =>
    assert.throws(() => asked(program, line), usage(message));
  wrong("--profle quick", /unknown option '--profle' \(Did you mean --profile\?\) \(--help lists/);
  wrong("--profile qick", /Unknown profile "qick".*did you mean "quick"\?/);
  wrong("--backend wsm", /Unknown backend "wsm".*did you mean "wasm"\?/);
  wrong("quick", /too many arguments.*quick/);
  wrong(
    "--seeds 1,,2",
    /--seeds wants whole numbers from 0 to 2147483646, like 0,1,2: it is "1,,2"/,
  );
  wrong("--seeds 1.5", /1\.5/);
  wrong("--seeds 2147483647", /from 0 to 2147483646/); // it stands for 0 in a model of one's own
  wrong("--seeds 1,1", /each seed once/);
  wrong("--shard 0/2", /--shard wants i\/n/);
  wrong("--shard 3/2", /i from 1 to n/);
  wrong("--skip-bad -1", /--skip-bad wants a whole number >= 0: it is "-1"/);
  wrong("--data --resume", /--data wants a value: it is "--resume"/);
  wrong("--resume=1", /unknown option '--resume=1' \(Did you mean --resume\?\)/);
  wrong("--loader-threads", /'--loader-threads <N>' argument missing/);
  wrong("--skip-bad few", /--skip-bad wants a whole number >= 0: it is "few"/);
  wrong("--loader-threads all", /--loader-threads wants a whole number from 0 to 256: it is "all"/);
  wrong("--loader-threads 257", /--loader-threads wants a whole number from 0 to 256: it is "257"/);
  wrong("--loader-threads 1.5", /it is "1\.5"/);
  wrong(
    "--workers 0",
    /from 1 to 64, or tf-config or slurm \(the threads .* --loader-threads\): it/,
  );
  wrong("--workers tf_config", /it is "tf_config"/);
  wrong("--tensorboard=", /--tensorboard wants a folder's path: it is ""/);
  wrong("--set steps", /--set wants key=value: it is "steps"/);
  wrong(
    "--resume --force",
    /'--resume' cannot be used with option '--force': leave one of them out/,
  );
});

const operands = { FROM: "where from", "TO...": "where to" };
const small = {
  command: "deno task small",
  summary: "Small.",
  options: {
    name: option(text("NAME"), "a name", { alias: "called", excludes: ["size"] }),
    size: option(count(1), "a size", { default: 3 }),
    each: repeated(text("EACH"), "each"),
    quiet: flag("says nothing"),
    title: option(text("TITLE"), "a title", { required: true }),
  },
  operands,
  lacks: { colour: "it is grey" },
};
const words = (line: string) => line.split(" ").filter(Boolean);

Deno.test("parse() takes the last of several values, a list where an option may be repeated, and operands", () => {
  const line = "a --each 1 b --name x --each=2 --title t --called y -- --c";
  assert.deepEqual(parse(small, words(line)), {
    asked: { name: "y", size: 3, each: ["1", "2"], quiet: false, title: "t" },
    operands: ["a", "b", "--c"],
  });
});

Deno.test("parse() takes a value behind = as it is, and one that may be an option behind a space for missing", () => {
  const parsed = parse(small, words("a b --title=--help --called=--title --each=--x --each=-y"));
  assert.deepEqual(parsed, {
    asked: { name: "--title", size: 3, each: ["--x", "-y"], quiet: false, title: "--help" },
    operands: ["a", "b"],
  });
  for (const line of ["--title --quiet", "--title=--help --called --quiet"]) {
    assert.throws(
      () => parse(small, words(`a b ${line}`)),
      usage(/wants a value: it is "--quiet"/),
    );
  }
});

Deno.test("parse() answers a wish for help, whatever else is missing", () => {
  for (const line of ["-h", "--help", "--size 2 --help"]) {
    assert.match(String(parse(small, words(line))), /^Usage: deno task small .*\n\nSmall\./);
  }
});

Deno.test("parse() throws when options do not go together, or something is missing", () => {
  const wrong = (line: string, message: RegExp) =>
    assert.throws(() => parse(small, words(line)), usage(message));
  wrong("a b", /^required option '--title <TITLE>' not specified \(--help/);
  wrong("a b --title t --name x --size 2", /cannot be used with option '--size <N>': leave one/);
  wrong("--title t", /^missing required argument 'FROM' \(--help/);
  wrong("--title t a", /^missing required argument 'TO' \(--help/);
  wrong("--title t --colour red", /^small has no --colour: it is grey$/);
  const one = { ...small, operands: { FROM: "where from" } };
  assert.throws(() => parse(one, words("--title t a b")), usage(/too many arguments.*a, b/));
  const any = { ...small, operands: { "[FILE...]": "files" } };
  assert.deepEqual((parse(any, words("--title t")) as { operands: string[] }).operands, []);
});
