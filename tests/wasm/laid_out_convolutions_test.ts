/** A convolution in two calls, the first of which lays its kernel out: by its kernels alone. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { conv2dOver } from "../../src/gradients/conv2d.ts";
import type { Geometry } from "../../src/gradients/geometry.ts";
import * as tf from "../../src/tf.ts";
import { LAID_OUT, LAYOUT } from "../../src/wasm/kernels/laid_out_convolutions.ts";
import { assertClose } from "../backends.ts";
import { axisOf } from "./convolutions.ts";
import { testOnWasm } from "./kernels.ts";
import { axes, eachProduct, noise, sumsOf } from "./windows.ts";

/** What a convolution ends with. */
interface End {
  bias?: tf.Tensor | undefined;
  residual?: tf.Tensor | undefined;
  relu?: boolean;
}

/** The convolution by both kernels. */
function convolve(x: tf.Tensor4D, kernel: tf.Tensor4D, geometry: Geometry, end: End): tf.Tensor {
  const { bias, residual, relu = false } = end;
  const layout = tf.engine().runKernel(LAYOUT, { kernel }) as tf.Tensor;
  const given = { x, kernel: layout, ...(bias && { bias }), ...(residual && { residual }) };
  const attributes = { geometry, kernelShape: kernel.shape, relu } as unknown as tf.NamedAttrMap;
  return tf.engine().runKernel(LAID_OUT, given, attributes) as tf.Tensor;
}

testOnWasm("a convolution with a laid-out kernel, bias, sum and ReLU is float64 loops'", () => {
  const geometries: fc.Arbitrary<Geometry> = fc.tuple(axes(() => 5), axes(() => 5));
  const channels = fc.tuple(fc.integer({ min: 1, max: 18 }), fc.integer({ min: 1, max: 18 }));
  const ends = fc.record({ bias: fc.boolean(), residual: fc.boolean(), relu: fc.boolean() });
  const property = fc.property(geometries, channels, ends, (geometry, [depth, any], has) => {
    const columns = has.residual ? 8 * Math.ceil(any / 8) : any;
    const [height, width] = geometry;
    tf.tidy(() => {
      const x = noise([2, height.input, width.input, depth], 1);
      const kernel = noise([height.taps, width.taps, depth, columns], 2);
      const shape = [2, height.output, width.output, columns];
      const bias = has.bias ? tf.randomUniform([columns], -1, 1, "float32", 3) : undefined;
      const residual = has.residual ? noise(shape, 4) : undefined;
      const [a, w] = [x.dataSync(), kernel.dataSync()];
      const sums = sumsOf(tf.util.sizeFromShape(shape), (add) => {
        eachProduct(2, geometry, [depth, columns], (i, k, o) => add(o, a[i]! * w[k]!));
      });
      const [b, r] = [bias?.dataSync(), residual?.dataSync()];
      const expected = Array.from(sums, (sum, i) => {
        const value = sum + (b?.[i % columns] ?? 0) + (r?.[i] ?? 0);
        return has.relu ? Math.max(0, value) : value;
      });
      const y = convolve(x, kernel, geometry, { bias, residual, relu: has.relu });
      assert.deepEqual(y.shape, shape);
      assertClose(y, expected, 3e-5);
    });
  });
  fc.assert(property, { numRuns: 200, seed: 3 });
});

testOnWasm("a laid-out kernel changes no digit, whatever the number of pixels", () => {
  // Up to 96 pixels the other convolution takes the kernel as it is; few channels are framed.
  for (
    const [size, depth, columns] of [[4, 40, 16], [9, 40, 16], [12, 40, 9], [12, 3, 16]] as const
  ) {
    tf.tidy(() => {
      const geometry: Geometry = [axisOf(size, 3), axisOf(size, 3)];
      const x = noise([1, size, size, depth], 1), kernel = noise([3, 3, depth, columns], 2);
      const expected = conv2dOver(x, kernel, geometry);
      const actual = convolve(x, kernel, geometry, {});
      assert.deepEqual(actual.dataSync(), expected.dataSync());
    });
  }
});

testOnWasm("NaN comes through a convolution's ReLU, whatever its sign, and −∞ does not", () => {
  tf.tidy(() => {
    const nan = new Float32Array(new Uint32Array([0x7fc00000, 0xffc00000]).buffer); // +NaN, −NaN
    const x = tf.tensor4d(new Float32Array([...nan, -Infinity, -1, 2, Infinity]), [1, 1, 6, 1]);
    const kernel = tf.ones([1, 1, 1, 1]) as tf.Tensor4D;
    const y = convolve(x, kernel, [axisOf(1, 1), axisOf(6, 1)], { relu: true });
    assert.deepEqual([...y.dataSync()], [NaN, NaN, 0, 0, 2, Infinity]);
  });
});
