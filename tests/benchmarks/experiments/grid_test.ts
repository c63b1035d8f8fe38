import assert from "node:assert/strict";
import {
  armAt,
  checkGrid,
  type Grid,
  gridContrasts,
  gridEffects,
  gridWithin,
  isNumeric,
  rowsAlong,
} from "../../../benchmarks/experiments/grid.ts";

const grid: Grid = {
  axes: [
    { name: "norm", label: "normalization", levels: ["BN", "GN", "none"] },
    { name: "WS", label: "weight standardization", levels: ["without", "with"] },
  ],
  at: {
    bn: ["BN", "without"],
    "bn-ws": ["BN", "with"],
    gn: ["GN", "without"],
    "gn-ws": ["GN", "with"],
    "none-ws": ["none", "with"],
  },
  effect: "WS",
};
const names = Object.keys(grid.at);
const arms = names.map((name) => ({ name, label: name.toUpperCase() }));

Deno.test("rowsAlong() has a row for each combination of the other axes, with holes", () => {
  assert.deepEqual(rowsAlong(grid, "WS"), [
    { fixed: ["BN"], arms: ["bn", "bn-ws"] },
    { fixed: ["GN"], arms: ["gn", "gn-ws"] },
    { fixed: ["none"], arms: [undefined, "none-ws"] },
  ]);
  assert.deepEqual(rowsAlong(grid, "norm"), [
    { fixed: ["without"], arms: ["bn", "gn", undefined] },
    { fixed: ["with"], arms: ["bn-ws", "gn-ws", "none-ws"] },
  ]);
  assert.equal(armAt(grid, ["none", "without"]), undefined);
});

Deno.test("gridContrasts() are an axis's effects, and how much more each is than the first", () => {
  const told = gridContrasts(grid, arms).map(({ label, weights }) => [label, weights]);
  assert.deepEqual(told, [
    ["BN-WS − BN", { "bn-ws": 1, bn: -1 }],
    ["GN-WS − GN", { "gn-ws": 1, gn: -1 }],
    ["(GN-WS − GN) − (BN-WS − BN)", { "gn-ws": 1, gn: -1, "bn-ws": -1, bn: 1 }],
  ]);
  const found = gridContrasts(grid, arms).map(({ name }) => name);
  assert.equal(new Set(found).size, found.length, "each has a name of its own");
  const { effect: _, ...asksForNone } = grid;
  assert.deepEqual(gridContrasts(asksForNone, arms), []);
});

Deno.test("gridEffects() of an axis of numbers hold each against the first", () => {
  const sizes: Grid = {
    axes: [{ name: "size", label: "images", levels: [1, 2, 8], scale: "log" }],
    at: { one: [1], two: [2], eight: [8] },
    effect: "size",
  };
  const told = gridEffects(sizes, []).map(({ level, effect, interaction }) => [
    level,
    effect.name,
    interaction,
  ]);
  assert.deepEqual(told, [[2, "two - one", undefined], [8, "eight - one", undefined]]);
  assert.ok(isNumeric(sizes.axes[0]!));
  assert.ok(!isNumeric(grid.axes[0]!));
});

Deno.test("gridWithin() leaves out levels and axes that some of the arms do not have", () => {
  const four = gridWithin(grid, ["bn", "bn-ws", "gn", "gn-ws"])!;
  assert.deepEqual(four.axes.map(({ levels }) => levels), [["BN", "GN"], ["without", "with"]]);
  checkGrid(four, names, "a test");
  const plain = gridWithin(grid, ["bn", "gn"])!;
  assert.deepEqual(plain, {
    axes: [{ ...grid.axes[0]!, levels: ["BN", "GN"] }],
    at: { bn: ["BN"], gn: ["GN"] },
  });
  assert.equal(gridWithin(grid, ["bn"]), undefined);
  assert.equal(gridWithin(grid, ["bn", "stranger"]), undefined);
});

Deno.test("checkGrid() says what does not fit", () => {
  const refused = (change: Partial<Grid>, message: RegExp) =>
    assert.throws(() => checkGrid({ ...grid, ...change }, names, "norms"), {
      name: "UsageError",
      message,
    });
  const axis = (change: Partial<Grid["axes"][number]>) => ({
    axes: [grid.axes[0]!, { ...grid.axes[1]!, ...change }],
  });
  checkGrid(grid, names, "norms");
  refused({ axes: [], at: {} }, /^Cannot lay out the arms of norms on a grid as it has no axis$/);
  refused({ at: { gm: ["GN", "with"] } }, /^Unknown arm of the grid of norms "gm".*mean/);
  refused(
    { at: { gn: ["GN"] } },
    /"gn" must have a level for each axis, norm, WS: it has \["GN"\]$/,
  );
  refused(
    { at: { gn: ["GN", "witch"] } },
    /^Unknown level of WS of the arm "gn" "witch".*"with"\?$/,
  );
  refused(
    { at: { gn: ["GN", "with"], "gn-ws": ["GN", "with"] } },
    /the arms "gn" and "gn-ws" are in one place$/,
  );
  refused({ effect: "WZ" }, /^Unknown axis "WZ".*"WS"\?$/);
  refused(axis({ name: "norm" }), /the axis "norm" stands twice/);
  refused(axis({ levels: ["with", "with"] }), /the level of WS "with" stands twice/);
  refused(axis({ levels: [] }), /"WS" has no level$/);
  refused(axis({ levels: ["with", 2] }), /all words or all numbers: they are with, 2$/);
  refused(axis({ scale: "log" }), /"WS" is logarithmic, and its levels are words$/);
  refused(axis({ levels: [0, 2], scale: "log" }), /finite and above 0.*: one is 0$/);
  refused(axis({ levels: [1, NaN] }), /must be finite: one is NaN$/);
});
