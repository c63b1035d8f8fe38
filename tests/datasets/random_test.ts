import assert from "node:assert/strict";
import fc from "fast-check";
import { coin, generatorFor, integer, permutation, uniform } from "../../datasets/random.ts";

const first = (...names: number[]) => {
  const generator = generatorFor(...names);
  return [generator.next(), generator.next(), generator.next()];
};

Deno.test("generatorFor() gives equal streams to equal names only", () => {
  const seen = new Map<string, string>();
  for (
    const names of [[0], [1], [-1], [0, 0], [0, 1], [1, 0], [2 ** 32], [2 ** 40, 1], [0, 0, 0]]
  ) {
    assert.deepEqual(first(...names), first(...names));
    const stream = first(...names).join();
    assert.equal(seen.get(stream), undefined, `${names} as ${seen.get(stream)}`);
    seen.set(stream, names.join());
  }
});

Deno.test("generatorFor() gives unrelated streams to neighbouring names", () => {
  const values: number[] = [];
  for (let seed = 0; seed < 10; seed++) {
    for (let epoch = 0; epoch < 10; epoch++) {
      for (let index = 0; index < 40; index++) {
        values.push(uniform(generatorFor(seed, epoch, index), 0, 1));
      }
    }
  }
  assert.equal(new Set(values).size, values.length);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  // A uniform mean over 4,000 values has a standard deviation of 0.0046.
  assert.ok(Math.abs(mean - 0.5) < 0.02, `mean ${mean}`);
  const tenths = values.reduce((counts, value) => {
    const tenth = Math.floor(value * 10);
    counts[tenth] = (counts[tenth] ?? 0) + 1;
    return counts;
  }, new Array<number>(10).fill(0));
  assert.ok(tenths.every((count) => count > 300 && count < 500), `${tenths}`);
});

Deno.test("generatorFor() throws RangeError when a name is no integer", () => {
  for (const name of [0.5, NaN, Infinity, 2 ** 60]) {
    assert.throws(() => generatorFor(1, name), { name: "RangeError", message: /must be integers/ });
  }
});

Deno.test("uniform(), integer() and coin() stay in range and reach both ends", () => {
  const generator = generatorFor(3);
  const drawn = new Set<number>();
  let heads = 0;
  for (let i = 0; i < 1000; i++) {
    const value = uniform(generator, -2, 3);
    assert.ok(value >= -2 && value < 3);
    drawn.add(integer(generator, 4, 6));
    if (coin(generator)) heads++;
  }
  assert.deepEqual([...drawn].sort(), [4, 5, 6]);
  assert.ok(heads > 400 && heads < 600, `${heads} heads`);
});

Deno.test("permutation() holds each index once, for any count and seed", () => {
  fc.assert(fc.property(fc.integer(), fc.integer({ min: 0, max: 200 }), (seed, count) => {
    const order = permutation(generatorFor(seed), count);
    assert.deepEqual([...order].sort((a, b) => a - b), Array.from({ length: count }, (_, i) => i));
  }));
});

Deno.test("permutation() puts each of three items in each place about as often", () => {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 6000; seed++) {
    const order = permutation(generatorFor(seed), 3).join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assert.equal(counts.size, 6);
  for (const count of counts.values()) assert.ok(count > 850 && count < 1150, `${count}`);
});
