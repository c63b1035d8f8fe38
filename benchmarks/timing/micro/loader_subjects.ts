/**
 * What `loader_bench.ts` times: the loader with each decoder that there is, and torchvision's pipeline.
 *
 * @module
 */
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { ClassifiedSplit } from "../../../datasets/classified.ts";
import { classificationLoader } from "../../../datasets/loader.ts";
import { findLibrary } from "../../../src/backends/tensorflow/mod.ts";
import { SubjectProcess } from "../subject_process.ts";

export interface Block {
  /** From asking for the first to having the last. */
  wallMs: number;
  /** Processor time of all threads of the process. */
  processorMs: number;
}

export interface Subject {
  readonly name: string;
  run(batches: number): Promise<Block>;
  end(): Promise<void>;
}

interface Load {
  split: ClassifiedSplit;
  batchSize: number;
  /** Side of the crops, in pixels. */
  size: number;
}

/**
 * Opens all subjects, the peer last.
 *
 * @param python an interpreter with torch, torchvision and pillow
 * @throws {Error} if it lacks one of them
 */
export async function openSubjects(load: Load, python: string): Promise<Subject[]> {
  const decoder = new URL("../../../src/backends/tensorflow/decode_jpeg.ts", import.meta.url).href;
  const own = [loaderSubject("loader, @jsquash/jpeg", load)];
  if (findLibrary() !== undefined) {
    own.unshift(loaderSubject("loader, TensorFlow's decoder", load, decoder));
  }
  return [...own, await peerSubject(load, python)];
}

/** The loader in this thread, which prepares a batch when it is asked for one. */
function loaderSubject(name: string, { split, batchSize, size }: Load, decoder?: string): Subject {
  const thread = { workers: 0, prefetch: 0 };
  const options = { size, batchSize, train: true, ...thread, ...(decoder && { decoder }) };
  const loader = classificationLoader(split, options);
  let epoch = 0;
  let batches = loader.batches(epoch);
  return {
    name,
    async run(count) {
      const [start, before] = [performance.now(), process.cpuUsage()];
      for (let i = 0; i < count; i++) {
        if (!(await batches.next()).done) continue;
        batches = loader.batches(++epoch);
        await batches.next();
      }
      const { user, system } = process.cpuUsage(before);
      return { wallMs: performance.now() - start, processorMs: (user + system) / 1000 };
    },
    end: () => loader.close(),
  };
}

/** torchvision's pipeline: a step's value is the processor time of its process so far, in ms. */
async function peerSubject({ split, batchSize, size }: Load, python: string): Promise<Subject> {
  const files = Array.from({ length: split.length }, (_, i) => split.entry(i).file);
  const script = fileURLToPath(new URL("../peers/torch_loader.py", import.meta.url));
  const order = JSON.stringify({ profile: { size, batchSize, files }, threads: 1 });
  const env = { OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
  const peer = new SubjectProcess({ command: python, args: [script, order], env });
  const hello = await peer.hello();
  if ("unavailable" in hello) throw new Error(`Cannot compare: ${hello.unavailable}`);
  const { torchvision, Pillow } = hello.ready.versions;
  let usedMs = (await peer.warm(1)).value;
  return {
    name: `torchvision ${torchvision}, Pillow ${Pillow}`,
    async run(count) {
      const { durationsMs, value } = await peer.run(count);
      const processorMs = value - usedMs;
      usedMs = value;
      return { wallMs: durationsMs.reduce((total, ms) => total + ms, 0), processorMs };
    },
    end: () => peer.end(),
  };
}
