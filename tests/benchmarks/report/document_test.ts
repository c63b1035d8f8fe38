import assert from "node:assert/strict";
import { section, table } from "../../../benchmarks/report/blocks.ts";
import { documentOf } from "../../../benchmarks/report/mod.ts";
import { markdown } from "../../../benchmarks/report/render/markdown.ts";
import { numberText, numericColumns, partsOf } from "../../../benchmarks/report/text.ts";
import { result } from "./synthetic.ts";

Deno.test("numberText() writes a number with all that belongs to it", () => {
  assert.equal(numberText({ value: -2.186, digits: 2 }), "−2.19");
  assert.equal(numberText({ value: 40.123, digits: 2, half: 0.305 }), "40.12 ± 0.30");
  const range = { low: -2.21, high: 12.6 };
  assert.equal(
    numberText({ value: 3.2, digits: 1, unit: "%", signed: true, range, note: "30 pairs" }),
    "+3.2 % [−2.2, +12.6], 30 pairs",
  );
  const bounds = { low: 1.1, high: 1.32, isInterval: false };
  assert.equal(numberText({ value: 1.21, digits: 3, range: bounds }), "1.210 (1.100–1.320)");
  assert.equal(
    numberText({ value: 1.21, digits: 1, signed: true, range: bounds }),
    "+1.2 (+1.1 to +1.3)",
  );
  assert.equal(numberText({ value: 1_234_567, digits: 0, grouped: true }), "1,234,567");
  assert.equal(numberText({ value: NaN, digits: 1, half: 1, unit: "%" }), "–");
  assert.equal(numberText({ value: undefined, digits: 1, note: "failed" }), "failed");
});

Deno.test("documentOf() names a backend without a version by its name", () => {
  const record = result();
  delete record.environment.backendVersion;
  assert.doesNotMatch(markdown(documentOf(record)), /undefined/);
});

Deno.test("numericColumns() is of columns of numbers alone", () => {
  const number = { value: 1, digits: 0 };
  const rows = [["a", number, number], ["b", number, "–"]];
  const table = { kind: "table", caption: "", columns: ["", "", ""], rows } as const;
  assert.deepEqual(numericColumns(table), [false, true, false]);
  assert.equal(numericColumns({ ...table, rows: [] })[1], false);
});

Deno.test("partsOf() keeps each part in a line, and the space between them", () => {
  const parts = partsOf(["a\n b ", { as: "strong", text: " c\nd " }, " \u202ee"]);
  const plain = (text: string) => ({ as: "plain", text });
  assert.deepEqual(parts, [plain("a b "), { as: "strong", text: "c d" }, plain(" e")]);
  assert.deepEqual(partsOf(parts), parts, "parts of parts are the same");
  assert.deepEqual(partsOf(" a "), [plain("a")]);
  assert.deepEqual(partsOf(["a", "\n", "b"]), [plain("a"), plain(" "), plain("b")]);
  assert.deepEqual(partsOf("x".repeat(600)), [plain(`${"x".repeat(500)}…`)], "what is long is cut");
});

Deno.test("section() is nothing where nothing stands in it", () => {
  assert.deepEqual(section("Empty", []), []);
  assert.equal(section("Full", [{ kind: "text", text: "a" }]).length, 2);
});

Deno.test("table() has a column for each that is not false, and is nothing without rows", () => {
  const columns = [
    ["name", (row: string) => row],
    false,
    ["place", (_: string, i: number) => ({ value: i, digits: 0 })],
  ] as const;
  const [block] = table("Letters", ["a", "b"], columns);
  assert.deepEqual(block, {
    kind: "table",
    paper: false,
    caption: "Letters",
    columns: ["name", "place"],
    rows: [["a", { value: 0, digits: 0 }], ["b", { value: 1, digits: 0 }]],
  });
  assert.deepEqual(table("Letters", [], columns), []);
});
