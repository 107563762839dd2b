# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator from the command line: for people, for the demo, and around one command."""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import shlex
import signal
import subprocess
import sys
from typing import Any

from .emulator import Emulator
from .state import DEFAULT_CREDENTIAL, DEFAULT_REGION


def read_seed(path: str) -> dict:
    """Raises SystemExit with one line."""
    try:
        text = pathlib.Path(path).read_text(encoding="utf-8")
        if path.endswith(".json"):
            return json.loads(text)
        import yaml  # needed for YAML only

        seed = yaml.safe_load(text)
        return {} if seed is None else seed
    except Exception as error:
        raise SystemExit(f"emulator: {path} cannot be read: {' '.join(str(error).split())}") from None


def interrupt(*_details: Any) -> None:
    raise KeyboardInterrupt


def run(command: list[str], environment: dict[str, str]) -> int:
    """The exit code of the command, as a shell tells it. Raises SystemExit with one line."""
    # Nothing of the caller's real account gets in: not a token, nor another endpoint.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TENCENTCLOUD_")}
    try:
        process = subprocess.Popen(command, env={**inherited, **environment})
    except OSError as error:
        raise SystemExit(f"emulator: {command[0]}: {error.strerror}") from None
    try:
        code = process.wait()
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise
    return code if code >= 0 else 128 - code


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.emulator", description="An emulated control plane of Tencent Cloud API Gateway on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0, help="a free one by default")
    parser.add_argument("--seed", metavar="FILE", help="what exists at the start, YAML or JSON")
    parser.add_argument("--idle-timeout", type=float, metavar="SECONDS", help="end when nobody has called for so long")
    parser.add_argument("--url-file", metavar="FILE", help="write the URL into this file")
    parser.add_argument("command", nargs="*", metavar="-- COMMAND", help="run it with the emulator's address in its environment, then end")
    options = parser.parse_args()
    seed = read_seed(options.seed) if options.seed else {}
    signal.signal(signal.SIGTERM, interrupt)
    try:
        return serve(options, seed)
    except KeyboardInterrupt:
        return 130 if options.command else 0


def serve(options: argparse.Namespace, seed: dict) -> int:
    try:
        emulator = Emulator(seed, port=options.port)
    except (ValueError, OSError, OverflowError) as error:
        raise SystemExit(f"emulator: {options.seed or options.port}: {error}") from None
    credential = (seed.get("credentials") or [DEFAULT_CREDENTIAL])[0]
    environment = {
        "TENCENTCLOUD_APIGATEWAY_ENDPOINT": emulator.url,
        "TENCENTCLOUD_REGION": DEFAULT_REGION,
        "TENCENTCLOUD_SECRET_ID": credential["secret_id"],
        "TENCENTCLOUD_SECRET_KEY": credential["secret_key"],
    }
    if credential.get("token"):
        environment["TENCENTCLOUD_TOKEN"] = credential["token"]
    with emulator:
        if options.url_file:
            try:
                pathlib.Path(options.url_file).write_text(emulator.url, encoding="utf-8")
            except OSError as error:
                raise SystemExit(f"emulator: {options.url_file}: {error.strerror}") from None
        if options.command:
            return run(options.command, environment)
        exports = [f"export {name}={shlex.quote(value)}" for name, value in environment.items()]
        print("\n".join([f"The emulator listens on {emulator.url}. In another shell:", *exports]), flush=True)
        emulator.wait(options.idle_timeout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
