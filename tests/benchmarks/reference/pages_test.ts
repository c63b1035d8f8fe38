import assert from "node:assert/strict";
import { table, withTables } from "../../../benchmarks/reference/pages.ts";

const begin = (name: string) =>
  `<!-- By \`deno task report:claims\`, of the kept records: ${name} -->`;
const end = "<!-- End of what `deno task report:claims` writes. -->";
const tables = new Map([["claims", "| $& |"], ["runs", "| r |"]]);

Deno.test("withTables() replaces what is between the marks, and nothing else", () => {
  const page = `a\n${begin("runs")}\n${end}\n${end}\nb\n${begin("claims")}\nold\n${end}\nc`;
  const once = withTables(page, tables, "x.md");
  const place = (name: string) => `${begin(name)}\n\n${tables.get(name)}\n\n${end}`;
  assert.equal(once, `a\n${place("runs")}\n${end}\nb\n${place("claims")}\nc`);
  assert.equal(withTables(once, tables, "x.md"), once);
});

Deno.test("withTables() wants a place, whole, of a table that there is", () => {
  const refused = (page: string, message: RegExp) =>
    assert.throws(() => withTables(page, tables, "x.md"), { name: "UsageError", message });
  refused("", /^Cannot write tables into x\.md as it has no place for any: .* records: claims -->/);
  const whole = `${begin("runs")}\n${end}`;
  for (
    const page of [begin("runs"), `${end}\n${begin("runs")}`, `${begin("claims")}\n\n${whole}`]
  ) {
    refused(
      page,
      /^Cannot write tables into x\.md as it has a mark without the one that ends it: /,
    );
  }
  assert.throws(
    () => withTables(`${begin("run")}\n${end}`, tables, "x.md"),
    /^UsageError: Unknown table of x\.md "run": wanted one of "claims", "runs"; did you mean "runs"\?$/,
  );
});

Deno.test("table() escapes what would end a cell", () => {
  assert.equal(table([["a"], ["b|c"]], { isAligned: false }), "| a |\n| - |\n| b\\|c |");
});
