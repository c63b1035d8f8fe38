/**
 * Both versions in folders of their own, so that editing the working tree does not change what is
 * measured, and both lie at paths of the same length.
 *
 * @module
 */
import { join } from "node:path";
import { UsageError } from "../ground/errors.ts";
import { exists } from "../ground/files.ts";
import { git, repository } from "../ground/git.ts";
import { placeIn, type ProgramPlaces } from "./programs.ts";
import type { Sides, VersionRecord } from "../record/mod.ts";
import { forBoth, type SideName, sideNames } from "./sides.ts";

/** Two versions in folders of their own. */
export interface Checkouts {
  versions: Sides<Required<VersionRecord>>;
  folders: Sides<string>;
  remove(): Promise<void>;
}

const workingTree = "working tree";

/**
 * Checks two versions out, as worktrees of this repository in a temporary folder. The repository's
 * own files, index and branches are not touched; what is not committed is put into a commit that no
 * branch holds.
 *
 * @param base what git knows as a commit
 * @param head the same; or the working tree, changes and new files included
 * @param programs what both must have to be measured
 * @throws {UsageError} if git does not know a commit, or one is too old to be measured
 */
export async function checkOut(
  base: string,
  head: string | undefined,
  programs: readonly ProgramPlaces[],
): Promise<Checkouts> {
  const commits: Sides<string> = {
    base: await commitOf("base", base),
    head: await commitOf("head", head ?? "HEAD"),
  };
  const temporary = await Deno.makeTempDir({ prefix: "bench-compare-" });
  const folders = { base: join(temporary, "base"), head: join(temporary, "head") };
  const remove = () => removeAll(temporary, folders);
  try {
    const snapshot = head === undefined ? await snapshotOf(commits.head, temporary) : commits.head;
    await addWorktree(folders.base, commits.base);
    await addWorktree(folders.head, snapshot);
    sideNames.forEach((side) => checkUsable(side, folders[side], commits[side], programs));
    await forBoth((side) => shareModules(folders[side]));
    const versions = {
      base: { name: base, commit: commits.base, dirty: false },
      head: { name: head ?? workingTree, commit: commits.head, dirty: snapshot !== commits.head },
    };
    return { versions, folders, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function commitOf(side: SideName, name: string): Promise<string> {
  try {
    return await git(["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`]);
  } catch (error) {
    throw new UsageError(
      `Cannot compare as git knows no commit "${name}" for the ${side}: fetch it first (a shallow ` +
        "clone lacks most commits), or name another",
      { cause: error },
    );
  }
}

/** A commit of the whole working tree, made in an index of its own. */
async function snapshotOf(parent: string, temporary: string): Promise<string> {
  const env = {
    GIT_INDEX_FILE: join(temporary, "index"),
    GIT_AUTHOR_NAME: "bench:compare",
    GIT_AUTHOR_EMAIL: "bench-compare@localhost",
    GIT_COMMITTER_NAME: "bench:compare",
    GIT_COMMITTER_EMAIL: "bench-compare@localhost",
  };
  await git(["read-tree", parent], env);
  await git(["add", "--all", "."], env);
  const tree = await git(["write-tree"], env);
  if (tree === await git(["rev-parse", `${parent}^{tree}`])) return parent;
  return await git(["commit-tree", tree, "-p", parent, "-m", workingTree], env);
}

async function addWorktree(folder: string, commit: string): Promise<void> {
  await git(["worktree", "add", "--quiet", "--detach", folder, commit]);
}

function checkUsable(
  side: SideName,
  folder: string,
  commit: string,
  programs: readonly ProgramPlaces[],
): void {
  for (const places of programs) {
    if (placeIn(folder, places) !== undefined) continue;
    throw new UsageError(
      `Cannot compare with the ${side}, ${commit.slice(0, 12)}, as it is too old: it has no ${
        places[0]
      }`,
    );
  }
}

/** Equal lock files mean equal packages; otherwise Deno installs those of the version. */
async function shareModules(folder: string): Promise<void> {
  const modules = join(repository, "node_modules");
  const link = join(folder, "node_modules");
  if (await exists(link)) return; // it is part of the version
  const [here, there] = await Promise.all(
    [repository, folder].map((root) => Deno.readTextFile(join(root, "deno.lock")).catch(() => "")),
  );
  if (here === there && await exists(modules)) {
    await Deno.symlink(modules, link);
  }
}

async function removeAll(temporary: string, folders: Sides<string>): Promise<void> {
  for (const folder of Object.values(folders)) {
    await git(["worktree", "remove", "--force", folder]).catch(() => {}); // it may not be there yet
  }
  await Deno.remove(temporary, { recursive: true });
}
