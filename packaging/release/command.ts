/**
 * `deno task release [--dry-run] [--files] [--tag TAG] [--repository URL]`: checks what must hold
 * before a release, writes README's import lines and the npm package; `.github/workflows/release.yml`
 * publishes it. With `--dry-run` it shows what would go out, and writes nothing. Neither asks anybody.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import config from "../../deno.json" with { type: "json" };
import { buildNpm, repositoryOf } from "../build_npm.ts";
import { endWith } from "../mistakes.ts";
import { changelogSection, checksOf, type Release, withImportLines } from "./checks.ts";
import { jsrFiles, listed, npmFiles } from "./files.ts";

const usage = `deno task release [--dry-run] [--files] [--tag TAG] [--repository URL]

Checks what must hold before a release, writes README's import lines, and the npm package into npm/.
  --dry-run     shows what would go out, and writes nothing
  --files       names every file
  --tag         the tag, where it is not one of this commit
  --repository  the address of the sources, https://github.com/OWNER/NAME
  --help        says this`;

const root = new URL("../../", import.meta.url);
const { name, version } = config;

const read = (path: string): Promise<string> => Deno.readTextFile(new URL(path, root));

async function git(...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("git", {
    args: ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", ...args],
    cwd: fileURLToPath(root),
  }).output();
  const text = new TextDecoder();
  if (!success) throw new RangeError(`git ${args.join(" ")}: ${text.decode(stderr).trim()}`);
  return text.decode(stdout).trimEnd();
}

async function releaseOf(tag: string | undefined): Promise<Release> {
  const tags = (await git("tag", "--points-at", "HEAD")).split("\n");
  return {
    name,
    version,
    tag: tag ?? (tags.includes(`v${version}`) ? `v${version}` : tags[0] || undefined),
    changes: await git("status", "--porcelain"),
    changelog: await read("CHANGELOG.md"),
    readme: await read("README.md"),
  };
}

/** Says what holds and what does not; returns whether all does. */
function tell(release: Release): boolean {
  const checks = checksOf(release);
  for (const { what, problem } of checks) {
    console.log(problem === undefined ? `yes: ${what}` : `no:  ${what}: ${problem}`);
  }
  return checks.every(({ problem }) => problem === undefined);
}

/** What would go out. */
async function show(repository: string | undefined, everyFile: boolean): Promise<void> {
  const parts = [["npm", await npmFiles(repository)], ["JSR", await jsrFiles()]] as const;
  for (const [registry, files] of parts) {
    console.log(`\nTo ${registry}, ${name}@${version}:`);
    if (everyFile) { for (const { path, bytes } of files) console.log(`  ${path} ${bytes}`); }
    console.log(listed(files));
  }
  const section = changelogSection(await read("CHANGELOG.md"), version);
  console.log(`\nCHANGELOG.md on ${version}:\n${section || "nothing"}`);
}

/** README's lines, where they are another version's. Returns whether they were. */
async function writeImportLines(readme: string): Promise<boolean> {
  const text = withImportLines({ readme, name, version });
  if (text === readme) return false;
  await Deno.writeTextFile(new URL("README.md", root), text);
  console.log(`README.md: import lines of ${name}@${version} written; commit them`);
  return true;
}

async function main(args: string[]): Promise<number> {
  const boolean = { type: "boolean" } as const, string = { type: "string" } as const;
  const options = { "dry-run": boolean, files: boolean, help: boolean };
  const { values } = parseArgs({ args, options: { ...options, tag: string, repository: string } });
  if (values.help) return console.log(usage), 0;
  const repository = repositoryOf(values.repository);
  const release = await releaseOf(values.tag);
  const holds = tell(release);
  if (values["dry-run"]) {
    await show(repository, values.files ?? false);
    console.log(
      `\n${holds ? "This would go out" : "This would not go out: see the lines with no"}`,
    );
    return holds ? 0 : 1;
  }
  if (await writeImportLines(release.readme) || !holds) return 1;
  await buildNpm(fileURLToPath(new URL("npm", root)), repository);
  return 0;
}

if (import.meta.main) await endWith("release", () => main(Deno.args));
