"""A subject of `bench:overhead` in Python: see benchmarks/timing/protocol.ts.

Import it before anything that may print: stdout belongs to the protocol.
"""

import importlib
import json
import math
import os
import resource
import signal
import sys
import time

# Signals are the harness's to answer: a subject ends with its stdin. Windows has no SIGHUP.
for _name in ("SIGINT", "SIGTERM", "SIGHUP"):
    if hasattr(signal, _name):
        signal.signal(getattr(signal, _name), signal.SIG_IGN)

_replies = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)

#: What the subject is to do.
order = json.loads(sys.argv[1])
subject, profile, threads = (order.get(key) for key in ("subject", "profile", "threads"))


def reply(message):
    _replies.write(json.dumps(message, allow_nan=False) + "\n")


def require(name):
    """Imports a module, or says that this machine lacks it and ends."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        unavailable(f"Cannot import {name}: {reason(error)}")


def unavailable(what):
    """Says that this machine lacks something, and ends."""
    reply({"unavailable": what})
    sys.exit(0)


def reason(error):
    """An error's message without the path that an import error ends with."""
    return str(error).split(" (/")[0]


def serve(step, versions, parameter_count, note=None):
    """Answers requests until stdin ends. `step()` runs one step and returns its loss as a float."""
    ready = {
        "versions": {"Python": sys.version.split()[0], **versions},
        "parameterCount": parameter_count,
        "threads": threads,
    }
    if note is not None:
        ready["note"] = note
    reply({"ready": ready})
    for line in sys.stdin:
        command, *count = line.split()
        if command in ("warm", "run"):
            reply(run_block(step, int(count[0])))
        elif command == "memory":
            reply({"peakBytes": peak_bytes()})
        else:
            raise ValueError(f"Cannot answer as the request is unknown: {line.strip()}")


def run_block(step, count):
    durations = []
    value = math.nan
    for _ in range(count):
        start = time.perf_counter()
        value = step()
        durations.append((time.perf_counter() - start) * 1000)
    if not math.isfinite(value):
        raise ValueError(f"Cannot time a step as its result must be finite: current value is {value}")
    return {"durationsMs": durations, "value": value}


def peak_bytes():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
