/** Small faults that can be put into a source file. */
import ts from "typescript";
import { type Find, type Operator, operators } from "./operators.ts";

/** One fault: a piece of a file and what stands there instead. */
export interface Mutant {
  /** The file, relative to the repository. */
  file: string;
  operator: Operator;
  /** The line where the piece begins, from 1. */
  line: number;
  /** Where the piece begins, in UTF-16 units. */
  start: number;
  /** Where it ends, excluded. */
  end: number;
  replacement: string;
}

/** The same fault has the same key. */
export const keyOf = ({ file, start, end, replacement }: Mutant): string =>
  `${file}:${start}-${end}:${replacement}`;

/**
 * Every mutant of a file, in the order of its text. Types and imports have none: what is wrong there, the type check
 * finds.
 *
 * @param file the file's name, relative to the repository
 * @param text what stands in it
 */
export function mutantsOf(file: string, text: string): Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const kinds = Object.entries(operators) as [Operator, Find][];
  const found: Mutant[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    if (ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node)) return;
    for (const [operator, find] of kinds) {
      for (const [start, end, replacement] of find(node, source)) {
        const line = source.getLineAndCharacterOfPosition(start).line + 1;
        found.push({ file, operator, line, start, end, replacement });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** A file's text with the mutant in it. */
export function mutated(text: string, { start, end, replacement }: Mutant): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

/** The lines that a mutant changes, before and after, each without the space around it. */
export function changedLines(text: string, mutant: Mutant): { before: string; after: string } {
  const from = text.lastIndexOf("\n", mutant.start - 1) + 1;
  const next = text.indexOf("\n", mutant.end);
  const to = next < 0 ? text.length : next;
  const tail = text.slice(mutant.end, to);
  const oneLine = (piece: string) => piece.replace(/\s+/g, " ").trim();
  return {
    before: oneLine(text.slice(from, to)),
    after: oneLine(text.slice(from, mutant.start) + mutant.replacement + tail),
  };
}
