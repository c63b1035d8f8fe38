/** Slurm's variables: lists of hosts and counts of tasks in its forms, with lies in them. */
import * as fc from "fast-check";
import { clusterFromSlurm } from "../../../src/backends/tensorflow/cluster/slurm.ts";
import { complaintOf } from "../complaints.ts";
import type { Case, Target } from "../target.ts";

const pieces = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      "n1",
      "gpu-07",
      "n[1-2]",
      "n[3,1-2]",
      "a[1-2]b[08-09]",
      "x[001-010]",
      "n[5]",
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...[
        "n[1-",
        "n[",
        "]",
        "n[]",
        "n[2-1]",
        "n[a-b]",
        "n[1-99999999]",
        "n[0-4294967295]",
        "[1-2]",
        "n[1,,2]",
        "n[-1]",
        "",
      ],
      ...[
        "a[1-1000]b[1-1000]",
        "n[01-1]",
        "n[1-2-3]",
        "é[1-2]",
        " n1",
        "n 1",
        "n[99999999999999999998-99999999999999999999]",
      ],
      ..."a[1-100]b[1-100]c[1-100]d[1-100]e[1-100]".split(";"),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.string({
      maxLength: 8,
      unit: fc.constantFrom("n", "[", "]", "-", ",", "1", "0", "9"),
    }),
  },
);

const hosts = fc.array(pieces, { minLength: 1, maxLength: 3 }).map((list) => list.join(","));

const numbers = fc.constantFrom(
  "0",
  "1",
  "2",
  "3",
  "4",
  "",
  "-1",
  "x",
  "1.5",
  "99999999999999999999",
  " 1",
  "0x1",
  "1e3",
  "é",
);

const counts = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("1", "2", "1(x2)", "2(x2)", "1,2", "2,1(x3)", "1(x3)") },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "1(x99999999)",
      "99999999",
      "0",
      "1(x0)",
      "(x2)",
      "1(x",
      "-1",
      "1,,1",
      "a",
      "4294967296(x4)",
      "1(x2)(x3)",
    ),
  },
);

/** Variables, mostly as a step of so many nodes and tasks has them. */
const variables = fc.record({
  SLURM_JOB_ID: fc.constantFrom("7", "7", "x", "99999999999999999999"),
  SLURM_STEP_ID: fc.constantFrom("0", "1", "-5"),
  SLURM_STEP_NODELIST: hosts,
  SLURM_NTASKS: numbers,
  SLURM_STEP_NUM_TASKS: numbers,
  SLURM_STEP_TASKS_PER_NODE: counts,
  SLURM_PROCID: numbers,
  SLURM_NODEID: numbers,
  SLURM_LOCALID: numbers,
  SLURM_DISTRIBUTION: fc.constantFrom(
    "block",
    "cyclic",
    "plane",
    "plane=2",
    "arbitrary",
    "block:cyclic",
    "x",
    "",
  ),
  SLURM_DIST_PLANESIZE: numbers,
  SLURM_STEP_RESV_PORTS: fc.constantFrom(
    "12000-12003",
    "12000",
    "1-2",
    "70000-70001",
    "5-1",
    "x",
    "",
    "12000,12004",
    "1-99999999999",
  ),
}, { requiredKeys: ["SLURM_STEP_NODELIST"] });

/** Steps that agree with themselves, one of whose variables may be another. */
const steps = fc.record({
  nodes: fc.integer({ min: 1, max: 4 }),
  each: fc.integer({ min: 1, max: 3 }),
  change: fc.option(variables, { freq: 3, nil: undefined }),
  which: fc.nat(11),
}).map(({ nodes, each, change, which }) => {
  const own: Record<string, string> = {
    SLURM_JOB_ID: "7",
    SLURM_STEP_ID: "0",
    SLURM_STEP_NODELIST: nodes === 1 ? "n1" : `n[1-${nodes}]`,
    SLURM_NTASKS: `${nodes * each}`,
    SLURM_STEP_TASKS_PER_NODE: nodes === 1 ? `${each}` : `${each}(x${nodes})`,
    SLURM_PROCID: `${nodes * each - 1}`,
    SLURM_DISTRIBUTION: "block",
  };
  const other = Object.entries(change ?? {}) as [string, string][];
  const [name, value] = other[which % Math.max(1, other.length)] ?? [];
  return name === undefined ? own : { ...own, [name]: value! };
});

export function start(): Promise<Target> {
  return Promise.resolve({
    cases: fc.oneof({ weight: 2, arbitrary: steps }, { weight: 1, arbitrary: variables })
      .map((env): Case => ({
        bytes: new TextEncoder().encode(JSON.stringify(env)),
        made: JSON.stringify(env),
      })),
    async read(bytes: Uint8Array) {
      const env = new Map(
        Object.entries(JSON.parse(new TextDecoder().decode(bytes)) as Record<string, string>),
      );
      const { tasks, rank } = await clusterFromSlurm(env, { addresses: new Map() });
      if (tasks[rank] === undefined) throw new Error("a rank that is none");
      return JSON.stringify(tasks.length);
    },
    complaint: (error: Error) => complaintOf(error, ["ClusterError", "RangeError"]),
  });
}
