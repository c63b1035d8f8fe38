/**
 * Compiles the project's AssemblyScript to WebAssembly, next to its sources (`deno task build:wasm`):
 *
 *     deno run --no-config --no-lock --node-modules-dir=none --allow-read --allow-write \
 *       --allow-env packaging/compile_wasm.ts [FOLDER]
 *
 * With a folder they are written below that, and nothing beside the sources. The output is a module
 * that holds the binary as text, so that it runs in browsers too, from one file and without waiting.
 *
 * The compiler is large and needed by nobody who only runs the project: it is imported under a name
 * that is put together here, so that it is no dependency of the project's.
 *
 * @module
 */
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const compiler = "npm:assemblyscript@0.28.20/asc";

/** Sources and what they are compiled to. */
export const targets: readonly [source: string, output: string][] = [
  ["src/pictures/resize_filter.as", "src/pictures/resize_filter_binary.ts"],
  ["src/wasm/kernels/adam_update.as", "src/wasm/kernels/adam_update_binary.ts"],
  ["src/wasm/kernels/copy.as", "src/wasm/kernels/copy_binary.ts"],
  ["src/wasm/kernels/momentum_update.as", "src/wasm/kernels/momentum_update_binary.ts"],
  ["src/wasm/kernels/softmax_loss.as", "src/wasm/kernels/softmax_loss_binary.ts"],
  ["src/wasm/kernels/normalization.as", "src/wasm/kernels/normalization_binary.ts"],
  ["src/wasm/kernels/resize.as", "src/wasm/kernels/resize_binary.ts"],
  ["src/wasm/kernels/windows.as", "src/wasm/kernels/windows_binary.ts"],
  ["src/wasm/kernels/convolutions.as", "src/wasm/kernels/convolutions_binary.ts"],
  ["src/wasm/kernels/convolutions.as", "src/wasm/kernels/convolutions_relaxed_binary.ts"],
  [
    "src/wasm/kernels/convolution_gradients.as",
    "src/wasm/kernels/convolution_gradients_binary.ts",
  ],
  [
    "src/wasm/kernels/convolution_gradients.as",
    "src/wasm/kernels/convolution_gradients_relaxed_binary.ts",
  ],
];

/** Speed before size, and no runtime: memory is the caller's to lay out. */
const options = ["-O3", "--enable", "simd", "--runtime", "stub", "--noAssert", "--pedantic"];

/** Kernels work in the memory of TensorFlow.js's backend, and must not place anything there. */
const inBackendMemory = ["--importMemory", "--initialMemory", "0", "--enable", "relaxed-simd"];

/** What a second variant of a source adds: where it multiplies and adds, it does so at once. */
const relaxed = ["--use", "RELAXED=1"];

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

/** The sources of a folder, which may import each other, by the names that the compiler asks for. */
async function readSources(folder: string): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.endsWith(".as")) continue;
    texts.set(`${basename(name, ".as")}.ts`, await Deno.readTextFile(join(folder, name)));
  }
  return texts;
}

/** Compiles one source; throws what the compiler says where it cannot. */
async function compile(source: string, flags: readonly string[]): Promise<Uint8Array> {
  const { default: asc }: { default: Compiler } = await import(compiler);
  const name = basename(source, ".as");
  const texts = await readSources(dirname(source));
  let wasm: Uint8Array | undefined;
  const args = [name, "--outFile", `${name}.wasm`, ...options, ...flags];
  const { error, stderr } = await asc.main(args, {
    readFile: (file) => texts.get(file) ?? null,
    writeFile: (_file, contents) => void (wasm = contents),
    listFiles: () => [],
  });
  if (error === null && wasm !== undefined) return wasm;
  throw new Error(`Cannot compile ${source}: ${stderr.toString()}`, { cause: error });
}

/** A module that holds a binary as text. */
function asModule(source: string, wasm: Uint8Array): string {
  const text = wasm.toBase64();
  return `/** ${
    basename(source)
  }, compiled by packaging/compile_wasm.ts: base64 of WebAssembly. */\n` +
    `// deno-fmt-ignore\nexport const binary: string =\n  "${text}";\n`;
}

async function build(from: URL, to: URL): Promise<void> {
  const source = fileURLToPath(from);
  await Deno.mkdir(new URL(".", to), { recursive: true });
  const flags = [
    ...(from.pathname.includes("/src/wasm/") ? inBackendMemory : []),
    ...(to.pathname.endsWith("_relaxed_binary.ts") ? relaxed : []),
  ];
  await Deno.writeTextFile(to, asModule(source, await compile(source, flags)));
}

if (import.meta.main) {
  const root = new URL("../", import.meta.url);
  const folder = Deno.args[0] === undefined ? root : pathToFileURL(`${Deno.args[0]}/`);
  for (const [source, output] of targets) {
    await build(new URL(source, root), new URL(output, folder));
  }
}
