/** Which modules of a package must run, even where nothing of them is used. */
import { dirname, join } from "node:path/posix";
import ts from "typescript";

/**
 * The modules with side effects: those with a statement at their top that is more than a declaration (they register
 * layers, optimizers and gradients in TensorFlow.js), and those that import one of them, without which a bundler would
 * not come to it. What a constant's first value registers (the library's own ops) goes with the constant.
 *
 * @param files the text of each file, by its path
 * @returns paths for `sideEffects` in `package.json`, sorted
 */
export function sideEffectsOf(files: ReadonlyMap<string, string>): string[] {
  const modules = new Map(
    [...files].filter(([path]) => path.endsWith(".js")).map((
      [path, text],
    ) => [path, moduleOf(path, text)]),
  );
  const effective = new Set([...modules].filter(([, { acts }]) => acts).map(([path]) => path));
  for (let before = -1; before < effective.size;) {
    before = effective.size;
    for (const [path, { imports }] of modules) {
      if (imports.some((imported) => effective.has(imported))) effective.add(path);
    }
  }
  return [...effective].sort().map((path) => `./${path}`);
}

/** Whether a module does something when it is run, and the modules of the package that it imports. */
function moduleOf(path: string, text: string): { acts: boolean; imports: string[] } {
  const { statements } = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  const imports = statements.flatMap((statement) => {
    const isImport = ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement);
    const from = isImport ? statement.moduleSpecifier : undefined;
    if (from === undefined || !ts.isStringLiteral(from) || !from.text.startsWith(".")) return [];
    return [join(dirname(path), from.text)];
  });
  return { acts: !statements.every(isDeclaration), imports };
}

function isDeclaration(statement: ts.Statement): boolean {
  return ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement) ||
    ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement) ||
    ts.isVariableStatement(statement);
}
