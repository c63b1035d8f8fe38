#!/usr/bin/env bash
# TensorFlow 2.21.0: 3-D pools with SAME begin one voxel late where the windows leave voxels out.
#
# Expected: 7 voxels, window 1, stride 4, padding SAME. There are ceil(7 / 4) = 2 outputs, which need
#   5 voxels, so that nothing is padded and the windows lie at voxels 1 and 5: "1 5", as in 2-D, and
#   as in 3-D with oneDNN on. https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
#   has max(..., 0) for the total padding.
# Seen: max_pool3d and avg_pool3d give "2 6" on a CPU without oneDNN: a padding of -2 is halved.
# Version: tensorflow-cpu 2.21.0, Linux x86-64, Python 3.10 to 3.13; about 280 MB to fetch.
# Source: the values below; found by comparing every op with float64 loops.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet tensorflow-cpu==2.21.0

actual=$(TF_ENABLE_ONEDNN_OPTS=0 TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" - 2>/dev/null <<'PYTHON'
import tensorflow as tf

x = tf.reshape(tf.range(1.0, 8.0), [1, 7, 1, 1, 1])
window, strides = [1, 1, 1, 1, 1], [1, 4, 1, 1, 1]
show = lambda name, y: print(name, *(int(value) for value in tf.reshape(y, [-1])))
show("max_pool2d", tf.nn.max_pool2d(x[..., 0], 1, [4, 1], "SAME"))
show("max_pool3d", tf.nn.max_pool3d(x, window, strides, "SAME"))
show("avg_pool3d", tf.nn.avg_pool3d(x, window, strides, "SAME"))
PYTHON
)

echo "$actual"
[ "$actual" = "max_pool2d 1 5
max_pool3d 2 6
avg_pool3d 2 6" ]
