/** What git must not start, though the repository's configuration names it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { runGit } from "../../../benchmarks/ground/git.ts";
import { git } from "../../git.ts";
import { exists } from "../suite_process.ts";

/** A repository whose configuration names programs; each leaves a file where it is started. */
async function withTraps(
  body: (folder: string, sprung: (name: string) => Promise<boolean>) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "git-test-" });
  const folder = join(root, "repository");
  const trap = async (name: string, file = join(root, name)) => {
    const text = `#!/bin/sh\ntouch "${root}/${name}.sprung"\nexit 1\n`;
    await Deno.writeTextFile(file, text, { mode: 0o755 });
    return file;
  };
  try {
    await Deno.mkdir(folder);
    await git(folder, "init", "--quiet", "--initial-branch=main");
    await Deno.writeTextFile(join(folder, "file"), "text\n");
    await git(folder, "add", ".");
    await git(folder, "commit", "--quiet", "--message", "first");
    await git(folder, "config", "core.fsmonitor", await trap("fsmonitor"));
    await git(folder, "config", "core.pager", await trap("pager"));
    await trap("post-checkout", join(folder, ".git/hooks/post-checkout"));
    await body(folder, (name) => exists(join(root, `${name}.sprung`)));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("runGit() starts no monitor, pager or hook that the repository's configuration names", () =>
  withTraps(async (folder, sprung) => {
    const commands = [["status", "--porcelain"], ["add", "."], ["log"]];
    for (const args of [...commands, ["worktree", "add", "--quiet", "--detach", "../other"]]) {
      const { success, stderr } = await runGit(args, folder);
      assert.ok(success, new TextDecoder().decode(stderr));
    }
    for (const name of ["fsmonitor", "pager", "post-checkout"]) {
      assert.ok(!await sprung(name), name);
    }
    await new Deno.Command("git", { args: ["status"], cwd: folder }).output();
    assert.ok(await sprung("fsmonitor"), "the trap does work");
  }));

Deno.test("runGit() looks at the folder that it is told, whatever GIT_… says", () =>
  withTraps(async (folder) => {
    Deno.env.set("GIT_DIR", join(folder, "nowhere"));
    try {
      const { stdout } = await runGit(["rev-parse", "--show-toplevel"], folder);
      assert.equal(new TextDecoder().decode(stdout).trim(), await Deno.realPath(folder));
    } finally {
      Deno.env.delete("GIT_DIR");
    }
  }));
