/**
 * The wheels that TensorFlow's library is taken from: pinned by version and by SHA-256.
 *
 * @module
 */
import { type Flavour, TENSORFLOW_VERSION } from "./cache.ts";

/** One wheel, as `pip download` finds it. */
export interface Wheel {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

/** What one system needs. */
export interface Build {
  readonly wheels: readonly Wheel[];
  /** pip's platform tags. */
  readonly platforms: readonly string[];
  /** Bytes to download. */
  readonly downloadBytes: number;
  /** Bytes of the unpacked libraries. */
  readonly unpackedBytes: number;
}

/** The Python that the wheels are built for; the library itself needs none. */
export const PYTHON_VERSION = "3.12";

/** Files to unpack, as a Python regular expression over a wheel's members. */
export const LIBRARY_MEMBERS: string =
  String.raw`tensorflow/libtensorflow_(cc|framework)\.(so\.2|2\.dylib)|` +
  String.raw`nvidia/[^/]+/lib/[^/]+\.so[^/]*|nvidia/cuda_nvcc/(bin|nvvm)/.*`;

const tensorflow = (name: string, sha256: string): Wheel => ({
  name,
  version: TENSORFLOW_VERSION,
  sha256,
});

/** The `and-cuda` extra of the `tensorflow` wheel, resolved once and pinned. */
const NVIDIA: readonly Wheel[] = [
  {
    name: "nvidia-cublas-cu12",
    version: "12.9.3.13",
    sha256: "d7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72",
  },
  {
    name: "nvidia-cuda-cupti-cu12",
    version: "12.9.79",
    sha256: "096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f",
  },
  {
    name: "nvidia-cuda-nvcc-cu12",
    version: "12.9.86",
    sha256: "5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0",
  },
  {
    name: "nvidia-cuda-nvrtc-cu12",
    version: "12.9.86",
    sha256: "210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4",
  },
  {
    name: "nvidia-cuda-runtime-cu12",
    version: "12.9.79",
    sha256: "25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3",
  },
  {
    name: "nvidia-cudnn-cu12",
    version: "9.28.0.42",
    sha256: "9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375",
  },
  {
    name: "nvidia-cufft-cu12",
    version: "11.4.1.4",
    sha256: "c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28",
  },
  {
    name: "nvidia-curand-cu12",
    version: "10.3.10.19",
    sha256: "49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e",
  },
  {
    name: "nvidia-cusolver-cu12",
    version: "11.7.5.82",
    sha256: "15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88",
  },
  {
    name: "nvidia-cusparse-cu12",
    version: "12.5.10.65",
    sha256: "73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78",
  },
  {
    name: "nvidia-nccl-cu12",
    version: "2.32.3",
    sha256: "bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c",
  },
  {
    name: "nvidia-nvjitlink-cu12",
    version: "12.9.86",
    sha256: "e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9",
  },
];

/** By system and flavour. What is missing has no wheel. */
const BUILDS: Readonly<Record<string, Build>> = {
  "linux-x86_64-cpu": {
    wheels: [tensorflow(
      "tensorflow-cpu",
      "dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb",
    )],
    platforms: ["manylinux_2_27_x86_64"],
    downloadBytes: 274_000_871,
    unpackedBytes: 853_308_936,
  },
  "linux-aarch64-cpu": {
    wheels: [tensorflow(
      "tensorflow",
      "b07d15737406533898e36c7ef7944b1be18e9028dc521b9229952c537bbc5552",
    )],
    platforms: ["manylinux_2_27_aarch64"],
    downloadBytes: 281_946_471,
    unpackedBytes: 883_062_208,
  },
  "darwin-aarch64-cpu": {
    wheels: [tensorflow(
      "tensorflow",
      "56ecd7d47429acbe1df2694d50b75bf9fc3995ac92cb367cd9af6c4780ead712",
    )],
    platforms: ["macosx_12_0_arm64"],
    downloadBytes: 223_488_205,
    unpackedBytes: 740_805_624,
  },
  "linux-x86_64-gpu": {
    wheels: [
      tensorflow("tensorflow", "b3b95643c4e70eb925839938fb35cbe142f317ec84af6844ee61513713bb13c0"),
      ...NVIDIA,
    ],
    platforms: [
      "manylinux_2_27_x86_64",
      "manylinux_2_25_x86_64",
      "manylinux_2_17_x86_64",
      "manylinux_2_12_x86_64",
    ],
    downloadBytes: 3_379_900_000,
    unpackedBytes: 5_660_800_000,
  },
};

/** What to fetch for a system, or nothing where there is no build for it. */
export function findBuild(
  flavour: Flavour,
  os: string = Deno.build.os,
  arch: string = Deno.build.arch,
): Build | undefined {
  return BUILDS[`${os}-${arch}-${flavour}`];
}

/** pip's requirements file: the pins, with their hashes. */
export function requirements(build: Build): string {
  return build.wheels
    .map(({ name, version, sha256 }) => `${name}==${version} --hash=sha256:${sha256}\n`)
    .join("");
}
