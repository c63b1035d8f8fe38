/** The tests that would notice a fault in a file, nearest first. */
import { dirname, join } from "node:path/posix";
import ts from "typescript";
import type { Texts } from "./sources.ts";

/** Who reads whom among a tree's modules. */
export interface Graph {
  /** By module, those that import it or name its file. */
  readers: ReadonlyMap<string, readonly string[]>;
  /** Tests that start processes, themselves or by what they import from `tests/`: the slow ones. */
  slow: ReadonlySet<string>;
}

/**
 * Reads who imports whom. A module that names another's file in a string, to start it as a process or a worker, counts
 * as its importer; an import of types does not, as nothing of it runs.
 *
 * @param texts the tree's modules
 */
export function graphOf(texts: Texts): Graph {
  const readers = new Map<string, string[]>();
  const read = new Map<string, string[]>();
  for (const [path, text] of texts) {
    const targets = [...new Set(namesIn(path, text))].filter((name) => texts.has(name));
    read.set(path, targets);
    for (const target of targets) readers.set(target, [...readers.get(target) ?? [], path]);
  }
  const starts = (path: string, seen = new Set<string>()): boolean => {
    if (seen.has(path) || !path.startsWith("tests/")) return false;
    seen.add(path);
    return texts.get(path)?.includes("Deno.Command") === true ||
      (read.get(path) ?? []).some((next) => starts(next, seen));
  };
  return { readers, slow: new Set([...texts.keys()].filter((path) => starts(path))) };
}

/** The paths that a module's strings may mean: relative to itself, or to the repository. */
function namesIn(path: string, text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isImportDeclaration(node) && node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
    ) {
      return;
    }
    if (ts.isExportDeclaration(node) && node.isTypeOnly || ts.isTypeNode(node)) return;
    if (ts.isStringLiteralLike(node) && node.text.endsWith(".ts")) {
      found.push(join(dirname(path), node.text), join(node.text));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest));
  return found;
}

/** The test that mirrors a file by its name. */
function mirrorOf(file: string): string {
  return `tests/${file.replace(/^src\//, "").replace(/\.ts$/, "")}_test.ts`;
}

/** How many folders a file and a test have in common. */
function commonFolders(file: string, test: string): number {
  const one = dirname(file).replace(/^src(\/|$)/, "").split("/");
  const other = dirname(test).replace(/^tests\//, "").split("/");
  const parted = one.findIndex((name, i) => name !== other[i]);
  return parted < 0 ? one.length : parted;
}

/** Folders with a file for each op of TensorFlow.js, which one sweep over all of them holds to its values. */
const swept = ["src/kernels/", "src/gradients/repairs/", "src/backends/tensorflow/stock/"];

/** Whether a test is a file's own: its mirror, or the sweep. */
const isOwn = (test: string, file: string): boolean =>
  test === mirrorOf(file) ||
  test === "tests/sweep/sweep_test.ts" && swept.some((folder) => file.startsWith(folder));

/** Tests with processes of their own that a file gets at most: they take minutes. */
const mostSlow = 3;

/**
 * The tests of a file: first the one that mirrors it, or the sweep over ops, then by the number of imports between, at an
 * equal number those of near folders. Of those with processes of their own there are few, and they
 * come last.
 *
 * @param graph who reads whom
 * @param file the file
 * @param limit how many tests at most
 */
export function nearestTests({ readers, slow }: Graph, file: string, limit: number): string[] {
  const distances = new Map([[file, 0]]);
  for (const [path, distance] of distances) {
    for (const reader of readers.get(path) ?? []) {
      if (!distances.has(reader)) distances.set(reader, distance + 1);
    }
  }
  const rank = (test: string, distance: number): number[] => [
    isOwn(test, file) ? 0 : distance,
    -commonFolders(file, test),
  ];
  const nearest = [...distances]
    .filter(([path]) => path.startsWith("tests/") && path.endsWith("_test.ts"))
    .map(([test, distance]) => ({ test, rank: rank(test, distance) }))
    .sort((one, other) => compare(one.rank, other.rank) || (one.test < other.test ? -1 : 1))
    .map(({ test }) => test);
  const late = nearest.filter((test) => slow.has(test)).slice(0, mostSlow);
  const kept = nearest.filter((test) => !slow.has(test) || late.includes(test)).slice(0, limit);
  return [...kept.filter((test) => !slow.has(test)), ...kept.filter((test) => slow.has(test))];
}

function compare(one: readonly number[], other: readonly number[]): number {
  const i = one.findIndex((value, at) => value !== other[at]);
  return i < 0 ? 0 : (one[i] as number) - (other[i] as number);
}
