import assert from "node:assert/strict";
import { type Arrows, circlesOf, importsOf, neighbourArrows, readImports } from "./imports.ts";

const imports = await readImports("src", "datasets", "benchmarks");

/** Folders in which arrows point one way. */
const orderly = ["src/", "datasets/", "benchmarks/"];

/** What docs/architecture.md forbids: who must not import what. */
const forbidden: readonly { rule: string; from: RegExp; to: RegExp }[] = [
  {
    rule: "src/ knows neither benchmarks/ nor datasets/",
    from: /^src\//,
    to: /^(benchmarks|datasets)\//,
  },
  {
    rule:
      "datasets/ knows nothing of the library but src/pictures, nor benchmarks/, nor TensorFlow.js",
    from: /^datasets\//,
    to: /^(benchmarks\/|src\/(?!pictures\/))|@tensorflow\//,
  },
  {
    rule: "src/pictures knows nothing but itself, so that datasets/ may know it",
    from: /^src\/pictures\//,
    to: /^(?!src\/pictures\/)/,
  },
  {
    rule: "the library's backends are chosen by entry points, outside of src/",
    from: /^src\/(?!backends\/)/,
    to: /^src\/backends\//,
  },
  {
    rule: "src/tf.ts is the one door to TensorFlow.js, beside the backends",
    from: /^src\/(?!tf\.ts$|backends\/)/,
    to: /@tensorflow\//,
  },
];

/** The rooms of benchmarks/, a list a floor; its commands stand above them. */
const rooms = [
  ["ground"],
  ["record"],
  ["experiments"],
  ["judge", "cli", "tasks"],
  ["report"],
  ["run", "timing"],
  ["changes", "scaling", "predict", "data_check", "doctor", "reference"],
];

/** The rooms of src/ from the ground up: each imports from those before it alone. */
const floors = [
  "tf.ts",
  "check.ts",
  "zip.ts",
  "pictures",
  "workers.ts",
  "random.ts",
  "repair_seeds.ts",
  "call_order.ts",
  "repair_calls.ts",
  "kernels",
  "gradients",
  "layers",
  "normalization",
  "standardization",
  "layers.ts",
  "models",
  "training",
  "wasm",
  "files",
  "backends",
].map((name) => `src/${name}`);

/** What lies in a folder and holds code: an emptied folder, or one of caches, is no room. */
function roomsOf(folder: string): string[] {
  const inside = [...imports.keys()].filter((path) => path.startsWith(`${folder}/`));
  return [...new Set(inside.map((path) => path.split("/")[1]!))].sort();
}

/** Arrows as lines, in order. */
function lines(arrows: Arrows, keep: (from: string, to: string) => boolean): string[] {
  return [...arrows]
    .flatMap(([from, targets]) =>
      [...targets].filter((to) => keep(from, to)).map((to) => `${from} → ${to}`)
    )
    .sort();
}

/** The arrows of a graph that leave from the orderly folders. */
function ofOrderly(arrows: Arrows): Arrows {
  return new Map(
    [...arrows].filter(([from]) => orderly.some((folder) => `${from}/`.startsWith(folder))),
  );
}

Deno.test("no file imports itself through others, be it a type", () => {
  assert.ok(imports.size > 300, `${imports.size} files`);
  assert.deepEqual(circlesOf(ofOrderly(imports)), []);
});

Deno.test("arrows between neighbouring files and folders point one way", () => {
  assert.deepEqual(circlesOf(ofOrderly(neighbourArrows(imports))), []);
});

for (const { rule, from, to } of forbidden) {
  Deno.test(`imports: ${rule}`, () => {
    assert.deepEqual(lines(imports, (file, target) => from.test(file) && to.test(target)), []);
  });
}

Deno.test("src/ is built on floors, each of which imports from those below alone", () => {
  const between = new Map([...neighbourArrows(imports)].filter(([from]) => floors.includes(from)));
  assert.deepEqual(
    lines(between, (from, to) => !floors.slice(0, floors.indexOf(from)).includes(to)),
    [],
  );
  assert.deepEqual(roomsOf("src").map((name) => `src/${name}`), floors.toSorted());
});

Deno.test("the rooms of benchmarks/ lie on floors, each of which imports from those below alone", () => {
  const floorOf = (path: string) => {
    const floor = rooms.findIndex((names) => names.some((name) => path === `benchmarks/${name}`));
    return floor < 0 ? rooms.length : floor;
  };
  const between = new Map(
    [...neighbourArrows(imports)].filter(([from]) => floorOf(from) < rooms.length),
  );
  assert.deepEqual(lines(between, (from, to) => floorOf(to) >= floorOf(from)), []);
  const there = roomsOf("benchmarks").filter((name) => !name.endsWith(".ts"));
  assert.deepEqual(there, rooms.flat().toSorted());
});

Deno.test("circlesOf() finds circles through two and more, each once", () => {
  const graph = new Map([
    ["a", new Set(["b", "package"])],
    ["b", new Set(["c"])],
    ["c", new Set(["a", "d"])],
    ["d", new Set(["d"])],
    ["e", new Set(["a"])],
  ]);
  assert.deepEqual(circlesOf(graph), ["a → b → c → a", "d → d"]);
});

Deno.test("neighbourArrows() lifts arrows to what lies side by side", () => {
  const arrows = neighbourArrows(
    new Map([
      ["src/a/b/c.ts", new Set(["src/a/b/d.ts", "src/a/e.ts", "src/f/g.ts", "package"])],
      ["src/a/b/d.ts", new Set<string>()],
      ["src/a/e.ts", new Set(["src/a/b/d.ts"])],
      ["src/f/g.ts", new Set<string>()],
    ]),
  );
  assert.deepEqual(
    arrows,
    new Map([
      ["src/a/b/c.ts", new Set(["src/a/b/d.ts"])],
      ["src/a/b", new Set(["src/a/e.ts"])],
      ["src/a", new Set(["src/f"])],
      ["src/a/e.ts", new Set(["src/a/b"])],
    ]),
  );
  assert.deepEqual(circlesOf(arrows), ["src/a/b → src/a/e.ts → src/a/b"]);
});

Deno.test("importsOf() sees imports of types, re-exports and import(), and no comments", () => {
  const text = `
    import a, { type B } from "./a.ts";
    import type { C } from "../c.ts";
    import "package";
    export * from "./d.ts";
    export type { E } from "./e/e.ts";
    /** import { f } from "./f.ts"; */
    type G = import("./g.ts").G;
    const h = await import("./h.ts");
  `;
  assert.deepEqual(
    [...importsOf("src/x/y.ts", text)].sort(),
    ["package", "src/c.ts", ...["a", "d", "e/e", "g", "h"].map((name) => `src/x/${name}.ts`)],
  );
});
