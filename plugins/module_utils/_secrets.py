# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The secrets that a run knows of: they are registered with whoever prints its result, and hidden in texts of others before these are cut."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from typing import Callable

MASK = "********"


def _ignored(values: Iterable[str]) -> None:
    """For who prints nothing, or masks nothing without hiding it from later tasks too."""


class Secrets:
    """register: takes secrets that no part of the result has. register_shown: takes those that the result has where it documents them."""

    def __init__(self, register: Callable[[Iterable[str]], None] = _ignored, register_shown: Callable[[Iterable[str]], None] = _ignored) -> None:
        self._register = register
        self._register_shown = register_shown
        self._forms: set[str] = set()
        self._lock = threading.Lock()

    def meet(self, values: Iterable[str]) -> None:
        """Hide these in texts from now on, without registering them."""
        secrets = {value.strip() for value in values} - {""}
        # A server that quotes the body of a request quotes it as JSON.
        written = {json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for secret in secrets for ascii_only in (True, False)}
        with self._lock:
            self._forms |= secrets | written

    def add(self, values: Iterable[str]) -> None:
        """Secrets that nothing may show."""
        secrets = {text for value in values for text in (value, value.strip())} - {""}
        self.meet(secrets)
        self._register(secrets)

    def add_shown(self, values: Iterable[str]) -> None:
        """Secrets that the result has where it documents them, and that no other text may show."""
        secrets = set(values)
        self.meet(secrets)
        self._register_shown(secrets)

    def hide(self, text: str) -> str:
        """The text with a mask in the place of each secret."""
        with self._lock:
            forms = sorted(self._forms, key=len, reverse=True)
        for form in forms:
            text = text.replace(form, MASK)
        return text
