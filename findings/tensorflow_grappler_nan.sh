#!/usr/bin/env bash
# TensorFlow 2.21.0 with oneDNN: in a tf.function, batch norm and ReLU turn NaN into 0.
#
# Expected: relu(fused_batch_norm(x, is_training=True)) of two images in which one pixel in four is NaN
#   is NaN everywhere, since mean and variance are: 64 NaN, eagerly and in a tf.function, as in PyTorch.
# Seen: 64 eagerly; 0 in the tf.function with oneDNN, whose graph optimizer (Grappler's remapping) makes
#   one operation of the two. Without oneDNN, and with remapping off, 64. A training run that has
#   diverged looks sound.
# Version: tensorflow-cpu 2.21.0, Linux x86-64, Python 3.10 to 3.13; about 280 MB to fetch. oneDNN is on
#   by default on processors with AVX-512 VNNI and newer; here the switch is set.
# Source: observed; found by putting NaN into each op's input, on every path.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet tensorflow-cpu==2.21.0

cat >"$folder/nan.py" <<'PYTHON'
import sys
import tensorflow as tf

if "no-remapping" in sys.argv:
    tf.config.optimizer.set_experimental_options({"remapping": False})

x = tf.tile(tf.reshape([float("nan"), 1.0, 2.0, 3.0], [1, 2, 2, 1]), [2, 1, 1, 8])

def forward(x):
    y, *_ = tf.compat.v1.nn.fused_batch_norm(x, tf.ones(8), tf.zeros(8), is_training=True)
    return tf.nn.relu(y)

count = lambda y: int(tf.reduce_sum(tf.cast(tf.math.is_nan(y), tf.int32)))
print("eager", count(forward(x)), "function", count(tf.function(forward)(x)))
PYTHON

run() {
  TF_ENABLE_ONEDNN_OPTS=$1 TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" "$folder/nan.py" "${@:2}" \
    2>/dev/null
}
actual="with oneDNN: $(run 1)
without: $(run 0)
with oneDNN, remapping off: $(run 1 no-remapping)"
echo "$actual"
[ "$actual" = "with oneDNN: eager 64 function 0
without: eager 64 function 64
with oneDNN, remapping off: eager 64 function 64" ]
