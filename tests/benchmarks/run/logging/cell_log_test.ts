import assert from "node:assert/strict";
import { join } from "node:path";
import { logPath, openCellLog } from "../../../../benchmarks/run/logging/cell_log.ts";
import { parseLine, readLog } from "./read_log.ts";
import type { LogEvent, LogHeader } from "../../../../benchmarks/run/logging/schema.ts";
import { result } from "../../report/synthetic.ts";

const cell = { arm: "ws", seed: 1 };
const at = (step: number) => ({ step, epoch: step / 8 });
const stepEnd = (loss: number): LogEvent => ({
  event: "stepEnd",
  loss,
  learningRate: 0.1,
  stepDurationMs: 3.5,
  waitDurationMs: 0,
});

function header(): LogHeader {
  const { suite, profile, config, seeds, environment, command } = result();
  return {
    event: "init",
    formatVersion: 1,
    suite,
    profile,
    config,
    algorithms: ["WS(15)"],
    hyperparameters: { "WS/count": 5 },
    seeds,
    data: { name: "streets", identity: "abc", trainingCount: 9, validationCount: 3 },
    environment,
    command,
    totalSteps: 40,
    stepsPerEpoch: 8,
    batchSize: 8,
    parameterCount: 12,
  };
}

async function inFolder(body: (out: string) => Promise<void>): Promise<void> {
  const out = await Deno.makeTempDir();
  try {
    await body(out);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

Deno.test("openCellLog() writes lines that readLog() reads", () =>
  inFolder(async (out) => {
    using log = await openCellLog(out, cell, { keepBytes: 0, held: false });
    await log.write(at(0), header());
    await log.write(at(0), { event: "fitStart" });
    assert.deepEqual([...Deno.readDirSync(out)], [], "nothing before the first step");
    await log.write(at(1), stepEnd(2.5));
    await log.write(at(1), { event: "evalEnd", metrics: { mIoU: NaN, pixelAccuracy: 50 } });
    await log.write(at(1), { event: "cellEnd", status: "failed", error: "the loss" });
    const lines = await readLog(logPath(out, cell));
    assert.deepEqual(lines.map(({ event }) => event), [
      "init",
      "fitStart",
      "stepEnd",
      "evalEnd",
      "cellEnd",
    ]);
    const { time, ...first } = lines[0]!;
    assert.ok(Math.abs(Date.now() - Date.parse(time)) < 3_600_000);
    assert.deepEqual(first, { ...header(), ...cell, ...at(0) });
    assert.partialDeepStrictEqual(lines[2], { ...cell, ...at(1), ...stepEnd(2.5) });
    assert.partialDeepStrictEqual(lines[3], { metrics: { mIoU: null, pixelAccuracy: 50 } });
    assert.equal(log.length, (await Deno.stat(logPath(out, cell))).size);
  }));

Deno.test("openCellLog() cuts off what came after a checkpoint", () =>
  inFolder(async (out) => {
    let keepBytes: number;
    {
      using log = await openCellLog(out, cell, { keepBytes: 0, held: false });
      await log.write(at(1), stepEnd(1));
      await log.sync();
      keepBytes = log.length;
      await log.write(at(2), stepEnd(2));
    }
    const file = await Deno.open(logPath(out, cell), { append: true });
    await file.write(new TextEncoder().encode('{"time":"cut off'));
    file.close();
    assert.equal((await readLog(logPath(out, cell))).length, 2, "the cut-off line is left out");
    using log = await openCellLog(out, cell, { keepBytes, held: false });
    await log.write(at(2), stepEnd(22));
    const lines = await readLog(logPath(out, cell));
    assert.deepEqual(lines.map(({ step }) => step), [1, 2]);
    assert.partialDeepStrictEqual(lines[1], { loss: 22 });
  }));

Deno.test("openCellLog() leaves an earlier log alone until it is released", () =>
  inFolder(async (out) => {
    const path = logPath(out, cell);
    await Deno.mkdir(join(out, "logs"));
    await Deno.writeTextFile(path, "an earlier run's\n");
    using log = await openCellLog(out, cell, { keepBytes: 0, held: true });
    await log.write(at(1), stepEnd(1));
    await log.write(at(2), stepEnd(2));
    assert.equal(await Deno.readTextFile(path), "an earlier run's\n");
    await log.release();
    await log.write(at(3), stepEnd(3));
    assert.deepEqual((await readLog(path)).map(({ step }) => step), [1, 2, 3]);
  }));

Deno.test("parseLine() throws when a field is missing, wrong or unknown", () => {
  const line = { time: "2026-01-02T03:04:05.000Z", ...cell, ...at(1), ...stepEnd(1) };
  assert.deepEqual(parseLine(JSON.stringify(line)), line);
  const wrong = (changes: object) =>
    assert.throws(
      () => parseLine(JSON.stringify({ ...line, ...changes })),
      JSON.stringify(changes),
    );
  wrong({ event: "stepend" });
  wrong({ loss: "1" });
  wrong({ step: 0.5 });
  wrong({ colour: 1 });
  wrong({ time: "today" });
  wrong({ seed: undefined });
  assert.throws(() => parseLine("{"), SyntaxError);
});
