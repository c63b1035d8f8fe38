/** TypeScript's output of a module and of all that it imports, for npm. */
import { join, relative } from "node:path";
import ts from "typescript";

/** The files of a package, and the packages that they import. */
export interface Emitted {
  /** Text by path, relative to the package. */
  files: Map<string, string>;
  /** Versions by name. */
  imported: Map<string, string>;
}

/** An import of a package as Deno writes it. */
const NPM_SPECIFIER = /(["'])npm:((?:@[^/"']+\/)?[^@/"']+)@([^/"']+)\1/g;

/** A relative import of a source file, which TypeScript leaves so in declarations. */
const SOURCE_SPECIFIER = /((?:from|import)\s*\(?\s*["']\.{1,2}\/[^"']+)\.ts(["'])/g;

/** What a module may be written for: any runtime, or one with Node's modules, as Deno has them too. */
export type Runtime = "any" | "node";

/**
 * Compiles a module to ECMAScript modules with declarations. The types of other runtimes are not
 * there, so that code which needs them does not compile.
 *
 * @param root the package's folder, where its packages are installed too
 * @param entry the module's path in it
 * @param runtime what it may need
 * @returns the files, by their paths in the package
 * @throws {Error} with TypeScript's messages, if it does not compile
 */
export function emit(root: string, entry: string, runtime: Runtime): Emitted {
  const nodeModules = join(root, "node_modules");
  const options = compilerOptions(nodeModules, runtime);
  const program = ts.createProgram([join(root, entry)], options, hostOf(nodeModules));
  const emitted: Emitted = { files: new Map(), imported: new Map() };
  const { diagnostics } = program.emit(undefined, (path, text) => {
    emitted.files.set(relative(root, path), rewrite(text, emitted.imported));
  });
  const problems = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (problems.length > 0) throw new Error(ts.formatDiagnostics(problems, formatHost));
  return emitted;
}

function compilerOptions(nodeModules: string, runtime: Runtime): ts.CompilerOptions {
  return {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ["lib.esnext.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    types: runtime === "node" ? ["node"] : [],
    typeRoots: [join(nodeModules, "@types")],
    strict: true,
    noImplicitAny: false, // jsfive has no declarations; Deno's own check lets nothing else pass
    declaration: true,
    rewriteRelativeImportExtensions: true,
    skipLibCheck: true,
  };
}

/** Finds packages behind Deno's specifiers. */
function hostOf(nodeModules: string): ts.CompilerHost {
  const host = ts.createCompilerHost({});
  host.resolveModuleNameLiterals = (literals, containingFile, redirected, options) =>
    literals.map(({ text }) => {
      const [, , name] = new RegExp(NPM_SPECIFIER.source).exec(`"${text}"`) ?? [];
      const from = name === undefined ? containingFile : join(nodeModules, "..", "index.ts");
      return ts.resolveModuleName(name ?? text, from, options, host, undefined, redirected);
    });
  return host;
}

function rewrite(text: string, imported: Map<string, string>): string {
  return text
    .replace(SOURCE_SPECIFIER, "$1.js$2")
    .replace(NPM_SPECIFIER, (_, quote: string, name: string, version: string) => {
      imported.set(name, version);
      return quote + name + quote;
    });
}

const formatHost: ts.FormatDiagnosticsHost = {
  getCanonicalFileName: (path) => path,
  getCurrentDirectory: () => ".",
  getNewLine: () => "\n",
};
