/** The command as its users meet it: a process with a command line, files and an exit code. */
import * as assert from "node:assert/strict";
import { join } from "node:path";
import { linesOf } from "../../../benchmarks/ground/lines.ts";
import { openRecord } from "../../../benchmarks/record/mod.ts";
import { taskFlags } from "../../task_permissions.ts";
import { withDefaultSignals } from "../suite_process.ts";

const root = new URL("../../..", import.meta.url).pathname;
function command(line: string): Deno.Command {
  const words = line.split(" ").filter(Boolean);
  const args = ["run", ...taskFlags("bench:overhead"), "benchmarks/overhead.ts", ...words];
  const pipes = { stdin: "null", stdout: "piped", stderr: "piped" } as const;
  return new Deno.Command(Deno.execPath(), { args, cwd: root, env: { NO_COLOR: "1" }, ...pipes });
}

async function run(line: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await command(line).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** A test with a folder of its own. */
function commandTest(name: string, body: (folder: string) => Promise<void>): void {
  Deno.test(`bench:overhead ${name}`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "overhead-test-" });
    try {
      await body(folder);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

const tiny = "--backend wasm --rounds 2 --steps 2 --set imageSize=16";

commandTest("times subjects in turn, and goes on without those that cannot", async (folder) => {
  const peer = join(folder, "peer");
  await Deno.writeTextFile(peer, "#!/bin/sh\necho 'cannot allocate' >&2\nexit 3\n", {
    mode: 0o755,
  });
  const out = join(folder, "out");
  const arms = "--arms plain,plain-again,ws,pytorch";
  const line = `${tiny} ${arms} --peers ${peer} --out ${out}`;
  const { code, stdout, stderr } = await run(line);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /report\.html/);
  assert.match(stderr, /4 subjects, 1 failed/);
  const { record: { rows: [row], complete, command } } = await openRecord(out, "timings");
  const { subjects } = row!;
  assert.ok(complete && row!.complete);
  assert.deepEqual(subjects.map(({ name, status }) => [name, status]), [
    ["plain", "done"],
    ["plain-again", "done"],
    ["ws", "done"],
    ["pytorch", "failed"],
  ]);
  assert.match(subjects[3]?.error ?? "", /cannot allocate \(exit code 3\)/);
  assert.match(command, /--peers PYTHON/);
  for (const { blocks, peakBytes } of subjects.slice(0, 3)) {
    const turns = blocks.map(({ round, leg }) => `${round} ${leg}`);
    assert.deepEqual(turns, ["0 there", "0 back", "1 there", "1 back"]);
    assert.ok(blocks.every(({ durationsMs }) => durationsMs.length === 2));
    assert.ok(peakBytes! > 1e7);
  }
  const [first, again] = subjects;
  assert.equal(first?.value, again?.value, "the same steps from the same weights");
  assert.match(await Deno.readTextFile(join(out, "report.md")), /A\/A: the plain step over/);
  const rows = (await Deno.readTextFile(join(out, "overhead.csv"))).trim().split("\n");
  assert.equal(rows.length, 1 + 3 * 2 * 2 * 2);
  const second = await run(line);
  assert.equal(second.code, 2);
  assert.match(second.stderr, /holds a run already: --resume goes on with it, --force/);
  assert.equal((await run(`${line} --force --strict`)).code, 1);
});

commandTest("says which peers are not run", async (folder) => {
  const line = `${tiny} --arms pytorch,keras --out ${folder}/out --peers`;
  const named = await run(`${line} ${folder}/absent`);
  assert.equal(named.code, 2);
  assert.match(named.stderr, /absent is no file \(--peers PYTHON\)/);
  const { code, stderr } = await run(`${line} absent-python`);
  assert.equal(code, 0, stderr);
  const report = await Deno.readTextFile(join(folder, "out/report.md"));
  assert.match(report, /PyTorch eager: plain\*\*: not run: absent-python is no program/);
  assert.match(report, /Keras tf\.function: plain\*\*: not run/);
});

commandTest("ends with 4 at Ctrl-C, and reports the rounds that were whole", async (folder) => {
  const arms = "--set warmupSteps=1 --arms plain,plain-again";
  const timing = command(`${tiny} ${arms} --rounds 10000 --out ${folder}`);
  const process = withDefaultSignals(() => timing.spawn());
  for await (const line of linesOf(process.stderr)) {
    if (line.startsWith("round 2/")) process.kill("SIGINT");
  }
  await process.stdout.cancel();
  assert.equal((await process.status).code, 4);
  const { record: { rows: [row], complete } } = await openRecord(folder, "timings");
  const { subjects } = row!;
  assert.ok(!complete && !row!.complete);
  for (const { status, blocks } of subjects) {
    assert.equal(status, "done");
    assert.ok(blocks.length >= 4 && blocks.length % 2 === 0);
  }
  assert.match(await Deno.readTextFile(join(folder, "report.md")), /of 10000: interrupted/);
});

commandTest("ends with 2 when the command line is wrong, and prints help", async (folder) => {
  const wrong = async (line: string, message: RegExp) => {
    const { code, stderr } = await run(`${line} --out ${folder}/out`);
    assert.match(stderr, message);
    assert.equal(code, 2);
  };
  await wrong("--profile quik", /Unknown profile "quik".*did you mean "quick"/);
  await wrong("--backend wsm", /Unknown backend "wsm".*did you mean "wasm"/);
  await wrong("--backend wasm --arms plian", /Unknown arm "plian".*did you mean "plain"/);
  await wrong("--rounds 0", /--rounds wants a whole number >= 1/);
  await wrong("--set batchsize=2", /did you mean "batchSize"/);
  const help = await run("--help");
  assert.equal(help.code, 0);
  for (const word of ["resnet50", "--peers", "infer-baked", "pytorch-timm"]) {
    assert.ok(help.stdout.includes(word), word);
  }
  assert.match(help.stdout, /^ {2}pytorch-channels-last {2,}PyTorch eager/m);
  const plan = await run(`${tiny} --dry-run`);
  assert.match(plan.stdout, /^plain +wasm captured: plain\n/);
});
