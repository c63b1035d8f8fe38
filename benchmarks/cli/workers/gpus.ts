import { findLibrary } from "../../../src/backends/tensorflow/library.ts";
import { UsageError } from "../../ground/errors.ts";
import { counted } from "../../ground/format.ts";
import { variable } from "../signals/starter.ts";
import { visibleGpus } from "./local_cluster.ts";

/** By its path: Deno warns of a name among the permissions that is none of a program's here. */
const nvidiaSmi = "/usr/bin/nvidia-smi";

/**
 * The GPUs that workers of this machine share, by their names in `CUDA_VISIBLE_DEVICES`: those of the
 * variable where it is set, else all that NVIDIA's driver knows. None where TensorFlow's build is one
 * for processors.
 */
export async function gpusHere(): Promise<string[]> {
  const named = variable(visibleGpus);
  if (named !== undefined) return namedGpus(named);
  // A build of one's own, which TENSORFLOW_LIB names, may be either.
  if (/-cpu\/tensorflow$|-cpu$/.test(findLibrary() ?? "")) return [];
  try {
    const args = ["--query-gpu=index", "--format=csv,noheader"];
    const { success, stdout } = await new Deno.Command(nvidiaSmi, { args, stderr: "null" })
      .output();
    return success ? new TextDecoder().decode(stdout).split("\n").filter(Boolean) : [];
  } catch {
    return [];
  }
}

/** The GPUs of `CUDA_VISIBLE_DEVICES`, which end at the first that is none. */
export function namedGpus(value: string): string[] {
  const names = value.split(",").map((name) => name.trim());
  const end = names.findIndex((name) => name === "" || name === "-1");
  return end === -1 ? names : names.slice(0, end);
}

/**
 * One GPU for each worker.
 *
 * @param gpus all that there are
 * @param workers how many share them
 * @throws {UsageError} if they are fewer, but some
 */
export function gpuForEach(gpus: readonly string[], workers: number): string[] {
  if (gpus.length === 0 || gpus.length >= workers) return gpus.slice(0, workers);
  throw new UsageError(
    `Cannot start ${counted(workers, "worker")} as each wants a GPU of its own, and there ` +
      `${
        gpus.length === 1 ? "is 1" : `are ${gpus.length}`
      } here: ask for --workers ${gpus.length}, ` +
      `or set ${visibleGpus}=-1 to compute on processors`,
  );
}
