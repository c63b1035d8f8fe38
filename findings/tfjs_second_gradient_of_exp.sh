#!/usr/bin/env bash
# TensorFlow.js 4.22.0: second gradients take exp, sigmoid and tanh of the forward pass for constants.
#
# Expected: (x exp(x))'' = (x + 2) exp(x), 8.155 at 1; (x sigmoid(x))'' = 0.302; (x tanh(x))'' = 0.200;
#   and exp''(1) = 2.718. Values by PyTorch 2.15 (torch.autograd.grad with create_graph=True).
# Seen: 5.437, 0.393 and 0.840, without an error: the gradient of these ops reads their saved output,
#   from which no gradient flows. exp alone throws that y does not depend on x. expm1, log and sqrt,
#   whose gradients read the input, are right.
# Version: @tensorflow/tfjs 4.22.0 (npm), Node; the values are the same on its backends cpu and wasm.
# Source: observed, when gradients of a penalty on a gradient were compared with PyTorch's.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent @tensorflow/tfjs@4.22.0 >/dev/null 2>&1
seen=$(node -e '
  const tf = require("@tensorflow/tfjs");
  tf.setBackend("cpu");
  const second = (f) => tf.grad((x) => tf.grad(f)(x))(tf.scalar(1)).dataSync()[0].toFixed(3);
  for (const op of ["exp", "sigmoid", "tanh", "expm1", "log", "sqrt"]) {
    console.log(`x ${op}(x):`, second((x) => tf.mul(x, tf[op](x))));
  }
  try {
    console.log("exp:", second(tf.exp));
  } catch (error) {
    console.log("exp:", error.message.split(".")[0]);
  }' 2>/dev/null)
echo "$seen"
[ "$seen" = "x exp(x): 5.437
x sigmoid(x): 0.393
x tanh(x): 0.840
x expm1(x): 8.155
x log(x): 1.000
x sqrt(x): 0.750
exp: Cannot compute gradient of y=f(x) with respect to x" ]
