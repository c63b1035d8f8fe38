/** A copy of the tree, where mutants are put in and tests run: the checkout itself stays as it is. */
import { dirname, join } from "node:path";
import { type Mutant, mutated } from "./mutant.ts";
import { type Ended, runProcess } from "./process.ts";

/** A copy of the tree. */
export interface Workspace {
  /** Runs Deno in the copy, with a mutant in it or none. */
  deno(args: readonly string[], timeoutMs: number, mutant?: Mutant): Promise<Ended>;
}

/**
 * Copies a tree, a git repository of its own, with the packages of the original.
 *
 * @param root the tree
 * @param paths its files, relative to it
 * @param folder where the copy goes; what tests leave behind lies there, too
 * @param signal ends whatever runs in the copy
 */
export async function makeWorkspace(
  root: string,
  paths: readonly string[],
  folder: string,
  signal: AbortSignal,
): Promise<Workspace> {
  const tree = join(folder, "tree");
  const temporary = join(folder, "tmp");
  await Deno.mkdir(temporary, { recursive: true });
  for (const path of paths) {
    await Deno.mkdir(join(tree, dirname(path)), { recursive: true });
    await Deno.copyFile(join(root, path), join(tree, path));
  }
  await Deno.symlink(await Deno.realPath(join(root, "node_modules")), join(tree, "node_modules"));
  await commit(tree);
  const run = (args: readonly string[], timeoutMs: number) =>
    runProcess(Deno.execPath(), args, {
      cwd: tree,
      env: { NO_COLOR: "1", TMPDIR: temporary },
      timeoutMs,
      signal,
    });
  return {
    async deno(args, timeoutMs, mutant) {
      if (mutant === undefined) return await run(args, timeoutMs);
      const path = join(tree, mutant.file);
      const text = await Deno.readTextFile(path);
      try {
        await Deno.writeTextFile(path, mutated(text, mutant));
        return await run(args, timeoutMs);
      } finally {
        await Deno.writeTextFile(path, text);
      }
    },
  };
}

/** Some tests ask git for the commit that they run in. */
async function commit(tree: string): Promise<void> {
  const person = ["-c", "user.name=mutants", "-c", "user.email=mutants@localhost"];
  const commands = [["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "Copy", "--no-verify"]];
  for (const command of commands) {
    const { success, stderr } = await new Deno.Command("git", {
      args: [...person, "-c", "commit.gpgsign=false", ...command],
      cwd: tree,
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr).trim());
  }
}
