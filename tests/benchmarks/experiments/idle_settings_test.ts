import assert from "node:assert/strict";
import { checkRead } from "../../../benchmarks/experiments/idle_settings.ts";
import { profiles } from "../../../benchmarks/experiments/profiles/imagenet.ts";

const quick = profiles.quick!;

Deno.test("checkRead() refuses a value that the other settings leave unread", () => {
  const refuses = (key: string, changes: object, why: string) =>
    assert.throws(() => checkRead([key], [{ ...quick, ...changes }]), {
      name: "UsageError",
      message: new RegExp(
        `^Cannot set ${key} as nothing reads it where ${why}: leave it out, or set `,
      ),
    });
  refuses("beta2", {}, "optimizer is decoupled-sgdw");
  refuses("epsilon", { optimizer: "sgd" }, "optimizer is sgd");
  refuses("minDelta", {}, "patience is 0ba");
  refuses("minDelta", { patience: "0ep" }, "patience is 0ep");
  refuses("blocks", { depth: 18 }, "depth is 18");
});

Deno.test("checkRead() passes what one of the profiles reads", () => {
  for (const optimizer of ["adamw", "decoupled-adamw"]) {
    checkRead(["beta2", "epsilon", "learningRate"], [quick, { ...quick, optimizer }]);
  }
  checkRead(["minDelta"], [{ ...quick, patience: "2ep" }]);
  checkRead(["blocks"], [{ ...quick, depth: 18 }, { ...quick, depth: 0 }]);
});
