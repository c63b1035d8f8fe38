#!/bin/sh
# tf.oneHot with dtype float32 on TensorFlow.js's wasm backend, 4.22.0.
#
# Expected, as on cpu: ones and zeros.
# Seen: 1.4e-45 in the place of 1. The kernel writes int32, whatever the dtype, and the bits of the
# integer 1 are read as a float. Nothing is said; `tf.cast(tf.oneHot(…), "float32")` is right.
# Source: tfjs-backend-wasm, src/cc/kernels/OneHot.cc (the output is int32), src/kernels/OneHot.ts
# (makes an output of the dtype asked for).
#
# Exits non-zero where the output is another one. Needs Deno.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > main.mjs <<'PROGRAM'
import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import "npm:@tensorflow/tfjs-backend-wasm@4.22.0";
tf.enableProdMode();
for (const backend of ["cpu", "wasm"]) {
  await tf.setBackend(backend);
  const y = tf.oneHot(tf.tensor1d([1, 0], "int32"), 2, 1, 0, "float32");
  console.log(`${backend}: ${y.dtype} ${Array.from(y.dataSync()).join(" ")}`);
}
PROGRAM
echo '{"nodeModulesDir":"auto"}' > deno.json
output=$(deno run --quiet --allow-read --allow-env main.mjs)
echo "$output"
[ "$output" = "cpu: float32 0 1 1 0
wasm: float32 0 1.401298464324817e-45 1.401298464324817e-45 0" ]
