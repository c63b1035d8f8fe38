import assert from "node:assert/strict";
import fc from "fast-check";
import * as tf from "../../src/tf.ts";
import { assertAsComposed, testOnWasm } from "./kernels.ts";

/** Shapes, an axis of theirs, and how long the parts are along that. */
const joins = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }).chain(
  (shape) =>
    fc.record({
      shape: fc.constant(shape),
      axis: fc.integer({ min: -shape.length, max: shape.length - 1 }),
      lengths: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 5 }),
      dtype: fc.constantFrom<"float32" | "int32" | "bool">("float32", "int32", "bool"),
    }),
);

const counting = (shape: number[], dtype: "float32" | "int32" | "bool") =>
  tf.tidy(() => {
    const values = tf.range(0, tf.util.sizeFromShape(shape), 1, "int32");
    return tf.cast(tf.reshape(dtype === "bool" ? tf.mod(values, 2) : values, shape), dtype);
  });

testOnWasm("tf.concat and tf.split copy as TensorFlow.js's kernels do, whatever the sizes", () => {
  fc.assert(
    fc.property(joins, ({ shape, axis, lengths, dtype }) => {
      tf.tidy(() => {
        const along = (length: number) => shape.with(axis, length);
        const parts = lengths.map((length) => counting(along(length), dtype));
        assertAsComposed(() => [tf.concat(parts, axis)], 0);
        const whole = counting(along(lengths.reduce((sum, length) => sum + length, 0)), dtype);
        assertAsComposed(() => tf.split(whole, lengths, axis), 0);
      });
    }),
    { numRuns: 300 },
  );
});

testOnWasm("tf.concat of strings, and of one part, are TensorFlow.js's", () => {
  tf.tidy(() => {
    const words = tf.concat([tf.tensor1d(["a", "b"]), tf.tensor1d(["c"])]);
    assert.deepEqual(words.dataSync(), ["a", "b", "c"]);
    const none: tf.Tensor1D = tf.zeros([0]);
    assert.deepEqual([...tf.concat([none, tf.tensor1d([1, 2])]).dataSync()], [1, 2]);
  });
});

testOnWasm("shapes that do not fit are refused as before", () => {
  tf.tidy(() => {
    assert.throws(() => tf.concat([tf.ones([2, 3]), tf.ones([3, 3])], 1), /Error in concat2D/);
    assert.throws(() => tf.split(tf.ones([2, 3]), 2, 1), /even/);
    assert.throws(() => tf.split(tf.ones([2, 3]), [1, 1], 1), /sum of sizes must match/);
  });
});
