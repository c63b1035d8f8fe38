#!/usr/bin/env bash
# TensorFlow 2.21.0: the same tf.function of the same values returns other sums at each call.
#
# Expected: tf.add_n of five float32 matrices of 3,000 x 4,000 adds them in one order, so that repeated
#   calls with equal inputs on one CPU give equal digits, as they do eagerly.
# Seen: most calls differ from the first in millions of the 12 million sums, even after
#   tf.config.experimental.enable_op_determinism(), which promises equal outputs. Grappler's memory
#   optimization, on by default, rewrites AddN of large operands into sums into one variable, in
#   whatever order they are ready. With Grappler off no call differs.
# Version: tensorflow-cpu 2.21.0, Linux x86-64, Python 3.10 to 3.13; about 280 MB to fetch, 1 GB of memory.
# Source: observed, when a captured training step was compared with itself.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet tensorflow-cpu==2.21.0

cat >"$folder/sums.py" <<'PYTHON'
import sys
import tensorflow as tf

if "no-meta-optimizer" in sys.argv:
    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
if "deterministic" in sys.argv:
    tf.config.experimental.enable_op_determinism()

x = tf.random.stateless_normal([3000, 1], [1, 2])
y = tf.random.stateless_normal([1, 4000], [3, 4])

@tf.function
def step(x, y):
    return tf.add_n([(x * factor) * (y + factor) for factor in (1.0, 3.0, 0.1, 1e3, 7.0)])

first = step(x, y)
calls = [int(tf.reduce_sum(tf.cast(step(x, y) != first, tf.int32))) for _ in range(12)]
print("calls differ" if any(calls) else "calls are equal")
PYTHON

run() {
  TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" "$folder/sums.py" "$@" 2>/dev/null
}
actual="by default: $(run)
without Grappler: $(run no-meta-optimizer)
with op determinism: $(run deterministic)"
echo "$actual"
[ "$actual" = "by default: calls differ
without Grappler: calls are equal
with op determinism: calls differ" ]
