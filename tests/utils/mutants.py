# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes the code in one small way at a time, and asks whether a test notices: mutmut, with a few mutations more.

A mutant that no test notices is either noticed by a better test, or explained in mutants.txt, or this fails. Works on a
copy, and needs its folder as the current one: there is ansible_collections, and mutmut's copy of it comes beside it.
"""
from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

COLLECTION = Path("ansible_collections/tencentcloud/apigateway")
CODE = COLLECTION / "plugins/module_utils"
UNIT = COLLECTION / "tests/unit/plugins/module_utils"
CONTRACT = COLLECTION / "tests/unit/contract"
EXPLAINED = COLLECTION / "tests/utils/mutants.txt"
ENOUGH = 90
# The tests that are to notice what is changed in a file: fast ones, and none that starts a process.
TESTS = {
    "_errors.py": [UNIT / "test_errors.py"],
    "_wait.py": [UNIT / "test_wait.py", UNIT / "test_client.py"],
    "_client.py": [UNIT / "test_calls.py", UNIT / "test_client.py"],
    "_credentials.py": [UNIT / "test_credentials.py"],
    "_reconcile.py": [UNIT / "test_settle.py", UNIT / "test_reconcile.py", CONTRACT / "test_settling.py"],
    "_settle.py": [UNIT / "test_settle.py", UNIT / "test_put_back.py", UNIT / "test_reconcile.py", CONTRACT / "test_settling.py"],
}
# Mutmut leaves out what is decorated, and what is outside of functions: file, code, what becomes of it. The first five are what matters most.
BY_HAND = (
    ("_settle.py", "GRACE if patient else 0)", "GRACE if patient else 0) if way is None else None"),
    ("_settle.py", "self._confirm()", "self.leaving.clear()"),
    ("_client.py", "itertools.count(0, PAGE - 1)", "[0]"),
    ("_wait.py", " = random.uniform,", " = max,"),
    ("_adapter.py", "timer.start()", "pass"),
    ("_adapter.py", "timer.cancel()", "pass"),
    ("_adapter.py", "self.fired = True", "pass"),
    ("_adapter.py", "self._socket.shutdown(socket.SHUT_RDWR)", "pass"),
    ("_wait.py", "if not counts:", "if counts:"),
    ("_client.py", "itertools.count(0, PAGE - 1)", "itertools.count(0, PAGE)"),
    ("_client.py", "count != total or ", ""),
    ("_client.py", " or identified[0][0] != rows[-1][0]", ""),
    ("_client.py", "client.wait = self.wait.child()", "client.wait = self.wait.anew()"),
    ("_wait.py", "max(left, min(seconds, grace))", "left"),
    ("_wait.py", "max(left, min(seconds, grace))", "max(left, seconds)"),
    ("_wait.py", "self._capped = outer_capped or capped", "self._capped = capped"),
    ("_wait.py", "self._capped = outer_capped\n", "pass\n"),
    ("_wait.py", "                self._deadline = None\n", ""),
    ("_wait.py", "self._left, self._grace = self._now()", "self._left = self._now()[0]"),
    ("_wait.py", "self._left, self._grace = self._now()", "self._grace = self._now()[1]"),
    ("_wait.py", "GRACE = 3.0", "GRACE = 2.0"),
    ("_errors.py", "return self.kind in RESENDABLE", "return self.unsure"),
    ("_errors.py", "return self.kind in UNSURE", "return self.resendable"),
    ("_errors.py", 'frozenset({"throttled", ', "frozenset({"),
    ("_errors.py", 'frozenset({"internal", ', "frozenset({"),
    ("_errors.py", "known.meaning if known else ", ""),
    ("_client.py", "AT_ONCE = 8", "AT_ONCE = 1"),
    ("_client.py", "PAGE = 100", "PAGE = 101"),
    ("_credentials.py", "REFRESH_BEFORE = 300.0", "REFRESH_BEFORE = 0.0"),
    ("_credentials.py", '["TENCENTCLOUD_TOKEN", ', "["),
)
# In real time, so that a busy machine fails it too.
NOT_THESE = "not test_at_the_rate_that_is_the_default_nothing_is_throttled"
# With a seed, what is noticed once is noticed the next time.
PYTEST = ["-c", str(COLLECTION / "pytest.ini"), "-p", "no:cacheprovider", "--hypothesis-seed=0"]
KILLED = {1, 3, 24, 36, 152, 255, -9, -11, -24}
NO_TESTS = {5, 33}


class Mutant(NamedTuple):
    """where: file and function. was, becomes: the lines that differ."""

    where: str
    was: str
    becomes: str

    def __str__(self) -> str:
        return f"@ {self.where}\n- {self.was}\n+ {self.becomes}\n"


def configure(file: str) -> None:
    """Mutmut reads it while it is imported."""
    Path("pyproject.toml").write_text("\n".join([
        "[tool.mutmut]",
        f"source_paths = {json.dumps([str(COLLECTION)])}",
        f"only_mutate = {json.dumps([str(CODE / file)])}",
        f"pytest_add_cli_args_test_selection = {json.dumps(['-k', NOT_THESE, *(str(test) for test in TESTS[file])])}",
        f"pytest_add_cli_args = {json.dumps(PYTEST)}",
        "use_git_change_detection = false",
        "timeout_multiplier = 10.0",
    ]))


def mutate(file: str, jobs: int) -> None:
    """Run mutmut on one file, in this process: it keeps what it knows in globals."""
    import libcst as cst
    from mutmut import __main__ as mutmut
    from mutmut.mutation import mutators

    def opposite(node: cst.If) -> Iterator[cst.If]:
        test = node.test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        yield node.with_changes(test=cst.UnaryOperation(cst.Not(), test))

    def nothing(node: cst.Expr | cst.Raise) -> Iterator[cst.Pass]:
        if not (isinstance(node, cst.Expr) and isinstance(node.value, cst.BaseString)):
            yield cst.Pass()

    def no_result(node: cst.Return) -> Iterator[cst.Return]:
        if node.value is not None and getattr(node.value, "value", None) not in ("None", "False"):
            yield node.with_changes(value=cst.Name("None"), whitespace_after_return=cst.SimpleWhitespace(" "))

    def keys_only(node: cst.BaseString) -> Iterator[cst.BaseString]:
        """A string with a blank in it is text for people, and how it is worded is nobody's business here."""
        if isinstance(node, cst.SimpleString) and " " not in node.value:
            yield from text(node)

    text = mutators.operator_string
    mutators.mutation_operators[:] = [
        *((kind, keys_only if operator is text else operator) for kind, operator in mutators.mutation_operators),
        (cst.If, opposite), (cst.Expr, nothing), (cst.Raise, nothing), (cst.Return, no_result),
    ]
    mutmut._run([], jobs)


def outcomes(file: str) -> list[tuple[Mutant, int]]:
    """Each mutant of the file, and how its tests ended."""
    from mutmut.mutation.diff_apply import get_diff_for_mutant
    from mutmut.utils.format_utils import orig_function_and_class_names_from_key

    codes = json.loads((Path("mutants") / CODE / f"{file}.meta").read_text())["exit_code_by_key"]
    found = []
    for name, code in codes.items():
        function, of = orig_function_and_class_names_from_key(name)
        lines = get_diff_for_mutant(name, path=CODE / file).splitlines()[3:]
        was, becomes = (" ".join(line[1:].strip() for line in lines if line[0] == sign) for sign in "-+")
        # None counts as False wherever a yes or no is asked for.
        if becomes not in {f"{was[:at.start()]}None{was[at.end():]}" for at in re.finditer("False", was)}:
            found.append((Mutant(f"{file} {f'{of}.' if of else ''}{function}", was, becomes), code))
    return found


def explained() -> dict[Mutant, str]:
    """The mutants that no test can or need notice, and why."""
    reasons, why, parts = {}, "", {}
    for line in EXPLAINED.read_text().splitlines():
        sign, _blank, rest = line.partition(" ")
        if sign == "#":
            why = rest
        elif sign in ("@", "-", "+"):
            parts[sign] = rest
            if sign == "+":
                reasons[Mutant(parts["@"], parts["-"], parts["+"])] = why
    return reasons


def survives(file: str, was: str, becomes: str) -> bool:
    """Whether no test notices what was thought of by hand."""
    path, original = CODE / file, (CODE / file).read_text()
    if original.count(was) != 1:
        sys.exit(f"{file} has {was!r} {original.count(was)} times: mend BY_HAND in {__file__}.")
    path.write_text(original.replace(was, becomes))
    try:
        tests = TESTS.get(file, [UNIT / "test_adapter.py"])
        command = [sys.executable, "-m", "pytest", "-x", "-q", *PYTEST, "-k", NOT_THESE, *tests]
        environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, env=environment, timeout=60)
    except subprocess.TimeoutExpired:
        return False
    finally:
        path.write_text(original)
    if done.returncode not in (0, 1):
        sys.exit(done.stdout.decode())
    return done.returncode == 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", default=list(TESTS), help="some of the files, as _wait.py; all, if none is given")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--mutate", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.mutate:
        return mutate(arguments.mutate, arguments.jobs)
    reasons = explained()
    rows, unexplained = [], []
    for file in arguments.files:
        started = time.monotonic()
        shutil.rmtree("mutants", ignore_errors=True)
        configure(file)
        with open(f"{file}.log", "w") as log:
            command = [sys.executable, __file__, "--mutate", file, "--jobs", str(arguments.jobs)]
            if subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, check=False).returncode:
                sys.exit(f"mutmut failed on {file}, see {Path.cwd()}/{file}.log")
        of_file = outcomes(file)
        survived = [mutant for mutant, code in of_file if code not in KILLED]
        new = [mutant for mutant in survived if mutant not in reasons]
        unexplained += new
        rows.append((file, len(of_file), len(of_file) - len(survived), len(survived) - len(new), len(new)))
        gone = [mutant for mutant in reasons if mutant.where.startswith(f"{file} ") and mutant not in dict(of_file)]
        print(f"{file}: {time.monotonic() - started:.0f} seconds", *(f"Explained, and no mutant any more:\n{mutant}" for mutant in gone), sep="\n", flush=True)
    if arguments.files == list(TESTS):
        found = [Mutant(f"{file} by hand", was.strip(), becomes.strip()) for file, was, becomes in BY_HAND if survives(file, was, becomes)]
        unexplained += found
        rows.append(("by hand", len(BY_HAND), len(BY_HAND) - len(found), 0, len(found)))
    rows.append(("all", *(sum(row[column] for row in rows) for column in range(1, 5))))
    print(*unexplained, sep="\n")
    print(f"{'file':20}{'mutants':>9}{'killed':>9}{'survived':>10}{'explained':>11}{'killed %':>10}")
    for file, mutants, killed, known, new in rows:
        print(f"{file:20}{mutants:9}{killed:9}{mutants - killed:10}{known:11}{100 * killed / mutants:10.1f}")
    if unexplained or min(100 * killed / mutants for _file, mutants, killed, _known, _new in rows) < ENOUGH:
        sys.exit(f"{len(unexplained)} unexplained. Each needs a test, or a reason in {EXPLAINED.name}; and {ENOUGH} % of each file are to be killed.")


if __name__ == "__main__":
    main()
