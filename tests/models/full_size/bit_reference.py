"""Writes a full-size BiT with random weights, pictures, and what timm makes of them.

    pip install torch==2.15.0 timm==1.0.31 safetensors==0.8.0 numpy==2.4.6 pillow==13.0.0
    python tests/models/full_size/bit_reference.py FOLDER resnetv2_50x1_bit [PICTURES] [--npz]

PICTURES is a folder of JPEGs, whose first 32 are taken, their centre of 224 x 224; without it the
pictures are noise. In FOLDER then: model.safetensors; with --npz model.npz, Google's names and
layouts, which timm's own loader has read into the network that the logits are of; images and logits
of float32 and of float64. compare_bit.ts reads them.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import timm
import torch
from PIL import Image
from safetensors.torch import save_file

sys.path.append(str(Path(__file__).parent.parent / "fixtures"))
from google_names import google_names  # noqa: E402

COUNT, SIZE, BATCH = 32, 224, 4


def pictures(folder):
    if folder is None:
        return torch.rand(COUNT, 3, SIZE, SIZE) * 2 - 1
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg"))
    images = []
    for path in paths[:COUNT]:
        image = Image.open(path).convert("RGB")
        scale = 256 / min(image.size)
        image = image.resize([round(side * scale) for side in image.size], Image.BILINEAR)
        left, top = ((side - SIZE) // 2 for side in image.size)
        crop = np.asarray(image.crop((left, top, left + SIZE, top + SIZE)))
        images.append(torch.from_numpy(crop.copy()).permute(2, 0, 1) / 127.5 - 1)
    assert len(images) == COUNT, f"{COUNT} JPEGs wanted in {folder}, {len(images)} found"
    return torch.stack(images)


def scatter(model):
    """Norms that all differ, and a classifier that is not near 0."""
    for name, value in model.named_parameters():
        if name.endswith("norm.weight") or ".norm" in name and name.endswith("weight"):
            value.data.uniform_(0.5, 1.5)
        elif name.endswith("bias"):
            value.data.uniform_(-0.2, 0.2)
        elif name == "head.fc.weight":
            value.data.normal_(0, value.shape[1] ** -0.5)


def run(model, images):
    with torch.no_grad():
        return torch.cat([model(part) for part in images.split(BATCH)])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("architecture")
    parser.add_argument("pictures", type=Path, nargs="?")
    parser.add_argument("--npz", action="store_true")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(17)
    model = timm.create_model(arguments.architecture, num_classes=1000).eval()
    scatter(model)
    if arguments.npz:
        path = str(arguments.folder / "model.npz")
        np.savez(path, **google_names(model.state_dict()))
        model = timm.create_model(arguments.architecture, num_classes=1000).eval()
        model.load_pretrained(path)
    save_file(model.state_dict(), arguments.folder / "model.safetensors")
    images = pictures(arguments.pictures)
    single = run(model, images)
    double = run(model.double(), images.double())
    distance = ((single.double() - double) ** 2).mean().sqrt().item()
    print(f"{sum(p.numel() for p in model.parameters())} parameters; root mean square")
    print(f"logits {(double ** 2).mean().sqrt().item():.4f}, float32 from float64 {distance:.3e}")
    images = images.permute(0, 2, 3, 1).contiguous()
    expected = {"images": images, "single": single, "double": double}
    save_file(expected, arguments.folder / "expected.safetensors")


main()
