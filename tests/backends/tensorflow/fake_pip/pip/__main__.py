"""In the place of pip: notes that it runs, waits for its go, and "downloads" the wheel that is there."""

import os
import shutil
import sys
import time

if "--version" in sys.argv:
    sys.exit(0)
folder = os.environ["FAKE_PIP"]
with open(f"{folder}/running-{os.getpid()}", "w", encoding="utf-8"):
    pass
while not os.path.exists(f"{folder}/go"):
    time.sleep(0.02)
shutil.copy(f"{folder}/wheel.whl", sys.argv[sys.argv.index("--dest") + 1])
