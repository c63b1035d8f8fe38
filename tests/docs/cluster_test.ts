/** docs/cluster's files, by what can be known of them without a Slurm; `test:cluster` has one. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import * as v from "valibot";
import { parse } from "yaml";
import config from "../../deno.json" with { type: "json" };
import { report } from "../../benchmarks/report.ts";
import { suiteOptions } from "../../benchmarks/run/options.ts";
import { written } from "../../benchmarks/cli/options.ts";
import { imagenet } from "../../benchmarks/tasks/suites.ts";
import { clusterFromTfConfig } from "../../src/backends/tensorflow/cluster/tf_config.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, "docs/cluster");
const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
const batchFiles = names.filter((name) => name.endsWith(".sbatch"));
const scripts = [
  ...names.filter((name) => /\.(sh|sbatch)$/.test(name)).map((name) => join(folder, name)),
  ...["keeper.sh", "kill_task.sh", "processes_of.sh"].map((name) =>
    join(root, "tests/cluster", name)
  ),
];

const read = (path: string) => Deno.readTextFile(path);

/** Lines without comments; those that end with a backslash are one with the next. */
function commandsOf(text: string): string[] {
  return text.replaceAll("\\\n", " ").split("\n").map((line) => line.replace(/(^|\s)#.*/, ""))
    .filter((line) => line.trim() !== "");
}

Deno.test("docs/cluster's scripts are bash's, and shellcheck finds nothing where it is there", async () => {
  assert.ok(batchFiles.length >= 4, batchFiles.join());
  for (const path of scripts) {
    const { stderr } = await new Deno.Command("bash", { args: ["-n", path] }).output();
    assert.equal(new TextDecoder().decode(stderr), "", path);
  }
  try {
    const { stdout } = await new Deno.Command("shellcheck", {
      args: ["--severity=style", ...scripts],
    }).output();
    assert.equal(new TextDecoder().decode(stdout), "");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
});

Deno.test("every #SBATCH line stands where Slurm reads it: before the first command", async () => {
  for (const name of batchFiles) {
    const lines = (await read(join(folder, name))).split("\n");
    const first = lines.findIndex((line) => line !== "" && !line.startsWith("#"));
    const directives = lines.flatMap((line, i) => /^#\s*SBATCH/.test(line) ? [[i, line]] : []);
    assert.ok(directives.length > 0, name);
    for (const [i, line] of directives) {
      assert.ok(Number(i) < first, `${name}: ${line} comes after a command`);
      assert.match(String(line), /^#SBATCH --[a-z-]+(=\S+)?$/, name);
    }
  }
});

Deno.test("docs/cluster's files use options that the programs have", async () => {
  const suite = Object.keys(suiteOptions(imagenet)).map(written);
  const merge = Object.keys(report.options).map(written);
  for (const name of batchFiles) {
    const known = name === "merge.sbatch" ? merge : suite;
    for (const command of commandsOf(await read(join(folder, name)))) {
      const [, asked] = /deno task (.*)/.exec(command) ?? [];
      for (const [option] of asked?.matchAll(/(?<=\s)--[a-z-]+/g) ?? []) {
        assert.ok(known.includes(option), `${name}: ${option}`);
      }
    }
  }
});

Deno.test("docs/cluster.md and the files' own examples name files, tasks and options that there are", async () => {
  const suite = Object.keys(suiteOptions(imagenet)).map(written);
  const page = await read(join(root, "docs/cluster.md"));
  const shell = [...page.matchAll(/```sh\n(.*?)```/gs)].map(([, text]) => text!);
  const comments = await Promise.all(batchFiles.map((name) => read(join(folder, name))));
  const examples = comments.flatMap((text) => text.match(/^# {3}.*$/gm) ?? [])
    .join("\n").replaceAll(/^#/gm, "");
  const commands = commandsOf([...shell, examples].join("\n"));
  for (const [, link] of page.matchAll(/\]\(([^)#]+)/g)) {
    assert.ok(await Deno.stat(join(root, "docs", link!)).catch(() => false), `${link}`);
  }
  let submitted = 0;
  for (const command of commands) {
    for (const [path] of command.matchAll(/docs\/cluster\/[\w.]+/g)) {
      assert.ok(names.includes(path.split("/").at(-1)!), path);
      submitted++;
    }
    const [, task, options = ""] = /(?:deno task|\.sbatch) ([\w:]+)(.*)/.exec(command) ?? [];
    if (task === undefined) continue;
    assert.ok(task in config.tasks, command);
    for (const [option] of options.matchAll(/(?<=\s)--[a-z-]+/g)) {
      assert.ok(suite.includes(option), `${command}: ${option}`);
    }
  }
  assert.ok(submitted >= 8, `${submitted} batch files in examples`);
});

/** What the operator's replicas need of a file. */
const jobSchema = v.looseObject({
  apiVersion: v.literal("kubeflow.org/v1"),
  kind: v.literal("TFJob"),
  metadata: v.looseObject({ name: v.string() }),
  spec: v.looseObject({
    runPolicy: v.looseObject({ cleanPodPolicy: v.picklist(["Running", "All", "None"]) }),
    tfReplicaSpecs: v.record(
      v.picklist(["Chief", "Worker", "PS", "Evaluator"]),
      v.strictObject({
        replicas: v.pipe(v.number(), v.integer(), v.minValue(1)),
        restartPolicy: v.picklist(["Always", "OnFailure", "Never", "ExitCode"]),
        template: v.looseObject({
          spec: v.looseObject({
            containers: v.tuple([v.looseObject({
              name: v.literal("tensorflow"),
              command: v.tuple([v.literal("deno"), v.literal("task"), v.string()]),
              args: v.array(v.string()),
              ports: v.tuple([
                v.strictObject({ name: v.literal("tfjob-port"), containerPort: v.number() }),
              ]),
            })]),
          }),
        }),
      }),
    ),
  }),
});

Deno.test("docs/cluster/tfjob.yaml is a TFJob, whose TF_CONFIG is read, and says that it was not run", async () => {
  const text = await read(join(folder, "tfjob.yaml"));
  assert.match(text, /NOT RUN by this project/);
  const { metadata, spec } = v.parse(jobSchema, parse(text));
  const { Worker, ...others } = spec.tfReplicaSpecs;
  assert.deepEqual(others, {});
  const [{ command, args, ports: [{ containerPort }] }] = Worker!.template.spec.containers;
  assert.ok(command[2] in config.tasks, command[2]);
  const known = Object.keys(suiteOptions(imagenet)).map(written);
  for (const arg of args) assert.ok(known.includes(arg.split("=")[0]!), arg);
  assert.ok(args.includes("--workers=tf-config"));
  // As the operator writes it, with the names of the services that it makes, a pod each.
  const replicas = Array.from({ length: Worker!.replicas }, (_, index) => index);
  const worker = replicas.map((i) => `${metadata.name}-worker-${i}.default.svc:${containerPort}`);
  for (const index of replicas) {
    const { rank, tasks } = clusterFromTfConfig(JSON.stringify({
      cluster: { worker },
      task: { type: "worker", index },
      environment: "cloud",
    }));
    assert.equal(rank, index);
    assert.deepEqual(tasks.map(({ address }) => address), worker);
  }
});
