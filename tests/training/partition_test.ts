/** How a model is cut into blocks. */
import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import {
  type LayerCall,
  type LayerCalls,
  layerCallsOf,
} from "../../src/training/recomputation/layer_calls.ts";
import { type Block, blocksOf } from "../../src/training/recomputation/partition.ts";

const layer = () => tf.layers.activation({ activation: "relu" });

/** Calls that take the tensors named in `takes`; call i gives tensor i + 1, the input is 0. */
function graphOf(takes: number[][]): LayerCalls {
  const calls = takes.map((inputs, i) => ({ layer: layer(), inputs, outputs: [i + 1] }));
  return { calls, inputs: [0], outputs: [takes.length] };
}

function sizesOf(blocks: Block[]): number[] {
  return blocks.map(({ calls }) => calls.length);
}

Deno.test("blocksOf() cuts a chain of equal tensors into about √n blocks", () => {
  const chain = graphOf(Array.from({ length: 16 }, (_, i) => [i]));
  const blocks = blocksOf(chain, () => 100);
  // 4 blocks of 4 keep 4 tensors, and have 3 inside of one; 5 and 3 have 8, too, none has fewer.
  const kept = blocks.flatMap(({ outputs }) => outputs).length;
  const largest = Math.max(...sizesOf(blocks)) - 1;
  assert.equal(kept + largest, 7);
  assert.deepEqual(blocks.flatMap(({ calls }) => calls), chain.calls);
});

Deno.test("blocksOf() cuts where tensors are small", () => {
  const chain = graphOf(Array.from({ length: 9 }, (_, i) => [i]));
  const blocks = blocksOf(chain, (id) => id % 3 === 0 ? 1 : 100);
  assert.deepEqual(sizesOf(blocks), [3, 3, 3]);
  assert.deepEqual(blocks.map(({ inputs, outputs }) => [inputs, outputs]), [
    [[0], [3]],
    [[3], [6]],
    [[6], [9]],
  ]);
});

Deno.test("blocksOf() keeps what a later block takes from before the one between", () => {
  // A tensor of the first block, 2, is joined at the end: it crosses every cut, and counts once.
  const skip = graphOf([[0], [1], [2], [3], [4], [5], [6], [7], [8, 2]]);
  const blocks = blocksOf(skip, () => 100);
  assert.ok(blocks.length > 1);
  const outputs = blocks.flatMap((block) => block.outputs);
  assert.equal(outputs.filter((id) => id === 2).length, 1);
  assert.ok(blocks.at(-1)!.inputs.includes(2));
});

Deno.test("blocksOf() leaves gradients of one tensor in one order", () => {
  // Three branches of 3, which two calls make. Two of them in one block, which gets 3 from another
  // one, would be added up before the third's.
  const branches = graphOf([[0], [1], [2], [3], [4], [3], [6], [3], [8], [5, 7, 9]]);
  let state = 1;
  const next = () => (state = state * 16807 % 2147483647) / 2147483647;
  for (let round = 0; round < 200; round++) {
    const sizes = Array.from({ length: 11 }, () => next() < 0.5 ? 1 : Math.ceil(100 * next()));
    for (const block of blocksOf(branches, (id) => sizes[id]!)) {
      const takes = ({ inputs }: LayerCall) => inputs.includes(3);
      const uses = block.calls.filter(takes).length;
      const end = branches.calls.indexOf(block.calls.at(-1)!) + 1;
      const isUsedLater = branches.calls.slice(end).some(takes);
      const isMade = block.calls.some(({ outputs }) => outputs.includes(3));
      assert.ok(isMade || !isUsedLater || uses < 2, `${sizes}: ${sizesOf([block])}`);
    }
  }
});

Deno.test("layerCallsOf() replaces models by their layers, once for each call", () => {
  const inner = tf.sequential({
    layers: [
      tf.layers.dense({ name: "a", units: 3, inputShape: [3] }),
      tf.layers.reLU({ name: "b" }),
    ],
  });
  const input = tf.input({ shape: [3] });
  const once = inner.apply(input) as tf.SymbolicTensor;
  const twice = inner.apply(once) as tf.SymbolicTensor;
  const outputs = tf.layers.add({ name: "sum" }).apply([once, twice]) as tf.SymbolicTensor;
  const model = tf.model({ inputs: input, outputs });
  const { calls, inputs, outputs: [last] } = layerCallsOf(model);
  assert.deepEqual(calls.map(({ layer }) => layer.name), ["a", "b", "a", "b", "sum"]);
  assert.deepEqual(calls[0]!.inputs, inputs);
  assert.deepEqual(calls[4]!.inputs, [calls[1]!.outputs[0], calls[3]!.outputs[0]]);
  assert.equal(calls[4]!.outputs[0], last);
  const variables = model.weights.map((weight) => weight.read());
  model.dispose();
  tf.dispose(variables);
});

Deno.test("blocksOf() cuts a model with frozen weights as it does without", () => {
  const shared = tf.layers.dense({ units: 2, inputShape: [2] });
  const input = tf.input({ shape: [2] });
  const relu = (x: unknown) => layer().apply(x as tf.SymbolicTensor);
  let x: unknown = input;
  for (let i = 0; i < 4; i++) x = relu(relu(shared.apply(relu(x) as tf.SymbolicTensor)));
  const model = tf.model({ inputs: input, outputs: x as tf.SymbolicTensor });
  const small = (id: number, round: number) => (id * 7 + round) % 5 === 0;
  const cut = () =>
    Array.from(
      { length: 20 },
      (_, round) => sizesOf(blocksOf(layerCallsOf(model), (id) => small(id, round) ? 1 : 100)),
    );
  const trained = cut();
  shared.trainable = false;
  assert.deepEqual(cut(), trained);
  model.dispose();
});
