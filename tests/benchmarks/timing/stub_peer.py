"""A peer without a framework, that works, lacks a module, raises, or has no finite loss."""

import math
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "benchmarks" / "peers"))

import protocol  # noqa: E402

kind = protocol.order["kind"]
steps = 0


def step():
    global steps
    steps += 1
    print("a framework's remark")
    if kind == "raises":
        raise RuntimeError("boom")
    return math.nan if kind == "nan" else float(steps)


if kind == "missing":
    protocol.require("no_such_module")
protocol.serve(step, {"stub": "1"}, 5, "a stub")
