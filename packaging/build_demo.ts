/**
 * Writes the demo page into a folder that any static server serves: `deno task build:demo [FOLDER]`,
 * by default `demo`. What is there under the names of its files is replaced.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const source = new URL("../docs/demo/", import.meta.url);

/** TensorFlow.js's code for WebAssembly: without SIMD, with it, with threads, too. */
const wasm = new URL(".", import.meta.resolve("npm:@tensorflow/tfjs-backend-wasm@4.22.0"));
const binaries = [
  "tfjs-backend-wasm.wasm",
  "tfjs-backend-wasm-simd.wasm",
  "tfjs-backend-wasm-threaded-simd.wasm",
];

/** Writes the page. */
async function buildDemo(folder: string): Promise<void> {
  await Deno.mkdir(join(folder, "wasm"), { recursive: true });
  for (const name of ["index.html", "style.css"]) {
    await Deno.copyFile(new URL(name, source), join(folder, name));
  }
  for (const name of binaries) {
    await Deno.copyFile(new URL(name, wasm), join(folder, "wasm", name));
  }
  const script = join(folder, "demo.js");
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      "--platform=browser",
      "--minify",
      `--output=${script}`,
      fileURLToPath(new URL("demo.ts", source)),
    ],
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) throw new Error(`Cannot bundle the demo: ${new TextDecoder().decode(stderr)}`);
  const { size } = await Deno.stat(script);
  console.log(`${join(folder, "index.html")}, with a script of ${(size / 1e6).toFixed(1)} MB`);
}

if (import.meta.main) {
  await buildDemo(Deno.args[0] ?? fileURLToPath(new URL("../demo", import.meta.url)));
}
