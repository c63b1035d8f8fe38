import assert from "node:assert/strict";
import { namedLines } from "../../../benchmarks/cli/named_lines.ts";

Deno.test("namedLines() puts names and texts into columns of 18, or as wide as the longest name", () => {
  assert.equal(
    namedLines({ a: "first", bc: "second" }, "  "),
    `  a${" ".repeat(17)}first\n  bc${" ".repeat(16)}second`,
  );
  const long = "x".repeat(20);
  assert.equal(namedLines({ a: "1", [long]: "2" }), `a${" ".repeat(21)}1\n${long}  2`);
});
