/** The imports of the code as a graph, and what is wrong with graphs. */
import { dirname, join } from "node:path/posix";
import ts from "typescript";

const root = new URL("../../", import.meta.url);

/** Who imports whom: paths from the project's root, or a package's name. */
export type Arrows = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The imports of all TypeScript files below some folders, those of types and `import()` included.
 *
 * @param folders the folders, as paths from the project's root
 * @returns what each file imports
 */
export async function readImports(...folders: string[]): Promise<Arrows> {
  const arrows = new Map<string, Set<string>>();
  for (const folder of folders) {
    for await (const file of sourceFiles(folder)) {
      arrows.set(file, importsOf(file, await Deno.readTextFile(new URL(file, root))));
    }
  }
  return arrows;
}

/**
 * What a file imports.
 *
 * @param file its path
 * @param text what it holds
 * @returns paths from the project's root, and names of packages
 */
export function importsOf(file: string, text: string): Set<string> {
  const names = ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName);
  return new Set(
    names.map((name) => name.startsWith(".") ? join(dirname(file), name) : name),
  );
}

async function* sourceFiles(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(new URL(`${folder}/`, root))) {
    const path = join(folder, name);
    if (isDirectory) yield* sourceFiles(path);
    else if (name.endsWith(".ts")) yield path;
  }
}

/**
 * Lifts arrows between files to their neighbours: an arrow between files of two folders is one
 * between those ancestors of theirs that lie in the same folder.
 *
 * @param imports what each file imports
 * @returns the arrows between files and folders side by side
 */
export function neighbourArrows(imports: Arrows): Arrows {
  const arrows = new Map<string, Set<string>>();
  for (const [file, targets] of imports) {
    for (const target of targets) {
      if (!imports.has(target)) continue;
      const [from, to] = [file.split("/"), target.split("/")];
      const depth = from.findIndex((part, i) => part !== to[i]);
      if (depth < 0) continue;
      const [source, end] = [from, to].map((parts) => parts.slice(0, depth + 1).join("/"));
      arrows.set(source!, (arrows.get(source!) ?? new Set()).add(end!));
    }
  }
  return arrows;
}

/**
 * The shortest circle through each node that lies on one; of circles over the same nodes the first.
 *
 * @param arrows a graph
 * @returns each circle as `a → b → a`
 */
export function circlesOf(arrows: Arrows): string[] {
  const circles = new Map<string, string>();
  for (const node of arrows.keys()) {
    const circle = shortestWay(arrows, node);
    if (circle === undefined) continue;
    const members = [...new Set(circle)].sort().join();
    if (!circles.has(members)) circles.set(members, circle.join(" → "));
  }
  return [...circles.values()];
}

/** The shortest way from a node back to itself. */
function shortestWay(arrows: Arrows, start: string): string[] | undefined {
  const seen = new Set<string>();
  let ways = [[start]];
  while (ways.length > 0) {
    const next: string[][] = [];
    for (const way of ways) {
      for (const target of arrows.get(way.at(-1)!) ?? []) {
        if (target === start) return [...way, start];
        if (seen.has(target)) continue;
        seen.add(target);
        next.push([...way, target]);
      }
    }
    ways = next;
  }
  return undefined;
}
