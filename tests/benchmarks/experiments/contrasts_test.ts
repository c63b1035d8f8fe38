import assert from "node:assert/strict";
import {
  checkContrasts,
  defaultContrasts,
  factorial,
  pair,
} from "../../../benchmarks/experiments/contrasts.ts";

const arms = ["bn", "bn-ws", "gn", "gn-ws"];

Deno.test("pair() is one arm minus another", () => {
  assert.deepEqual(pair("gn-ws", "gn"), {
    name: "gn-ws - gn",
    label: "gn-ws − gn",
    weights: { "gn-ws": 1, gn: -1 },
  });
  assert.equal(pair("a", "b", "A over B").label, "A over B");
});

Deno.test("factorial() has halves for main effects, and whole weights for the interaction", () => {
  const contrasts = factorial(arms, { GN: ["gn", "gn-ws"], WS: ["bn-ws", "gn-ws"] });
  assert.deepEqual(contrasts.map(({ name, weights }) => [name, ...Object.values(weights)]), [
    ["GN", -0.5, -0.5, 0.5, 0.5],
    ["WS", -0.5, 0.5, -0.5, 0.5],
    ["GN:WS", 1, -1, -1, 1],
  ]);
  assert.equal(contrasts[2]!.label, "GN × WS, interaction");
});

Deno.test("factorial() of three factors estimates the effects that a table was made of", () => {
  const names = Array.from({ length: 8 }, (_, i) => `arm${i}`);
  const have = (bit: number) => names.filter((_, i) => (i >> bit) & 1);
  const contrasts = factorial(names, { A: have(0), B: have(1), C: have(2) });
  const value = (i: number) => {
    const [a, b, c] = [i & 1, (i >> 1) & 1, (i >> 2) & 1] as [number, number, number];
    return 3 + 5 * a + 7 * b + 11 * a * b + 13 * c;
  };
  const found = contrasts.map(({ name, weights }) => [
    name,
    names.reduce((sum, arm, i) => sum + weights[arm]! * value(i), 0),
  ]);
  assert.deepEqual(Object.fromEntries(found), {
    A: 5 + 11 / 2,
    B: 7 + 11 / 2,
    C: 13,
    "A:B": 11,
    "A:C": 0,
    "B:C": 0,
    "A:B:C": 0,
  });
});

Deno.test("factorial() wants one arm for each combination", () => {
  assert.throws(() => factorial(arms, { GN: ["gn", "gnws"], WS: ["bn-ws"] }), {
    name: "UsageError",
    message: /^Unknown arm of a factorial "gnws": .*did you mean "gn-ws"\?$/,
  });
  assert.throws(() => factorial(arms, { GN: ["gn", "gn-ws"], WS: ["bn-ws"] }), {
    name: "UsageError",
    message: /each combination of them must be one arm: there are 4 arms of 3 combinations$/,
  });
  assert.throws(() => factorial(["a", "b", "c"], { X: ["a"] }), /3 arms of 2 combinations/);
});

Deno.test("defaultContrasts() takes each arm minus the first, and known ones whose arms are there", () => {
  const names = (arms: string[], known = [pair("ws-all", "ws")]) =>
    defaultContrasts(arms, known).map(({ name }) => name);
  assert.deepEqual(names(["baseline", "ws", "ws-all"]), [
    "ws - baseline",
    "ws-all - baseline",
    "ws-all - ws",
  ]);
  assert.deepEqual(names(["baseline", "ws"]), ["ws - baseline"]);
  assert.deepEqual(names(["ws-all", "ws"]), ["ws - ws-all"], "not both ways around");
  assert.deepEqual(names(["alone"]), []);
  const effects = factorial(arms, { GN: ["gn", "gn-ws"], WS: ["bn-ws", "gn-ws"] });
  const found = names(arms, [...effects, { ...effects[2]!, name: "a twin" }]);
  assert.deepEqual(found.slice(3), ["GN", "WS", "GN:WS"], "one of each, though of the same arms");
});

Deno.test("checkContrasts() says what is wrong with contrasts of one's own", () => {
  const check = (contrasts: unknown) => checkContrasts(contrasts, arms, "arms.ts");
  const wrong = (contrasts: unknown, message: RegExp) =>
    assert.throws(() => check(contrasts), { name: "UsageError", message });
  check([pair("gn-ws", "gn"), ...factorial(arms, { GN: ["gn", "gn-ws"], WS: ["bn-ws", "gn-ws"] })]);
  wrong([pair("gn-wss", "gn")], /^Unknown arm of the contrast gn-wss - gn "gn-wss".*"gn-ws"\?$/);
  const weighed = (weights: Record<string, number>) => [{ name: "c", label: "c", weights }];
  wrong(weighed({ gn: 1, bn: -0.5 }), /"c" must add up to 0, and not all be 0: they are 1, -0\.5$/);
  wrong(weighed({ gn: 0, bn: 0 }), /must add up to 0, and not all be 0: they are 0, 0$/);
  wrong(weighed({}), /must add up to 0/);
  wrong(
    weighed({ gn: NaN }),
    /contrasts of arms\.ts must be a list, each with name: string, label/,
  );
  wrong([{ name: "c", weights: { gn: 1, bn: -1 } }], /must be a list, each with name/);
  wrong(pair("gn", "bn"), /must be a list/);
  wrong([pair("gn", "bn"), pair("gn", "bn")], /the contrast "gn - bn" stands twice in arms\.ts$/);
});
