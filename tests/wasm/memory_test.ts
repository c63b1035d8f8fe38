/** What kernels read and write of the memory: on one of the test's own, between guards. */
import assert from "node:assert/strict";
import fc from "fast-check";
import * as tf from "../../src/tf.ts";
import { kernels } from "../../src/wasm/kernels/mod.ts";
import { Workspace } from "../../src/wasm/kernels/workspace.ts";
import { GuardedMemory, PAGE } from "./guarded_memory.ts";
import { type Call, calls } from "./kernel_calls.ts";

/** Runs a kernel where tensors begin at an address; returns its outputs' bytes. */
function run(name: string, { inputs, attributes = {}, labels = {} }: Call, memory: GuardedMemory) {
  memory.clear();
  let seed = 1;
  const random = () => (seed = seed * 48271 % 2147483647) / 2147483647;
  const infos = Object.fromEntries(
    Object.entries(inputs).map(([name, shape]) => {
      const info = memory.make(shape, name in labels ? "int32" : "float32");
      const size = tf.util.sizeFromShape([...shape]);
      const values = name in labels
        ? Int32Array.from({ length: size }, () => Math.floor(random() * labels[name]!))
        : Float32Array.from({ length: size }, () => random() + 0.1);
      memory.of(info).set(new Uint8Array(values.buffer));
      return [name, info];
    }),
  );
  const before = Object.values(infos).map((info) => memory.of(info).slice());
  const { compute } = kernels.find((kernel) => kernel.name.replace(/.*\//, "") === name)!;
  const outputs = [compute(new Workspace(memory.backend), infos, attributes)].flat();
  memory.assertGuards(name);
  Object.values(infos).forEach((info, i) =>
    assert.deepEqual(memory.of(info), before[i], `${name} writes over an operand`)
  );
  return outputs.map((info) => memory.of(info).slice());
}

for (const { name: kernel } of kernels) {
  const name = kernel.replace(/.*\//, "");
  Deno.test(`${name} reads its operands alone and writes its outputs alone, wherever they are`, () => {
    // Other bytes beside the tensors, too: one of them is not a number.
    const memories = [new GuardedMemory(PAGE, 0xff), new GuardedMemory(2 ** 31 + 64, 0x3f)];
    fc.assert(
      fc.property(calls[name]!, (call) => {
        const [expected, actual] = memories.map((memory) => run(name, call, memory));
        assert.deepEqual(
          actual,
          expected,
          "depends on where tensors are, or on what is beside them",
        );
      }),
      { numRuns: 25, seed: 1 },
    );
  });
}
