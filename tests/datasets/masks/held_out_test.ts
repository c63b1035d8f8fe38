import assert from "node:assert/strict";
import fc from "fast-check";
import { divided, isHeldOut } from "../../../datasets/masks/held_out.ts";
import { heldOut } from "../fixtures/label_masks.ts";

Deno.test("isHeldOut() takes the share from Python's hash of the name on", () => {
  for (const [name, share] of heldOut) {
    assert.equal(isHeldOut(name, share), false, name);
    assert.equal(isHeldOut(name, share + 2 ** -32), true, name);
  }
});

Deno.test("isHeldOut() holds out about the share that is asked for", () => {
  const names = Array.from({ length: 4000 }, (_, i) => `image_${i}`);
  for (const share of [0.1, 0.2, 0.5]) {
    const held = names.filter((name) => isHeldOut(name, share)).length;
    // Four standard deviations of so many draws.
    assert.ok(Math.abs(held / 4000 - share) < 4 * Math.sqrt(share * (1 - share) / 4000), `${held}`);
  }
});

Deno.test("divided() never moves an image to the other side, whatever comes or goes", () => {
  const named = (names: string[]) => names.map((name) => ({ name }));
  const base = Array.from({ length: 40 }, (_, i) => `base_${i}`);
  fc.assert(fc.property(
    fc.uniqueArray(fc.string({ minLength: 1 }).filter((name) => !name.startsWith("base_"))),
    fc.constantFrom(0.2, 0.5, 0.7),
    (others, share) => {
      const few = divided("set", named(base), share);
      const many = divided("set", named([...others, ...base]), share);
      const own = ({ name }: { name: string }) => base.includes(name);
      assert.deepEqual(many.validation.filter(own), few.validation);
      assert.deepEqual(many.training.filter(own), few.training);
      assert.equal(many.training.length + many.validation.length, base.length + others.length);
    },
  ));
});

Deno.test("divided() throws where a side would be empty, or the share is none", () => {
  for (const [share, part] of [[1e-9, "validation"], [1 - 1e-9, "training"]] as const) {
    assert.throws(() => divided("set", [{ name: "a" }, { name: "b" }], share), {
      name: "DataError",
      message: new RegExp(
        `a share of ${share} of the 2 images of set as none would be left for ${part}: add images`,
      ),
    });
  }
  for (const share of [0, 1, -0.1, 1.5, NaN]) {
    assert.throws(() => divided("set", [{ name: "a" }, { name: "b" }], share), {
      name: "RangeError",
      message: new RegExp(`> 0 and < 1: current value is ${share}`),
    });
  }
});
