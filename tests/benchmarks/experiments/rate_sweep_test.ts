import assert from "node:assert/strict";
import { completeArm } from "../../../benchmarks/experiments/arm.ts";
import { pair } from "../../../benchmarks/experiments/contrasts.ts";
import { checkGrid } from "../../../benchmarks/experiments/grid.ts";
import { nameBefore, ratesOf, sweptRates } from "../../../benchmarks/experiments/rate_sweep.ts";

const plain = completeArm({ name: "plain" });
const ws = completeArm({ name: "ws", label: "WS", description: "standardized" });
const gn = completeArm({ name: "gn", label: "GN", settings: { normalization: "group" } });

Deno.test("sweptRates() crosses arms with rates", () => {
  const { arms, grid } = sweptRates([plain, gn], [0.2, 0.05], []);
  assert.deepEqual(
    arms.map(({ name, label, settings }) => [name, label, settings]),
    [
      ["plain@0.2", "plain, rate 0.2", { learningRate: 0.2 }],
      ["plain@0.05", "plain, rate 0.05", { learningRate: 0.05 }],
      ["gn@0.2", "GN, rate 0.2", { normalization: "group", learningRate: 0.2 }],
      ["gn@0.05", "GN, rate 0.05", { normalization: "group", learningRate: 0.05 }],
    ],
  );
  assert.deepEqual(grid?.axes.map(({ name, levels, scale }) => [name, levels, scale]), [
    ["learningRate", [0.2, 0.05], "log"],
    ["baseArm", ["plain", "GN"], undefined],
  ]);
  assert.deepEqual(grid!.at["gn@0.05"], [0.05, "GN"]);
  checkGrid(grid!, arms.map(({ name }) => name), "the sweep");
  const [told] = sweptRates([ws], [0.1], []).arms;
  assert.equal(told!.description, "standardized; learningRate=0.1");
});

Deno.test("sweptRates() tests each arm minus the first at each rate, and no interaction", () => {
  const { contrasts } = sweptRates([plain, ws, gn], [0.1, 0.2], []);
  assert.deepEqual(contrasts.map(({ weights }) => weights), [
    { "ws@0.1": 1, "plain@0.1": -1 },
    { "ws@0.2": 1, "plain@0.2": -1 },
    { "gn@0.1": 1, "plain@0.1": -1 },
    { "gn@0.2": 1, "plain@0.2": -1 },
  ]);
  assert.equal(contrasts[0]!.label, "WS, rate 0.1 − plain, rate 0.1");
});

Deno.test("sweptRates() tests contrasts of one's own at each rate", () => {
  const own = [pair("gn", "ws", "GN − WS")];
  const { contrasts } = sweptRates([plain, ws, gn], [0.1, 0.2], [], own);
  assert.deepEqual(contrasts, [
    { name: "gn - ws@0.1", label: "GN − WS, rate 0.1", weights: { "gn@0.1": 1, "ws@0.1": -1 } },
    { name: "gn - ws@0.2", label: "GN − WS, rate 0.2", weights: { "gn@0.2": 1, "ws@0.2": -1 } },
  ]);
});

Deno.test("sweptRates() holds rates of one arm, or arms at one rate, against the first", () => {
  const rates = sweptRates([ws], [0.1, 0.2, 0.4], []);
  assert.deepEqual(rates.grid!.axes.map(({ name }) => name), ["learningRate"]);
  assert.deepEqual(rates.contrasts.map(({ weights }) => weights), [
    { "ws@0.2": 1, "ws@0.1": -1 },
    { "ws@0.4": 1, "ws@0.1": -1 },
  ]);
  const arms = sweptRates([plain, ws], [0.1], []);
  assert.deepEqual(arms.grid!.axes.map(({ name }) => name), ["baseArm"]);
  assert.deepEqual(arms.contrasts.map(({ weights }) => weights), [{
    "ws@0.1": 1,
    "plain@0.1": -1,
  }]);
  const one = sweptRates([ws], [0.1], []);
  assert.deepEqual([one.arms.length, one.grid, one.contrasts], [1, undefined, []]);
});

Deno.test("sweptRates() refuses rates that cannot be, and others beside them", () => {
  const refused = (message: RegExp, ...asked: Parameters<typeof sweptRates>) =>
    assert.throws(() => sweptRates(...asked), { name: "UsageError", message });
  for (const rates of [[0], [-0.1], [0.1, 0.1], [Infinity], [NaN]]) {
    refused(
      /^Cannot run as learningRates wants finite numbers > 0, each once: it is /,
      [ws],
      rates,
      [],
    );
  }
  const own = completeArm({ name: "own", settings: { learningRate: 0.3 } });
  refused(
    /^Cannot set learningRates as the arm "own" has .* 0\.3: leave one/,
    [ws, own],
    [0.1],
    [],
  );
  refused(/^Cannot set learningRate beside learningRates/, [ws], [0.1], ["learningRate"]);
});

Deno.test("nameBefore() gives an arm back the name that it had", () => {
  const rates = [0.1, 1e-7, 0.01];
  assert.equal(nameBefore("ws@0.1", rates), "ws");
  assert.equal(nameBefore("ws@0.01", rates), "ws");
  assert.equal(nameBefore(sweptRates([ws], rates, []).arms[1]!.name, rates), "ws");
  assert.equal(nameBefore("a@0.1@0.1", rates), "a@0.1");
  assert.equal(nameBefore("ws@0.2", rates), "ws@0.2", "a name of its own");
  assert.equal(nameBefore("ws@0.1", []), "ws@0.1");
  assert.deepEqual(ratesOf({ learningRates: [0.1] }), [0.1]);
  assert.deepEqual(ratesOf({ batchSize: 4 }), []);
});
