# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in for the get-pip.py that ansible-test would fetch from a host that is no package index.

Ansible-test runs it in each environment it makes, with pip's install options and requirements as arguments. The pip that
every Python carries for ensurepip is unpacked, which is several times faster than running ensurepip, and then installs
what else is asked for.
"""
from __future__ import annotations

import ensurepip
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

folders = [Path(ensurepip.__file__).parent / "_bundled", Path(sysconfig.get_config_var("WHEEL_PKG_DIR") or "/nowhere")]
wheel = next(wheel for folder in folders for wheel in sorted(folder.glob("pip-*.whl")))
with zipfile.ZipFile(wheel) as archive:
    archive.extractall(sysconfig.get_path("purelib"))

arguments = [argument for argument in sys.argv[1:] if not argument.startswith(("pip==", "--no-setuptools", "--no-wheel"))]
if any(not argument.startswith("-") for argument in arguments):
    sys.exit(subprocess.call([sys.executable, "-m", "pip", "install", *arguments]))
