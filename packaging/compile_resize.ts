/**
 * Compiles the resize filter from AssemblyScript to WebAssembly, next to its source:
 *
 *     deno run --no-config --no-lock --node-modules-dir=none --allow-read --allow-write \
 *       --allow-env packaging/compile_resize.ts [FILE.wasm]
 *
 * The compiler is large and needed by nobody who only runs the project: it is imported under a name
 * that is put together here, so that it is no dependency of the project's.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

const compiler = "npm:assemblyscript@0.28.20/asc";
const source = new URL("../datasets/images/resize_filter.as", import.meta.url);
const name = "resize_filter";

/** Speed before size, and no runtime: memory is the caller's to lay out. */
const options = ["-O3", "--enable", "simd", "--runtime", "stub", "--noAssert", "--pedantic"];

/** The part of the compiler's interface that is used. */
interface Compiler {
  main(
    args: string[],
    files: {
      readFile(file: string): string | null;
      writeFile(file: string, contents: Uint8Array): void;
      listFiles(): string[];
    },
  ): Promise<{ error: Error | null; stderr: { toString(): string } }>;
}

/** Compiles the filter; throws what the compiler says where it cannot. */
async function compileResize(): Promise<Uint8Array> {
  const { default: asc }: { default: Compiler } = await import(compiler);
  const text = await Deno.readTextFile(source);
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await asc.main([name, "--outFile", `${name}.wasm`, ...options], {
    readFile: (file) => file === `${name}.ts` ? text : null,
    writeFile: (_file, contents) => void (wasm = contents),
    listFiles: () => [],
  });
  if (error === null && wasm !== undefined) return wasm;
  throw new Error(`Cannot compile ${name}.as: ${stderr.toString()}`, { cause: error });
}

if (import.meta.main) {
  const file = Deno.args[0] ?? fileURLToPath(source).replace(/as$/, "wasm");
  await Deno.writeFile(file, await compileResize());
}
