import assert from "node:assert/strict";
import { KaimingNormal } from "../src/layers/kaiming_normal.ts";
import { repairSeeds } from "../src/repair_seeds.ts";
import * as tf from "../src/tf.ts";
import { forEachBackend } from "./backends.ts";

type Seeds = { seed?: number };

/** Every initializer that takes a seed, found by what it keeps: a new one is tested too. */
const seeded = Object.entries(tf.initializers).flatMap(([name, make]) => {
  const made = (args: Seeds) =>
    (make as unknown as (args: object) => { apply(shape: number[]): tf.Tensor })({
      ...args,
      scale: 1,
      mode: "fanIn",
      distribution: "normal",
      value: 1,
    });
  const config = (made({ seed: 3 }) as unknown as tf.serialization.Serializable).getConfig();
  return config.seed === 3
    ? [{ name, draw: (args: Seeds) => valuesOf(made(args).apply([3, 4])) }]
    : [];
});

/** Each function of `tf` that takes a seed. */
const functions = [
  { name: "randomNormal", draw: ({ seed }: Seeds) => tf.randomNormal([12], 0, 1, "float32", seed) },
  {
    name: "randomStandardNormal",
    draw: ({ seed }: Seeds) => tf.randomStandardNormal([12], "float32", seed),
  },
  {
    name: "truncatedNormal",
    draw: ({ seed }: Seeds) => tf.truncatedNormal([12], 0, 1, "float32", seed),
  },
  { name: "randomGamma", draw: ({ seed }: Seeds) => tf.randomGamma([12], 2, 2, "float32", seed) },
  {
    name: "randomUniform",
    draw: ({ seed }: Seeds) => tf.randomUniform([12], 0, 1, "float32", seed),
  },
  { name: "randomUniformInt", draw: ({ seed }: Seeds) => tf.randomUniformInt([12], 0, 1e6, seed) },
  {
    name: "multinomial",
    draw: ({ seed }: Seeds) => tf.multinomial(tf.zeros<tf.Rank.R1>([50]), 40, seed),
  },
  { name: "dropout", draw: ({ seed }: Seeds) => tf.dropout(tf.ones([40]), 0.5, [40], seed) },
].map(({ name, draw }) => ({
  name,
  draw: (args: Seeds) => valuesOf(tf.tidy(() => draw(args))),
}));

function valuesOf(tensor: tf.Tensor): number[] {
  const values = [...tensor.dataSync()];
  tensor.dispose();
  return values;
}

const shuffled = async (seed: unknown) =>
  await tf.data.array(Array.from({ length: 40 }, (_, i) => i))
    .shuffle(40, seed as string).toArray();

// What TensorFlow.js gives by itself, before it is repaired.
await tf.setBackend("cpu");
const before = new Map(seeded.map(({ name, draw }) => [name, draw({ seed: 5 })]));
const order = await shuffled(5);
const before0 = tf.initializers.glorotUniform({ seed: 0 });
const uniform0 = valuesOf(before0.apply([3, 4]));
repairSeeds();
repairSeeds();

Deno.test("repairSeeds() finds the initializers that take a seed", () => {
  assert.ok(seeded.length >= 11, seeded.map(({ name }) => name).join(", "));
});

for (const { name, draw } of seeded) {
  forEachBackend(`repairSeeds() makes tf.initializers.${name} repeat for seed 0`, () => {
    assert.deepEqual(draw({ seed: 0 }), draw({ seed: 0 }));
    assert.deepEqual(draw({ seed: -0 }), draw({ seed: 0 }));
    assert.notDeepEqual(draw({ seed: 0 }), draw({ seed: 1 }));
    assert.notDeepEqual(draw({}), draw({}));
  });

  Deno.test(`repairSeeds() leaves other seeds of tf.initializers.${name} alone`, async () => {
    await tf.setBackend("cpu");
    assert.deepEqual(draw({ seed: 5 }), before.get(name));
  });
}

Deno.test("repairSeeds() leaves seed 0 of uniform initializers alone, and what they tell", async () => {
  await tf.setBackend("cpu");
  const initializer = tf.initializers.glorotUniform({ seed: 0 });
  assert.deepEqual(valuesOf(initializer.apply([3, 4])), uniform0);
  assert.equal((initializer as unknown as tf.serialization.Serializable).getConfig().seed, 0);
});

for (const { name, draw } of functions) {
  forEachBackend(`tf.${name} repeats for seed 0, and without a seed it does not`, () => {
    assert.deepEqual(draw({ seed: 0 }), draw({ seed: 0 }));
    assert.deepEqual(draw({ seed: 5 }), draw({ seed: 5 }));
    assert.notDeepEqual(draw({ seed: 0 }), draw({ seed: 1 }));
    assert.notDeepEqual(draw({}), draw({}));
  });
}

Deno.test("repairSeeds() makes tf.data.Dataset.shuffle repeat for seed 0", async () => {
  const first = await shuffled(0);
  await new Promise((resolve) => setTimeout(resolve, 5)); // upstream it begins from the clock
  assert.deepEqual(await shuffled(0), first);
  assert.deepEqual(await shuffled(5), order);
  assert.notDeepEqual(await shuffled(1), first);
});

Deno.test("KaimingNormal repeats for seed 0", async () => {
  await tf.setBackend("cpu");
  const draw = () => valuesOf(new KaimingNormal({ seed: 0 }).apply([3, 4]));
  assert.deepEqual(draw(), draw());
});
