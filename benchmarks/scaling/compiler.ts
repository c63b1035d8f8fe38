/**
 * The C++ compiler that `torch.compile` needs.
 *
 * @module
 */

/** What {@linkcode ensureCompiler} does, so that a test can do something else. */
export interface Machine {
  /** Whether a program can be run. */
  has(program: string): Promise<boolean>;
  /** Whether packages may be installed. */
  isRoot(): boolean;
  /** Runs a command; whether it succeeded. */
  run(command: string, ...args: string[]): Promise<boolean>;
}

const compiler = "g++";

/**
 * Installs g++ where it is missing, root asks, and there is apt-get. A compiler that `CXX` names is
 * the user's.
 *
 * @param tell takes a line on what is installed, or on what is not and why
 * @param machine where
 */
export async function ensureCompiler(
  tell: (line: string) => void,
  machine: Machine = thisMachine,
): Promise<void> {
  if (Deno.build.os !== "linux" || await machine.has(compiler)) return;
  if (!machine.isRoot() || !await machine.has("apt-get")) {
    tell(`torch.compile needs ${compiler}, which is not there: install it to time compiled steps`);
    return;
  }
  tell(`installing ${compiler}, which torch.compile needs, by apt-get`);
  const install = ["install", "--yes", "--no-install-recommends", compiler];
  const isDone = await machine.run("apt-get", ...install) ||
    await machine.run("apt-get", "update") && await machine.run("apt-get", ...install);
  if (!isDone) tell(`apt-get could not install ${compiler}: compiled steps are left out`);
}

const quiet = { stdin: "null", stdout: "null", stderr: "inherit" } as const;

const thisMachine: Machine = {
  async has(program) {
    try {
      const command = new Deno.Command(program, { args: ["--version"], ...quiet, stderr: "null" });
      return (await command.output()).success;
    } catch {
      return false;
    }
  },
  isRoot: () => Deno.uid() === 0,
  async run(command, ...args) {
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    return (await new Deno.Command(command, { args, env, ...quiet }).output()).success;
  },
};
