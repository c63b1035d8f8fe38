/** Records of every kind: what is written is what is read, and what is neither is told. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { schemas } from "../../../benchmarks/record/kinds.ts";
import { type AnyRecord, parseRecord, type Result } from "../../../benchmarks/record/mod.ts";
import { result } from "../report/synthetic.ts";
import { resultOf } from "../timing/synthetic.ts";
import { arbitraryOf } from "./arbitrary.ts";

/** A grid, where there is one, has the record's arms on its axes: any other is refused. */
function laidOut(record: unknown): unknown {
  const { grid, arms } = record as Partial<Result>;
  if (grid === undefined) return record;
  const axes = [{ name: "", label: "", levels: [0] }, ...grid.axes]
    .filter(({ levels }) => levels.length > 0);
  const place = axes.map(({ levels }) => levels[0]!);
  const at = Object.fromEntries(arms!.map(({ name }) => [name, place]));
  return { ...record as object, grid: { axes, at, effect: axes.at(-1)!.name } };
}

for (const [kind, schema] of Object.entries(schemas)) {
  Deno.test(`parseRecord() reads any record of ${kind} as it was written`, () => {
    fc.assert(
      fc.property(arbitraryOf(schema).map(laidOut), (record) => {
        const read = parseRecord(JSON.stringify(record), "result.json");
        assert.deepEqual(read, { record, version: 2 });
      }),
      { numRuns: 60 },
    );
  });
}

Deno.test("parseRecord() names a later release, an unknown kind and a body of another kind", () => {
  const wrong = (fields: object, message: RegExp) => {
    const text = JSON.stringify({ ...result(), ...fields });
    assert.throws(() => parseRecord(text, "out/result.json"), {
      name: "UsageError",
      message: new RegExp(`^Cannot read "out/result\\.json" as ${message.source}`),
    });
  };
  wrong(
    { schemaVersion: 3 },
    /schemaVersion must be 1 or 2: current value is 3, which a later release than this one, \d/,
  );
  wrong({ schemaVersion: 0 }, /schemaVersion must be 1 or 2: current value is 0$/);
  wrong({ schemaVersion: "2" }, /schemaVersion must be 1 or 2: current value is "2"$/);
  wrong({ kind: "sweep" }, /kind must be one of cells, timings, .*: current value is "sweep"$/);
  wrong({ kind: undefined }, /kind must be one of .*: current value is undefined$/);
  wrong({ kind: "timings" }, /field rows is missing$/);
  const { kind: _, ...timings } = resultOf([]);
  wrong(timings, /field rows is unknown: wanted only fields of schemaVersion 2$/);
});

Deno.test("parseRecord() tells a truncated record of any kind", () => {
  const records: AnyRecord[] = [result(), resultOf([])];
  for (const record of records) {
    const text = JSON.stringify(record);
    assert.throws(
      () => parseRecord(text.slice(0, text.length / 2), "result.json"),
      /"result\.json" as it is not JSON, perhaps truncated/,
    );
  }
});
