/** The rule by which a pilot gives a rate, and what of it gets into a command line. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chooseParts } from "../../../benchmarks/reference/choose.ts";
import { ownRate } from "../../../benchmarks/reference/own_rates.ts";
import type { ReferencePart } from "../../../benchmarks/reference/part.ts";
import { normPilots } from "../../../benchmarks/reference/parts/classification.ts";
import { wordsOf } from "../../../benchmarks/reference/program.ts";
import { readResult, writeResult } from "../../../benchmarks/record/mod.ts";
import { sweep } from "./pilots.ts";

const rates = [0.1, 0.2, 0.4, 0.8];
const rateOf = (...scores: (number | undefined)[]) =>
  ownRate([{ name: "p", result: sweep(rates, { ws: scores }) }], "ws");

Deno.test("ownRate() is that of the highest mean, or the lowest within 0.2 points of it", () => {
  assert.equal(rateOf(30, 31, 33, 32), 0.4);
  assert.equal(rateOf(30, 32.79, 33, 32), 0.4);
  assert.equal(rateOf(30, 32.81, 33, 32), 0.2);
  assert.equal(rateOf(32.9, 32, 33, 32), 0.1, "the best has a worse one on both sides");
  assert.equal(rateOf(30, 33, 32.9, 32), 0.2);
});

Deno.test("ownRate() takes no rate at which a seed diverged, which is worse than any", () => {
  assert.equal(rateOf(30, 31, 33, undefined), 0.4);
  assert.equal(rateOf(30, undefined, 33, 32), 0.4);
});

Deno.test("ownRate() does not mind the order of the rates", () => {
  const turned = sweep([0.8, 0.1, 0.4, 0.2], { ws: [32, 30, 33, 32.9] });
  assert.equal(ownRate([{ name: "p", result: turned }], "ws"), 0.2);
});

Deno.test("ownRate() refuses a best rate at the grid's end, and arms that are not there", () => {
  const refused = (message: RegExp, ...scores: (number | undefined)[]) =>
    assert.throws(() => rateOf(...scores), { name: "UsageError", message });
  refused(
    /^Cannot take the rate of ws from p as .* the best, 0\.1, is the lowest; cont/,
    4,
    3,
    2,
    1,
  );
  refused(/the best, 0\.8, is the highest; continue the grid there$/, 1, 2, 3, 4);
  refused(/no rate has all seeds/, undefined, undefined, undefined, undefined);
  assert.throws(
    () => ownRate([{ name: "p", result: sweep(rates, { ws: [1, 2, 3, 1] }) }], "wss"),
    /^UsageError: Unknown arm of p "wss": wanted one of "ws"; did you mean "ws"\?$/,
  );
});

Deno.test("ownRate() takes a grid that others continue as one, arm by arm", () => {
  const first = { name: "p", result: sweep(rates, { ws: [1, 2, 3, 4], bn: [1, 3, 2, 1] }) };
  const higher = (...ws: number[]) => ({ name: "q", result: sweep([3.2, 1.6], { ws }) });
  assert.equal(ownRate([first, higher(3, 5)], "ws"), 1.6);
  assert.equal(ownRate([first, higher(2, 3)], "ws"), 0.8);
  assert.equal(ownRate([higher(2, 3), first], "bn"), 0.2, "which the other does not have");
  assert.throws(
    () => ownRate([first, higher(6, 5)], "ws"),
    /ws from p and q .* 3\.2, is the highest/,
  );
});

/** The own rates that the protocol marks, by the pilots that give them. */
const marked: readonly [pilots: readonly string[], rates: Readonly<Record<string, number>>][] = [
  [
    ["ade20k-pilot-camvid"],
    { baseline: 0.8, ws: 0.4, "ws-all": 0.4, gn: 0.4, "gn-ws": 0.8 },
  ],
  [["ade20k-pretrained-pilot-camvid", "ade20k-pretrained-pilot-camvid-higher"], {
    pretrained: 0.8,
    "pretrained-ws": 1.6,
    "pretrained-ws-preserved": 1.6,
  }],
  [["microbatch-pilot-cifar10", "microbatch-pilot-cifar10-higher"], {
    "bn-8": 0.1,
    "bn-2": 0.4,
    "bn-1": 0.8,
    "bcn-ws-64": 0.4,
    "bcn-ws-8": 0.2,
    "bcn-ws-2": 0.2,
    "bcn-ws-1": 0.2,
  }],
  [normPilots, {
    bn: 0.4,
    "bn-ws": 0.4,
    gn: 0.1,
    "gn-ws": 0.2,
    ln: 0.025,
    "ln-ws": 0.1,
    bcn: 0.2,
    "bcn-ws": 0.2,
  }],
];

Deno.test("the kept pilots give the rates that the protocol marks", async () => {
  const root = fileURLToPath(new URL("../../../reports/", import.meta.url));
  for (const [names, rates] of marked) {
    const pilots = await Promise.all(
      names.map(async (name) => ({ name, result: await readResult(join(root, name)) })),
    );
    const found = Object.keys(rates).map((arm) => [arm, ownRate(pilots, arm)]);
    assert.deepEqual(Object.fromEntries(found), rates);
  }
});

const part: ReferencePart = {
  name: "main",
  question: "?",
  stage: "main",
  suite: "ade20k",
  data: "camvid",
  words: ["--arms", "a,b"],
  rates: [{ pilots: ["first"], shared: "bn" }, { pilots: ["second"], own: { a: "x", b: "x" } }],
};
const pilots = ["first", "second"].map((name): ReferencePart => ({ ...part, name, rates: [] }));

Deno.test("a part takes the rates of its pilots, and is refused where they are not there", async () => {
  const out = await Deno.makeTempDir({ prefix: "own-rates-" });
  try {
    const places = { data: { camvid: out, cifar10: undefined }, out };
    const choose = (...names: string[]) => chooseParts([...pilots, part], names, places);
    await assert.rejects(choose("main"), {
      name: "UsageError",
      message: `Cannot run main as the learning rates that it takes are not there, ${
        join(out, "first/report.html")
      }: run first before it, by its name`,
    });
    await assert.rejects(choose("first", "main"), /second.report\.html: run second before it/);
    assert.deepEqual((await choose()).chosen.map(({ name }) => name), ["first", "second", "main"]);

    const put = async (name: string, arm: string, scores: number[]) => {
      await writeResult(join(out, name, "result.json"), sweep(rates, { [arm]: scores }));
      await Deno.writeTextFile(join(out, name, "report.html"), "");
    };
    await put("first", "bn", [1, 3, 2, 1]);
    await put("second", "x", [1, 2, 3, 1]);
    assert.deepEqual((await choose("main")).chosen.length, 1);
    assert.deepEqual((await wordsOf(part, places, "o")).slice(2), [
      ...["--arms", "a,b", "--set", "learningRate=0.2"],
      ...["--set", "a.learningRate=0.4", "--set", "b.learningRate=0.4", "--out", "o"],
    ]);
    await put("second", "x", [1, 2, 3, 4]);
    await assert.rejects(wordsOf(part, places, "o"), /the rate of x from second as its metric/);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});
