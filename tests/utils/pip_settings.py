# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hands the package index that pip is set up for to the two tools that do not ask pip.

Ansible-test strips the environment, so its pip gets a pip.conf, written to the path given. Uv does not read pip's files, so
its options are printed. Both stay in .cache: an index address may hold a password.
"""
from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

CARRIED = {"index-url", "extra-index-url", "find-links", "no-index", "trusted-host", "proxy", "cert", "client-cert",
           "timeout", "default-timeout", "retries"}

listed = subprocess.run([sys.executable, "-m", "pip", "config", "list"], check=True, capture_output=True, text=True).stdout
settings = {"cache-dir": os.environ["PIP_CACHE_DIR"], "disable-pip-version-check": "1", "quiet": "1"}
if "SSL_CERT_FILE" in os.environ:
    settings["cert"] = os.environ["SSL_CERT_FILE"]
if "HTTPS_PROXY" in os.environ:
    settings["proxy"] = os.environ["HTTPS_PROXY"]
# Read in pip's own order of precedence: files, the [install] section, the environment.
for section in ("global.", "install.", ":env:."):
    for line in listed.splitlines():
        name, value = line.removeprefix(section).split("=", 1)
        if line.startswith(section) and name in CARRIED:
            settings[name] = ast.literal_eval(value)

lines = ["[global]", *(f"{name} = {' '.join(value.split())}" for name, value in sorted(settings.items()))]
Path(sys.argv[1]).write_text("\n".join(lines) + "\n", encoding="utf-8")

if "index-url" in settings and not {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & set(os.environ):
    print(f"--default-index {settings['index-url']}")
