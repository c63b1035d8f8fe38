#!/usr/bin/env bash
# TensorFlow.js takes every optimizer for an instance of every optimizer's class.
#
# Expected: tf.train.sgd(0.1) instanceof tf.AdamOptimizer is false.
# Seen:     it is true, for any two optimizers, and for any object with the three methods minimize,
#           computeGradients and applyGradients; so is `optimizer instanceof OwnClass` of a class that
#           somebody derives from tf.Optimizer.
# Version:  @tensorflow/tfjs 4.22.0 (node, cpu backend).
# Source:   tfjs-core/src/optimizers/optimizer.ts defines Symbol.hasInstance on Optimizer, and classes
#           inherit it as they do any static member.
#
# Prints what it sees, and ends with 1 once that changes. Needs node and npm.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund @tensorflow/tfjs@4.22.0
cat >probe.cjs <<'JS'
const tf = require("@tensorflow/tfjs");
class Own extends tf.Optimizer {}
const sgd = tf.train.sgd(0.1);
const seen = {
  "SGD is an instance of Adam": sgd instanceof tf.AdamOptimizer,
  "SGD is an instance of a class that was made after it": sgd instanceof Own,
  "Adam is an instance of SGD": tf.train.adam(0.1) instanceof tf.SGDOptimizer,
  "by its prototypes SGD is no Adam": !Object.prototype.isPrototypeOf.call(tf.AdamOptimizer.prototype, sgd),
};
for (const [what, holds] of Object.entries(seen)) console.log(`${holds ? "yes" : "NO "}  ${what}`);
process.exit(Object.values(seen).every(Boolean) ? 0 : 1);
JS
node probe.cjs 2>&1 | grep -v -e '^=' -e '^Hi' -e '^$'
exit "${PIPESTATUS[0]}"
