/**
 * What is timed: this library's variants on each backend, and the same step elsewhere.
 *
 * @module
 */
import type { OverheadProfile } from "../experiments/profiles/overhead.ts";
import { peers, pytorch } from "./peers.ts";

/** Something that runs a step in a process of its own. */
export interface Subject {
  /** The name on the command line and in result files. */
  name: string;
  /** The name in tables. */
  label: string;
  /** What runs the step: a TensorFlow.js backend, or a peer's framework. */
  engine: string;
  /** Whether each operation is dispatched by itself, or the step runs as one function. */
  mode: "eager" | "captured";
  /** A training step, or a forward pass. */
  work: "train" | "infer";
  /**
   * What the convolutions use as kernels; `generic` is weight standardization by TensorFlow.js's own
   * operations, `ws` by this library's.
   */
  kernels: "plain" | "ws" | "generic" | "baked" | "composer" | "timm";
  /** How PyTorch runs it; without one as it does unless told otherwise, channels first. */
  form?: "channels-last" | "compiled";
  /** TensorFlow's own kernels compute, not oneDNN's; without one as everywhere else. */
  oneDnn?: false;
  /**
   * Names of subjects that its time is set in relation to. Where that is another framework, its
   * fastest form that was timed stands for all.
   */
  comparedTo: string[];
  /** A Python program in `benchmarks/timing/peers/`; without one it is this library. */
  program?: string;
}

/** What a subject's process is told. */
export interface SubjectOrder {
  subject: Subject;
  profile: OverheadProfile;
  /** Threads that it may use. */
  threads: number;
}

/** The subject that others are set in relation to: the plain training step. */
export const reference = "plain";

/** The reference once more: what differs between the two is noise. */
export const referenceAgain = "plain-again";

/** A backend, and whether it can run a step as one function. */
export interface Engine {
  name: string;
  captures: boolean;
}

/**
 * All subjects, the reference first. Those of the first backend have short names; those of the
 * others end with `@` and the backend.
 *
 * @param engines the backends
 * @param withPeers whether frameworks in Python are timed, too
 */
export function subjectsOf(engines: readonly Engine[], withPeers: boolean): Subject[] {
  const own = engines.flatMap((engine, i) => ownSubjects(engine, i === 0 ? "" : `@${engine.name}`));
  return withPeers ? [...own, ...peers] : own;
}

/**
 * The subjects that a sweep runs where none are asked for: what answers how the overhead of a training
 * step shrinks, as each row starts and warms up all of its subjects, and compiling takes minutes.
 *
 * @param subjects all that there are
 */
export function sweptSubjects(subjects: readonly Subject[]): Subject[] {
  const kernels: readonly Subject["kernels"][] = ["plain", "generic", "ws", "composer"];
  return subjects.filter((subject) =>
    subject.work === "train" && kernels.includes(subject.kernels) && subject.engine !== "keras" &&
    subject.form !== "compiled" && subject.oneDnn === undefined &&
    !subject.name.includes("-eager")
  );
}

type Facts = Pick<Subject, "mode" | "work" | "kernels" | "oneDnn">;

function ownSubjects({ name: engine, captures }: Engine, suffix: string): Subject[] {
  const subject = (
    name: string,
    what: string,
    facts: Facts,
    ...comparedTo: string[]
  ): Subject => ({
    name: name + suffix,
    label: `${engine} ${facts.mode}: ${what}`,
    engine,
    ...facts,
    comparedTo: comparedTo.map((name) => isPeer(name) ? name : name + suffix),
  });
  const best = captures ? "captured" : "eager";
  const train = (kernels: Subject["kernels"]): Facts => ({ mode: best, work: "train", kernels });
  const infer = (kernels: Subject["kernels"]): Facts => ({ mode: best, work: "infer", kernels });
  const eager = (kernels: Subject["kernels"]): Facts => ({ ...train(kernels), mode: "eager" });
  const peersOf = (...names: string[]) => suffix === "" ? names : [];
  const all = [
    subject(reference, "plain", train("plain"), ...peersOf(pytorch, "keras")),
    subject(referenceAgain, "plain, again", train("plain"), reference),
    subject("ws-generic", "WS by generic ops", train("generic"), reference),
    subject("ws", "WS", train("ws"), reference, "ws-generic", "pytorch-composer", "pytorch-timm"),
    subject("plain-eager", "plain", eager("plain"), reference),
    subject("plain-eager-again", "plain, again", eager("plain"), "plain-eager"),
    subject("ws-generic-eager", "WS by generic ops", eager("generic"), "plain-eager"),
    subject("ws-eager", "WS", eager("ws"), "plain-eager", "ws-generic-eager"),
    subject(
      "infer-plain",
      "inference, plain",
      infer("plain"),
      ...peersOf("pytorch-infer", "keras-infer"),
    ),
    subject("infer-plain-again", "inference, plain, again", infer("plain"), "infer-plain"),
    subject("infer-ws-generic", "inference, WS by generic ops", infer("generic"), "infer-plain"),
    subject("infer-ws", "inference, WS", infer("ws"), "infer-plain", "infer-ws-generic"),
    subject("infer-baked", "inference, baked", infer("baked"), "infer-plain"),
  ];
  if (engine === "tensorflow") all.splice(2, 0, withoutOneDnn(all[0]!));
  return captures ? all : all.filter(({ name }) => !name.includes("-eager"));
}

/** What oneDNN gains on this processor is the ratio of the two. */
function withoutOneDnn({ comparedTo: _, ...plain }: Subject): Subject {
  return {
    ...plain,
    name: plain.name.replace(reference, `${reference}-no-onednn`),
    label: `${plain.label}, without oneDNN`,
    oneDnn: false,
    comparedTo: [plain.name],
  };
}

function isPeer(name: string): boolean {
  return peers.some((peer) => peer.name === name);
}
