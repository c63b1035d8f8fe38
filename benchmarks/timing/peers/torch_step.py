"""A step in PyTorch: training (plain, Composer's weight standardization, timm's) or inference; channels
first, in the channels_last format, or compiled in that.

Source of the standardization where Composer does not import: its formula, as a parametrization.
"""

import protocol  # first: it takes stdout

# No module here is called "pytorch": torchvision imports one of that name where there is one.

torch = protocol.require("torch")
protocol.require("torchvision")

from torch.nn import functional  # noqa: E402

import compilers  # noqa: E402
import torch_models  # noqa: E402

COMPOSER_EPSILON = 1e-10

profile, subject = protocol.profile, protocol.subject
form = subject.get("form")


class ComposerFormula(torch.nn.Module):
    """Zero mean and unit variance of each output filter, as Composer computes it."""

    def forward(self, weight):
        axes = list(range(1, weight.dim()))
        variance, mean = torch.var_mean(weight, dim=axes, keepdim=True, correction=0)
        return (weight - mean) / torch.sqrt(variance + COMPOSER_EPSILON)


def standardize_by_composer(model):
    """Returns what the record is to say of it."""
    try:
        import composer
        from composer.algorithms.weight_standardization import apply_weight_standardization
    except Exception as error:  # with a torch that it does not know it may fail in any way
        for module in model.modules():
            if isinstance(module, torch.nn.Conv2d):
                torch.nn.utils.parametrize.register_parametrization(
                    module, "weight", ComposerFormula()
                )
        reason = protocol.reason(error)
        return {}, f"Composer's formula through parametrize, as mosaicml does not import: {reason}"
    count = apply_weight_standardization(model)
    return {"mosaicml": composer.__version__}, f"mosaicml's own, on {count} convolutions"


def standardize_by_timm(model):
    """Puts timm's StdConv2d in the place of every convolution."""
    timm = protocol.require("timm")
    from timm.layers import StdConv2d

    count = 0
    for parent in list(model.modules()):
        for name, conv in list(parent.named_children()):
            if type(conv) is not torch.nn.Conv2d:
                continue
            replacement = StdConv2d(
                conv.in_channels,
                conv.out_channels,
                conv.kernel_size,
                stride=conv.stride,
                padding=conv.padding,
                dilation=conv.dilation,
                groups=conv.groups,
                bias=conv.bias is not None,
            )
            replacement.load_state_dict(conv.state_dict())
            setattr(parent, name, replacement)
            count += 1
    return {"timm": timm.__version__}, f"StdConv2d in the place of {count} convolutions"


STANDARDIZERS = {
    "plain": lambda model: ({}, None),
    "composer": standardize_by_composer,
    "timm": standardize_by_timm,
}


def compile_in_place(model):
    """torch.compile of the forward pass, and so of its gradient; at the first step."""
    missing = compilers.missing()
    if missing is not None:
        protocol.unavailable(missing)
    model.compile()


def main():
    torch.set_num_threads(protocol.threads)
    torch.manual_seed(0)
    model = torch_models.make(profile)
    versions, note = STANDARDIZERS[subject["kernels"]](model)
    model.train()
    if form is not None:
        model.to(memory_format=torch.channels_last)
    if form == "compiled":
        compile_in_place(model)
    protocol.serve(
        training(model, *_batch()) if subject["work"] == "train" else _inference(model),
        {"torch": torch.__version__, **versions},
        sum(parameter.numel() for parameter in model.parameters()),
        note,
    )


def _images():
    images = torch.randn(profile["batchSize"], 3, profile["imageSize"], profile["imageSize"])
    return images if form is None else images.contiguous(memory_format=torch.channels_last)


def _batch():
    x = _images()
    extent = [] if profile["model"] == "resnet" else list(x.shape[2:])
    return x, torch.randint(0, profile["classes"], [x.shape[0], *extent])


def training(model, x, y):
    """Steps of SGD on a batch, each of which returns its loss."""
    optimizer = torch.optim.SGD(
        model.parameters(), lr=profile["learningRate"], momentum=profile["momentum"]
    )

    def step():
        optimizer.zero_grad()
        loss = functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def _inference(model):
    """A forward pass down to a number, with the batch's statistics as the moving ones."""
    x = _images()
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.0
    with torch.no_grad():
        model(x)
    model.eval()

    def step():
        with torch.inference_mode():
            return model(x).mean().item()

    return step


if __name__ == "__main__":
    main()
