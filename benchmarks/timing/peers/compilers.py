"""The C++ compiler that torch.compile generates code for."""

import os
import shlex
import shutil
import sys


def missing():
    """What torch.compile lacks, or None: it takes CXX, else g++, on macOS clang++, and no other."""
    usual = "clang++" if sys.platform == "darwin" else "g++"
    wanted = os.environ.get("CXX", usual)
    words = shlex.split(wanted)
    if words and shutil.which(words[0]):
        return None
    return f"torch.compile wants a C++ compiler: {wanted or usual} is not there; install it, or name one by CXX"
