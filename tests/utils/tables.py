# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the tables of docs/ that come from code, between their markers. `make tables` runs it; a unit test compares."""

from __future__ import annotations

import pathlib
import re
import sys

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import CODES, KINDS, RESENDABLE, UNSURE
from ansible_collections.tencentcloud.apigateway.tests.emulator.tables import COMMON_FAULT_FIELDS, FAULTS, SWITCHES
from ansible_collections.tencentcloud.apigateway.tests.unit.permissions import needed

ROOT = pathlib.Path(__file__).resolve().parents[2]


def kinds() -> list[str]:
    """What each error_kind means, and whether it is sent again."""
    again = {**dict.fromkeys(RESENDABLE, "any call"), **dict.fromkeys(UNSURE, "reads; a write after reading")}
    rows = ["| `error_kind` | meaning | sent again |", "|---|---|---|"]
    return rows + [f"| `{kind}` | {_markdown(text)} | {again.get(kind, 'never')} |" for kind, text in KINDS.items()]


def codes() -> list[str]:
    """Every code that is known by name."""
    rows = ["| `error_code` | `error_kind` | meaning | what to do |", "|---|---|---|---|"]
    return rows + [f"| `{name}` | `{code.kind}` | {code.meaning} | {code.hint} |" for name, code in sorted(CODES.items())]


def switches() -> list[str]:
    """Every switch of the emulator."""
    rows = ["| switch | default | takes | known | what it does |", "|---|---|---|---|---|"]
    for name, switch in SWITCHES.items():
        takes = ", ".join(f"`{value!r}`" for value in switch.allowed) if isinstance(switch.allowed, tuple) else switch.allowed.__name__
        rows.append(f"| `{name}` | `{switch.default!r}` | {takes} | {switch.mark} | {switch.text} |")
    return rows


def faults() -> list[str]:
    """Every kind of fault of the emulator."""
    rows = ["| kind | fields beside " + ", ".join(f"`{name}`" for name in ("kind", *COMMON_FAULT_FIELDS)) + " | what it does |", "|---|---|---|"]
    for kind, fault in FAULTS.items():
        fields = ", ".join(f"`{name}`" if default is None else f"`{name}` ({default!r})" for name, default in fault.fields.items())
        rows.append(f"| `{kind}` | {fields.replace('<', '&lt;')} | {fault.text} |")
    return rows


def permissions() -> list[str]:
    """What each module calls."""
    rows = ["| module | in check mode | and for real |", "|---|---|---|"]
    for name, lists in needed().items():
        rows.append(f"| `{name}` | " + " | ".join(", ".join(f"`{action}`" for action in actions) or "-" for actions in lists) + " |")
    return rows


TABLES = {
    "docs/permissions.md": {"permissions": permissions},
    "docs/errors.md": {"kinds": kinds, "codes": codes},
    "docs/emulator.md": {"switches": switches, "faults": faults},
}


def _markdown(text: str) -> str:
    """Ansible's markup for code, as Markdown's."""
    return re.sub(r"C\(([^)]*)\)", r"`\1`", text)


def written_anew(page: str) -> str:
    """The page with its tables as the code has them now. Raises ValueError when a marker is missing."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for name, rows in TABLES[page].items():
        begin, end = f"<!-- {name}: written by `make tables` -->\n", f"<!-- end of {name} -->\n"
        before, found, rest = text.partition(begin)
        _old, ended, after = rest.partition(end)
        if not found or not ended:
            raise ValueError(f"{page} has no markers for {name}")
        text = "".join([before, begin, "\n", "\n".join(rows()), "\n\n", end, after])
    return text


def main() -> int:
    for page in TABLES:
        (ROOT / page).write_text(written_anew(page), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
