/**
 * What a process holds while it does the same thing over and over.
 *
 * @module
 */
import * as tf from "../../src/tf.ts";

/** What it held after a part of the work, and how long that part took. */
export interface Sample {
  /** How much of the work was done. */
  done: number;
  /** Resident memory, garbage collected. */
  rssBytes: number;
  /** Open file descriptors; 0 where the system does not say. */
  descriptors: number;
  /** TensorFlow.js's tensors. */
  tensors: number;
  /** The backend's own: TensorFlow's handles, wasm's and cpu's buffers. */
  handles: number;
  /** Since the sample before. */
  durationMs: number;
}

/** Parts of the work: the first two are its warm-up, a tenth. */
export const parts = 20, warmUpParts = 2;

/** Takes samples at even distances. */
export class Watch {
  readonly samples: Sample[] = [];
  readonly #each: number;
  #since = performance.now();

  /** @param count how much work there is */
  constructor(count: number) {
    this.#each = Math.max(1, Math.floor(count / parts));
  }

  /** Whether a sample is due once so much is done. */
  isDue(done: number): boolean {
    return done % this.#each === 0 && this.samples.length < parts;
  }

  /** Takes one; the time that this takes counts for no part. */
  async take(done: number): Promise<void> {
    const durationMs = performance.now() - this.#since;
    for (let i = 0; i < 3; i++) { // what finalizers free is garbage of the next collection
      (globalThis as { gc?: () => void }).gc?.();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    this.samples.push({
      done,
      rssBytes: await residentBytes(),
      descriptors: await descriptors(),
      tensors: tf.memory().numTensors,
      handles: handles(),
      durationMs,
    });
    this.#since = performance.now();
  }
}

/** Linux's `VmRSS`; elsewhere Deno's figure. */
async function residentBytes(): Promise<number> {
  const status = await Deno.readTextFile("/proc/self/status").catch(() => "");
  const { 1: kilobytes } = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  return kilobytes === undefined ? Deno.memoryUsage().rss : 1024 * Number(kilobytes);
}

async function descriptors(): Promise<number> {
  try {
    const open = await Array.fromAsync(Deno.readDir("/proc/self/fd"));
    return open.length - 1; // the folder's own
  } catch {
    return 0;
  }
}

function handles(): number {
  const backend = tf.backend() as tf.KernelBackend & { eager?: { tensorCount: number } };
  return backend.eager?.tensorCount ?? backend.numDataIds();
}
