"""torchvision's training pipeline on JPEG files with Pillow, in one thread.

A step loads one batch; its value is the processor's time that the process has used so far, in ms.
"""

import protocol  # first: it takes stdout

torch = protocol.require("torch")
torchvision = protocol.require("torchvision")
PIL = protocol.require("PIL")

import random  # noqa: E402
import time  # noqa: E402

from PIL import Image  # noqa: E402
from torchvision import transforms  # noqa: E402


def main():
    size, batch, files = (protocol.profile[key] for key in ("size", "batchSize", "files"))
    torch.set_num_threads(1)
    torch.manual_seed(0)
    generator = random.Random(0)
    transform = transforms.Compose([
        transforms.RandomResizedCrop(size),
        transforms.RandomHorizontalFlip(),
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ])
    order = []

    def load(file):
        with Image.open(file) as image:
            return transform(image.convert("RGB"))

    def step():
        if len(order) < batch:
            order[:] = generator.sample(files, len(files))
        torch.stack([load(order.pop()) for _ in range(batch)])
        return time.process_time() * 1000

    versions = {
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
        "Pillow": PIL.__version__,
    }
    # The protocol wants a model's parameters counted: a loader has none, and counts its files.
    protocol.serve(step, versions, len(files))


if __name__ == "__main__":
    main()
