# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/moving-out.md, walked once: every block of it in its order, by a shell, between two emulated gateways."""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys

import pytest
import yaml
from ansible_collections.tencentcloud.apigateway.tests.emulator import Emulator
from ansible_collections.tencentcloud.apigateway.tests.unit.contract.test_in_ansible import environment
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import COLLECTION

PAGE = (COLLECTION / "docs/moving-out.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n# ([^\n]*)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
OLD, NEW = "at the old gateway", "at the new gateway"
START = [f"python -m tests.emulator --seed {side}.yml" for side in ("old", "new")]


def keys(emulator):
    return {key["name"]: key for key in emulator.state().get("ap-guangzhou", {}).get("access_keys", [])}


def carried(there):
    return {name: [key[member] for member in ("access_key_id", "secret", "enabled")] for name, key in there.items()}


@pytest.fixture
def walk(tmp_path):
    """Runs one command of the page at one of the emulators, and tells what it printed."""
    (tmp_path / "examples").symlink_to(COLLECTION / "examples")
    (tmp_path / "password").write_text("SENTINELPASSWORD")
    path = f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    def run(emulator, command):
        variables = {
            "HOME": str(tmp_path), "ANSIBLE_HOME": str(tmp_path / "ansible"), "ANSIBLE_VAULT_PASSWORD_FILE": str(tmp_path / "password"), "PATH": path,
            "TENCENTCLOUD_APIGATEWAY_ENDPOINT": emulator.url, "TENCENTCLOUD_REGION": "ap-guangzhou", "TENCENTCLOUD_SECRET_ID": "AKIDEXAMPLE",
            "TENCENTCLOUD_SECRET_KEY": "SECRETEXAMPLE",
        }
        done = subprocess.run(["bash", "-c", command], env=environment(**variables), cwd=tmp_path, capture_output=True, text=True, check=False, timeout=200)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        return done.stdout + done.stderr

    return run


def test_the_whole_way_out_as_the_page_has_it(tmp_path, walk):
    assert 2 * len(BLOCKS) == PAGE.count("\n```")
    files = {title: text for language, title, text in BLOCKS if language == "yaml"}
    assert list(files) == ["old.yml", "new.yml", "disable.yml", "decommission.yml"]
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with Emulator(yaml.safe_load(files["old.yml"])) as old, Emulator(yaml.safe_load(files["new.yml"])) as new:
        there = keys(old)
        told = []
        for language, title, text in BLOCKS:
            commands = text.splitlines() if language == "shell" else []
            if commands == START:
                continue
            assert not commands or title in (OLD, NEW)
            told += [(command, walk(new if title == NEW else old, command)) for command in commands]
            if any("disable.yml" in command for command in commands):
                assert not [key for key in keys(old).values() if key["enabled"]]

        applied = [output for command, output in told if "apply_access" in command]
        assert "Would be done: usage plan gold created" in applied[0]
        assert "Done: usage plan gold created" in applied[1]
        assert "Nothing to do: it is as the document says." in applied[2]
        assert "Every link is right" in next(output for command, output in told if "forbidden.yml" in command)
        # The same keys are at the new side, and nothing is at the old one.
        assert carried(keys(new)) == carried(there) and {key["type"] for key in keys(new).values()} == {"manual"}
        (region,) = old.state().values()
        assert (region["access_keys"], region["usage_plans"]) == ([], [])
        assert [service["environments"] for service in region["services"]] == [{}]
        for _command, output in told:
            assert not [key for key in there.values() if key["secret"] in output]
    assert (tmp_path / "access.vault.yml").read_text().startswith("$ANSIBLE_VAULT;")
