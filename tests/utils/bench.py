# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures playbooks against the emulator: API calls, connections, and seconds as a user waits for them.

`make bench` prints the table. Each row is one ansible-playbook run; beside it a run of as many pings, which is what
Ansible itself takes. Nothing is asserted: a figure in the documentation comes from here.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import yaml
from ansible_collections.tencentcloud.apigateway.tests.emulator import Emulator

PLAN = "usagePlan-benchmrk"
ANSIBLE_PLAYBOOK = pathlib.Path(sys.executable).parent / "ansible-playbook"


def seed(latency: float) -> dict:
    ids = [f"AKID{number:03}" for number in range(100)]
    return {
        "usage_plans": [{"usage_plan_id": PLAN, "name": "bench"}],
        "access_keys": [{"access_key_id": one, "name": one} for one in ids],
        "quotas": {"access_keys_per_usage_plan": 100},
        "switches": {"latency": latency},
    }


def one_list(number: int) -> dict:
    """One task that binds so many keys."""
    return {"tencentcloud.apigateway.usage_plan_keys": {"usage_plan_id": PLAN, "access_key_ids": [f"AKID{index:03}" for index in range(number)]}}


def loop(number: int) -> dict:
    """A loop of so many tasks that bind a key each."""
    return {
        "tencentcloud.apigateway.usage_plan_keys": {"usage_plan_id": PLAN, "access_key_ids": ["{{ item }}"]},
        "loop": [f"AKID{index:03}" for index in range(number)],
    }


def ping(number: int) -> dict:
    return {"ansible.builtin.ping": {}, "loop": list(range(number))}


def seconds(folder: pathlib.Path, task: dict, emulator: Emulator, *arguments: str) -> float:
    """How long one play of one task takes. Raises SystemExit with its output when it fails."""
    play = folder / "play.yml"
    play.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]), encoding="utf-8")
    environment = {
        **os.environ, "TENCENTCLOUD_SECRET_ID": "AKIDEXAMPLE", "TENCENTCLOUD_SECRET_KEY": "SECRETEXAMPLE", "TENCENTCLOUD_REGION": "ap-guangzhou",
        "TENCENTCLOUD_APIGATEWAY_ENDPOINT": emulator.url,
    }
    started = time.monotonic()
    process = subprocess.run([str(ANSIBLE_PLAYBOOK), str(play), *arguments], env=environment, capture_output=True, text=True, check=False)
    if process.returncode:
        raise SystemExit(process.stdout + process.stderr)
    return time.monotonic() - started


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latency", type=float, nargs="*", default=[0, 0.03], help="seconds that every answer takes longer")
    options = parser.parse_args()
    print("| latency | what | API calls | connections | seconds |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for latency in options.latency:
            with Emulator(seed(latency)) as emulator:

                def row(what: str, task: dict, *arguments: str) -> None:
                    calls, connections = len(emulator.calls()), emulator.connections
                    taken = seconds(folder, task, emulator, *arguments)
                    calls, connections = len(emulator.calls()) - calls, emulator.connections - connections
                    print(f"| {latency * 1000:.0f} ms | {what} | {calls} | {connections} | {taken:.2f} |", flush=True)

                def empty() -> None:
                    emulator.reset()
                    emulator.seed(seed(latency))

                row("ping, 1 item", ping(1))
                for number in (1, 50, 100):
                    empty()
                    keys = "1 key" if number == 1 else f"{number} keys"
                    row(f"check before binding {keys}", one_list(number), "--check")
                    row(f"bind {keys}, one list", one_list(number))
                    row(f"again, {keys}", one_list(number))
                    row(f"check again, {keys}", one_list(number), "--check")
                empty()
                row("ping, 50 items", ping(50))
                row("bind 50 keys, a loop of 50 items", loop(50))
                row("again, a loop of 50 items", loop(50))
    return 0


if __name__ == "__main__":
    sys.exit(main())
