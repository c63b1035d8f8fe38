/** Licences that are accepted, and those of packages that do not tell theirs in a form to read. */

/**
 * SPDX identifiers: what may be used, changed and handed on together with Apache-2.0 code, if its
 * notices go with it. None asks for the sources of what is built with it.
 */
export const accepted: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "LicenseRef-Public-Domain",
  "MIT",
  "Unlicense",
  "Zlib",
]);

/** Accepted for TensorFlow's build for GPUs alone, which a user asks for (`deno task setup --gpu`). */
export const proprietary = "LicenseRef-NVIDIA-Proprietary";

/** What the project has said of itself, in words of its own, that nobody has any right. */
const publicDomain = "LicenseRef-Public-Domain";

/** A licence that a person has read, since `package.json` names a file, and what there is to say. */
interface ReadByHand {
  readonly licence: string;
  readonly says: string;
}

/** By name and version: another version is to be read anew. */
export const readByHand: Readonly<Record<string, ReadByHand>> = {
  "jsfive@0.4.2": {
    licence: `${publicDomain} AND BSD-3-Clause`,
    says:
      "its LICENSE.txt puts it into the public domain and says that it is based on pyfive, whose " +
      "copyright it names; pyfive is under BSD-3-Clause, the terms of which are not in the file",
  },
};

/** The licences of wheels, by their metadata of the pinned versions. */
export const wheelLicences: Readonly<Record<string, string>> = {
  "tensorflow@2.21.0": "Apache-2.0",
  "tensorflow-cpu@2.21.0": "Apache-2.0",
  "nvidia-cublas-cu12@12.9.3.13": proprietary,
  "nvidia-cuda-cupti-cu12@12.9.79": proprietary,
  "nvidia-cuda-nvcc-cu12@12.9.86": proprietary,
  "nvidia-cuda-nvrtc-cu12@12.9.86": proprietary,
  "nvidia-cuda-runtime-cu12@12.9.79": proprietary,
  "nvidia-cudnn-cu12@9.28.0.42": proprietary,
  "nvidia-cufft-cu12@11.4.1.4": proprietary,
  "nvidia-curand-cu12@10.3.10.19": proprietary,
  "nvidia-cusolver-cu12@11.7.5.82": proprietary,
  "nvidia-cusparse-cu12@12.5.10.65": proprietary,
  "nvidia-nccl-cu12@2.32.3": proprietary,
  "nvidia-nvjitlink-cu12@12.9.86": proprietary,
};

/**
 * The licences that an SPDX expression names; nothing where it is none that this understands.
 *
 * @param expression such as `(MIT AND Zlib)`
 */
export function licencesIn(expression: string): string[] | undefined {
  const inner = /^\((.*)\)$/.exec(expression)?.[1] ?? expression;
  const names = inner.split(/ (?:AND|OR) /);
  return names.every((name) => /^[A-Za-z0-9][\w.+-]*$/.test(name)) ? names : undefined;
}
