import assert from "node:assert/strict";
import { duration, progress } from "../../../benchmarks/cli/progress.ts";
import type { State } from "../../../src/training/engine.ts";

Deno.test("progress() prints the last step where there is no terminal", () => {
  const lines: string[] = [];
  const display = progress(8, false, (line) => lines.push(line));
  display.begin("ws, seed 1 (2 of 6)");
  const state = { totalSteps: 2, loss: 0.5, stepDurationMs: 100 } as State;
  display.callback("fitStart", { ...state, step: 0 });
  display.callback("stepEnd", { ...state, step: 1 });
  display.callback("stepEnd", { ...state, step: 2 });
  display.end();
  assert.deepEqual(lines, [
    "ws, seed 1 (2 of 6): step 2/2, loss 0.500, 80.0 images/s, 0 s left",
  ]);
});

Deno.test("progress() says where a run stopped early, and nothing of one that was interrupted", () => {
  const lines: string[] = [];
  const display = progress(8, false, (line) => lines.push(line));
  const state = { totalSteps: 10, loss: 0.5, stepDurationMs: 100 } as State;
  for (const totalSteps of [4, 10]) {
    display.begin(`to ${totalSteps}`);
    display.callback("fitStart", { ...state, step: 0 });
    for (let step = 1; step <= 4; step++) display.callback("stepEnd", { ...state, step });
    display.callback("fitEnd", { ...state, step: 4, totalSteps });
  }
  assert.deepEqual(lines, ["to 4: stopped early after step 4/10"]);
});

Deno.test("progress() counts speed from the step where a run goes on", () => {
  const lines: string[] = [];
  const display = progress(8, false, (line) => lines.push(line));
  display.begin("ws");
  const state = { totalSteps: 10, loss: 0.5, stepDurationMs: 100 } as State;
  display.callback("fitStart", { ...state, step: 9 });
  display.callback("stepEnd", { ...state, step: 10 });
  assert.deepEqual(lines, [
    "ws: goes on after step 9/10",
    "ws: step 10/10, loss 0.500, 80.0 images/s, 0 s left",
  ]);
});

Deno.test("progress() follows what is counted, such as rounds of a timing", () => {
  const lines: string[] = [];
  const display = progress(8, false, (line) => lines.push(line));
  display.begin("timing");
  [1, 2, 3].forEach((done) => display.count(done, 3));
  assert.deepEqual(lines, ["timing: 3/3"]);
});

Deno.test("progress() prints a line every ten seconds, with the time that is left by the clock", () => {
  const clock = performance.now;
  let now = 1e6;
  performance.now = () => now;
  try {
    const lines: string[] = [];
    const display = progress(8, false, (line) => lines.push(line));
    display.begin("ws");
    const state = { totalSteps: 10, loss: 0.5, stepDurationMs: 1000 } as State;
    display.callback("fitStart", { ...state, step: 0 });
    for (let step = 1; step <= 6; step++) {
      now += 4000; // the rest of the time goes to evaluations and decoding
      display.callback("stepEnd", { ...state, step });
    }
    const figures = "loss 0.500, 8.0 images/s";
    assert.deepEqual(lines, [
      `ws: step 3/10, ${figures}, 28 s left`,
      `ws: step 6/10, ${figures}, 16 s left`,
    ]);
  } finally {
    performance.now = clock;
  }
});

Deno.test("duration() is what people read", () => {
  assert.equal(duration(41_600), "42 s");
  assert.equal(duration(185_000), "3 min 5 s");
  assert.equal(duration(7_800_000), "2 h 10 min");
  assert.deepEqual([59_400, 59_600, 3_599_000, 3_600_000].map(duration), [
    "59 s",
    "1 min 0 s",
    "59 min 59 s",
    "1 h 0 min",
  ]);
});
