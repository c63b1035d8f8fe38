#!/usr/bin/env bash
# TensorFlow.js mixes up the calls of two shared layers when a model is saved and loaded.
#
# Expected: a model that is loaded from its own JSON, with its own weights, gives the same outputs.
# Seen:     a = 10 x and b = 100 x, both shared: outputs b(a(y)) and a(b(x)) of x = 1, y = 3 are 3000 and
#           1000; after toJSON and modelFromJSON they are 10000 and 300, without an error.
# Version:  @tensorflow/tfjs 4.22.0 (node, cpu backend).
# Source:   tfjs-layers/src/engine/container.ts, fromConfig: of a layer's calls, one that can't be made
#           yet is put off and the next is made, but consumers find a call by its number. Keras stops at
#           a layer's first call that can't be made.
#
# Prints what it sees, and ends with 1 once that changes. Needs node and npm.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund @tensorflow/tfjs@4.22.0
cat >probe.cjs <<'JS'
const tf = require("@tensorflow/tfjs");
(async () => {
  await tf.setBackend("cpu");
  const times = (name, value) =>
    tf.layers.dense({ name, units: 1, useBias: false, kernelInitializer: tf.initializers.constant({ value }) });
  const [x, y] = ["x", "y"].map((name) => tf.input({ name, shape: [1] }));
  const [a, b] = [times("a", 10), times("b", 100)];
  const ab = a.apply(b.apply(x)); // a's first call waits for b
  const ba = b.apply(a.apply(y)); // a's second does not
  const model = tf.model({ inputs: [x, y], outputs: [ba, ab] });
  const loaded = await tf.models.modelFromJSON(model.toJSON(undefined, false));
  loaded.setWeights(model.getWeights());
  const outputs = (each) =>
    each.predict([tf.tensor2d([[1]]), tf.tensor2d([[3]])]).map((z) => z.dataSync()[0]).join();
  console.log(`built ${outputs(model)}, loaded ${outputs(loaded)}`);
  process.exit(outputs(model) === "3000,1000" && outputs(loaded) === "10000,300" ? 0 : 1);
})();
JS
node probe.cjs 2>/dev/null
