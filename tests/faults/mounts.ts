/**
 * File systems that are mounted for a test, and never left.
 *
 * @module
 */
import assert from "node:assert/strict";

/** Why nothing can be mounted here; nothing where it can. */
export async function missingMounts(): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return "only Linux has what it mounts";
  const folder = await Deno.makeTempDir();
  try {
    await using _ = await mounted(folder, ["-t", "tmpfs", "-o", "size=1m", "tmpfs"]);
    return undefined;
  } catch {
    return "this user may not mount a file system (root may)";
  } finally {
    await Deno.remove(folder);
  }
}

/** Mounts something at a folder, until it is disposed of. */
export async function mounted(
  folder: string,
  what: readonly string[],
): Promise<AsyncDisposable> {
  await system("mount", ...what, folder);
  return {
    async [Symbol.asyncDispose]() {
      await system("umount", "--lazy", folder);
    },
  };
}

/** Runs a program of the system; fails if it does. */
export async function system(program: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args }).output();
  assert.ok(success, `${program} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
