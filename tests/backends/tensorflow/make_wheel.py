"""Makes a wheel: WHEEL, then a name and a text for each file, and how its RECORD is (right, another
file's hash, without the files, none)."""

import base64
import hashlib
import sys
import zipfile

wheel, record, *rest = sys.argv[1:]
files = dict(zip(rest[::2], rest[1::2]))


def line(name: str, text: str) -> str:
    data = text.encode()
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(data)}\n"


with zipfile.ZipFile(wheel, "w") as archive:
    for name, text in files.items():
        archive.writestr(name, text)
    lines = {
        "right": [line(name, text) for name, text in files.items()],
        "other": [line(name, text[::-1]) for name, text in files.items()],
        "empty": [],
    }.get(record)
    if lines is not None:
        archive.writestr("some-1.dist-info/RECORD", "".join(lines) + "some-1.dist-info/RECORD,,\n")
