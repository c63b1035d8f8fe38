"""Second readers for the fuzzer: `python peers.py FORMAT`.

The first line of the output names the reader. Each request is 4 bytes, the length of the file (lowest
byte first), and the file; each answer a line of JSON, {"yes": what was read} or {"no": why not}.
"""

import hashlib
import io
import json
import sys


def digest(data):
    return hashlib.sha256(data).hexdigest()[:16]


def text_of(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def by_units(text):
    return text.encode("utf-16-be", "surrogatepass")


def safetensors():
    import safetensors as library

    def read(data):
        tensors = library.deserialize(data)
        rows = [[name, t["dtype"], list(t["shape"]), digest(t["data"])] for name, t in tensors]
        return text_of(sorted(rows, key=lambda row: by_units(row[0])))

    return f"safetensors {library.__version__}", read


def numpy_types():
    return {
        "<f4": "F32", "<f2": "F16", "<f8": "F64", "<i8": "I64", "<i4": "I32",
        "|u1": "U8", "|i1": "I8", "|b1": "BOOL", "|V2": "BF16",
    }


def array_row(array):
    import numpy

    kind = numpy_types().get(array.dtype.str, array.dtype.str)
    return [kind, list(array.shape), digest(numpy.ascontiguousarray(array).tobytes())]


def npy():
    import numpy

    def read(data):
        return text_of(array_row(numpy.lib.format.read_array(io.BytesIO(data), allow_pickle=False)))

    return f"NumPy {numpy.__version__}", read


def npz():
    import numpy

    def read(data):
        with numpy.load(io.BytesIO(data), allow_pickle=False) as file:
            if not hasattr(file, "files"):
                raise ValueError("no archive")
            rows = [[name, *array_row(file[name])] for name in file.files]
        return text_of(sorted(rows, key=lambda row: by_units(row[0])))

    return f"NumPy {numpy.__version__}", read


def picture():
    import PIL
    from PIL import Image

    def read(data):
        image = Image.open(io.BytesIO(data), formats=["JPEG", "PNG"])
        image.load()
        if image.mode.startswith("I"):
            image = image.point(lambda value: min(value, 255)) if image.mode == "I" else clipped(image)
        rgb = image.convert("RGB")
        return f"{rgb.width}x{rgb.height} {digest(rgb.tobytes())}"

    def clipped(image):
        import numpy

        return Image.fromarray(numpy.minimum(numpy.asarray(image), 255).astype("uint8"))

    return f"Pillow {PIL.__version__}", read


def mask():
    import numpy
    import PIL
    from PIL import Image

    def read(data):
        image = Image.open(io.BytesIO(data), formats=["PNG"])
        depth = data[24]
        image.load()
        if image.mode not in ("1", "L", "P"):
            raise ValueError(f"mode {image.mode}")
        values = numpy.asarray(image).astype("uint8")
        if image.mode == "L" and depth in (2, 4):
            values = values // (85 if depth == 2 else 17)
        return f"{image.width}x{image.height} {digest(values.tobytes())}"

    return f"Pillow {PIL.__version__}", read


def tar():
    import tarfile

    def read(data):
        for at in range(0, len(data) - 511, 512):
            if data[at + 148:at + 154].isdigit() and data[at + 257:at + 263] != b"ustar\0" and any(data[at + 345:at + 500]):
                # tarfile takes the prefix of a name from headers that have none, by their magic.
                raise ValueError("a prefix in a header of another format")
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:", encoding="utf-8", errors="replace") as file:
            rows = [[m.name.rstrip("/"), m.offset_data, m.size] for m in file if m.isreg() and not m.issparse() and not m.name.endswith("/")]
            if any(data[file.offset:file.offset + 512]):
                # tarfile takes a header that it can't read for the end, and says nothing.
                raise ValueError("it ends at what is no header")
        return text_of(rows)

    return f"tarfile of Python {sys.version.split()[0]}", read


def keras():
    import h5py
    import numpy
    import zipfile

    def read(data):
        rows = []
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in ("metadata.json", "config.json"):
                json.loads(archive.read(name))
            weights = archive.read("model.weights.h5")
        with h5py.File(io.BytesIO(weights), "r") as file:
            def visit(name, node):
                if isinstance(node, h5py.Dataset) and node.dtype.str in ("<f2", "<f4", "<f8"):
                    values = numpy.asarray(node[()]).astype("<f4")
                    rows.append([name, list(node.shape), digest(values.tobytes())])
            file.visititems(visit)
        return "arrays " + text_of(sorted(rows, key=lambda row: by_units(row[0])))

    return f"h5py {h5py.__version__}", read


def exactly(count):
    data = sys.stdin.buffer.read(count)
    if len(data) < count:
        sys.exit(0)
    return data


def main():
    name, read = globals()[sys.argv[1]]()
    print(name)
    while True:
        data = exactly(int.from_bytes(exactly(4), "little"))
        try:
            answer = {"yes": read(data)}
        except BaseException as error:  # readers in Rust and C throw what is no Exception
            answer = {"no": f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"[:300]}
        print(json.dumps(answer))


main()
