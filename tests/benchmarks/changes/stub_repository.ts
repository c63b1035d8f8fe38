/**
 * A repository with this program in it, whose steps and suites are stubs: a step says how long it
 * took, a suite writes what it is told. So the program is tested as its users meet it, in seconds.
 */
import { dirname, join } from "node:path";
import type { Result } from "../../../benchmarks/record/mod.ts";
import { git } from "../../git.ts";
import { taskFlags } from "../../task_permissions.ts";
import { cell, result } from "../report/synthetic.ts";

const root = new URL("../../..", import.meta.url).pathname;

/** How the program comes out. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** What a commit of the stub repository is like. */
export interface Version {
  /** What a step takes. */
  stepMs?: number;
  /** The size of the step's model. */
  parameterCount?: number;
  /** What is added to each score. */
  points?: number;
  /** Seeds whose training fails. */
  failing?: number[];
}

const programs = { compare: "benchmarks/compare.ts", detection: "benchmarks/detection.ts" };
const files = ["deno.json", "deno.lock"];
const folders = ["src", "benchmarks", "datasets"];

const subject = ({ stepMs = 10, parameterCount = 1234 }: Version) => `
const reply = (value: unknown) =>
  Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(value) + "\\n"));
reply({ ready: { versions: {}, parameterCount: ${parameterCount}, threads: 1 } });
let call = 0;
for await (const bytes of Deno.stdin.readable) {
  for (const line of new TextDecoder().decode(bytes).trim().split("\\n")) {
    const durationsMs = Array(Number(line.split(" ")[1])).fill(${stepMs} * (1 + (call++ % 3) / 500));
    reply({ durationsMs, value: 1 });
  }
}
`;

const suite = `
const value = (name: string) => Deno.args[Deno.args.indexOf(name) + 1]!;
const seeds = value("--seeds").split(",").map(Number);
const result = JSON.parse(Deno.readTextFileSync(new URL("stub_result.json", import.meta.url)));
result.seeds = seeds;
result.cells = result.cells.filter(({ seed }: { seed: number }) => seeds.includes(seed));
Deno.mkdirSync(value("--out"), { recursive: true });
Deno.writeTextFileSync(value("--out") + "/result.json", JSON.stringify(result));
`;

/** The result that a version's suite writes, with eight seeds. */
export function stubResult({ points = 0, failing = [] }: Version = {}): Result {
  const seeds = [0, 1, 2, 3, 4, 5, 6, 7];
  const arm = (name: string, seed: number) => {
    const done = cell(name, seed, { mIoU: 30 + seed + points + Math.sin(seed + points) / 10 });
    const failed = { ...done, status: "failed", error: "the loss is NaN" } as const;
    return failing.includes(seed) ? failed : done;
  };
  const { arms, ...rest } = result({ seeds });
  return {
    ...rest,
    arms: arms.slice(0, 2),
    cells: ["baseline", "ws"].flatMap((name) => seeds.map((seed) => arm(name, seed))),
  };
}

/** A repository in a temporary folder. */
export class StubRepository {
  private constructor(readonly folder: string) {}

  /** With a first commit that has all but a step and a suite. */
  static async make(): Promise<StubRepository> {
    const repository = new StubRepository(await Deno.makeTempDir({ prefix: "stub-repository-" }));
    await repository.git("init", "--quiet", "--initial-branch=main");
    for (const name of files) await repository.#copy(name);
    for (const name of folders) await repository.#copyFolder(name);
    await Deno.writeTextFile(join(repository.folder, ".gitignore"), "node_modules\n");
    await Deno.symlink(join(root, "node_modules"), join(repository.folder, "node_modules"));
    for (const name of ["timing/subject.ts", "ade20k.ts"]) {
      await Deno.remove(join(repository.folder, "benchmarks", name));
    }
    await repository.commit("too old");
    return repository;
  }

  /** Changes the working tree. */
  async change(version: Version): Promise<void> {
    const write = (name: string, text: string) =>
      Deno.writeTextFile(join(this.folder, "benchmarks", name), text);
    await write("timing/subject.ts", subject(version));
    await write("ade20k.ts", suite);
    await write("stub_result.json", JSON.stringify(stubResult(version)));
  }

  /** Commits the working tree, and tags it. */
  async commit(tag: string): Promise<void> {
    await this.git("add", "--all");
    await this.git("commit", "--quiet", "--message", tag);
    await this.git("tag", tag.replaceAll(" ", "-"));
  }

  /** What git prints. */
  git(...args: string[]): Promise<string> {
    return git(this.folder, ...args);
  }

  /** A command of the repository, with a temporary folder of its own. */
  command(
    line: string,
    env: Record<string, string> = {},
    program: keyof typeof programs = "compare",
  ): Deno.Command {
    const flags = taskFlags(`bench:${program}`)
      .map((flag) => flag.startsWith("--allow-run=") ? `${flag},${Deno.execPath()}` : flag);
    const file = join(this.folder, programs[program]);
    return new Deno.Command(Deno.execPath(), {
      args: ["run", ...flags, file, ...line.split(" ").filter(Boolean)],
      cwd: this.folder,
      env: { NO_COLOR: "1", TMPDIR: this.temporary(), ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    });
  }

  /** Where the program's temporary files go. */
  temporary(): string {
    const folder = `${this.folder}-temporary`;
    Deno.mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Runs a command to its end. */
  async run(
    line: string,
    env?: Record<string, string>,
    program?: keyof typeof programs,
  ): Promise<Outcome> {
    const { code, stdout, stderr } = await this.command(line, env, program).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, stdout: text(stdout), stderr: text(stderr) };
  }

  /** What the program left behind outside of its results. */
  async leftovers(): Promise<string[]> {
    const entries = await Array.fromAsync(Deno.readDir(this.temporary()));
    const worktrees = (await this.git("worktree", "list")).split("\n").slice(1);
    return [...entries.map(({ name }) => name), ...worktrees];
  }

  async remove(): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
    await Deno.remove(this.temporary(), { recursive: true });
  }

  async #copy(name: string): Promise<void> {
    const target = join(this.folder, name);
    await Deno.mkdir(dirname(target), { recursive: true });
    await Deno.copyFile(join(root, name), target);
  }

  async #copyFolder(name: string): Promise<void> {
    for await (const { name: entry, isFile, isDirectory } of Deno.readDir(join(root, name))) {
      if (isFile) await this.#copy(join(name, entry));
      if (isDirectory) await this.#copyFolder(join(name, entry));
    }
  }
}
