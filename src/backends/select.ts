/**
 * Selects the backend that computes. The only place that knows them all; it runs on Deno.
 *
 * @module
 */
import * as tf from "../tf.ts";
import { extendWasm } from "../wasm/register.ts";
import { readEnvironment } from "./tensorflow/cache.ts";
import { findLibrary, TensorFlowLibraryError } from "./tensorflow/library.ts";

/** The backend that a program runs on from here. */
export interface SelectedBackend {
  /** Its name in TensorFlow.js. */
  name: string;
  /** The version of what computes behind it. */
  version: string;
  /** The accelerator that it uses, if any. */
  gpu?: string;
  /** How many threads one operation may use; nothing where a GPU computes, or it is not known. */
  threads?: number;
  /** Of `tensorflow` on processors: whether it computes with oneDNN. */
  oneDnn?: boolean;
}

/** A backend that is there did not start. */
export class BackendStartError extends Error {
  override readonly name: string = "BackendStartError";
}

/** What a program asks of a backend; each heeds what it knows. */
export interface BackendOptions {
  /**
   * Threads that one operation of `tensorflow` may use; 0 for as many as TF_NUM_INTRAOP_THREADS says,
   * where it may be read, else as there are cores.
   */
  intraOpThreads?: number;
  /** Operations of `tensorflow` that may run at a time; 0 leaves it to TensorFlow. */
  interOpThreads?: number;
}

type Loader = (options: BackendOptions) => Promise<SelectedBackend>;

const loaders: Readonly<Record<string, Loader>> = {
  cpu: () => Promise.resolve({ name: "cpu", version: tf.version_core, threads: 1 }),
  wasm: async () => {
    await checkWasmReadable();
    const { version_wasm: version } = await import("npm:@tensorflow/tfjs-backend-wasm@4.22.0");
    extendWasm();
    return { name: "wasm", version, threads: 1 }; // TensorFlow.js has none for it outside of browsers
  },
  tensorflow: async ({ intraOpThreads = 0, interOpThreads = 0 }) => {
    const { registerTensorFlowBackend } = await import("./tensorflow/mod.ts");
    const threads = intraOpThreads || usualThreads();
    const backend = registerTensorFlowBackend({ intraOpThreads: threads, interOpThreads });
    const gpu = backend.devices().find(({ type }) => type === "GPU")?.name;
    const { version, oneDnn } = backend;
    return {
      name: "tensorflow",
      version,
      ...(gpu !== undefined ? { gpu } : { threads: backend.intraOpThreads ?? threads }),
      ...(oneDnn !== undefined && { oneDnn }),
    };
  },
  webgpu: async () => {
    const { registerWebGpuBackend } = await import("./webgpu/mod.ts");
    const { name, isFallback } = await registerWebGpuBackend();
    return { name: "webgpu", version: tf.version_core, ...(!isFallback && { gpu: name }) };
  },
};

/** TensorFlow's own rule, but that it is told, so that a record can tell it, too. */
function usualThreads(): number {
  const asked = Number(readEnvironment("TF_NUM_INTRAOP_THREADS"));
  return Number.isSafeInteger(asked) && asked > 0 ? asked : navigator.hardwareConcurrency;
}

/**
 * The backend reads its binary with the program's permission, and reports its lack in several
 * lines. The package's place is unknown if it is not in files.
 */
async function checkWasmReadable(): Promise<void> {
  const url = new URL(import.meta.resolve("npm:@tensorflow/tfjs-backend-wasm@4.22.0"));
  if (url.protocol === "file:") await Deno.stat(new URL("tfjs-backend-wasm-simd.wasm", url));
}

/** `tensorflow` where it is set up and loads, else `wasm`, which needs nothing beyond npm. */
async function loadBest(options: BackendOptions): Promise<SelectedBackend> {
  try {
    if (findLibrary() !== undefined) return await loaders.tensorflow!(options);
    console.error(
      "backend wasm; `deno task setup` fetches TensorFlow, which is faster",
    );
  } catch (error) {
    if (!(error instanceof TensorFlowLibraryError)) throw error;
    console.error(`backend wasm: ${error.message}`);
  }
  return await loaders.wasm!(options);
}

/** The names that {@linkcode selectBackend} knows. */
export const backendNames: readonly string[] = Object.keys(loaders);

/**
 * Makes a backend TensorFlow.js's current one.
 *
 * @param name the backend; by default `tensorflow` where its library is set up, else `wasm`, which
 *   a line on stderr reports
 * @param options what is asked of it; a backend that is registered already stays as it is
 * @returns the backend
 * @throws {RangeError} if the name is unknown
 * @throws {BackendStartError} if it does not start
 * @throws {Deno.errors.NotCapable} if `wasm` may not read its binary
 * @throws {TensorFlowLibraryError} if `tensorflow` is requested and its library does not load
 */
export async function selectBackend(
  name?: string,
  options: BackendOptions = {},
): Promise<SelectedBackend> {
  tf.enableProdMode();
  const load = name === undefined ? loadBest : loaders[name];
  if (load === undefined) {
    throw new RangeError(
      `Cannot select a backend as it must be one of ${backendNames.join(", ")}: ` +
        `current value is ${name}`,
    );
  }
  const selected = await load(options);
  if (await tf.setBackend(selected.name)) return selected;
  throw new BackendStartError(
    `Cannot compute on ${selected.name} as TensorFlow.js could not start it: the lines above say why`,
  );
}
