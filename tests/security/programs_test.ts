/**
 * Each program on real input with exactly what its task allows, without what docs/security.md says it
 * can do without, and without each of the others.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import {
  flagsOf,
  type Permission,
  type ProgramTask,
  programTask,
  taskNames,
} from "../task_permissions.ts";
import { entriesOf, type Entry, suites } from "./table.ts";

const root = new URL("../..", import.meta.url).pathname;
const document = await Deno.readTextFile(join(root, "docs/security.md"));
const entries = entriesOf(document);
const mayRun = Deno.permissions.querySync({ name: "run" }).state === "granted";

/** The tasks whose programs are run here, with the end of their command lines. */
type Lines = Readonly<Record<string, string>>;

/** Other tests that run a task's program with exactly its permissions, by `taskFlags` or its command. */
const elsewhere: Readonly<Record<string, [file: string, by: string]>> = {
  "bench:overhead": ["benchmarks/timing/overhead_test.ts", 'taskFlags("bench:overhead")'],
  "bench:compare": ["benchmarks/changes/stub_repository.ts", "taskFlags(`bench:${program}`)"],
  "bench:detection": ["benchmarks/changes/stub_repository.ts", "taskFlags(`bench:${program}`)"],
  "bench:reference": ["benchmarks/reference/command_test.ts", 'suiteProcess("bench:reference"'],
  "licences": ["packaging/licences_test.ts", 'taskFlags("licences")'],
  "report:claims": ["benchmarks/reference/claims_test.ts", 'taskFlags("report:claims")'],
  "release": ["packaging/release_test.ts", 'taskFlags("release")'],
  "setup": ["backends/tensorflow/setup_process_test.ts", 'taskFlags("setup")'],
  "test:long": ["long/long_test.ts", 'config.tasks["test:long"].command'],
  "test:mutants": ["mutation/command_test.ts", 'config.tasks["test:mutants"].command'],
};

/** Tasks that no test runs as a whole: they are the tests themselves, or build something large. */
const notHere = [
  "test",
  "test:cluster",
  "test:fuzz",
  "bench:scaling",
  "test:faults",
  "bench:gradients",
  "build:wasm",
  "build:demo",
  "build:npm",
];

/** A suite on a cell of two steps. */
const tiny: Lines = {
  "bench:ade20k": "--arms baseline",
  "bench:imagenet": "--arms baseline",
  "bench:norms": "--arms bn",
  "bench:microbatch": "--arms bn-1",
  "bench:smoothness": "--arms bn",
};

const suiteLine = (name: string, out: string) =>
  `--backend wasm --seeds 0 --set duration=2ba ${tiny[name]} --out ${out}`;

async function run(
  { options, program }: Pick<ProgramTask, "options" | "program">,
  permissions: readonly Permission[],
  line: string,
  env: Record<string, string> = {},
) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...options, "--no-prompt", ...flagsOf(permissions), program, ...line.split(" ")],
    cwd: root,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** What the table says of a permission of a task. */
function entryOf(task: string, { kind, name }: Permission): Entry {
  return entries.find((entry) =>
    entry.task === task && entry.kind === kind && entry.name === name
  )!;
}

const isRefused = (task: string, permission: Permission) =>
  entryOf(task, permission).without === "refused";

function permissionTest(name: string, body: (folder: string) => Promise<void>): void {
  Deno.test({
    name,
    ignore: !mayRun,
    fn: async () => {
      const folder = await Deno.makeTempDir({ prefix: "permissions-" });
      try {
        await body(folder);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

/** With all, without all that it can do without, and without each of the others. */
async function tryAll(name: string, line: string): Promise<void> {
  const task = programTask(name)!, { permissions } = task;
  const whole = await run(task, permissions, line);
  assert.equal(whole.code, 0, `${name}: ${whole.stderr}`);
  const needed = permissions.filter((permission) => isRefused(name, permission));
  if (needed.length < permissions.length) {
    const least = await run(task, needed, line);
    assert.equal(least.code, 0, `${name} with ${flagsOf(needed)}: ${least.stderr}`);
  }
  for (const missing of needed) await tryWithout(task, missing, line);
}

/** One line that names the flag and the task, and no stack. */
async function tryWithout(task: ProgramTask, missing: Permission, line: string): Promise<void> {
  const rest = task.permissions.filter((permission) => permission !== missing);
  const { code, stderr } = await run(task, rest, line);
  const told = `${task.name} without ${missing.kind} ${missing.name ?? ""}: ${stderr}`;
  assert.equal(code, 2, told);
  const last = stderr.split("\n").at(-1)!;
  assert.ok(last.startsWith("error: "), told);
  assert.ok(last.includes(`the --allow-${missing.kind} flag`), told);
  assert.match(last, /; `deno task [\w:]+` runs with all that it needs$/, told);
  assert.doesNotMatch(stderr, /^\s+at /m, told);
}

permissionTest(
  "a suite, and what reads its result, do with what they are allowed",
  async (folder) => {
    const runs = join(folder, "runs"), out = join(runs, "ade20k");
    await tryAll("bench:ade20k", `${suiteLine("bench:ade20k", out)} --force`);
    const images = join(folder, "images");
    await Deno.mkdir(images);
    await Deno.copyFile(
      join(root, "reports/ade20k-quick-wasm/panel.png"),
      join(images, "panel.png"),
    );
    const predict = `--run ${out} --arm baseline --backend wasm --force --out ${folder}/predicted`;
    await tryAll("predict", `${predict} ${images}`);
    await tryAll("report", out);
    await tryAll("report:site", `${runs} ${join(folder, "site")}`);
    const compared = join(folder, "compared");
    await tryAll("report:compare", `--baseline ${out} --result ${out} --force --out ${compared}`);
  },
);

permissionTest("every other suite does with what it is allowed", async (folder) => {
  for (const name of suites.filter((name) => name !== "bench:ade20k")) {
    const task = programTask(name)!;
    const { code, stderr } = await run(
      task,
      task.permissions,
      suiteLine(name, `${folder}/${name}`),
    );
    assert.equal(code, 0, `${name}: ${stderr}`);
  }
});

permissionTest("data:check does with what it is allowed", async (folder) => {
  for (const part of ["train", "val"]) {
    await Deno.mkdir(`${folder}/${part}/a`, { recursive: true });
    const picture = join(root, "reports/ade20k-quick-wasm/panel.png");
    await Deno.copyFile(picture, `${folder}/${part}/a/${part}.png`);
  }
  const task = programTask("data:check")!;
  const whole = await run(task, task.permissions, folder);
  assert.match(whole.stdout, /1 training/i, whole.stderr);
  const needed = task.permissions.filter((permission) => isRefused(task.name, permission));
  const least = await run(task, needed, folder);
  assert.deepEqual([least.code, least.stdout], [whole.code, whole.stdout]);
  for (const missing of needed) await tryWithout(task, missing, folder);
  const write = task.permissions.find(({ kind }) => kind === "write")!;
  await tryWithout(task, write, `${folder} --out ${folder}/out`);
});

permissionTest("doctor does with what it is allowed", async () => {
  const task = programTask("doctor")!, line = "--backend cpu --seconds 1";
  const whole = await run(task, task.permissions, line);
  assert.equal(whole.code, 0, whole.stderr);
});

permissionTest(
  "a suite on wasm runs in the form that docs/security.md gives it",
  async (folder) => {
    const { 1: block = "" } = /```sh\n(mkdir [^`]*)```/.exec(document) ?? [];
    const [deno, verb, ...words] = block.replaceAll("\\\n", "").split("\n")[1]!.trim().split(/\s+/);
    assert.deepEqual([deno, verb, words[0]], ["deno", "run", "--no-prompt"]);
    const flags = words.filter((word) => word.startsWith("--allow-"));
    assert.deepEqual(flags.map((flag) => flag.split("=")[0]), [
      "--allow-read",
      "--allow-write",
      "--allow-sys",
    ]);
    const out = "reports/latest/imagenet";
    const modules = await Deno.realPath(join(root, "node_modules")); // which may be a link
    const inFolder = (flag: string) =>
      flag.replace(out, folder).replace(/^--allow-read=\.$/, `--allow-read=.,${folder},${modules}`);
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--no-prompt", ...flags.map(inFolder), "benchmarks/imagenet.ts"],
        ...suiteLine("bench:imagenet", folder).split(" "),
      ],
      cwd: root,
      env: { NO_COLOR: "1" },
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    assert.ok(block.includes(`benchmarks/imagenet.ts --backend wasm --out ${out}`));
  },
);

Deno.test("every task's program runs with exactly its permissions, here or in a named test", async () => {
  const here = [...suites, "predict", "report", "report:site", "report:compare"];
  here.push("data:check", "doctor");
  const programs = taskNames.filter((name) => programTask(name) !== undefined);
  assert.deepEqual(
    [...here, ...Object.keys(elsewhere), ...notHere].toSorted(),
    programs.toSorted(),
  );
  for (const [file, by] of Object.values(elsewhere)) {
    assert.ok((await Deno.readTextFile(join(root, "tests", file))).includes(by), file);
  }
});
