import assert from "node:assert/strict";
import { flag, repeated } from "../../../benchmarks/cli/options.ts";
import { type Context, program, runProgram } from "../../../benchmarks/cli/program.ts";
import { text } from "../../../benchmarks/ground/value_kinds.ts";

/** What a program was told, and how it ended. */
async function told(args: string[], ending?: "failed") {
  const runs: { asked: object; context: Context }[] = [];
  const ended = await runProgram(
    program({
      command: "deno task small",
      summary: "Small.",
      operands: { "[FILE...]": "files" },
      options: { quiet: flag("says nothing"), each: repeated(text("EACH"), "each") },
      run: (asked, context) => {
        runs.push({ asked, context });
        return Promise.resolve(ending);
      },
    }),
    args,
  );
  return { ended, runs };
}

Deno.test("runProgram() hands over options and operands, and tells how it ended", async () => {
  const { ended, runs: [run] } = await told(["--each", "1", "a", "--quiet", "--each=2", "b"]);
  assert.equal(ended, "done");
  assert.deepEqual(run?.asked, { quiet: true, each: ["1", "2"] });
  assert.deepEqual(run?.context.operands, ["a", "b"]);
  assert.equal((await told([], "failed")).ended, "failed");
});

Deno.test("runProgram() prints the help in place of running", async () => {
  const { log } = console;
  const lines: unknown[] = [];
  console.log = (line: unknown) => lines.push(line);
  try {
    const { ended, runs } = await told(["--help"]);
    assert.deepEqual([ended, runs], ["done", []]);
  } finally {
    console.log = log;
  }
  assert.match(String(lines), /^Usage: deno task small \[options\] \[FILE\.\.\.\]\n/);
});

Deno.test("runProgram() tells a command that a shell takes for the same words", async () => {
  const words = [
    "a b",
    "it's",
    '"quoted"',
    "$HOME",
    "--each=*",
    "x=1,2",
    "\\",
    "`id`",
    "new\nline",
  ];
  const { runs: [run] } = await told(words);
  const command = run!.context.command;
  assert.ok(command.startsWith("deno task small 'a b' ") && command.includes(" x=1,2 "), command);
  const script = `set -- ${command}; shift 3; printf '%s\\0' "$@"`;
  const { stdout } = await new Deno.Command("sh", { args: ["-c", script] }).output();
  assert.deepEqual(new TextDecoder().decode(stdout).split("\0").slice(0, -1), words);
});
