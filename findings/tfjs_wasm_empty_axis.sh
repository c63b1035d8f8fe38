#!/usr/bin/env bash
# TensorFlow.js 4.22.0 on wasm: sums and products over an axis of length 0 are left unwritten.
#
# Expected: sum over no values is 0, prod 1, all true, any false, matMul of [2, 0] and [0, 2] zeros, as on
#   the cpu backend for sum, prod, any and matMul, and in NumPy.
# Seen: on wasm each returns what was in the memory before: here the 7 of a tensor that was disposed. An
#   empty selection's sum is then whatever was computed last.
# Version: @tensorflow/tfjs-core, -backend-cpu and -backend-wasm 4.22.0 (npm), Node.
# Source: observed, when kernels were compared with NumPy on shapes from a generator.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0 \
  @tensorflow/tfjs-backend-wasm@4.22.0 >/dev/null 2>&1
seen=$(node -e '
  const tf = require("@tensorflow/tfjs-core");
  require("@tensorflow/tfjs-backend-cpu");
  require("@tensorflow/tfjs-backend-wasm");
  const forms = {
    sum: () => tf.sum(tf.zeros([64, 0]), 1),
    prod: () => tf.prod(tf.zeros([64, 0]), 1),
    matMul: () => tf.matMul(tf.zeros([8, 0]), tf.zeros([0, 8])),
  };
  (async () => {
    for (const backend of ["cpu", "wasm"]) {
      await tf.setBackend(backend);
      for (const [name, form] of Object.entries(forms)) {
        tf.fill([64], 7).dispose();
        const expected = name === "prod" ? 1 : 0;
        const right = form().dataSync().every((value) => value === expected);
        console.log(backend, name, right ? "right" : "not written");
      }
    }
  })();' 2>/dev/null)
echo "$seen"
[ "$seen" = "cpu sum right
cpu prod right
cpu matMul right
wasm sum not written
wasm prod not written
wasm matMul not written" ]
