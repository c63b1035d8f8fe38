import assert from "node:assert/strict";
import * as tf from "../../../src/tf.ts";
import { capture } from "../../../src/training/capture.ts";
import { ArenaMemory } from "../../../src/wasm/recording/arena_memory.ts";
import { variableOf, wave } from "../../training/recording.ts";
import { testOnWasm } from "./harness.ts";

testOnWasm(
  "a block that the backend cannot have is an error, and leaves the one before",
  (backend) => {
    const arena = new ArenaMemory(backend), users = [{}, {}, {}] as const;
    arena.join(users[0], 1000);
    for (const bytes of [4.29e9, 5e9]) {
      const message = new RegExp(`needs ${bytes / 1e6} MB .*at most 4,295 MB`);
      assert.throws(() => arena.join(users[1], bytes), { name: "RangeError", message });
      assert.ok(arena.base > 0);
    }
    arena.join(users[2], 2000);
    assert.equal(arena.base % 64, 0);
    arena.leave(users[2]);
    arena.leave(users[0]);
    assert.equal(arena.base, 0);
  },
);

testOnWasm("a result that the backend cannot have is an error of its call", ({ wasm }) => {
  const weight = variableOf(tf.scalar(1)), x = tf.zeros([1 << 19]), { _malloc } = wasm;
  const step = capture((x: tf.Tensor) => {
    weight.assign(tf.add(weight, 1));
    return [tf.add(x, weight), tf.sub(x, weight)];
  });
  tf.dispose(step(x));
  let large = 0;
  wasm._malloc = (bytes) => bytes > 1 << 20 && ++large > 2 ? 0 : _malloc(bytes);
  assert.throws(() => step(x), { name: "RangeError", message: /needs 3 MB .*at most 4,295 MB/ });
  wasm._malloc = _malloc;
  assert.equal(weight.dataSync()[0], 2);
  tf.dispose([...step(x), weight, x]);
  step.dispose();
});

/** Steps that cannot be captured on wasm, and what the error must say. */
const REFUSED: Record<string, [(x: tf.Tensor) => tf.TensorContainer, RegExp]> = {
  "has a result whose shape depends on values": [
    (x) => tf.unique(x as tf.Tensor1D),
    /Cannot capture Unique as the shape of its result depends on values/,
  ],
  "suppresses boxes": [
    (x) => tf.image.nonMaxSuppression(tf.reshape(x, [1, 4]), tf.ones([1]), 1),
    /Cannot capture NonMaxSuppressionV3 as the shape/,
  ],
  "computes with strings": [() => tf.concat([tf.tensor1d(["a"]), tf.tensor1d(["b"])]), /strings/],
  "asks for more memory than there is": [
    (x) => tf.add(tf.fill([1_100_000_000], 1), tf.sum(x)),
    /needs 4400 MB .*at most 4,295 MB.* Use a smaller batch/,
  ],
};

for (const [name, [body, message]] of Object.entries(REFUSED)) {
  testOnWasm(`capture() throws and changes nothing on wasm when the step ${name}`, () => {
    const x = wave([4]), weight = variableOf(tf.scalar(1));
    const step = capture((input: tf.Tensor) => {
      weight.assign(tf.mul(weight, 2));
      return body(input);
    });
    assert.throws(() => step(x), message);
    assert.equal(weight.dataSync()[0], 1);
    tf.dispose([x, weight]);
    step.dispose();
  });
}
