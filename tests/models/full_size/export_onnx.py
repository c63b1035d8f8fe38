"""A fine-tuned BiT of TensorFlow.js as ONNX, by way of PyTorch, and what both compute.

    pip install torch==2.15.0 timm==1.0.31 safetensors==0.8.0 onnx onnxscript onnxruntime
    deno run -A tests/models/full_size/export_onnx.ts FOLDER
    python tests/models/full_size/export_onnx.py FOLDER

export_onnx.ts bakes a model and saves it by `saveTorchWeights`; this loads it into timm's network,
whose convolutions are plain ones by then, exports that, and compares onnxruntime's logits with
TensorFlow.js's.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from safetensors.torch import load_file
from timm.layers import GroupNormAct, StdConv2d
from timm.models.resnetv2 import ResNetV2
from functools import partial

folder = Path(sys.argv[1])
told = json.loads((folder / "model.json").read_text())
model = ResNetV2(
    told["counts"],
    told["channels"],
    told["classes"],
    stem_chs=told["stem"],
    stem_type="fixed",
    norm_layer=partial(GroupNormAct, num_groups=told["groups"]),
)
for module in model.modules():
    if isinstance(module, StdConv2d):
        module.__class__ = torch.nn.Conv2d  # the file's kernels are standardized, once and for all
model.load_state_dict(load_file(folder / "baked.safetensors"), strict=True)

expected = load_file(folder / "expected.safetensors")
images = expected["images"].permute(0, 3, 1, 2).contiguous()
path = str(folder / "model.onnx")
batch = torch.export.Dim("batch")
torch.onnx.export(
    model.eval(), (images,), path, dynamo=True, dynamic_shapes=({0: batch},), input_names=["images"]
)
session = onnxruntime.InferenceSession(path)
(logits,) = session.run(None, {session.get_inputs()[0].name: images.numpy()})
largest = np.abs(expected["logits"].numpy()).max()
distance = np.abs(logits - expected["logits"].numpy()).max() / largest
print(f"{path}: off by {distance:.2e} of the largest logit")
assert distance < 1e-5
