import assert from "node:assert/strict";
import { earlyStops } from "../../../../benchmarks/judge/warnings/early_stops.ts";
import { cellsDocument } from "../../../../benchmarks/report/cells/document.ts";
import { cell, result } from "../../report/synthetic.ts";

const stopped = { stoppedEarly: true, steps: 20, restoredStep: 10 };

Deno.test("earlyStops() tells after how many steps each arm ended", () => {
  const record = result({
    cells: [
      cell("baseline", 0, stopped),
      cell("baseline", 1, { ...stopped, steps: 30 }),
      cell("ws", 0),
      cell("ws", 1),
    ],
  });
  const [warning, ...others] = earlyStops(record, (arm) => arm.toUpperCase());
  assert.equal(warning!.code, "early-stops");
  assert.equal(
    warning!.message,
    "2 cells of 4 stopped early, and arms ended at other steps: BASELINE after 20 to 30, WS after 40",
  );
  assert.deepEqual(others, []);
  const { alerts, blocks } = cellsDocument(record);
  assert.ok(alerts?.some((alert) => JSON.stringify(alert).includes("stopped early")));
  assert.match(JSON.stringify(blocks), /weights of step/);
});

Deno.test("earlyStops() is silent where all trained alike", () => {
  const label = (arm: string) => arm;
  assert.deepEqual(earlyStops(result({ cells: [cell("baseline", 0), cell("ws", 0)] }), label), []);
  const all = [cell("baseline", 0, stopped), cell("ws", 0, stopped)];
  assert.deepEqual(earlyStops(result({ cells: all }), label), []);
  const failed = [cell("baseline", 0), cell("ws", 0, { status: "failed", steps: 3 })];
  assert.deepEqual(earlyStops(result({ cells: failed }), label), []);
});
