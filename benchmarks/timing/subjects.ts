/**
 * What is timed: this library's variants on each backend, and the same step elsewhere.
 *
 * @module
 */
import type { Subject } from "./protocol.ts";
import { pytorch, reference } from "../judge/timings/rows.ts";
import { jaxName, jaxPeer, jaxSubjects } from "./jax_subjects.ts";
import { isNormArm, normArms } from "./norm_arms.ts";
import { peers } from "./peer_subjects.ts";

/** The backends that can run a step as one function: their subjects do, but for the eager ones. */
export const capturing: ReadonlySet<string> = new Set(["tensorflow", "wasm"]);

/** The one backend that computes with oneDNN. */
const withOneDnn = "tensorflow";

/** The ratio of such a subject to the plain one is what oneDNN gains on this processor. */
const withoutOneDnn = "-no-onednn";

/** An arm: a line here is all that it needs. */
type Variant = readonly [
  name: string,
  what: string,
  work: Subject["work"],
  kernels: Subject["kernels"],
  /** Names of what it is compared to. Pairs that do the same measure noise. */
  comparedTo: readonly string[],
  /** Values of the profile that it replaces. */
  settings?: Subject["settings"],
];

/** What recomputes takes longer than the first, and is to need less memory than the second. */
const compact = [reference, pytorch];
const norms = { recompute: "normalization" };
const blocks = { recompute: "blocks" };

const variants: readonly Variant[] = [
  [reference, "plain", "train", "plain", [pytorch, "keras", jaxPeer]],
  ["plain-again", "plain, again", "train", "plain", [reference]],
  [`plain${withoutOneDnn}`, "plain, without oneDNN", "train", "plain", [reference]],
  ["ws-generic", "WS by generic ops", "train", "generic", [reference]],
  ["ws", "WS", "train", "ws", [reference, "ws-generic", "pytorch-composer", "pytorch-timm"]],
  ["plain-normalization", "plain, normalizations recomputed", "train", "plain", compact, norms],
  ["plain-blocks", "plain, blocks recomputed", "train", "plain", compact, blocks],
  ["ws-blocks", "WS, blocks recomputed", "train", "ws", ["ws", "pytorch-timm"], blocks],
  ["plain-eager", "plain", "train", "plain", [reference]],
  ["plain-eager-again", "plain, again", "train", "plain", ["plain-eager"]],
  ["ws-generic-eager", "WS by generic ops", "train", "generic", ["plain-eager"]],
  ["ws-eager", "WS", "train", "ws", ["plain-eager", "ws-generic-eager"]],
  ["infer-plain", "inference, plain", "infer", "plain", ["pytorch-infer", "keras-infer"]],
  ["infer-plain-again", "inference, plain, again", "infer", "plain", ["infer-plain"]],
  ["infer-ws-generic", "inference, WS by generic ops", "infer", "generic", ["infer-plain"]],
  ["infer-ws", "inference, WS", "infer", "ws", ["infer-plain", "infer-ws-generic"]],
  ["infer-baked", "inference, baked", "infer", "baked", ["infer-plain"]],
  ...normArms.flatMap(({ name, label, settings }): Variant[] => {
    const [plain, ws] = [`${pytorch}-${name}`, `${pytorch}-${name}-timm`];
    return [
      [name, label, "train", "plain", [reference, plain], settings],
      [`${name}-ws`, `${label} + WS`, "train", "ws", [name, reference, ws], settings],
    ];
  }),
];

/**
 * All subjects, the reference first. Those of the first backend have short names and are compared to
 * peers in Python; the names of the others end with `@` and the backend.
 *
 * @param withPython whether frameworks in Python are timed, too
 * @param withJax whether jax-js is timed, too, on those of the backends that it has
 */
export function subjectsOf(
  engines: readonly string[],
  withPython: boolean,
  withJax = false,
): Subject[] {
  const jax = withJax ? jaxSubjects(engines) : [];
  const own = engines.flatMap((engine, i) => ownSubjects(engine, i === 0, jax));
  return [...own, ...jax, ...(withPython ? peers : [])];
}

/**
 * The default subjects: all but the normalizations' and, of a sweep, those that show how the overhead
 * of a training step shrinks. Each row starts and warms up all of its subjects, and compiling takes
 * minutes.
 */
export function usualSubjects(subjects: readonly Subject[], isSwept: boolean): Subject[] {
  const usual = subjects.filter((subject) => !isNormArm(subject));
  if (!isSwept) return usual;
  const kernels: readonly Subject["kernels"][] = ["plain", "generic", "ws", "composer"];
  return usual.filter((subject) =>
    isPlainStep(subject, kernels) && subject.settings === undefined && subject.form !== "compiled"
  );
}

/**
 * The default subjects of a profile of normalizations: each with and without standardization. PyTorch
 * has both formats, as neither is the faster with every normalization, and is not compiled, so that
 * all are in memory at a time.
 */
export function subjectsForNorms(subjects: readonly Subject[]): Subject[] {
  const kernels: readonly Subject["kernels"][] = ["plain", "ws", "timm"];
  return subjects.filter((subject) =>
    isPlainStep(subject, kernels) && (subject.settings === undefined || isNormArm(subject)) &&
    subject.form !== "compiled"
  );
}

/** Whether it is a training step with one of those kernels, as fast as its framework has it. */
function isPlainStep(subject: Subject, kernels: readonly Subject["kernels"][]): boolean {
  return subject.work === "train" && kernels.includes(subject.kernels) &&
    !["keras", "jax-js"].includes(subject.engine) && subject.oneDnn === undefined &&
    !isEager(subject.name);
}

function ownSubjects(engine: string, isFirst: boolean, jax: readonly Subject[]): Subject[] {
  const suffix = isFirst ? "" : `@${engine}`;
  const others = (name: string): string[] => {
    if (name === jaxPeer) return jax.map(({ name }) => name).filter((it) => it === jaxName(engine));
    if (peers.some((peer) => peer.name === name)) return isFirst ? [name] : [];
    return [name + suffix];
  };
  const possible = ([name]: Variant) =>
    (capturing.has(engine) || !isEager(name)) &&
    (engine === withOneDnn || !name.endsWith(withoutOneDnn));
  return variants.filter(possible).map((variant): Subject => {
    const [name, what, work, kernels, comparedTo, settings] = variant;
    const mode = capturing.has(engine) && !isEager(name) ? "captured" : "eager";
    return {
      name: name + suffix,
      label: `${engine} ${mode}: ${what}`,
      engine,
      mode,
      work,
      kernels,
      ...(name.endsWith(withoutOneDnn) && { oneDnn: false }),
      ...(settings !== undefined && { settings }),
      comparedTo: comparedTo.flatMap(others),
    };
  });
}

/** Whether operations are dispatched one by one on a backend that can capture. */
function isEager(name: string): boolean {
  return name.includes("-eager");
}
