import assert from "node:assert/strict";
import { changedLines, keyOf, mutantsOf, mutated } from "./mutant.ts";
import type { Operator } from "./operators.ts";

/** What a source becomes by each mutant of one kind. */
function become(source: string, operator: Operator): string[] {
  return mutantsOf("a.ts", source).filter((mutant) => mutant.operator === operator)
    .map((mutant) => mutated(source, mutant));
}

Deno.test("mutantsOf() swaps operands whose order counts", () => {
  assert.deepEqual(become("a - b * c;", "swap operands"), ["b * c - a;"]);
  assert.deepEqual(become("f(a) /* by */ / (b + c);", "swap operands"), [
    "(b + c) /* by */ / f(a);",
  ]);
  assert.deepEqual(become("a < b;", "swap operands"), ["b < a;"]);
  assert.deepEqual(become("a + b; a * b; a === b; a && b; a - a;", "swap operands"), []);
  assert.deepEqual(become("(a - b) ** 2; Math.abs(a - b);", "swap operands"), [
    "2 ** (a - b); Math.abs(a - b);",
  ]);
});

Deno.test("mutantsOf() flips signs, but joins no texts", () => {
  assert.deepEqual(become("a + b;", "flip sign"), ["a - b;"]);
  assert.deepEqual(become("a -= -b;", "flip sign"), ["a += -b;", "a -= b;"]);
  assert.deepEqual(become('a + "b"; a + `b${c}`; "a" + b + c;', "flip sign"), []);
});

Deno.test("mutantsOf() moves boundaries and whole numbers", () => {
  assert.deepEqual(become("a < b;", "move boundary"), ["a <= b;"]);
  assert.deepEqual(become("a >= 10;", "move boundary"), ["a > 10;", "a >= 11;"]);
  assert.deepEqual(become("const a = { 1: 0.5 };", "move boundary"), []);
});

Deno.test("mutantsOf() drops calls: a whole statement, or down to what it is called on or with", () => {
  assert.deepEqual(become("f(a);", "drop call"), [";"]);
  assert.deepEqual(become("await f();", "drop call"), [";"]);
  assert.deepEqual(become("a = b.f(c, d);", "drop call"), ["a = (b);", "a = (c);"]);
  assert.deepEqual(become("class A extends B { constructor() { super(); } }", "drop call"), []);
});

Deno.test("mutantsOf() negates what decides", () => {
  assert.deepEqual(become("if (a) b;", "negate condition"), ["if (!(a)) b;"]);
  assert.deepEqual(become("while (a) b;", "negate condition"), ["while (!(a)) b;"]);
  assert.deepEqual(become("for (; a;) b;", "negate condition"), ["for (; !(a);) b;"]);
  assert.deepEqual(become("a || b ? c : d;", "negate condition"), [
    "!(a || b) ? c : d;",
    "!(a) || b ? c : d;",
  ]);
});

Deno.test("mutantsOf() exchanges neighbouring arguments, unless they commute", () => {
  assert.deepEqual(become("f(a, b, c);", "exchange arguments"), ["f(b, a, c);", "f(a, c, b);"]);
  assert.deepEqual(become("new F(a, b);", "exchange arguments"), ["new F(b, a);"]);
  assert.deepEqual(become("f(a, ...b); f(a, a); Math.max(a, b);", "exchange arguments"), []);
});

Deno.test("mutantsOf() leaves types and imports alone", () => {
  const source = 'import a from "b"; interface C { d: 1 } type E = 2; let f: Array<3>;';
  assert.deepEqual(mutantsOf("a.ts", source), []);
});

Deno.test("mutantsOf() tells line and lines, and gives each mutant a key of its own", () => {
  const source = "const a = 1;\n\n  f(\n    a,\n    b,\n  );\n";
  const found = mutantsOf("a.ts", source);
  const [mutant] = found.filter(({ operator }) => operator === "exchange arguments");
  assert.equal(mutant?.line, 4);
  assert.deepEqual(changedLines(source, mutant), { before: "a, b,", after: "b, a," });
  assert.equal(new Set(found.map(keyOf)).size, found.length);
});
