"""Makes golden.json: what `deno task doctor` holds each backend against.

    pip install torch==2.15.0 numpy
    python benchmarks/doctor/golden/make_golden.py

PyTorch computes in float64 on the CPU, from inputs that are made of their index, so that the file
needs none of them: see `numbers`, which inputs.ts has too. Layouts are TensorFlow.js's. Gradients
are those of sum(output * upstream). Maps and channels are large enough for the kernels that GPUs
take at full size (Winograd's, tensor cores', implicit products, fused normalization), so of each
result some 120 values are kept, spread over it, and the root of its mean square, which sees the
others.
"""

import base64
import json
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

KEPT = 120
EPSILONS = {"composer": 1e-10, "timm": 1e-6}


def numbers(shape, salt):
    """Numbers in [-1, 1) with 24 bits, exact in float32: a hash of the index and of the salt."""
    index = np.arange(math.prod(shape), dtype=np.uint32)
    h = (index + np.uint32(salt * 1000003)) * np.uint32(0x9E3779B1)
    h ^= h >> np.uint32(15)
    h *= np.uint32(0x85EBCA77)
    h ^= h >> np.uint32(13)
    values = (h >> np.uint32(8)).astype(np.float64) / 2**23 - 1
    return torch.from_numpy(values.reshape(shape))


def kept(name, tensor):
    flat = tensor.detach().double().flatten().numpy()
    step = max(1, len(flat) // KEPT)
    while math.gcd(step, len(flat)) > 1 and len(flat) > KEPT:
        step += 1
    values = flat[np.arange(min(len(flat), KEPT)) * step % len(flat)]
    return {
        "name": name,
        "shape": list(tensor.shape),
        "step": step,
        "largest": float(np.abs(flat).max()),
        "rootMeanSquare": float(np.sqrt((flat**2).mean())),
        "values": base64.b64encode(values.astype("<f4").tobytes()).decode(),
    }


def case(name, op, args, inputs, compute):
    """`inputs`: a shape for each, by its name; `compute` takes them."""
    tensors = [numbers(shape, salt + 1).requires_grad_() for salt, shape in enumerate(inputs.values())]
    y = compute(*tensors)
    upstream = numbers(y.shape, 99)
    gradients = torch.autograd.grad((y * upstream).sum(), tensors)
    outputs = [kept("output", y)]
    outputs += [kept(f"gradient of {key}", dx) for key, dx in zip(inputs, gradients)]
    return {"name": name, "op": op, "args": args, "inputs": list(inputs.values()), "outputs": outputs}


def first(x):
    return x.movedim(-1, 1)


def last(x):
    return x.movedim(1, -1)


def standardize(kernel, epsilon, axes=(0, 1, 2)):
    variance, mean = torch.var_mean(kernel, axes, correction=0, keepdim=True)
    return (kernel - mean) / torch.sqrt(variance + epsilon)


def padded(x, pads):
    (top, bottom), (left, right) = pads
    return F.pad(first(x), (left, right, top, bottom))


def conv(name, x, kernel, stride=1, pad=0, dilation=1, variant=None, depthwise=False, same=None):
    """`same`: the borders that TensorFlow's "same" means here, else `pad` on each side."""
    pads = same or ((pad, pad), (pad, pad))

    def compute(x, kernel):
        if variant:
            axes = (0, 1) if depthwise else (0, 1, 2)
            kernel = standardize(kernel, EPSILONS[variant], axes)
        if depthwise:
            weight = kernel.permute(2, 3, 0, 1).reshape(-1, 1, *kernel.shape[:2])
        else:
            weight = kernel.permute(3, 2, 0, 1)
        groups = x.shape[-1] if depthwise else 1
        return last(F.conv2d(padded(x, pads), weight, None, stride, 0, dilation, groups))

    op = ("standardizedDepthwiseConv2d" if depthwise else "standardizedConv2d") if variant else (
        "depthwiseConv2d" if depthwise else "conv2d")
    args = {"strides": stride, "pad": "same" if same else pad, "dilations": dilation}
    args |= {"variant": variant} if variant else {}
    return case(name, op, args, {"x": x, "kernel": kernel}, compute)


def conv_transpose():
    def compute(x, kernel):  # [height, width, out, in]
        return last(F.conv_transpose2d(first(x), kernel.permute(3, 2, 0, 1), None, 2, 1))

    args = {"outputShape": [2, 17, 17, 16], "strides": 2, "pad": 1}
    inputs = {"x": [2, 9, 9, 24], "kernel": [3, 3, 16, 24]}
    return case("transposed conv 3x3, stride 2", "conv2dTranspose", args, inputs, compute)


def conv3d():
    def compute(x, kernel):
        return last(F.conv3d(first(x), kernel.permute(4, 3, 0, 1, 2), None, 1, 1))

    inputs = {"x": [1, 5, 9, 9, 8], "kernel": [3, 3, 3, 8, 8]}
    return case("conv3d 3x3x3", "conv3d", {"strides": 1, "pad": "same"}, inputs, compute)


def weight_standardization(name, kernel, variant, depthwise=False):
    axes = (0, 1) if depthwise else (0, 1, 2)
    args = {"variant": variant, "depthwise": depthwise}
    compute = lambda kernel: standardize(kernel, EPSILONS[variant], axes)
    return case(name, "standardizeWeights", args, {"kernel": kernel}, compute)


def norm(name, op, args, x, normalize):
    channels = [x[-1]]
    compute = lambda x, gamma, beta: last(normalize(first(x), gamma, beta))
    return case(name, op, args, {"x": x, "gamma": channels, "beta": channels}, compute)


def group_norm(name, x, groups):
    normalize = lambda x, gamma, beta: F.group_norm(x, groups, gamma, beta, 1e-5)
    return norm(name, "groupNorm", {"groups": groups, "epsilon": 1e-5}, x, normalize)


def batch_norm(name, x):
    normalize = lambda x, gamma, beta: F.batch_norm(x, None, None, gamma, beta, True, 0, 1e-5)
    return norm(name, "batchNorm", {"epsilon": 1e-5}, x, normalize)


def pool(name, op, x, pads):
    function = F.max_pool2d if op == "maxPool" else F.avg_pool2d
    border = -math.inf if op == "maxPool" else 0

    def compute(x):
        (top, bottom), (left, right) = pads
        return last(function(F.pad(first(x), (left, right, top, bottom), value=border), 3, 2))

    pad = "valid" if pads == ((0, 0), (0, 0)) else "same"
    return case(name, op, {"size": 3, "strides": 2, "pad": pad}, {"x": x}, compute)


def resize(name, x, size):
    compute = lambda x: last(F.interpolate(first(x), tuple(size), mode="bilinear", align_corners=False))
    return case(name, "resizeBilinear", {"size": size}, {"x": x}, compute)


def cross_entropy():
    def compute(logits):
        labels = torch.arange(64) * 7 % 10
        return F.cross_entropy(logits, labels)

    return case("softmax cross-entropy", "crossEntropy", {}, {"logits": [64, 10]}, compute)


def product():
    return case("matrix product", "matMul", {}, {"a": [129, 256], "b": [256, 65]}, torch.matmul)


CASES = [
    product(),
    conv("conv 1x1", [2, 14, 14, 64], [1, 1, 64, 32]),
    conv("conv 1x1, stride 2", [2, 15, 15, 32], [1, 1, 32, 48], stride=2),
    conv("conv 3x3", [2, 14, 14, 32], [3, 3, 32, 32], same=((1, 1), (1, 1))),
    conv("conv 3x3, stride 2, border on one side", [2, 16, 16, 32], [3, 3, 32, 24], stride=2,
         same=((0, 1), (0, 1))),
    conv("conv 3x3, stride 2, border on both", [2, 16, 16, 32], [3, 3, 32, 24], stride=2, pad=1),
    conv("conv 3x3, dilation 4", [2, 17, 17, 24], [3, 3, 24, 24], dilation=4,
         same=((4, 4), (4, 4))),
    conv("conv 3x3, odd channels", [3, 11, 13, 5], [3, 3, 5, 7], pad=1),
    conv("conv 7x7, stride 2, of an image", [2, 33, 33, 3], [7, 7, 3, 32], stride=2, pad=3),
    conv("depthwise 3x3", [2, 14, 14, 48], [3, 3, 48, 1], same=((1, 1), (1, 1)), depthwise=True),
    conv("depthwise 3x3, stride 2", [2, 15, 15, 32], [3, 3, 32, 2], stride=2, pad=1, depthwise=True),
    conv("depthwise 3x3, dilation 2", [2, 15, 15, 32], [3, 3, 32, 1], dilation=2, pad=2,
         depthwise=True),
    conv_transpose(),
    conv3d(),
    weight_standardization("weight standardization 3x3", [3, 3, 128, 64], "composer"),
    weight_standardization("weight standardization 1x1", [1, 1, 64, 256], "timm"),
    weight_standardization("weight standardization, depthwise", [3, 3, 48, 1], "timm", True),
    conv("standardized conv 3x3", [2, 14, 14, 32], [3, 3, 32, 32], same=((1, 1), (1, 1)),
         variant="composer"),
    conv("standardized conv 3x3, stride 2", [2, 17, 17, 16], [3, 3, 16, 24], stride=2, pad=1,
         variant="timm"),
    conv("standardized conv 3x3, dilation 2", [2, 17, 17, 16], [3, 3, 16, 24], pad=2, dilation=2,
         variant="timm"),
    conv("standardized depthwise 3x3", [2, 14, 14, 32], [3, 3, 32, 1], pad=1, variant="timm",
         depthwise=True),
    batch_norm("batch norm", [4, 9, 9, 24]),
    batch_norm("batch norm, large", [4, 36, 36, 32]),
    group_norm("group norm", [2, 14, 14, 64], 32),
    group_norm("group norm, odd sizes", [3, 5, 7, 6], 2),
    pool("max pool 3x3, stride 2", "maxPool", [2, 17, 17, 24], ((1, 1), (1, 1))),
    pool("max pool 3x3, border on one side", "maxPool", [2, 16, 16, 24], ((0, 1), (0, 1))),
    pool("average pool 3x3, stride 2", "avgPool", [2, 17, 17, 24], ((0, 0), (0, 0))),
    resize("resize, larger", [2, 9, 9, 16], [33, 33]),
    resize("resize, smaller", [2, 21, 17, 16], [8, 11]),
    cross_entropy(),
]

text = json.dumps({"torch": torch.__version__.split("+")[0], "cases": CASES}, indent=2)
Path(__file__).with_name("golden.json").write_text(text + "\n")
