import assert from "node:assert/strict";
import { encodeConfig } from "../../../src/backends/tensorflow/config.ts";

// ConfigProto's wire format: field number · 8 + wire type, then the value.
const ALLOW_GROWTH = [6 << 3 | 2, 2, 4 << 3 | 0, 1];

Deno.test("encodeConfig() lets GPU memory grow and leaves the rest to TensorFlow by default", () => {
  const [intraOp, interOp] = [[2 << 3 | 0, 0], [5 << 3 | 0, 0]];
  assert.deepEqual(Array.from(encodeConfig({})), [...intraOp, ...interOp, ...ALLOW_GROWTH].flat());
});

Deno.test("encodeConfig() holds threads, and no GPU when the device is the CPU", () => {
  const noGpu = [1 << 3 | 2, 7, 1 << 3 | 2, 3, ...new TextEncoder().encode("GPU"), 2 << 3 | 0, 0];
  const [intraOp, interOp] = [[2 << 3 | 0, 2], [5 << 3 | 0, 3]];
  const config = encodeConfig({ intraOpThreads: 2, interOpThreads: 3, device: "cpu" });
  assert.deepEqual(Array.from(config), [...noGpu, ...intraOp, ...interOp, ...ALLOW_GROWTH].flat());
});

Deno.test("encodeConfig() throws RangeError when a number of threads is negative or broken", () => {
  for (const count of [-1, 1.5, NaN]) {
    assert.throws(() => encodeConfig({ intraOpThreads: count }), {
      name: "RangeError",
      message:
        `Cannot register the tensorflow backend as intraOpThreads must be an integer >= 0: ` +
        `current value is ${count}`,
    });
  }
});
