"""timm's BiT in inference, a forward pass for each line of input: FOLDER FORM BATCH.

FORM is channels_first, channels_last or compiled (torch.compile, channels_last). Loads FOLDER's
model.safetensors. Writes a line of JSON when it is ready, and after each pass.
"""

import json
import sys
import time

import timm
import torch
from safetensors.torch import load_file

folder, architecture, form, batch = sys.argv[1:5]


def say(**values):
    print(json.dumps(values), flush=True)


def peak_bytes():
    with open("/proc/self/status") as status:
        line = next(line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


start = time.perf_counter()
model = timm.create_model(architecture, num_classes=1000).eval()
model.load_state_dict(load_file(f"{folder}/model.safetensors"), strict=True)
load_ms = 1000 * (time.perf_counter() - start)
x = torch.rand(int(batch), 3, 224, 224) * 2 - 1
if form != "channels_first":
    model = model.to(memory_format=torch.channels_last)
    x = x.contiguous(memory_format=torch.channels_last)
if form == "compiled":
    model = torch.compile(model)

with torch.inference_mode():
    for _ in range(2):
        model(x)
    say(loadMs=load_ms)
    for line in sys.stdin:
        start = time.perf_counter()
        model(x)
        say(ms=1000 * (time.perf_counter() - start), peakBytes=peak_bytes())
