import assert from "node:assert/strict";
import { draw, type Stratum } from "./draw.ts";
import { keyOf, type Mutant } from "./mutant.ts";
import type { Operator } from "./operators.ts";

function stratum(
  folder: string,
  lines: number,
  counts: Partial<Record<Operator, number>>,
): Stratum {
  const mutants = Object.entries(counts).flatMap(([operator, count]) =>
    Array.from({ length: count }, (_, start): Mutant => ({
      file: `${folder}/a.ts`,
      operator: operator as Operator,
      line: 1,
      start,
      end: start + 1,
      replacement: operator,
    }))
  );
  return { folder, lines, mutants };
}

const strata = [
  stratum("src", 600, { "flip sign": 50, "drop call": 500 }),
  stratum("datasets", 200, { "flip sign": 50, "drop call": 50 }),
];

async function take(
  count: number,
  seed: number,
  accepts: (mutant: Mutant) => boolean = () => true,
): Promise<Mutant[]> {
  const taken: Mutant[] = [];
  for await (const mutant of draw(strata, seed, (mutant) => Promise.resolve(accepts(mutant)))) {
    taken.push(mutant);
    if (taken.length === count) break;
  }
  return taken;
}

const inFolder = (folder: string) => ({ file }: Mutant) => file.startsWith(`${folder}/`);

Deno.test("draw() gives the same mutants for the same seed, and a longer sequence goes on with them", async () => {
  const mutants = await take(40, 7);
  assert.deepEqual(await take(40, 7), mutants);
  assert.deepEqual((await take(60, 7)).slice(0, 40), mutants);
  assert.notDeepEqual(await take(40, 8), mutants);
  assert.equal(new Set(mutants.map(keyOf)).size, 40, "each once");
});

Deno.test("draw() gives each folder its share by lines at any time, and kinds alike", async () => {
  const mutants = await take(80, 1);
  for (const count of [4, 20, 80]) {
    const drawn = mutants.slice(0, count).filter(inFolder("datasets")).length;
    assert.equal(drawn, count / 4);
  }
  const flips = mutants.filter(({ operator }) => operator === "flip sign").length;
  assert.ok(flips > 20 && flips < 60, `${flips} of 80, though there are few of them`);
});

Deno.test("draw() takes another of the same folder for one that is not accepted", async () => {
  const isOdd = ({ start }: Mutant) => start % 2 === 1;
  const mutants = await take(40, 7, isOdd);
  assert.ok(mutants.every(isOdd));
  assert.equal(mutants.filter(inFolder("datasets")).length, 10);
});

Deno.test("draw() ends when there are no more", async () => {
  const all = await take(1e6, 3);
  assert.equal(all.length, strata.reduce((sum, { mutants }) => sum + mutants.length, 0));
  assert.deepEqual(await take(10, 3, () => false), []);
});
