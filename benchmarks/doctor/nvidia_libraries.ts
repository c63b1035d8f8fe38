import { join } from "node:path";

const pointer = { parameters: ["buffer"], result: "i32" } as const;
const size = { parameters: [], result: "usize" } as const;

/** The libraries that TensorFlow computes with on NVIDIA's GPUs, and how each tells its version. */
const libraries: readonly { name: string; folder: string; file: string; version: VersionCall }[] = [
  {
    name: "CUDA",
    folder: "cuda_runtime",
    file: "libcudart.so.12",
    version: "cudaRuntimeGetVersion",
  },
  { name: "cuDNN", folder: "cudnn", file: "libcudnn.so.9", version: "cudnnGetVersion" },
];

type VersionCall = "cudaRuntimeGetVersion" | "cudnnGetVersion";

/**
 * The versions of CUDA's and cuDNN's libraries, as these tell them.
 *
 * @param tensorflow the folder of TensorFlow's library, beside which `deno task setup --gpu` puts them
 * @returns such as `CUDA 12.5`; what is absent, or does not open, is left out
 */
export function nvidiaLibraries(tensorflow: string): string[] {
  return libraries.flatMap(({ name, folder, file, version }) => {
    const places = [join(tensorflow, "..", "nvidia", folder, "lib", file), file];
    for (const place of places) {
      const number = ask(place, version);
      if (number !== undefined) return [`${name} ${versionText(version, number)}`];
    }
    return [];
  });
}

function ask(file: string, call: VersionCall): number | undefined {
  try {
    if (call === "cudnnGetVersion") {
      return Number(Deno.dlopen(file, { cudnnGetVersion: size }).symbols.cudnnGetVersion());
    }
    const version = new Int32Array(1);
    const { symbols } = Deno.dlopen(file, { cudaRuntimeGetVersion: pointer });
    return symbols.cudaRuntimeGetVersion(version) === 0 ? version[0] : undefined;
  } catch {
    return undefined; // there is none, or it lacks what it needs in turn
  }
}

/** 12050 is CUDA 12.5; 90300 is cuDNN 9.3.0, as 8907 is 8.9.7. */
export function versionText(call: VersionCall, number: number): string {
  const parts = (unit: number) => [Math.floor(number / unit), number % unit] as const;
  if (call === "cudaRuntimeGetVersion") {
    const [major, rest] = parts(1000);
    return `${major}.${Math.floor(rest / 10)}`;
  }
  const [major, rest] = parts(number >= 10_000 ? 10_000 : 1000);
  return `${major}.${Math.floor(rest / 100)}.${rest % 100}`;
}
