"""The normalizations of this library in PyTorch, by the names of its table, as fast as it has them."""

import torch
from torch import nn
from torch.nn import functional


def layers_of(profile):
    """What makes a layer for a number of channels."""
    return {
        "batch": nn.BatchNorm2d,
        "group": lambda channels: nn.GroupNorm(_groups(profile, channels), channels),
        "layer": lambda channels: nn.GroupNorm(1, channels),
        "instance": lambda channels: nn.InstanceNorm2d(channels, affine=True),
        "batchChannel": lambda channels: BatchChannelNorm2d(_groups(profile, channels), channels),
        "none": lambda channels: nn.Identity(),
    }[profile["normalization"]]


def _groups(profile, channels):
    """As `groups: "auto"` where the profile has 0: src/normalization/groups.ts."""
    if profile["groups"] > 0:
        return profile["groups"]
    return next(n for n in range(max(1, min(32, channels // 2)), 0, -1) if channels % n == 0)


class BatchChannelNorm2d(nn.Module):
    """Batch norm, then a norm of groups of channels with a scale and an offset for each *group*.

    Source: `BCNorm` of joe-siyuan-qiao/Batch-Channel-Normalization, by the batch's own statistics. It
    takes batch norm for the second half, on a view that `channels_last` has to be copied for;
    group_norm is the same, and faster.
    """

    def __init__(self, groups, channels):
        super().__init__()
        self.groups, self.repeats = groups, channels // groups
        self.batch = nn.BatchNorm2d(channels)
        self.weight = nn.Parameter(torch.ones(groups))
        self.bias = nn.Parameter(torch.zeros(groups))

    def forward(self, x):
        weight, bias = (each.repeat_interleave(self.repeats) for each in (self.weight, self.bias))
        batch = self.batch
        return functional.group_norm(batch(x), self.groups, weight, bias, batch.eps)
