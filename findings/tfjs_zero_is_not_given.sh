#!/usr/bin/env bash
# TensorFlow.js takes 0 for "not given" in more than the seeds of its normal initializers.
#
# Expected: initializers.randomUniform({ minval: 0, maxval: 1 }) draws from [0, 1);
#           initializers.randomNormal({ stddev: 0 }) gives the mean;
#           data.array(…).shuffle(n, 0) gives the same order each time, as with seed 5.
# Seen:     values from -0.05 on; a deviation of 0.05; another order each time.
# Version:  @tensorflow/tfjs 4.22.0 (node, cpu backend).
# Source:   tfjs-layers/src/initializers.ts, `args.minval || this.DEFAULT_MINVAL`,
#           `args.stddev || this.DEFAULT_STDDEV`; tfjs-data/src/dataset.ts,
#           `seedrandom.alea(seed || tf.util.now().toString())`.
#
# Prints what it sees, and ends with 1 once that changes. Needs node and npm.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund @tensorflow/tfjs@4.22.0
cat >probe.cjs <<'JS'
const tf = require("@tensorflow/tfjs");
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
(async () => {
  await tf.setBackend("cpu");
  const least = (args) => tf.min(tf.initializers.randomUniform(args).apply([10000])).dataSync()[0];
  const spread = (args) =>
    tf.moments(tf.initializers.randomNormal(args).apply([10000])).variance.sqrt().dataSync()[0];
  const order = async (seed) => {
    await wait(5); // the clock is the seed where none is given
    return (await tf.data.array([...Array(40).keys()]).shuffle(40, seed).toArray()).join();
  };
  const seen = {
    "randomUniform from 0 to 1: some values are below 0": least({ minval: 0, maxval: 1, seed: 1 }) < 0,
    "randomUniform from 1e-9 to 1: none is": least({ minval: 1e-9, maxval: 1, seed: 1 }) >= 0,
    "randomNormal with stddev 0 deviates by 0.05": Math.abs(spread({ stddev: 0, seed: 1 }) - 0.05) < 0.005,
    "shuffle with seed 0 differs from itself": (await order(0)) !== (await order(0)),
    "shuffle with seed 5 repeats": (await order(5)) === (await order(5)),
  };
  for (const [what, holds] of Object.entries(seen)) console.log(`${holds ? "yes" : "NO "}  ${what}`);
  process.exit(Object.values(seen).every(Boolean) ? 0 : 1);
})();
JS
node probe.cjs 2>&1 | grep -v -e '^=' -e '^Hi' -e '^$'
exit "${PIPESTATUS[0]}"
