/** Records of every kind, of version 1 too, and of cells: schemas' own values, changed. */
import * as fc from "fast-check";
import { cell } from "../../../benchmarks/record/cell.ts";
import { schemas } from "../../../benchmarks/record/kinds.ts";
import { parseCell, parseRecord } from "../../../benchmarks/record/parse.ts";
import { reportFiles } from "../../../benchmarks/report/mod.ts";
import { arbitraryOf } from "../../benchmarks/record/arbitrary.ts";
import { result } from "../../benchmarks/report/synthetic.ts";
import { resultOf } from "../../benchmarks/timing/synthetic.ts";
import { complaintOf } from "../complaints.ts";
import { mutatedJson } from "../mutate/json.ts";
import type { Target } from "../target.ts";

const file = "/runs/a/result.json";

/** Records that programs wrote, or might have: two of each kind, and of the kinds of version 1. */
function seeds(): [string, unknown][] {
  const drawn = Object.entries(schemas).flatMap(([kind, schema]) =>
    fc.sample(arbitraryOf(schema), { seed: 11, numRuns: 2 }).map((record, i): [string, unknown] => [
      `${kind} ${i}`,
      record,
    ])
  ).filter(([, record]) => JSON.stringify(record).length < 20_000);
  const cells = result();
  const timings = resultOf([]);
  const { kind: _, ...head } = cells;
  return [
    ["a run", cells],
    ["timings", timings],
    ["cells of version 1", { ...head, schemaVersion: 1 }],
    ["timings of version 1", { schemaVersion: 1, suite: "overhead", subjects: [], warnings: [] }],
    ["changes of version 1", {
      schemaVersion: 1,
      kind: "regression",
      config: { profile: "quick" },
    }],
    ["detection of version 1", {
      schemaVersion: 1,
      kind: "detection",
      commit: "a",
      environment: {},
    }],
    ...drawn,
  ];
}

/** Reads records; a record that is read has reports. */
export async function start(): Promise<Target> {
  const cells = fc.sample(arbitraryOf(cell), { seed: 5, numRuns: 3 })
    .map((value, i): [string, unknown] => [`cell ${i}`, { schemaVersion: 2, ...value as object }]);
  return await Promise.resolve({
    cases: mutatedJson([...seeds(), ...cells]),
    async read(bytes: Uint8Array) {
      const text = new TextDecoder().decode(bytes);
      if (!text.includes('"suite"')) return JSON.stringify(parseCell(text, file)).slice(0, 100);
      const { record, version } = parseRecord(text, file);
      return `${record.kind} ${version} ${(await reportFiles(record)).length}`;
    },
    complaint: (error: Error) =>
      complaintOf(
        error,
        ["UsageError"],
        error.message.startsWith("Cannot report the run of ") ? undefined : file,
      ),
  });
}
