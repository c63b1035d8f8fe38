/**
 * The runs that are broken: every suite that trains, in seconds, on each backend.
 *
 * @module
 */
import { findLibrary } from "../../src/backends/tensorflow/library.ts";

/** The suites that train, and can go on. */
export const suites = ["ade20k", "imagenet", "norms", "microbatch", "smoothness"] as const;
export type Suite = typeof suites[number];

/** The backends that they are run on. */
export const backends = ["wasm", "tensorflow", "cpu"] as const;
export type Backend = typeof backends[number];

/** A suite on a backend. */
export interface Subject {
  suite: Suite;
  backend: Backend;
}

const arms: Readonly<Record<Suite, string>> = {
  ade20k: "baseline,ws",
  imagenet: "baseline,ws",
  norms: "gn,bn-ws",
  microbatch: "bn-4,gn-ws-2",
  smoothness: "bn,gn-ws",
};

const own: Readonly<Record<Suite, string>> = {
  ade20k: "--set generatedTraining=24 --set generatedValidation=4 --set panelImages=1",
  imagenet: "--keep both",
  norms: "",
  microbatch: "--set warmup=2ba",
  smoothness: "--set smoothnessPoints=3 --set smoothnessSteps=1 --set smoothnessRelativeSteps=0.02",
};

/** A subject's arguments but for `--out`: two cells of a dozen steps, saved every other one. */
export function lineOf({ suite, backend }: Subject): string {
  const isScenes = suite === "ade20k";
  const pictures = "--set generatedTraining=64 --set generatedValidation=16";
  return [
    `--backend ${backend} --arms ${arms[suite]} --seeds 0 --set batchSize=8 --loader-threads 0`,
    isScenes ? "--set imageSize=32" : `${pictures} --set imageSize=16 --set resizeTo=16`,
    `--set width=${backend === "cpu" ? 2 : 4} --set evaluations=2 --set checkpointInterval=2ba`,
    `--set duration=${backend === "cpu" ? 6 : 12}ba --set timingRounds=0`,
    own[suite],
  ].join(" ");
}

/** The arms' names. */
export function armsOf({ suite }: Subject): string[] {
  return arms[suite].split(",");
}

/** Whether a backend is on this machine. */
export function isHere(backend: Backend): boolean {
  return backend !== "tensorflow" || findLibrary() !== undefined;
}

/** All subjects that can be run here: the cpu backend, which is slow, runs the cheapest suite alone. */
export function subjectsHere(): Subject[] {
  return backends.filter(isHere).flatMap((backend) =>
    suites.filter((suite) => backend !== "cpu" || suite === "imagenet")
      .map((suite) => ({ suite, backend }))
  );
}
