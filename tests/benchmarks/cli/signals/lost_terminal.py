"""Runs a program in a terminal that is taken away once a file is there, as a lost ssh does.

    python3 lost_terminal.py FILE PROGRAM [ARGUMENT...]

Ends with the program's exit code, or 128 and its signal.
"""

import os
import pty
import select
import sys

awaited, *command = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)
while not os.path.exists(awaited):
    if select.select([terminal], [], [], 0.02)[0]:
        try:
            os.read(terminal, 65536)
        except OSError:  # the program has ended
            break
os.close(terminal)
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
sys.exit(code if code >= 0 else 128 - code)
