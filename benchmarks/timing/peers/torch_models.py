"""torchvision's ResNet, and DeepLabv3+ on it with the head of mmsegmentation 0.22.0."""

import torch
import torchvision
from torch import nn
from torch.nn import functional
from torchvision.models import resnet
from torchvision.models._utils import IntermediateLayerGetter

import torch_normalizations


def make(profile):
    if profile["model"] == "resnet":
        return _resnet(profile, num_classes=profile["classes"])
    return DeepLabV3Plus(profile)


def _resnet(profile, **options):
    options["norm_layer"] = torch_normalizations.layers_of(profile)
    if profile["depth"] == 0:
        return resnet.ResNet(resnet.BasicBlock, profile["blocks"], **options)
    return getattr(torchvision.models, f"resnet{profile['depth']}")(**options)


def _module(norm, in_channels, out_channels, kernel_size=1, **options):
    """Convolution, normalization, ReLU, of the extent of its input."""
    padding = options.get("dilation", 1) * (kernel_size // 2)
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size, padding=padding, bias=False, **options),
        norm(out_channels),
        nn.ReLU(inplace=True),
    )


def _separable(norm, in_channels, out_channels, dilation=1):
    return nn.Sequential(
        _module(norm, in_channels, in_channels, 3, dilation=dilation, groups=in_channels),
        _module(norm, in_channels, out_channels),
    )


class DeepLabV3Plus(nn.Module):
    """Logits of the image's extent."""

    def __init__(self, profile):
        super().__init__()
        head, low = profile["headChannels"], profile["lowLevelChannels"]
        norm = torch_normalizations.layers_of(profile)
        backbone = _resnet(profile, replace_stride_with_dilation=[False, True, True])
        low_channels, channels = (_channels(layer) for layer in (backbone.layer1, backbone.layer4))
        self.backbone = IntermediateLayerGetter(backbone, {"layer1": "low", "layer4": "high"})
        self.image_pool = nn.Sequential(nn.AdaptiveAvgPool2d(1), _module(norm, channels, head))
        self.branches = nn.ModuleList(
            _module(norm, channels, head) if dilation == 1 else _separable(norm, channels, head, dilation)
            for dilation in profile["dilations"]
        )
        self.bottleneck = _module(norm, head * (1 + len(self.branches)), head, 3)
        self.low = _module(norm, low_channels, low)
        self.fuse = nn.Sequential(_separable(norm, head + low, head), _separable(norm, head, head))
        self.dropout = nn.Dropout2d(profile["dropout"])
        self.classifier = nn.Conv2d(head, profile["classes"], 1)

    def forward(self, image):
        features = self.backbone(image)
        high = features["high"]
        branches = [_resize(self.image_pool(high), high), *(b(high) for b in self.branches)]
        x = self.bottleneck(torch.cat(branches, dim=1))
        low = self.low(features["low"])
        x = self.fuse(torch.cat([_resize(x, low), low], dim=1))
        return _resize(self.classifier(self.dropout(x)), image)


def _resize(x, like):
    return functional.interpolate(x, like.shape[2:], mode="bilinear", align_corners=False)


def _channels(stage):
    """What a stage's last block gives."""
    block = stage[-1]
    return (block.conv3 if hasattr(block, "conv3") else block.conv2).out_channels
