import assert from "node:assert/strict";
import { flag, option, repeated, type Table } from "../../../benchmarks/cli/options.ts";
import { type Grammar, parse } from "../../../benchmarks/cli/parse.ts";
import { count, text } from "../../../benchmarks/ground/kinds.ts";
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
    strict: false,
  });
});

Deno.test("parse() reads every option of a suite", () => {
  const line =
    "--profile proxy --data d --backend cpu --arms a,b --model m.ts --seeds 3,4 --out o " +
    "--resume --shard 2/3 --set a=1 --set b=x=y --tensorboard t --skip-bad 0 --workers 2 " +
    "--dry-run --strict";
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
    workers: 2,
    set: [["a", "1"], ["b", "x=y"]],
    dryRun: true,
    strict: true,
  });
});

Deno.test("parse() throws when an option of a suite is wrong", () => {
  const wrong = (line: string, message: RegExp) =>
    assert.throws(() => asked(program, line), usage(message));
  wrong("--profle quick", /"--profle"; did you mean --profile\?/);
  wrong("--profile qick", /Unknown profile "qick".*did you mean "quick"\?/);
  wrong("--backend wsm", /Unknown backend "wsm".*did you mean "wasm"\?/);
  wrong("quick", /Cannot take "quick" as it is no option/);
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
  wrong("--data --resume", /--data wants a value; .*--data=VALUE/);
  wrong("--resume=1", /--resume takes no value: it is "1"/);
  wrong("--workers", /--workers wants a value/);
  wrong("--skip-bad few", /--skip-bad wants a whole number >= 0: it is "few"/);
  wrong("--workers all", /--workers wants a whole number >= 0: it is "all"/);
  wrong("--workers 1.5", /it is "1\.5"/);
  wrong("--tensorboard=", /--tensorboard wants a folder's path: it is ""/);
  wrong("--set steps", /--set wants key=value: it is "steps"/);
  wrong("--resume --force", /both --resume and --force: keep what is there, or replace it/);
});

interface Small {
  name?: string;
  size?: number;
  each: string[];
  quiet: boolean;
  title: string;
}

const options: Table<Small> = {
  name: option(text("NAME"), "a name", { alias: "called", excludes: { size: "one is enough" } }),
  size: option(count(1), "a size", { needs: { quiet: "sizes are loud" } }),
  each: repeated(text("EACH"), "each"),
  quiet: flag("says nothing"),
  title: option(text("TITLE"), "a title", { required: true }),
};
const operands = { FROM: "where from", "TO…": "where to" };
const small: Grammar<Small> = {
  command: "deno task small",
  options,
  operands,
  lacks: { colour: "it is grey" },
};
const words = (line: string) => line.split(" ").filter(Boolean);

Deno.test("parse() takes the last of several values, a list where an option may be repeated, and operands", () => {
  const line = "a --each 1 b --name x --each=2 --title t --called y -- --c";
  assert.deepEqual(parse(small, words(line)), {
    asked: { name: "y", each: ["1", "2"], quiet: false, title: "t" },
    operands: ["a", "b", "--c"],
  });
});

Deno.test("parse() answers a wish for help, whatever else is missing", () => {
  for (const line of ["-h", "--help", "--size 2 --help"]) {
    assert.equal(parse(small, words(line)), "help");
  }
});

Deno.test("parse() throws when options do not go together, or something is missing", () => {
  const wrong = (line: string, message: RegExp) =>
    assert.throws(() => parse(small, words(line)), usage(message));
  wrong("a b", /^--title must be given \(--help/);
  wrong("--title t --name x --size 2 --quiet", /both --name and --size: one is enough$/);
  wrong("--title t --size 2", /^--size wants --quiet, too: sizes are loud$/);
  wrong("--title t", /^FROM is missing: where from \(--help/);
  wrong("--title t a", /^TO… is missing: where to/);
  wrong("--colour red", /^small has no --colour: it is grey$/);
  const one = { ...small, operands: { FROM: "where from" } };
  assert.throws(() => parse(one, words("--title t a b")), usage(/^Cannot take "b"/));
  const none = { ...small, operands: { "[FILE…]": "files" } };
  assert.deepEqual(parse(none, words("--title t")), {
    asked: { each: [], quiet: false, title: "t" },
    operands: [],
  });
});
