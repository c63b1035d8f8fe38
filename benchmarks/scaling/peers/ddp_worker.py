"""A worker of PyTorch's DistributedDataParallel over gloo, for `bench:scaling`: the step, the same
without the others, and the all-reduce alone. See benchmarks/scaling/protocol.ts.
"""

import os
import statistics
import sys
import time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../timing/peers"))

import protocol  # noqa: E402  first: it takes stdout

torch = protocol.require("torch")
protocol.require("torchvision")

import torch.distributed as dist  # noqa: E402
from torch.nn.parallel import DistributedDataParallel  # noqa: E402

import compilers  # noqa: E402
import sent_bytes  # noqa: E402
import torch_models  # noqa: E402
import torch_step  # noqa: E402

MEGABYTE = 1024 * 1024  # as DistributedDataParallel counts
FIRST_BUCKET_BYTES = dist._DEFAULT_FIRST_BUCKET_BYTES
TRIED_STEPS = 4  # of each bucket_cap_mb; the first one rebuilds the buckets

profile, subject, worker = protocol.profile, protocol.subject, protocol.order["worker"]
is_compiled = subject.get("form") == "compiled"
is_alone = worker["size"] == 1


def join():
    """Joins the group as a program does that torchrun starts; on loopback alone."""
    os.environ.update(
        MASTER_ADDR="127.0.0.1",
        MASTER_PORT=str(worker["ports"][0]),
        RANK=str(worker["rank"]),
        WORLD_SIZE=str(worker["size"]),
        GLOO_SOCKET_IFNAME="lo",
    )
    dist.init_process_group("gloo")


def make_model():
    torch.manual_seed(0)
    model = torch_models.make(profile)
    versions, note = torch_step.STANDARDIZERS[subject["kernels"]](model)
    model.train()
    return model.to(memory_format=torch.channels_last), versions, note


def alone(x, y):
    """The step of one worker without the others."""
    model, _, _ = make_model()
    if is_compiled:
        model.compile()
    return torch_step.training(model, x, y)


def together(x, y, cap):
    """The step with gradients reduced in buckets of that many MB."""
    model, _, _ = make_model()
    # The form that PyTorch recommends: gradients lie in the buckets, and a compiled step is cut at
    # their borders, so that they are reduced while the rest is computed.
    parallel = DistributedDataParallel(model, bucket_cap_mb=cap, gradient_as_bucket_view=True)
    if is_compiled:
        parallel.compile()
    return torch_step.training(parallel, x, y)


def median_ms(step):
    """Of the slowest worker, so that all choose alike."""
    durations = []
    for _ in range(TRIED_STEPS):
        start = time.perf_counter()
        step()
        durations.append((time.perf_counter() - start) * 1000)
    slowest = torch.tensor([statistics.median(durations[1:])])
    dist.all_reduce(slowest, dist.ReduceOp.MAX)
    return slowest.item()


def fastest(x, y):
    """The step with the fastest of the sizes of buckets, that size, and what was seen."""
    caps = profile["bucketCapsMb"]
    if len(caps) == 1:
        return together(x, y, caps[0]), caps[0], f"bucket_cap_mb {caps[0]}"
    steps = {cap: together(x, y, cap) for cap in caps}
    times = {cap: median_ms(step) for cap, step in steps.items()}
    best = min(times, key=times.get)
    seen = ", ".join(f"{cap}: {ms:.0f} ms" for cap, ms in times.items())
    return steps[best], best, f"bucket_cap_mb {best} of those tried, {seen}"


def bucket_bytes(model, cap):
    """Sizes of the buckets that DistributedDataParallel makes."""
    parameters = [each for each in reversed(list(model.parameters())) if each.requires_grad]
    limits = [FIRST_BUCKET_BYTES, int(cap * MEGABYTE)]
    places, _ = dist._compute_bucket_assignment_by_size(parameters, limits)
    return [sum(4 * parameters[place].numel() for place in bucket) for bucket in places]


def reducing(sizes):
    """All-reduces of so many bytes each, all of them under way at a time, as in the step."""
    buckets = [torch.zeros(size // 4) for size in sizes]

    def step():
        works = [dist.all_reduce(bucket, async_op=True) for bucket in buckets]
        for work in works:
            work.wait()
        return buckets[0][0].item()

    return step


def works_of(x, y):
    """What the worker can be asked to do, the sizes of its buckets, and a note."""
    if is_alone:
        return {"step": alone(x, y)}, [], None
    step, cap, note = fastest(x, y)
    sizes = bucket_bytes(make_model()[0], cap)
    works = {"step": step, "compute": alone(x, y), "all-reduce": reducing(sizes)}
    return works, sizes, note


def answer(works, transfers, request):
    """The reply to a request."""
    name, *numbers = request.split()
    if name == "memory":
        return {"peakBytes": protocol.peak_bytes()}
    if name == "transfer":
        size, count = map(int, numbers)
        step = transfers.setdefault(size, reducing([size]))
    else:
        step, count = works[name], int(numbers[0])
    before, processor = sent_bytes.total(), time.process_time()
    block = protocol.run_block(step, count)
    block["processorMs"] = (time.process_time() - processor) * 1000
    after = sent_bytes.total()
    if before is not None and after is not None and not is_alone:
        block["sentBytes"] = after - before
    return block


def main():
    torch.set_num_threads(protocol.threads)
    if is_compiled and compilers.missing() is not None:
        protocol.unavailable(compilers.missing())
    if not is_alone:
        join()
    model, versions, note = make_model()
    torch.manual_seed(1 + worker["rank"])
    size = profile["imageSize"]
    x = torch.randn(profile["batchSize"], 3, size, size).contiguous(memory_format=torch.channels_last)
    extent = [] if profile["model"] == "resnet" else [size, size]
    y = torch.randint(0, profile["classes"], [x.shape[0], *extent])
    works, sizes, chosen = works_of(x, y)
    ready = {
        "versions": {"Python": sys.version.split()[0], "torch": torch.__version__, **versions},
        "parameterCount": sum(each.numel() for each in model.parameters()),
        "threads": protocol.threads,
        "bucketBytes": sizes,
    }
    notes = [text for text in (note, chosen) if text is not None]
    if notes:
        ready["note"] = "; ".join(notes)
    protocol.reply({"ready": ready})
    transfers = {}
    for line in sys.stdin:
        protocol.reply(answer(works, transfers, line))
    if not is_alone:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
