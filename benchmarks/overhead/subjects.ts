/**
 * What is timed: this library's variants on each backend, and the same step elsewhere.
 *
 * @module
 */
import type { OverheadProfile } from "../profiles/overhead.ts";

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
  /** What the convolutions use as kernels. */
  kernels: "plain" | "ws" | "baked" | "composer" | "timm";
  /** Names of subjects that its time is set in relation to. */
  comparedTo: string[];
  /** A Python program in `benchmarks/peers/`; without one it is this library. */
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

/** PyTorch's plain step. */
export const pytorch = "pytorch";

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

function ownSubjects({ name: engine, captures }: Engine, suffix: string): Subject[] {
  const best = captures ? "captured" : "eager";
  const subject = (
    name: string,
    what: string,
    rest: Pick<Subject, "mode" | "work" | "kernels">,
    comparedTo: string[],
  ): Subject => ({
    name: name + suffix,
    label: `${engine} ${rest.mode}: ${what}`,
    engine,
    ...rest,
    comparedTo: comparedTo.map((name) =>
      peers.some((peer) => peer.name === name) ? name : name + suffix
    ),
  });
  const train = { mode: best, work: "train" } as const;
  const eager = { mode: "eager", work: "train" } as const;
  const infer = { mode: best, work: "infer" } as const;
  return [
    subject(
      "plain",
      "plain",
      { ...train, kernels: "plain" },
      suffix === "" ? [pytorch, "keras"] : [],
    ),
    subject("plain-again", "plain, again", { ...train, kernels: "plain" }, ["plain"]),
    subject("ws", "WS", { ...train, kernels: "ws" }, ["plain", "pytorch-composer", "pytorch-timm"]),
    ...(captures
      ? [
        subject("plain-eager", "plain", { ...eager, kernels: "plain" }, ["plain"]),
        subject("ws-eager", "WS", { ...eager, kernels: "ws" }, ["plain-eager"]),
      ]
      : []),
    subject("infer-plain", "inference, plain", { ...infer, kernels: "plain" }, []),
    subject("infer-ws", "inference, WS", { ...infer, kernels: "ws" }, ["infer-plain"]),
    subject("infer-baked", "inference, baked", { ...infer, kernels: "baked" }, ["infer-plain"]),
  ];
}

const torch = {
  engine: "pytorch",
  mode: "eager",
  work: "train",
  program: "torch_step.py",
} as const;

const peers: readonly Subject[] = [
  { name: pytorch, label: "PyTorch eager: plain", ...torch, kernels: "plain", comparedTo: [] },
  {
    name: "pytorch-composer",
    label: "PyTorch eager: Composer's WS",
    ...torch,
    kernels: "composer",
    comparedTo: [pytorch],
  },
  {
    name: "pytorch-timm",
    label: "PyTorch eager: timm's StdConv2d",
    ...torch,
    kernels: "timm",
    comparedTo: [pytorch],
  },
  {
    name: "keras",
    label: "Keras tf.function: plain",
    engine: "keras",
    mode: "captured",
    work: "train",
    kernels: "plain",
    program: "keras_step.py",
    comparedTo: [],
  },
];
