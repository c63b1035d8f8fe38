import assert from "node:assert/strict";
import type { ClassifiedDataset, ImageEntry } from "../../../datasets/classified.ts";
import { nameOf } from "../../../benchmarks/tasks/classified_data.ts";

/** A set of so many pictures, each in CIFAR-10's form. */
function set(
  name: string,
  training: number,
  validation: number,
  pilotShare?: number,
): ClassifiedDataset {
  const entry = () => ({ encoding: "cifar10" }) as ImageEntry;
  const parts = {
    training: { length: training, entry },
    validation: { length: validation, entry },
  };
  const rest = { root: name, classes: 0, classNames: [], identity: () => Promise.reject() };
  return { name, ...parts, ...rest, ...(pilotShare !== undefined && { pilotShare }) };
}

Deno.test("nameOf() knows CIFAR-10 by its counts, of a pilot by those of its training pictures", () => {
  assert.equal(nameOf(set("cifar-10-batches-bin", 50_000, 10_000)), "CIFAR-10");
  assert.equal(nameOf(set("cifar-10-batches-bin", 45_000, 5_000, 0.1)), "CIFAR-10");
  const other = "cifar-10-batches-bin (not CIFAR-10 itself)";
  assert.equal(nameOf(set("cifar-10-batches-bin", 45_000, 5_000)), other);
  assert.equal(nameOf(set("cifar-10-batches-bin", 50_000, 10_000, 0.1)), other);
  assert.equal(nameOf(set("mine", 45_000, 5_000, 0.1)), "mine");
});
