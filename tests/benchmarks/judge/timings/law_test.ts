/** The law of the overhead, from records whose law is known. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { fitLine } from "../../../../benchmarks/judge/statistics/line.ts";
import { lawsOf } from "../../../../benchmarks/judge/timings/law.ts";
import { comparedRows } from "../../../../benchmarks/judge/timings/overheads.ts";
import {
  resnet50StepSize,
  smallestSizes,
} from "../../../../benchmarks/judge/timings/small_overhead.ts";
import { lawfulSweep, type PlantedLaw, recordOf, resultOf } from "../../timing/synthetic.ts";

const sweep = (law: PlantedLaw) => lawfulSweep({ rounds: 1, ...law });
const laws = (law: PlantedLaw) => lawsOf(comparedRows(sweep(law)));

const share = fc.double({ min: -0.02, max: 0.05, noNaN: true });
const slope = fc.double({ min: 0.05, max: 3, noNaN: true });

Deno.test("lawsOf() finds the law that was planted", () => {
  fc.assert(
    fc.property(share, slope, (a, b) => {
      const [law, ...others] = laws({ a, b });
      assert.deepEqual([law!.subject.name, others.length], ["ws", 0], "A/A is no overhead");
      assert.ok(Math.abs(law!.time!.intercept.value - a) < 1e-9);
      assert.ok(Math.abs(law!.time!.slope.value - b) < 1e-9);
      assert.ok(law!.time!.rSquared! > 1 - 1e-9);
      assert.equal(law!.time!.n, 12);
    }),
    { numRuns: 20 },
  );
});

Deno.test("lawsOf() finds it through noise: 95 % intervals hold it as often as they should", () => {
  const [a, b] = [0.01, 0.8];
  const holds = Array.from({ length: 200 }, (_, seed) => {
    const { intercept, slope } = laws({ a, b, noise: 0.02, seed: seed + 1 })[0]!.time!;
    return [intercept.low <= a && a <= intercept.high, slope.low <= b && b <= slope.high];
  });
  for (const i of [0, 1]) {
    const held = holds.filter((both) => both[i]).length;
    // 190 expected; binomial, 4 standard deviations.
    assert.ok(held >= 177 && held <= 200, `coefficient ${i}: in ${held} of 200`);
  }
  const [law] = laws({ a, b, noise: 0.02, seed: 1 });
  assert.ok(law!.time!.rSquared! < 1 && law!.time!.slope.high > law!.time!.slope.low);
});

Deno.test("lawsOf() takes traffic from what the step has to do, and sorts by it", () => {
  const [{ points }] = laws({ a: 0, b: 1 }) as [ReturnType<typeof laws>[number]];
  const traffic = points.map((point) => point.traffic);
  assert.deepEqual(traffic, traffic.toSorted((one, other) => one - other));
  const { subjects } = points[0]!.row;
  const { kernelBytes, multiplyAdds } = subjects[0]!.ready!.stepSize!;
  assert.equal(traffic[0], kernelBytes / multiplyAdds);
  assert.ok(Math.abs(points[0]!.added - traffic[0]!) < 1e-12);
});

Deno.test("lawsOf() finds how many copies of the kernels the peak holds", () => {
  const { memory } = laws({ a: 0, b: 1, bytesForEach: 2.5 })[0]!;
  assert.ok(Math.abs(memory!.slope.value - 2.5) < 1e-6, `${memory!.slope.value}`);
  assert.ok(Math.abs(memory!.intercept.value - 3e6) < 1);
});

Deno.test("lawsOf() fits nothing to too few rows, rows of one traffic, or of unknown work", () => {
  const few = sweep({ a: 0, b: 1 });
  few.rows.splice(3);
  assert.equal(lawsOf(comparedRows(few))[0]!.time, undefined);
  assert.equal(lawsOf(comparedRows(few))[0]!.points.length, 3);

  const alike = sweep({ a: 0, b: 1 });
  for (const { subjects } of alike.rows) {
    for (const { ready } of subjects) ready!.stepSize = { kernelBytes: 4, multiplyAdds: 100 };
  }
  const [law] = lawsOf(comparedRows(alike));
  assert.deepEqual([law!.time, law!.memory, law!.points.length], [undefined, undefined, 12]);

  const unknown = sweep({ a: 0, b: 1 });
  for (const { subjects } of unknown.rows) {
    for (const { ready } of subjects) delete ready!.stepSize;
  }
  assert.deepEqual(lawsOf(comparedRows(unknown)), []);
  assert.deepEqual(lawsOf([]), []);
  assert.deepEqual(lawsOf(comparedRows(resultOf([recordOf("plain", [])]))), []);
});

Deno.test("lawsOf() has a law for each engine and each way, and none for inference baked", () => {
  const swept = sweep({ a: 0, b: 1 });
  for (const { subjects } of swept.rows) {
    const [plain, , ws] = subjects;
    subjects.push(
      { ...ws!, name: "ws@wasm", label: "wasm captured: WS", engine: "wasm", comparedTo: ["p"] },
      { ...plain!, name: "p", engine: "wasm", comparedTo: [] },
      { ...ws!, name: "ws-generic", kernels: "generic", comparedTo: ["plain"] },
      { ...ws!, name: "infer-baked", kernels: "baked", comparedTo: ["plain"] },
      { ...ws!, name: "ws-other", settings: { batchSize: 1 }, comparedTo: ["plain"] },
    );
  }
  const names = lawsOf(comparedRows(swept)).map(({ subject }) => subject.name);
  assert.deepEqual(names.sort(), ["ws", "ws-generic", "ws@wasm"]);
});

/** The line `a + b · x`, with an uncertainty. */
function lineOf(a: number, b: number, error = 0) {
  const x = [0.005, 0.02, 0.1, 0.5];
  return fitLine(x, x.map((x, i) => a + b * x + (i % 2 === 0 ? error : -error)))!;
}

Deno.test("smallestSizes() finds where the law falls below a share", () => {
  const sizes = smallestSizes(lineOf(0, 1), 0.01, 0.005);
  for (const { batchSize, imageSize, isMeasured } of sizes) {
    const traffic = (size: number) => {
      const { kernelBytes, multiplyAdds } = resnet50StepSize(batchSize, size);
      return kernelBytes / multiplyAdds;
    };
    assert.ok(traffic(imageSize!) < 0.01);
    assert.ok(imageSize === 32 || traffic(imageSize! - 32) >= 0.01);
    assert.equal(isMeasured, traffic(imageSize!) >= 0.005);
  }
  const [first, second] = sizes;
  assert.deepEqual([first!.batchSize, second!.batchSize], [1, 2]);
  // 93.8 MB over 81,500 multiply-adds a pixel: 115,000 pixels have 1 %.
  assert.deepEqual([first!.imageSize, sizes.find((s) => s.batchSize === 8)!.imageSize], [352, 128]);
  assert.ok(sizes.some(({ isMeasured }) => !isMeasured), "256 images of 32 px have less traffic");
});

Deno.test("smallestSizes() needs more where the law is uncertain, and none is enough above the share", () => {
  const sizes = smallestSizes(lineOf(0, 1, 0.001), 0.01, 0);
  for (const { imageSize, surely } of sizes) assert.ok(surely! >= imageSize!);
  assert.ok(sizes.some(({ imageSize, surely }) => surely! > imageSize!));
  for (const size of smallestSizes(lineOf(0.02, 1), 0.01, 0)) {
    assert.deepEqual([size.imageSize, size.surely, size.isMeasured], [undefined, undefined, false]);
  }
});
