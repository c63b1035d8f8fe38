"""A peer that trains PyTorch's model from weights and on a batch that a test gives it.

Kernels are standardized, or not, as the subject says; every normalization begins as it is made.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "benchmarks" / "timing" / "peers"))

import protocol  # noqa: E402

torch = protocol.require("torch")
safetensors = protocol.require("safetensors.torch")

import torch_models  # noqa: E402
import torch_step  # noqa: E402

torch.set_num_threads(protocol.threads)
tensors = safetensors.load_file(protocol.order["file"])
x, y = tensors.pop("x"), tensors.pop("y").long()
model = torch_models.make(protocol.profile)
missing, unexpected = model.load_state_dict(tensors, strict=False)
lacking = [name for name in missing if "conv" in name or "fc." in name or "downsample.0" in name]
if unexpected or lacking:
    raise ValueError(f"Cannot load the weights: lacking {lacking}, unexpected {unexpected}")
torch_step.STANDARDIZERS[protocol.subject["kernels"]](model)
model.train()
model.to(memory_format=torch.channels_last)
count = sum(parameter.numel() for parameter in model.parameters())
protocol.serve(torch_step.training(model, x, y), {"torch": torch.__version__}, count)
