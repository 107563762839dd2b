# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a resource promises to those who reconcile it, and what a run reports.

Types, and what the states of a set mean. A resource is a set of ids (the access keys of a usage plan, say) that the API can add to and remove from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Optional, Protocol

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import ApiError

# The ids of what is there; None where the thing that holds them does not exist.
State = Optional[frozenset[str]]


def wanted(state: str, given: frozenset[str], current: State) -> State:
    """What present, absent and exact want of a set, given what is there; None when nothing is wanted of what does not exist."""
    if current is None and (state == "absent" or (state == "present" and not given)):
        return None
    there = current or frozenset()
    return {"present": there | given, "absent": there - given, "exact": given}[state]


class Resource(Protocol):
    """A set of ids that the API can add to and remove from, a few at a time."""

    label: str  # what holds the ids, for people: "usage plan usagePlan-quqxvett"
    add_action: str  # the API's names of the two writes
    remove_action: str
    already_codes: frozenset[str]  # refusals of add() that may mean "done already"
    gone_codes: frozenset[str]  # the same of remove()
    full_codes: frozenset[str]  # refusals of add() that mean "make room first"
    never_again: frozenset[str]  # actions that are not sent again when it is unknown whether they were carried out
    remarks: Sequence[str]  # what the first read() found that is worth a warning, in check mode or not

    def read(self) -> frozenset[str]:
        """What is there now. Raises ApiError; of kind not_found, when there is nothing that could hold ids."""

    def want(self, current: State) -> State:
        """What should be there, given what is. None means: nothing is wanted of something that does not exist."""

    def split(self, ids: list[str]) -> list[list[str]]:
        """The ids in order, in lists of what one call takes."""

    def add(self, ids: list[str]) -> None:
        """One call. Raises ApiError for any answer but a plain yes."""

    def remove(self, ids: list[str]) -> None:
        """As add(), the other way."""

    def owed(self) -> list[str]:
        """After an add() that failed: the ids whose add() puts back what was changed only for its sake."""

    def rehearse(self, ids: list[str], *, removing: bool) -> ApiError | None:
        """By reading only: the error that add(ids) or remove(ids) would meet, None for success.

        For add() it may read, and raises ApiError when that fails; for remove() it goes by what was read last.
        """

    def explain(self, failure: Failure) -> str:
        """By reading only: which of the ids are at fault, as a sentence; empty when there is none to name."""

    def foresee(self, before: frozenset[str], after: frozenset[str]) -> list[str]:
        """Warnings of what check mode cannot know."""

    def describe(self, state: State) -> Any:
        """What the result says is there."""

    def report(self, outcome: Outcome) -> dict[str, list[str]]:
        """What the result says was done: lists of ids, by what happened to them."""

    def made(self, outcome: Outcome) -> dict[str, str]:
        """Secrets that the server made in this run, by their names in the result. Nothing else may hold them."""

    def render(self, state: State) -> dict[str, Any]:
        """The same as a diff shows it to people."""


@dataclass
class Outcome:
    """What a run did. added and removed hold what this run changed, never what somebody else did meanwhile.

    missing: what should hold the ids does not exist, and nothing was wanted of it.
    unconfirmed: ids of which it is unknown whether a write was carried out. assumed: they count as carried out.
    """

    before: State
    after: State
    added: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    unconfirmed: set[str] = field(default_factory=set)
    assumed: bool = False
    missing: bool = False
    warnings: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether this run changed something, or has to be taken to have."""
        return bool(self.added or self.removed or self.assumed)


class Failure(Exception):
    """A run that did not get to its end.

    error: why. ids: those that are left to do. removing: whether they were to be removed.
    detail: a sentence about them. outcome: what was completed before it. label: of the resource.
    """

    def __init__(self, error: ApiError, ids: list[str], removing: bool, detail: str = "") -> None:
        super().__init__(str(error))
        self.error = error
        self.ids = ids
        self.removing = removing
        self.detail = detail
        self.outcome: Outcome | None = None
        self.label = ""
