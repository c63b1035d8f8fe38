/**
 * What is timed: this library's variants on each backend, and the same step elsewhere.
 *
 * @module
 */
import type { Subject } from "./protocol.ts";
import { pytorch, reference } from "../judge/timings/rows.ts";
import { peers } from "./peer_subjects.ts";

/** The one backend that can run a step as one function, and that computes with oneDNN. */
const captures = "tensorflow";

/** The ratio of such a subject to the plain one is what oneDNN gains on this processor. */
const withoutOneDnn = "-no-onednn";

type Variant = [name: string, what: string, Subject["work"], Subject["kernels"], ...string[]];

/** The last names are what it is compared to. Pairs that do the same measure noise. */
const variants: readonly Variant[] = [
  [reference, "plain", "train", "plain", pytorch, "keras"],
  ["plain-again", "plain, again", "train", "plain", reference],
  [`plain${withoutOneDnn}`, "plain, without oneDNN", "train", "plain", reference],
  ["ws-generic", "WS by generic ops", "train", "generic", reference],
  ["ws", "WS", "train", "ws", reference, "ws-generic", "pytorch-composer", "pytorch-timm"],
  ["plain-eager", "plain", "train", "plain", reference],
  ["plain-eager-again", "plain, again", "train", "plain", "plain-eager"],
  ["ws-generic-eager", "WS by generic ops", "train", "generic", "plain-eager"],
  ["ws-eager", "WS", "train", "ws", "plain-eager", "ws-generic-eager"],
  ["infer-plain", "inference, plain", "infer", "plain", "pytorch-infer", "keras-infer"],
  ["infer-plain-again", "inference, plain, again", "infer", "plain", "infer-plain"],
  ["infer-ws-generic", "inference, WS by generic ops", "infer", "generic", "infer-plain"],
  ["infer-ws", "inference, WS", "infer", "ws", "infer-plain", "infer-ws-generic"],
  ["infer-baked", "inference, baked", "infer", "baked", "infer-plain"],
];

/**
 * All subjects, the reference first. Those of the first backend have short names and are compared to
 * peers; the names of the others end with `@` and the backend.
 *
 * @param withPeers whether frameworks in Python are timed, too
 */
export function subjectsOf(engines: readonly string[], withPeers: boolean): Subject[] {
  const own = engines.flatMap((engine, i) => ownSubjects(engine, i === 0 ? "" : `@${engine}`));
  return withPeers ? [...own, ...peers] : own;
}

/**
 * The default subjects of a sweep: those that show how the overhead of a training step shrinks. Each
 * row starts and warms up all of its subjects, and compiling takes minutes.
 */
export function subjectsForSweep(subjects: readonly Subject[]): Subject[] {
  const kernels: readonly Subject["kernels"][] = ["plain", "generic", "ws", "composer"];
  return subjects.filter((subject) =>
    subject.work === "train" && kernels.includes(subject.kernels) && subject.engine !== "keras" &&
    subject.form !== "compiled" && subject.oneDnn === undefined && !isEager(subject.name)
  );
}

function ownSubjects(engine: string, suffix: string): Subject[] {
  const possible = ([name]: Variant) =>
    engine === captures || !(isEager(name) || name.endsWith(withoutOneDnn));
  return variants.filter(possible).map(([name, what, work, kernels, ...comparedTo]): Subject => {
    const mode = engine === captures && !isEager(name) ? "captured" : "eager";
    return {
      name: name + suffix,
      label: `${engine} ${mode}: ${what}`,
      engine,
      mode,
      work,
      kernels,
      ...(name.endsWith(withoutOneDnn) && { oneDnn: false }),
      comparedTo: comparedTo.flatMap((other) =>
        !isPeer(other) ? [other + suffix] : suffix === "" ? [other] : []
      ),
    };
  });
}

/** Whether operations are dispatched one by one on a backend that can capture. */
function isEager(name: string): boolean {
  return name.includes("-eager");
}

function isPeer(name: string): boolean {
  return peers.some((peer) => peer.name === name);
}
