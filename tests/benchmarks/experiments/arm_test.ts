import assert from "node:assert/strict";
import { completeArm, type OwnArm } from "../../../benchmarks/experiments/arm.ts";

Deno.test("completeArm() takes what is undefined for not given", () => {
  const whole = { name: "a", label: "a", description: "", algorithms: [], settings: {} };
  assert.deepEqual(completeArm({ name: "a" }), whole);
  const fields = ["label", "description", "algorithms", "model", "settings"];
  const empty = Object.fromEntries(fields.map((field) => [field, undefined]));
  assert.deepEqual(completeArm({ name: "a", ...empty } as OwnArm<object>), whole);
  assert.deepEqual(completeArm({ name: "a", settings: { width: undefined } }), whole);
  assert.deepEqual(completeArm({ name: "a", label: "A", settings: { width: 8 } }), {
    ...whole,
    label: "A",
    settings: { width: 8 },
  });
});
