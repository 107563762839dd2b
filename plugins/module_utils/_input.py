# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of what a person wrote, before any call.

Only what cannot be meant is refused: private clouds have ids and regions of their own, and ids of manual keys are user text.
"""

from __future__ import annotations

import unicodedata

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import InputError


def checked_id(option: str, value: str) -> str:
    """The id, stripped. Raises InputError when nothing is left, or white space or control characters are inside."""
    stripped = value.strip()
    if not stripped:
        raise InputError(f"{option} holds a blank id: is a variable empty?")
    if any(character.isspace() or unicodedata.category(character) in ("Cc", "Cf", "Cs") for character in stripped):
        raise InputError(f"{option}: {stripped!r} has white space or control characters inside, which no id has.")
    return stripped


def checked_ids(option: str, values: list[str]) -> list[str]:
    """The ids, stripped, each once, sorted. Raises InputError."""
    return sorted({checked_id(option, value) for value in values})


def checked_header(option: str, value: str) -> str:
    """A value that is sent as an HTTP header. Raises InputError for what a header cannot carry."""
    if not value or not all(33 <= ord(character) <= 126 for character in value):
        raise InputError(f"{option} {value!r} must be printable ASCII without white space.")
    return value
