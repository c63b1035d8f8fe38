import type { Arm, CellRecord, Result } from "../../../benchmarks/record/mod.ts";
import { cell, overhead, result } from "./synthetic.ts";

/** More of everything than any report can hold: arms, seeds, classes, errors, warnings. */
export function hugeResult(): Result {
  const seeds = Array.from({ length: 40 }, (_, seed) => seed);
  const arms = Array.from({ length: 40 }, (_, i): Arm => ({
    name: `arm-${i}`,
    label: `arm ${i} ${"é|<".repeat(400)}`,
    algorithms: [],
    description: "long ".repeat(400),
  }));
  const cells = arms.flatMap(({ name }) => seeds.map((seed) => hugeCell(name, seed)));
  const run = result({ arms, seeds, cells, overhead: overhead(200, 3) });
  run.data.classes = 1_000;
  run.data.classNames = Array.from({ length: 1_000 }, (_, i) => `class ${i} ${"ü".repeat(50)}`);
  run.config = Object.fromEntries(seeds.map((i) => [`key${i}`, "value ".repeat(5_000)]));
  run.command = "deno task bench:ade20k ".repeat(20_000);
  run.title = "t".repeat(100_000);
  return run;
}

function hugeCell(arm: string, seed: number): CellRecord {
  return cell(arm, seed, {
    status: seed % 5 === 4 ? "failed" : "done",
    error: "x".repeat(5_000),
    classIou: Array.from({ length: 1_000 }, (_, i) => i / 20),
    warnings: [{ code: `c${seed}`, message: `${arm} ${"y".repeat(900)}`, advice: "z" }],
  });
}
