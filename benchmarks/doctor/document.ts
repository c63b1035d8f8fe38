import { bytesText, counted, fixed, none } from "../ground/format.ts";
import type { Environment } from "../record/mod.ts";
import { facts, fold, list, note, section, strong, table } from "../report/blocks.ts";
import type { Block, Document, Text } from "../report/document.ts";
import { goldenCases, torchVersion } from "./golden_cases.ts";
import type { Examination } from "./examination.ts";
import type { MessageOf } from "./protocol.ts";
import type { NvidiaDriver } from "./nvidia_driver.ts";
import { stepText } from "./training_step.ts";
import { faultsOf, reducedUpTo, rightUpTo, shown, verdictOf, worstOf } from "./verdict.ts";

/** What a report of this machine is made of. */
export interface Findings {
  machine: Environment;
  nvidia: NvidiaDriver | undefined;
  examinations: readonly Examination[];
}

/** The report, to be pasted into an issue. */
export function doctorDocument({ machine, nvidia, examinations }: Findings): Document {
  return {
    title: "What this machine can do",
    kicker: `deno task doctor, ${new Date().toISOString().slice(0, 10)}`,
    alerts: alertsOf(nvidia, examinations),
    answer: examinations.map(answerOf),
    blocks: [
      ...section("Machine", facts(machineFacts(machine, nvidia, examinations))),
      ...section("Backends", backendsTable(examinations)),
      ...section("What is wrong", list(examinations.flatMap(faultItems))),
      ...fold(`Differences from PyTorch ${torchVersion}, case by case`, goldenTable(examinations)),
      ...examinations.flatMap((examination) => wordsOf(examination, nvidia !== undefined)),
    ],
  };
}

/** A GPU that is there and not used is what its owner wants to know first. */
function alertsOf(
  nvidia: NvidiaDriver | undefined,
  examinations: readonly Examination[],
): string[] {
  const starts = examinations.filter(({ subject, started }) =>
    subject.backend === "tensorflow" && started !== undefined
  );
  if (nvidia === undefined || starts.length === 0) return [];
  if (starts.some(({ started }) => started!.gpu !== undefined)) return [];
  return [
    "NVIDIA's driver is there, but TensorFlow sees no GPU: `deno task setup --gpu` fetches the " +
    "build for GPUs; what TensorFlow said of it is below",
  ];
}

function answerOf(examination: Examination): Text {
  const { subject, started, unavailable, broke, golden } = examination;
  const title = strong(subject.title);
  const faults = faultsOf(examination);
  if (broke !== undefined) return [title, `: broke. ${broke}`];
  if (faults.length > 0) return [title, `: wrong. ${faults.length} of its results, see below`];
  if (unavailable !== undefined) return [title, `: does not start. ${unavailable}`];
  const reduced = golden.filter((difference) =>
    verdictOf(difference, started) === "reduced precision"
  );
  if (reduced.length === 0) return [title, ": right"];
  return [
    title,
    `: right to reduced precision in ${reduced.length} of ${golden.length} cases, as products of ` +
    "TF32 are; NVIDIA_TF32_OVERRIDE=0 in the environment computes in float32",
  ];
}

function machineFacts(
  machine: Environment,
  nvidia: NvidiaDriver | undefined,
  examinations: readonly Examination[],
): [string, string][] {
  const started = examinations.flatMap(({ started }) => started ?? []);
  const libraries = new Set(started.flatMap(({ libraries }) => libraries));
  return [
    ["Deno", `${machine.deno}, V8 ${machine.v8}`],
    ...(started[0] ? [["TensorFlow.js", started[0].tensorflowjs] as [string, string]] : []),
    ["system", `${machine.os}, ${machine.arch}`],
    ["processor", `${machine.cpu}, ${machine.cores} cores`],
    ["instruction sets", machine.instructionSets ?? none],
    ["memory", bytesText(machine.memoryBytes)],
    ["NVIDIA's driver", nvidia?.driver ?? "none that nvidia-smi tells of"],
    ...(nvidia?.gpus ?? []).map((gpu): [string, string] => ["GPU", gpu]),
    ...(libraries.size > 0
      ? [["NVIDIA's libraries", [...libraries].join(", ")] as [string, string]]
      : []),
    ...(machine.commit === undefined ? [] : [[
      "commit",
      `${machine.commit.slice(0, 12)}${machine.dirty ? ", with changes" : ""}`,
    ] as [string, string]]),
  ];
}

function backendsTable(examinations: readonly Examination[]): Block[] {
  const blocks = table("backends", examinations, [
    ["backend", ({ subject }) => subject.title],
    ["version", ({ started }) => started?.version ?? "does not start"],
    [
      "computes on",
      ({ started }) => started?.devices.join(", ") ?? none,
    ],
    [
      "oneDNN",
      ({ started }) => started?.oneDnn === undefined ? none : started.oneDnn ? "on" : "off",
    ],
    ["right", ({ golden, started }) => {
      const right = golden.filter((difference) => verdictOf(difference, started) === "right");
      return started === undefined ? none : `${right.length} of ${goldenCases.length}`;
    }],
    ["largest difference", (examination) => {
      const worst = worstOf(examination);
      return worst === undefined ? none : `${shown(worst.difference)}: ${worst.name}`;
    }],
    [
      "captured − eager",
      ({ started, step }) =>
        started === undefined
          ? none
          : started.captures
          ? shown(step?.difference)
          : "captures nothing",
    ],
    ["step, ms", ({ times }) => ({ value: times?.plainMs, digits: 1 })],
    ["with WS, ms", ({ times }) => ({ value: times?.standardizedMs, digits: 1 })],
    [
      "ratio",
      ({ times }) =>
        times === undefined ? none : `${ratioText(times)} (${counted(times.pairs, "pair")})`,
    ],
    ["peak memory", ({ peakBytes }) => peakBytes === undefined ? none : bytesText(peakBytes)],
  ]);
  return [
    ...blocks,
    note(
      `Values are held against PyTorch ${torchVersion}'s in float64: a difference is in units of a ` +
        `tensor's largest value, right up to ${rightUpTo}, of reduced precision on a GPU ` +
        `up to ${reducedUpTo}. A step is ${stepText}; captured where the backend captures, medians of ` +
        "steps in turn. It is small, and says how fast a backend is called, not how fast it " +
        "computes: bench:overhead does. Memory is the process's, without a GPU's.",
    ),
  ];
}

/** Fewer pairs say nothing of a ratio: a single one was not even warmed up. */
const fewPairs = 3;

function ratioText({ ratio, pairs }: MessageOf<"times">): string {
  return pairs < fewPairs ? none : fixed(ratio, 2);
}

function faultItems(examination: Examination): Text[] {
  return faultsOf(examination).map((fault) => [strong(examination.subject.title), `: ${fault}`]);
}

function goldenTable(examinations: readonly Examination[]): Block[] {
  const seen = examinations.filter(({ golden }) => golden.length > 0);
  if (seen.length === 0) return [];
  return table("differences", goldenCases, [
    ["case", ({ name }) => name],
    ...seen.map(({ subject, golden }) =>
      [subject.title, ({ name }: { name: string }) => {
        const found = golden.find((difference) => difference.name === name);
        return found === undefined ? none : shown(found.difference);
      }] as const
    ),
  ]);
}

/** What a backend's process wrote, where that may say why something is amiss. */
function wordsOf(examination: Examination, hasGpu: boolean): Block[] {
  const { subject, started, stderr } = examination;
  const missesGpu = hasGpu && subject.backend === "tensorflow" && started?.gpu === undefined;
  const amiss = started === undefined || faultsOf(examination).length > 0 || missesGpu;
  if (!amiss || stderr.length === 0) return [];
  return fold(`What ${subject.title} wrote`, [{ kind: "code", code: stderr.join("\n") }]);
}
