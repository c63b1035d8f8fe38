import assert from "node:assert/strict";
import { type ArmDefinition, completeArm } from "../../../benchmarks/experiments/arm.ts";
import {
  assigned,
  textsByArm,
  valuesByArm,
  withOwnValues,
  withValuesByArm,
} from "../../../benchmarks/experiments/arm_values.ts";

const profile = { learningRate: 0.1, optimizer: "sgd", dilations: [1, 2], seeds: [0], bias: true };
const ws = completeArm({ name: "ws", description: "all standardized" });
const gn = completeArm({ name: "gn", settings: { normalization: "group" } });
const bn = completeArm({ name: "bn" });

Deno.test("assigned() tells an arm's values from the run's, and takes the last of a key", () => {
  const { run, arms } = assigned([
    ["learningRate", "1"],
    ["ws.learningRate", "2"],
    ["learningRate", "3"],
    ["ws.learningRate", "4"],
    ["ws.momentum", "0.5"],
    ["v1.5.learningRate", "6"],
    ["a.initialWeights", "x.y=z"],
  ]);
  assert.deepEqual(run, { learningRate: "3" });
  assert.deepEqual(arms, {
    ws: { learningRate: "4", momentum: "0.5" },
    "v1.5": { learningRate: "6" },
    a: { initialWeights: "x.y=z" },
  });
});

Deno.test("textsByArm() and valuesByArm() read and check values as the whole run's are", () => {
  const texts = {
    ws: { learningRate: "0.4", optimizer: "adamw", dilations: "1,3", bias: "false" },
  };
  const values = { learningRate: 0.4, optimizer: "adamw", dilations: [1, 3], bias: false };
  assert.deepEqual(textsByArm(profile, texts), { ws: values });
  assert.deepEqual(valuesByArm(profile, { ws: { ...values, seeds: undefined } }), { ws: values });
  const refused = (texts: Record<string, string>, message: RegExp) =>
    assert.throws(() => textsByArm(profile, { ws: texts }), { name: "UsageError", message });
  refused(
    { learningRate: "x" },
    /^learningRate of the arm "ws" wants a finite number.*: it is "x"$/,
  );
  refused({ learnRate: "1" }, /^Unknown key of the arm "ws" "learnRate": .*"learningRate"\?$/);
  refused({ seeds: "1" }, /^Cannot set seeds for one arm: it is a value of the whole run/);
  for (const own of [0.4, null, [0.4]]) {
    assert.throws(() => valuesByArm(profile, { ws: own }), {
      name: "UsageError",
      message: /^Cannot set values of the arm "ws" as they must be an object .*: they are .+$/,
    });
  }
});

Deno.test("withOwnValues() puts values on top of an arm's, and into its description", () => {
  const arm = withOwnValues(ws, { learningRate: 0.4, momentum: 0.5 });
  assert.deepEqual(arm.settings, { learningRate: 0.4, momentum: 0.5 });
  assert.equal(arm.description, "all standardized; learningRate=0.4, momentum=0.5");
  const twice = withOwnValues(arm, { learningRate: 0.2 });
  assert.deepEqual(twice.settings, { learningRate: 0.2, momentum: 0.5 });
  assert.equal(withOwnValues(gn, { learningRate: 0.4 }).description, "", "its settings tell");
});

Deno.test("withValuesByArm() changes the arms that are named, and no other", () => {
  const arms = withValuesByArm([bn, gn], [ws, bn, gn], { gn: { learningRate: 0.4 } });
  assert.equal(arms[0], bn);
  assert.deepEqual(arms[1]!.settings, { normalization: "group", learningRate: 0.4 });
  const odd = completeArm({ name: "toString" });
  assert.deepEqual(withValuesByArm([odd], [], {}), [odd]);
});

Deno.test("withValuesByArm() refuses arms that do not run, and what a suite's arm is made of", () => {
  const refused = (
    arms: readonly ArmDefinition[],
    name: string,
    value: Record<string, string>,
    message: RegExp,
  ) =>
    assert.throws(() => withValuesByArm(arms, [ws, bn, gn], { [name]: value }), {
      name: "UsageError",
      message,
    });
  refused([bn, gn], "gm", {}, /^Unknown arm "gm": wanted one of "bn", "gn"; did you mean "gn"\?$/);
  refused([bn, gn], "ws", {}, /^Cannot set values of the arm "ws" as it does not run: .* bn, gn$/);
  const batch = { normalization: "batch" };
  refused([bn, gn], "gn", batch, /^Cannot set normalization of the arm "gn" .*normalization=group/);
  const own = completeArm({ name: "gn", settings: { normalization: "group" } });
  const [arm] = withValuesByArm([own], [ws, bn, gn], { gn: batch });
  assert.deepEqual(arm!.settings, batch, "what an arm of one's own is, is its user's to say");
});
