# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells what ran, what failed, what was left out, and how many tests passed; fails unless all that was asked for passed.

Reads the notes that the Makefile's checks leave (one file a check that passed, holding the version of its Python; beside it
pytest's own count) and the list of files that git saw as changed before the checks ran.
"""
from __future__ import annotations

import argparse
import subprocess
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree


def count(file: Path) -> Counter[str]:
    """What one pytest run says of itself; nothing when it broke off before it could say anything."""
    counts: Counter[str] = Counter()
    if file.is_file():
        for suite in ElementTree.parse(file).iter("testsuite"):
            tests, failures, errors, skipped = (int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped"))
            counts.update(passed=tests - failures - errors - skipped, failed=failures + errors, skipped=skipped)
    return counts


def main() -> int:
    """Print the report."""
    parser = argparse.ArgumentParser()
    parser.add_argument("ran", type=Path)
    parser.add_argument("--cores", nargs="*")
    parser.add_argument("--pythons", nargs="*", help="that were found")
    parser.add_argument("--missing", nargs="*", help="Pythons that were looked for and not found")
    parser.add_argument("--optional", nargs="*", help="Pythons that --require-all does not require")
    parser.add_argument("--asked", nargs="*")
    parser.add_argument("--left-out", nargs="*", help="check:python,python")
    parser.add_argument("--require-all", action="store_true")
    options = parser.parse_args()
    left_out = dict(item.split(":") for item in options.left_out)

    def state(check: str) -> str:
        if check not in options.asked:
            return "-"
        if check in left_out:
            return "left out"
        return "ok" if (options.ran / check).is_file() else "FAILED"

    def python(core: str) -> str:
        notes = [options.ran / f"{check}-{core}" for check in ("unit", "sanity", "integration")]
        return next((note.read_text(encoding="utf-8").strip() for note in notes if note.is_file()), "-")

    total: Counter[str] = Counter()
    print(f"\n{'core':6}{'Python':9}{'sanity':10}{'unit':24}{'jobs':18}integration")
    for core in options.cores:
        told = {}
        for check in ("unit", "jobs"):
            counts = count(options.ran / f"{check}-{core}.xml")
            total += counts
            told[check] = state(f"{check}-{core}") + (f", {counts['passed']} of {sum(counts.values())}" if counts else "")
        print(f"{core:6}{python(core):9}{state(f'sanity-{core}'):10}{told['unit']:24}{told['jobs']:18}{state(f'integration-{core}')}")
    others = [check for check in options.asked if not check.startswith(("sanity-", "unit-", "jobs-", "integration-"))]
    print("also: " + ", ".join(f"{check} {state(check)}" for check in others))
    print(f"sanity compiled and imported the modules on the Pythons found: {' '.join(options.pythons)}; not found: {' '.join(options.missing) or 'none'}")
    if not set(options.cores) <= {check.rpartition("-")[2] for check in options.asked}:
        print("- is for `make test-all`, which also runs the modules on the oldest Python")
    for check, pythons in left_out.items():
        print(f"LEFT OUT: {check} needs Python {pythons.replace(',', ' or ')}, which was not found")

    changed = subprocess.run(["git", "status", "--porcelain"], check=True, capture_output=True, text=True).stdout
    untouched = changed == (options.ran / "checkout").read_text(encoding="utf-8")
    if not untouched:
        print(f"The checks CHANGED THE CHECKOUT, or you did meanwhile:\n{changed}")
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped", flush=True)
    failed = "FAILED" in {state(check) for check in options.asked}
    incomplete = bool(left_out) or not set(options.missing) <= set(options.optional)
    return int(failed or not untouched or (options.require_all and incomplete))


if __name__ == "__main__":
    sys.exit(main())
