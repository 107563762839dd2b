# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures one document for a whole account: 200 usage plans, 400 access keys, 50 keys in each plan; and for one of ten times that.

`make bench` prints the tables. Each row of the first is one ansible-playbook run against the emulator, beside what the rate limit alone
allows for the calls that the row made; each row of the second one run of a module by itself. Nothing is asserted: a figure in the
documentation comes from here.
"""

from __future__ import annotations

import argparse
import collections
import itertools
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import yaml
from ansible_collections.tencentcloud.apigateway.tests.emulator import Emulator

ANSIBLE_PLAYBOOK = pathlib.Path(sys.executable).parent / "ansible-playbook"
LIMIT = 20
# Actions of one line do not wait for each other; each line waits for the one before.
PHASES = [
    ["DescribeApiKeysStatus", "DescribeUsagePlansStatus", "DescribeServicesStatus"], ["DescribeUsagePlan", "DescribeApiUsagePlan"],
    ["CreateApiKey", "CreateUsagePlan"], ["BindSecretIds"], ["BindEnvironment"],
]


def places(services: int) -> list[dict[str, str]]:
    return [{"service": f"service-{number:02}", "environment": one} for number, one in itertools.product(range(services), ("test", "prepub", "release"))]


def document(plans: int, keys: int, each: int) -> dict:
    """Plans with as many keys each. Those that share keys are on environments of their own, as the API demands."""
    groups = keys // each
    on = places(-(-plans // groups) // 3 + 1)
    return {
        "access_keys": [{"name": f"key-{number:04}"} for number in range(keys)],
        "usage_plans": [
            {
                "name": f"plan-{number:04}", "max_requests_per_second": 10, "environments": [on[number // groups]],
                "access_keys": [f"key-{(number % groups) * each + index:04}" for index in range(each)],
            }
            for number in range(plans)
        ],
    }


def seed(options: argparse.Namespace, latency: float, limit: int) -> dict:
    services = {one["service"] for one in places(-(-options.plans // (options.keys // options.each)) // 3 + 1)}
    return {
        "services": [{"name": name} for name in sorted(services)], "switches": {"latency": latency, "rate_limit": limit},
        "quotas": {"usage_plans": options.plans, "access_keys": options.keys, "usage_plans_per_access_key": options.plans},
    }


def run(folder: pathlib.Path, emulator: Emulator, *arguments: str) -> tuple[float, int]:
    """Seconds and peak memory (MiB of the largest process) of the play. Raises SystemExit with its output when it fails."""
    environment = {
        **os.environ, "TENCENTCLOUD_SECRET_ID": "AKIDEXAMPLE", "TENCENTCLOUD_SECRET_KEY": "SECRETEXAMPLE", "TENCENTCLOUD_REGION": "ap-guangzhou",
        "TENCENTCLOUD_APIGATEWAY_ENDPOINT": emulator.url,
    }
    started = time.monotonic()
    with open(folder / "output", "w+", encoding="utf-8") as output:
        with subprocess.Popen([str(ANSIBLE_PLAYBOOK), *arguments], env=environment, stdout=output, stderr=output, cwd=folder) as process:
            _pid, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            raise SystemExit(output.read())
    return time.monotonic() - started, usage.ru_maxrss // 1024


def run_module(emulator: Emulator, module: str, options: dict) -> str:
    """A row of figures of one run of a module in a process of its own. Raises SystemExit with its output when it fails."""
    given = {"secret_id": "AKIDEXAMPLE", "secret_key": "SECRETEXAMPLE", "region": "ap-guangzhou", "endpoint": emulator.url, "api_rate": 0, **options}
    code = f"from ansible_collections.tencentcloud.apigateway.plugins.modules import {module}\n{module}.main()"
    made, started = len(emulator.calls()), time.monotonic()
    with tempfile.TemporaryFile("w+") as asked, tempfile.TemporaryFile("w+") as output:
        json.dump({"ANSIBLE_MODULE_ARGS": {**given, "_ansible_remote_tmp": tempfile.gettempdir()}}, asked)
        asked.seek(0)
        with subprocess.Popen([sys.executable, "-c", code], stdin=asked, stdout=output, stderr=output) as process:
            _pid, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        size = output.tell()
        output.seek(0)
        if process.returncode:
            raise SystemExit(output.read()[:2000])
    return f"{len(emulator.calls()) - made} | {time.monotonic() - started:.1f} | {usage.ru_maxrss // 1024} | {size / 1e6:.1f}"


def ten_times(options: argparse.Namespace) -> None:
    """Ten times the account: what grows with it, and how."""
    print("\n| usage plans | access keys | what | API calls | seconds | MiB | MB of result |\n|---|---|---|---|---|---|---|")
    for times in (1, 10):
        account = argparse.Namespace(plans=options.plans * times, keys=options.keys * times, each=options.each)
        everything = {"max_results": account.plans + account.keys}
        wanted = document(account.plans, account.keys, account.each)
        with Emulator(seed(account, 0, 0)) as emulator:
            for what, module, task in (
                ("access, from nothing", "access", wanted), ("access, again", "access", wanted), ("access_info", "access_info", everything),
                ("usage_plan_info", "usage_plan_info", everything),
                ("api_key_info with its usage plans", "api_key_info", {"gather_usage_plans": True, **everything}),
            ):
                print(f"| {account.plans} | {account.keys} | {what} | {run_module(emulator, module, task)} |", flush=True)


def one_account(options: argparse.Namespace) -> None:
    """An account at the default quotas, by whole playbooks."""
    print("| limit | latency | what | API calls | throttled | connections | seconds | limit alone | times that | MiB |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for play, task in (
            ("access.yml", {"tencentcloud.apigateway.access": document(options.plans, options.keys, options.each), "no_log": True}),
            ("unlimited.yml", {"tencentcloud.apigateway.access": {**document(options.plans, options.keys, options.each), "api_rate": 0}, "no_log": True}),
            ("export.yml", {"tencentcloud.apigateway.access_info": {}}), ("export-unlimited.yml", {"tencentcloud.apigateway.access_info": {"api_rate": 0}}),
        ):
            (folder / play).write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]), encoding="utf-8")
        for limit, latency in itertools.product((LIMIT, 0), options.latency):
            access, export = ("access.yml", "export.yml") if limit else ("unlimited.yml", "export-unlimited.yml")
            totals = collections.Counter()
            with Emulator(seed(options, latency, limit)) as emulator:
                for what, *arguments in (
                    ("check before", access, "--check"), ("from nothing to bound", access), ("again", access), ("check again", access, "--check"),
                    ("export", export),
                ):
                    made, connections = len(emulator.calls()), emulator.connections
                    seconds, memory = run(folder, emulator, *arguments)
                    calls = emulator.calls()[made:]
                    times = collections.Counter(call["action"] for call in calls)
                    alone = sum(max(times[action] for action in phase) for phase in PHASES) / LIMIT if limit else 0
                    throttled = sum(call["code"] == "RequestLimitExceeded" for call in calls)
                    figures = [
                        f"{limit}/s" if limit else "none", f"{latency * 1000:.0f} ms", what, len(calls), throttled, emulator.connections - connections,
                        f"{seconds:.1f}", f"{alone:.1f}" if limit else "", f"{seconds / alone:.2f}" if alone else "", memory,
                    ]
                    print(f"| {' | '.join(str(figure) for figure in figures)} |", flush=True)
                    totals.update(calls=len(calls), throttled=throttled, seconds=seconds, alone=alone)
            ratio = f"{totals['seconds'] / totals['alone']:.2f}" if limit else ""
            seconds, alone = f"{totals['seconds']:.1f}", f"{totals['alone']:.1f}" if limit else ""
            print(f"| {figures[0]} | {figures[1]} | all five | {totals['calls']} | {totals['throttled']} | | {seconds} | {alone} | {ratio} | |", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latency", type=float, nargs="*", default=[0, 0.1], help="seconds that every answer takes longer")
    parser.add_argument("--plans", type=int, default=200)
    parser.add_argument("--keys", type=int, default=400)
    parser.add_argument("--each", type=int, default=50, help="keys in each plan")
    parser.add_argument("--only-ten-times", action="store_true", help="the second table only")
    options = parser.parse_args()
    if not options.only_ten_times:
        one_account(options)
    ten_times(options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
