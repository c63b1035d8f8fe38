/** The action's scripts, run as GitHub does, with stand-ins for the programs that they call. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { git } from "../git.ts";

const folder = new URL("../../.github/actions/benchmark/", import.meta.url);

/** What a script did. */
export interface Outcome {
  code: number;
  /** Its standard output and error. */
  log: string;
  /** What it wrote to `GITHUB_OUTPUT`. */
  outputs: Record<string, string>;
  /** What it wrote to `GITHUB_STEP_SUMMARY`. */
  summary: string;
  /** The calls of the stand-ins, a line each: the program and its arguments. */
  calls: string[];
}

/** A runner's folders. */
export class Runner implements AsyncDisposable {
  /** @param root holds everything */
  private constructor(readonly root: string) {}

  /** Makes the folders. */
  static async start(): Promise<Runner> {
    const root = await Deno.makeTempDir({ prefix: "runner-" });
    for (const name of ["temp", "workspace", "bin"]) await Deno.mkdir(join(root, name));
    return new Runner(root);
  }

  /** A path below a folder of the runner. */
  path(...parts: string[]): string {
    return join(this.root, ...parts);
  }

  /** Writes a file, with its folder. */
  async write(path: string, text: string): Promise<void> {
    await Deno.mkdir(dirname(this.path(path)), { recursive: true });
    await Deno.writeTextFile(this.path(path), text);
  }

  /** Puts a program before all others: it notes its call, then does what `body` says in bash. */
  async standIn(name: string, body: string): Promise<void> {
    const note = `printf '%s\\n' "${name} $*" >>"$CALLS"`;
    await this.write(`bin/${name}`, `#!/usr/bin/env bash\n${note}\n${body}\n`);
    await Deno.chmod(this.path("bin", name), 0o755);
  }

  /** Runs git in the workspace. */
  git(...args: string[]): Promise<string> {
    return git(this.path("workspace"), ...args);
  }

  /** Runs a script of the action. */
  async run(script: string, env: Record<string, string>): Promise<Outcome> {
    const files = { GITHUB_OUTPUT: "output", GITHUB_STEP_SUMMARY: "summary", CALLS: "calls" };
    const paths = Object.fromEntries(
      Object.entries(files).map(([name, file]) => [name, this.path(file)]),
    );
    for (const path of Object.values(paths)) await Deno.writeTextFile(path, "");
    const { code, stdout, stderr } = await new Deno.Command("bash", {
      args: [fileURLToPath(new URL(script, folder))],
      env: {
        PATH: [this.path("bin"), dirname(Deno.execPath()), Deno.env.get("PATH")].join(":"),
        NO_COLOR: "1",
        RUNNER_TEMP: this.path("temp"),
        GITHUB_WORKSPACE: this.path("workspace"),
        GITHUB_REPOSITORY: "someone/something",
        ...paths,
        ...env,
      },
    }).output();
    const text = new TextDecoder();
    const [output, summary, calls] = await Promise.all(
      Object.values(paths).map((path) => Deno.readTextFile(path)),
    );
    return {
      code,
      log: text.decode(stdout) + text.decode(stderr),
      outputs: Object.fromEntries(
        output!.trim().split("\n").map((line) => line.split(/=(.*)/s, 2) as [string, string]),
      ),
      summary: summary!,
      calls: calls!.trim() === "" ? [] : calls!.trim().split("\n"),
    };
  }

  /** Removes everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.root, { recursive: true });
  }
}
