# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Positions of the emulator's switches: in few rows pairs of them, and each by itself."""

from __future__ import annotations

import itertools
import random
from typing import Any

from ansible_collections.tencentcloud.apigateway.tests.emulator.tables import SWITCHES

# What these do is no answer to an open question about the API: it makes calls fail, or take time.
NO_BEHAVIOUR = ("latency", "rate_limit", "offline", "denied_actions")
# Of the switches that take anything of a type.
VALUES: dict[str, tuple[Any, ...]] = {
    "key_plan_quota_code": ("LimitExceeded", "UnsupportedOperation"), "filter_values_limit": (0, 1), "lag": (0, 2),
}
Row = dict[str, Any]


def positions() -> dict[str, tuple[Any, ...]]:
    """The positions of each switch that decides about behaviour, its default first. Raises KeyError for a new one that VALUES must have."""
    found = {}
    for name, switch in SWITCHES.items():
        if name not in NO_BEHAVIOUR:
            values = switch.allowed if isinstance(switch.allowed, tuple) else (False, True) if switch.allowed is bool else VALUES[name]
            found[name] = (switch.default, *(value for value in values if value != switch.default))
    return found


def single(of: dict[str, tuple[Any, ...]]) -> list[Row]:
    """A row for each position that is no default, with all others at their defaults."""
    return [{name: value} for name, values in of.items() for value in values[1:]]


def pairs(of: dict[str, tuple[Any, ...]]) -> set[frozenset[tuple[str, Any]]]:
    """Each two positions of two switches."""
    places = [[(name, value) for value in values] for name, values in of.items()]
    return {frozenset(pair) for one, other in itertools.combinations(places, 2) for pair in itertools.product(one, other)}


def in_pairs(of: dict[str, tuple[Any, ...]]) -> list[Row]:
    """Few rows: of each two switches both, either and none are off their defaults in some row, and each position is in one. A switch's others take turns."""
    turns = {name: itertools.cycle(values[1:]) for name, values in of.items()}
    rows = covering(dict.fromkeys(of, (False, True)))
    return [{name: next(turns[name]) if moved else of[name][0] for name, moved in row.items()} for row in rows]


def covering(of: dict[str, tuple[Any, ...]]) -> list[Row]:
    """Rows with a position for every switch, so that each pair is in one of them; the same rows every time.

    Each row is the best of some, of which each begins with a pair that is left, and takes of every other switch, in an order by chance, the position
    that takes up most of what is left. The first row has all defaults.
    """
    chance = random.Random(0)
    rows: list[Row] = [{name: values[0] for name, values in of.items()}]
    left = pairs(of) - _pairs_of(rows[0])
    while left:
        tried = [_row(of, left, chance) for _try in range(10)]
        rows.append(max(tried, key=lambda row: len(_pairs_of(row) & left)))
        left -= _pairs_of(rows[-1])
    return rows


def _row(of: dict[str, tuple[Any, ...]], left: set[frozenset[tuple[str, Any]]], chance: random.Random) -> Row:
    row: Row = dict(chance.choice(sorted(left, key=_spelled)))
    for name in chance.sample(list(of), len(of)):
        if name not in row:
            row[name] = max(of[name], key=lambda value: sum(frozenset({(name, value), other}) in left for other in row.items()))
    return {name: row[name] for name in of}


def _pairs_of(row: Row) -> set[frozenset[tuple[str, Any]]]:
    return {frozenset(pair) for pair in itertools.combinations(row.items(), 2)}


def _spelled(pair: frozenset[tuple[str, Any]]) -> list[str]:
    return sorted(map(str, pair))
