import assert from "node:assert/strict";
import { join } from "node:path";
import { tensorBoard } from "../../../../benchmarks/run/logging/tensorboard/callback.ts";
import {
  encodeEvent,
  type TensorBoardEvent,
} from "../../../../benchmarks/run/logging/tensorboard/event.ts";
import {
  encodeTfRecord,
  maskedCrc32c,
} from "../../../../benchmarks/run/logging/tensorboard/tfrecord.ts";
import type { Event, State } from "../../../../src/training/engine.ts";
import { readEvents } from "./read_events.ts";
import fixture from "./fixtures/events.json" with { type: "json" };

const byTensorFlow = Uint8Array.fromBase64(fixture.file);

Deno.test("encodeTfRecord(encodeEvent()) gives TensorFlow's bytes", () => {
  const records = (fixture.events as TensorBoardEvent[]).map((event) =>
    encodeTfRecord(encodeEvent(event))
  );
  const file = new Uint8Array(records.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const record of records) {
    file.set(record, offset);
    offset += record.length;
  }
  assert.deepEqual(file, byTensorFlow);
});

Deno.test("maskedCrc32c() of what RFC 3720 lists", () => {
  const unmasked = (bytes: Uint8Array) => {
    const rotated = (maskedCrc32c(bytes) - 0xa282ead8) >>> 0;
    return ((rotated << 15) | (rotated >>> 17)) >>> 0;
  };
  assert.equal(unmasked(new Uint8Array(32)), 0x8a9136aa);
  assert.equal(unmasked(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
  assert.equal(unmasked(Uint8Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e);
});

Deno.test("readEvents() reads TensorFlow's file, and throws when a byte is wrong", () => {
  const [version, , scalars] = readEvents(byTensorFlow);
  assert.equal(version!.fileVersion, "brain.Event:2");
  assert.deepEqual(scalars!.values, {
    "train/loss": 2.25,
    "train/learningRate": Math.fround(0.08),
    "train/imagesPerSecond": Math.fround(123.4),
  });
  const broken = byTensorFlow.slice();
  broken[20]! ^= 1;
  assert.throws(() => readEvents(broken), /checksum/);
});

Deno.test("tensorBoard() writes steps and evaluations, and begins where a run goes on", async () => {
  const folder = await Deno.makeTempDir();
  try {
    using board = tensorBoard(folder, { arm: "ws", seed: 2 }, 8);
    const state = { step: 4, loss: 0.5, learningRate: NaN, stepDurationMs: 100 } as State;
    const tell = async (event: Event, change: Partial<State> = {}) =>
      await board.callback(event, { ...state, ...change }, { checkpoint: () => assert.fail() });
    await tell("fitStart");
    assert.deepEqual([...Deno.readDirSync(folder)], [], "nothing before the first step");
    await tell("stepEnd", { step: 5 });
    await tell("epochEnd", { step: 5 });
    await tell("evalEnd", { step: 5, evaluation: { mIoU: 41.5 } });
    const files = [...Deno.readDirSync(join(folder, "ws-seed2"))].map(({ name }) => name);
    assert.equal(files.length, 1);
    assert.match(files[0]!, /^events\.out\.tfevents\.\d{10}\.\d{3}\.\d+$/);
    const events = readEvents(await Deno.readFile(join(folder, "ws-seed2", files[0]!)));
    assert.ok(events.every(({ wallTime }) => Math.abs(Date.now() / 1000 - wallTime) < 3600));
    assert.deepEqual(events.map(({ wallTime: _, ...rest }) => rest), [
      { step: 0, fileVersion: "brain.Event:2" },
      { step: 5, sessionStatus: 1 },
      { step: 5, values: { "train/loss": 0.5, "train/imagesPerSecond": 80 } },
      { step: 5, values: { "eval/mIoU": 41.5 } },
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
