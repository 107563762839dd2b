# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies what git knows of the checkout, committed or not, to the path given, and makes a repository of its own there.

Ansible-test works only under ansible_collections/<namespace>/<name>, and in a folder that git ignores it finds nothing to
test and passes. A file that is gone from the checkout goes; what tools left in the copy stays, for their next run.
"""
from __future__ import annotations

import filecmp
import shutil
import subprocess
import sys
from pathlib import Path


def known(repository: Path) -> set[Path]:
    """The files that git tracks, or would if asked to, relative to the repository."""
    listed = subprocess.run(["git", "-C", repository, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            check=True, capture_output=True, text=True).stdout
    return {Path(name) for name in listed.split("\0") if name and (repository / name).is_file()}


def stage(checkout: Path, copy: Path) -> None:
    """Make the copy's known files those of the checkout."""
    copy.mkdir(parents=True, exist_ok=True)
    subprocess.run(["git", "init", "-q", copy], check=True)
    wanted = known(checkout)
    for name in known(copy) - wanted:
        (copy / name).unlink()
    for name in wanted:
        target = copy / name
        if not (target.is_file() and filecmp.cmp(checkout / name, target)):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(checkout / name, target)


if __name__ == "__main__":
    stage(Path.cwd(), Path(sys.argv[1]))
