/** docs/cluster's files, by what can be known of them without a Slurm; `test:cluster` has one. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { parse } from "yaml";
import config from "../../deno.json" with { type: "json" };
import { report } from "../../benchmarks/report.ts";
import { suiteOptions } from "../../benchmarks/run/options.ts";
import { written } from "../../benchmarks/cli/options.ts";
import { imagenet } from "../../benchmarks/tasks/imagenet.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, "docs/cluster");
const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
const batchFiles = names.filter((name) => name.endsWith(".sbatch"));
const scripts = [
  ...names.filter((name) => /\.(sh|sbatch)$/.test(name)).map((name) => join(folder, name)),
  ...["keeper.sh", "processes_of.sh"].map((name) => join(root, "tests/cluster", name)),
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
