/** `deno task doctor` as a whole, on the backend that every machine has. */
import assert from "node:assert/strict";
import { hostname } from "node:os";
import { join } from "node:path";
import { runProgram } from "../../../benchmarks/cli/program.ts";
import { doctor } from "../../../benchmarks/doctor/command.ts";
import { goldenCases } from "../../../benchmarks/doctor/golden_cases.ts";
import { findLibrary } from "../../../src/backends/tensorflow/library.ts";
import { withFolder } from "../../datasets/files.ts";

async function run(...args: string[]): Promise<{ ending: string; text: string; progress: string }> {
  const { log, error } = console;
  const [out, err]: [string[], string[]] = [[], []];
  console.log = (line: string) => void out.push(line);
  console.error = (line: string) => void err.push(line);
  try {
    const ending = await runProgram(doctor, args);
    return { ending, text: out.join("\n"), progress: err.join("\n") };
  } finally {
    Object.assign(console, { log, error });
  }
}

Deno.test("doctor finds wasm right, and writes no names of people, machines or folders", async () => {
  await withFolder(async (dir) => {
    const file = join(dir, "new/doctor.md");
    const { ending, text, progress } = await run(
      ...["--backend", "wasm", "--seconds", "1", "--out", file],
    );
    assert.equal(ending, "done", progress);
    assert.equal(text, "");
    assert.match(progress, /wasm: right/);
    const report = await Deno.readTextFile(file);
    assert.match(report, /\*\*wasm\*\*: right/);
    assert.ok(report.includes(`${goldenCases.length} of ${goldenCases.length}`));
    const personal = [Deno.env.get("HOME"), hostname(), Deno.cwd(), dir]
      .filter((word) => word !== undefined && word.length > 6) as string[];
    for (const word of personal) assert.ok(!report.includes(word), word);
  });
});

Deno.test("doctor says why a backend that is asked for does not start, and goes on", async () => {
  const before = Deno.env.get("TENSORFLOW_LIB");
  Deno.env.set("TENSORFLOW_LIB", "/nowhere/of/alice");
  try {
    const { ending, text } = await run(
      ...["--backend", "tensorflow", "--backend", "wasm", "--seconds", "1"],
    );
    assert.equal(ending, "usage");
    assert.match(text, /\*\*tensorflow\*\*: does not start\. TensorFlowLibraryError/);
    assert.match(text, /\*\*wasm\*\*: right/);
    assert.doesNotMatch(text, /nowhere/);
  } finally {
    if (before === undefined) Deno.env.delete("TENSORFLOW_LIB");
    else Deno.env.set("TENSORFLOW_LIB", before);
  }
});

Deno.test("doctor refuses a folder for its report before it examines anything", async () => {
  await withFolder(async (dir) => {
    await assert.rejects(run("--backend", "wasm", "--out", dir), {
      name: "UsageError",
      message: `Cannot write ${dir} as it is a folder: give a file by --out, such as ${
        join(dir, "NAME")
      }`,
    });
  });
});

Deno.test({
  name: "doctor examines TensorFlow with oneDNN and without [tensorflow]",
  ignore: findLibrary() === undefined,
  fn: async () => {
    const { ending, text } = await run("--backend", "tensorflow", "--seconds", "1");
    assert.equal(ending, "done", text);
    assert.match(text, /\*\*tensorflow\*\*: right/);
    assert.match(text, /\*\*tensorflow, [^*]+\*\*: right/);
  },
});
