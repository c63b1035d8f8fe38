import assert from "node:assert/strict";
import fc from "fast-check";
import { fitLatency, relativeResidual } from "../../../../benchmarks/judge/scaling/fit.ts";
import {
  allReduceMs,
  modelsOf,
  stepMs,
  through,
} from "../../../../benchmarks/judge/scaling/model.ts";
import { bucketBytes, link, plantedAllReduce, plantedResult } from "../../scaling/synthetic.ts";

const near = (seen: number, wanted: number, tolerance = 1e-6) =>
  assert.ok(Math.abs(seen - wanted) <= tolerance * Math.max(1e-12, Math.abs(wanted)), `${seen}`);

Deno.test("allReduceMs() is a ring: 2 (N − 1) messages a bucket, each an N-th of it", () => {
  near(allReduceMs(link, bucketBytes, 2), plantedAllReduce);
  near(allReduceMs(link, bucketBytes, 4), 6 * (2 * 0.25 + 10));
  assert.equal(allReduceMs(link, bucketBytes, 1), 0);
});

Deno.test("fitLatency() finds the latency and the bandwidth that it was given", () => {
  const positive = { noNaN: true, min: 1e-3, max: 10 };
  fc.assert(fc.property(fc.double(positive), fc.double(positive), (latencyMs, perMegabyte) => {
    const planted = { latencyMs, msPerByte: perMegabyte * 1e-6 };
    const transfers = [[4096], [1e6], [8e6, 8e6, 1e6], [3e7]].flatMap((buckets) =>
      [2, 4].map((workers) => ({ workers, buckets, ms: allReduceMs(planted, buckets, workers) }))
    );
    const found = fitLatency(transfers)!;
    near(found.latencyMs, planted.latencyMs, 1e-5);
    near(found.msPerByte, planted.msPerByte, 1e-5);
  }));
});

Deno.test("fitLatency() gives no negative cost, and nothing where two cannot be told apart", () => {
  const at = (buckets: number[], ms: number) => ({ workers: 2, buckets, ms });
  const concave = fitLatency([at([1e6], 1), at([2e6], 2.5), at([4e6], 6)])!;
  assert.equal(concave.latencyMs, 0);
  assert.ok(concave.msPerByte > 0);
  const falling = fitLatency([at([1e6], 3), at([2e6], 2), at([4e6], 1)])!;
  assert.equal(falling.msPerByte, 0);
  assert.ok(falling.latencyMs > 0);
  assert.equal(fitLatency([at([1e6], 1), at([2e6], 2)]), undefined);
  assert.equal(fitLatency([at([1e6], 1), at([1e6], 2), at([1e6, 1e6], 3)]), undefined);
});

Deno.test("modelsOf() fits what was planted, without rows that have too few cores", () => {
  const [plain, ddp, ws] = modelsOf(plantedResult().rows);
  assert.equal(plain!.name, "plain");
  near(plain!.link.latencyMs, link.latencyMs);
  near(plain!.link.msPerByte, link.msPerByte);
  near(plain!.exposed, 0.75);
  assert.equal(plain!.transfers, 4);
  assert.equal(plain!.steps, 1);
  assert.ok(plain!.transferResidual < 1e-9 && plain!.stepResidual < 1e-9);
  near(ws!.exposed, 40 / 41);
  near(ddp!.exposed, 1);
  near(stepMs(plain!, { computeMs: 100, bucketBytes }, 2), 130.75);
  assert.deepEqual(modelsOf([plantedResult().rows[0]!, plantedResult().rows[2]!]), []);
});

Deno.test("modelsOf() leaves out sums that are larger than any of a step by far", () => {
  const { rows } = plantedResult();
  for (const group of rows.flatMap(({ groups }) => groups)) {
    const bytes = 100 * Math.max(...bucketBytes);
    if (group.transfers.length > 0) group.transfers.push({ bytes, workersMs: [[9e9], [9e9]] });
  }
  const [plain] = modelsOf(rows);
  near(plain!.link.msPerByte, link.msPerByte);
  assert.equal(plain!.transfers, 4);
});

Deno.test("through() puts a network behind the loopback, never faster than it", () => {
  const ten = through(link, { latencyMs: 0.05, gigabits: 10 });
  near(ten.latencyMs, 0.3);
  assert.equal(ten.msPerByte, link.msPerByte);
  near(through(link, { latencyMs: 0, gigabits: 1 }).msPerByte, 8e-6);
});

Deno.test("relativeResidual() is the root mean square of relative errors", () => {
  near(relativeResidual([{ seen: 10, said: 11 }, { seen: 10, said: 9 }]), 0.1);
});
