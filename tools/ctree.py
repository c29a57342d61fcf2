# SPDX-License-Identifier: Apache-2.0
"""What the lints share: the files of the tree, and C text without comments and literals."""

import os
import re
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
C_FOLDERS = ("src", "tests", "bench")


def files(*folders, ends=(".c", ".h")):
    """Tracked and new files (not the ignored ones) below these folders, relative to the top."""
    found = subprocess.run(
        ["git", "-C", TOP, "ls-files", "-co", "--exclude-standard", "--"] + list(folders),
        capture_output=True, text=True)
    if found.returncode == 0:
        names = found.stdout.splitlines()
    else:  # a release tarball: every file there is
        names = [os.path.relpath(os.path.join(d, n), TOP)
                 for f in (folders or ("",)) for d, _, ns in os.walk(os.path.join(TOP, f))
                 if "/build" not in d for n in ns]
    return sorted(n for n in set(names)
                  if n.endswith(tuple(ends)) and os.path.isfile(os.path.join(TOP, n)))


def read(name):
    with open(os.path.join(TOP, name), encoding="utf-8") as f:
        return f.read()


_TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def code(text):
    """The text with comments and literals blanked; every line stays where it was."""
    def blank(m):
        t = m.group(0)
        return re.sub(r"[^\n]", " ", t) if t[0] == "/" else t[0] + "_" * (len(t) - 2) + t[0]
    return _TOKEN.sub(blank, text)


def end(errors, note=""):
    """Prints the errors, one a line, and leaves."""
    for e in sorted(set(errors)):
        print(e)
    if note:
        print(note)
    sys.exit(1 if errors else 0)
