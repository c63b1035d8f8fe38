import assert from "node:assert/strict";
import { graphOf, nearestTests } from "./nearest_tests.ts";

const imports = (...paths: string[]) => paths.map((path) => `import "${path}";`).join("\n");

const texts = new Map([
  ["src/a/one.ts", "export const one = 1;"],
  ["src/a/two.ts", imports("./one.ts")],
  ["src/a/types.ts", "export type Type = 1;"],
  ["src/a/worker.ts", ""],
  ["mod.ts", `export * from "./src/a/two.ts";`],
  ["tests/a/one_test.ts", imports("./helper.ts")],
  ["tests/a/helper.ts", ""],
  ["tests/a/two_test.ts", imports("../../src/a/two.ts")],
  ["tests/b/two_test.ts", imports("../../src/a/two.ts")],
  ["tests/all_test.ts", imports("../mod.ts")],
  ["tests/process_test.ts", imports("./process.ts")],
  ["tests/process.ts", `new Deno.Command("deno", { args: ["src/a/two.ts"] });`],
  ["tests/types_test.ts", `import type { Type } from "../src/a/types.ts";`],
  ["tests/worker_test.ts", `new Worker(new URL("../src/a/worker.ts", import.meta.url));`],
]);
const graph = graphOf(texts);

Deno.test("nearestTests() begins with the mirror, then goes by imports, then by folders", () => {
  assert.deepEqual(nearestTests(graph, "src/a/one.ts", 9), [
    "tests/a/two_test.ts",
    "tests/b/two_test.ts",
    "tests/all_test.ts",
    "tests/process_test.ts",
  ]);
  const mirrored = new Map([...texts, ["tests/a/one_test.ts", imports("../../mod.ts")]]);
  assert.equal(nearestTests(graphOf(mirrored), "src/a/one.ts", 9)[0], "tests/a/one_test.ts");
});

Deno.test("nearestTests() gives as many as asked for, those that start processes last and few", () => {
  const fifth = (i: number): [string, string][] => [[
    `tests/a/slow${i}_test.ts`,
    `${imports("../../src/a/one.ts")} Deno.Command`,
  ]];
  const slow = graphOf(new Map([...texts, ...[0, 1, 2, 3, 4].flatMap(fifth)]));
  assert.deepEqual(nearestTests(slow, "src/a/one.ts", 5), [
    "tests/a/two_test.ts",
    "tests/b/two_test.ts",
    "tests/a/slow0_test.ts",
    "tests/a/slow1_test.ts",
    "tests/a/slow2_test.ts",
  ]);
});

Deno.test("nearestTests() follows names of files, and no types", () => {
  assert.deepEqual(nearestTests(graph, "src/a/worker.ts", 9), ["tests/worker_test.ts"]);
  assert.deepEqual(nearestTests(graph, "src/a/types.ts", 9), []);
});

Deno.test("nearestTests() begins with the sweep where a file repairs an op of TensorFlow.js", () => {
  const repair = "src/kernels/one_hot.ts";
  const more = graphOf(
    new Map([
      ...texts,
      [repair, ""],
      ["src/register.ts", imports("./kernels/one_hot.ts")],
      ["tests/direct_test.ts", imports("../src/kernels/one_hot.ts")],
      ["tests/sweep/sweep_test.ts", imports("../../src/register.ts")],
    ]),
  );
  assert.deepEqual(nearestTests(more, repair, 9), [
    "tests/sweep/sweep_test.ts",
    "tests/direct_test.ts",
  ]);
});
