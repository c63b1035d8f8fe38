/** The files that are mutated, and those that a test run reads. */
import { join, relative } from "node:path";
import type { Stratum } from "./draw.ts";
import { mutantsOf } from "./mutant.ts";

/** The folders that are mutated. */
export const folders = ["src", "benchmarks", "datasets"] as const;

/** Text by path, relative to the repository. */
export type Texts = ReadonlyMap<string, string>;

/**
 * What git knows of a working tree, and what it would add.
 *
 * @param root the tree
 * @returns paths, relative to it, of what is there
 */
export async function treeFiles(root: string): Promise<string[]> {
  const { success, stdout, stderr } = await new Deno.Command("git", {
    args: ["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
    cwd: root,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr).trim());
  const paths = new TextDecoder().decode(stdout).split("\0").filter((path) => path !== "");
  const isThere = (path: string) => Deno.lstat(join(root, path)).then(() => true, () => false);
  const there = await Promise.all(paths.map(isThere));
  return [...new Set(paths.filter((_, i) => there[i]))].sort();
}

/** The TypeScript among a tree's files. */
export async function readTexts(root: string, paths: readonly string[]): Promise<Texts> {
  const modules = paths.filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"));
  return new Map(
    await Promise.all(
      modules.map(async (path) => [path, await Deno.readTextFile(join(root, path))] as const),
    ),
  );
}

/** Programs of `deno bench` and what they alone use: they measure, and no test reads a time. */
const benches = "benchmarks/timing/micro/";

/**
 * The folders with their mutants.
 *
 * @param texts the tree's modules
 * @param only a file or folder, relative to the repository, outside of which nothing is mutated
 * @throws {RangeError} if nothing can be mutated there
 */
export function strataOf(texts: Texts, only?: string): Stratum[] {
  const inside = only === undefined ? undefined : relative(".", only);
  const isMeant = (path: string) =>
    !path.startsWith(benches) &&
    (inside === undefined || path === inside || path.startsWith(`${inside}/`));
  const strata = folders.map((folder) => {
    const files = [...texts].filter(([path]) => path.startsWith(`${folder}/`) && isMeant(path));
    return {
      folder,
      lines: files.reduce((sum, [, text]) => sum + text.split("\n").length - 1, 0),
      mutants: files.flatMap(([path, text]) => mutantsOf(path, text)),
    };
  }).filter(({ mutants }) => mutants.length > 0);
  if (strata.length > 0) return strata;
  throw new RangeError(
    `Cannot mutate as --only must name a file or folder with code below ${folders.join(", ")}: ` +
      `current value is ${only}`,
  );
}

/** A digest of what is mutated: equal trees have equal mutants. */
export async function digestOf(texts: Texts): Promise<string> {
  const mutated = [...texts].filter(([path]) =>
    folders.some((name) => path.startsWith(`${name}/`))
  );
  const bytes = new TextEncoder().encode(JSON.stringify(mutated.sort()));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
