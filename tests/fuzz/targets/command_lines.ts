/** Command lines of every program: its own options with values of all sorts, and words that are none. */
import * as fc from "fast-check";
import { dataCheck } from "../../../benchmarks/data_check/command.ts";
import { changes } from "../../../benchmarks/changes/command.ts";
import { detection } from "../../../benchmarks/changes/detection/command.ts";
import { parse } from "../../../benchmarks/cli/command.ts";
import { entriesOf, written } from "../../../benchmarks/cli/options.ts";
import type { Program } from "../../../benchmarks/cli/program.ts";
import { comment } from "../../../benchmarks/comment.ts";
import { doctor } from "../../../benchmarks/doctor/command.ts";
import { microbatchProgram } from "../../../benchmarks/microbatch.ts";
import { predict } from "../../../benchmarks/predict/command.ts";
import { report } from "../../../benchmarks/report.ts";
import { suiteProgram } from "../../../benchmarks/run/program.ts";
import { site } from "../../../benchmarks/site.ts";
import { ade20k, imagenet, norms, smoothness } from "../../../benchmarks/tasks/suites.ts";
import { overhead } from "../../../benchmarks/timing/command.ts";
import { complaintOf } from "../complaints.ts";
import type { Case, Target } from "../target.ts";

const programs: readonly Program[] = [
  ...[
    dataCheck,
    changes,
    detection,
    comment,
    doctor,
    microbatchProgram,
    predict,
    report,
    site,
    overhead,
  ],
  ...[suiteProgram(ade20k), suiteProgram(imagenet), suiteProgram(norms), suiteProgram(smoothness)],
];

const values = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...[
        "",
        " ",
        "0",
        "1",
        "-1",
        "3.5",
        "1e3",
        "1e999",
        "NaN",
        "Infinity",
        "0x10",
        "2/4",
        "0/0",
        "1,2,3",
        ",",
        "1,,2",
        "0,0",
      ],
      ...[
        "quick",
        "proxy",
        "paper",
        "baseline",
        "ws",
        "wasm",
        "cpu",
        "tensorflow",
        "a=b",
        "=",
        "a=",
        "=b",
        "learningRate=0.1",
      ],
      ...[
        "duration=2ba",
        "duration=",
        "imageSize=-1",
        "__proto__=1",
        "constructor=1",
        "batchSize=1e999",
        "seed=x",
        "--",
        "-",
        "-x",
      ],
      ...[
        "99999999999999999999",
        "/tmp",
        "../..",
        "a\nb",
        "\0",
        "é",
        "💥",
        "toString",
        "true",
        "false",
        "null",
        "{}",
        "[]",
        "*",
      ],
    ),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 12, unit: "binary" }) },
);

/** A program's number, and its words. */
const lines = fc.nat(programs.length - 1).chain((which) => {
  const options = entriesOf(programs[which]!.options);
  const names = [
    ...options.map(([key]) => written(key)),
    "--help",
    "-h",
    "--nope",
    "--",
    "-x",
    "--set",
    "--seeds",
  ];
  const usual = options.flatMap((
    [, { kind, names }],
  ) => [...kind.names ?? [], ...Object.keys(names ?? {})]);
  const word = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...names) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(...names).chain((name) =>
        values.map((value) => `${name}=${value}`)
      ),
    },
    { weight: 3, arbitrary: values },
    ...(usual.length > 0 ? [{ weight: 3, arbitrary: fc.constantFrom(...usual) }] : []),
    { weight: 1, arbitrary: fc.constantFrom(...names).map((name) => name.slice(0, -1)) },
  );
  return fc.array(word, { maxLength: 7 }).map((words) => ({ which, words }));
});

export function start(): Promise<Target> {
  return Promise.resolve({
    cases: lines.map((line): Case => ({
      bytes: new TextEncoder().encode(JSON.stringify(line)),
      made: `${programs[line.which]!.command} ${JSON.stringify(line.words)}`,
    })),
    read(bytes: Uint8Array) {
      const { which, words } = JSON.parse(new TextDecoder().decode(bytes));
      const parsed = parse(programs[which]!, words);
      return typeof parsed === "string" ? "help" : JSON.stringify(Object.keys(parsed.asked));
    },
    complaint: (error: Error) => complaintOf(error, ["UsageError"]),
  });
}
