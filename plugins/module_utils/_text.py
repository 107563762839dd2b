# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts for people, of bounded length: what they quote and what they list may be of any."""

from __future__ import annotations

from collections.abc import Iterable

MOST_ITEMS = 10
# Characters: of a text that is quoted in a message, and of a name or an id that the server gives.
MOST_QUOTED = 300
MOST_OF_A_NAME = 100


def shortened(text: str, most: int = MOST_QUOTED) -> str:
    """The text on one line, cut after so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most]}..."


def several(items: Iterable[str], separator: str = ", ") -> str:
    """Ten of the items, in their order, and how many more there are."""
    texts = list(items)
    shown = separator.join(shortened(text) for text in texts[:MOST_ITEMS])
    return shown if len(texts) <= MOST_ITEMS else f"{shown} and {len(texts) - MOST_ITEMS} more"
