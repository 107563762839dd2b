# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of writes: what is sent, in which order, what is believed, sent again and reported.

Knows the rules of docs/settling.md, and nothing of Ansible, HTTP or what any action means.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Callable, NoReturn

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import ApiError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._resource import Failure, Outcome, Resource
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._text import several
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._wait import GRACE, Wait


@dataclass
class Way:
    """One of the two ways to write, and what is known of its calls so far.

    ambiguous: codes that may mean "done already". done: ids that this run did.
    found: ids found done after an ambiguous code: somebody else's work, unless the code proves to be a real refusal.
    unsure: ids that were sent, with an answer that left open whether they were done.
    """

    action: str
    send: Callable[[list[str]], None]
    ambiguous: frozenset[str]
    removes: bool
    done: set[str]
    found: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)

    def left(self, ids: list[str], state: frozenset[str]) -> list[str]:
        """Those of the ids that are still to do."""
        return [one for one in ids if (one in state) == self.removes]


class Run:
    """One run of writes over something that exists.

    state: the latest knowledge of it. believed: added with a plain yes, so there, whatever a read that lags says.
    leaving: removed with a plain yes, and still to be confirmed by a read.
    """

    def __init__(self, resource: Resource, wait: Wait, retries: int, outcome: Outcome) -> None:
        self.resource = resource
        self.wait = wait
        self.retries = retries
        self.outcome = outcome
        self.state: frozenset[str] = outcome.before or frozenset()
        self.believed: set[str] = set()
        self.leaving: set[str] = set()
        self.adding = Way(resource.add_action, resource.add, resource.already_codes, False, outcome.added)
        self.removing = Way(resource.remove_action, resource.remove, resource.gone_codes, True, outcome.removed)

    def to_the_end(self) -> None:
        """Write, confirm what was removed, and again while somebody else keeps changing the same thing. Raises Failure."""
        for number in range(self.retries + 2):
            with self.wait.spending(number > 0):
                self._add_all()
                self._remove_all(self._to_remove())
                self._confirm()
            others = self._to_add() + self._to_remove()
            if not others:
                return
            if self.wait.left() <= 0:
                break
        error = ApiError(self.adding.action, message="somebody else is writing to the same thing at the same time", kind="conflict")
        raise Failure(error, others, False, f"Changed by somebody else again and again: {several(others)}.")

    def _to_add(self) -> list[str]:
        return sorted(self.resource.want(self.state) - self.state)

    def _to_remove(self) -> list[str]:
        return sorted(self.state - self.resource.want(self.state))

    def _add_all(self) -> None:
        """Add before anything is removed: a failure here has cut nobody off."""
        try:
            for ids in self.resource.split(self._to_add()):
                self._doubt(ids)
                self._settle(self.adding, ids)
        except Failure as failure:
            self._put_back(failure)
            if failure.error.code not in self.resource.full_codes or not self._to_remove():
                raise
            self._make_room()

    def _doubt(self, ids: list[str]) -> None:
        """Ids that are to be added are not there, also those that a call before had added and that are in one again."""
        self.state -= frozenset(ids)
        self.believed.difference_update(ids)

    def _put_back(self, failure: Failure) -> None:
        """Undo what was done only for the sake of the write that failed; that this fails too is told beside it."""
        owed = [one for one in self.resource.owed() if one in self.adding.done | self.adding.unsure]
        if not owed:
            return
        self._doubt(owed)
        try:
            self._settle(self.adding, owed)
        except Failure as another:
            failure.detail = f"{failure.detail} {another.error.action} after that failed too: {another.error.code or another.error.meaning}.".strip()
        else:
            self.adding.done.difference_update(owed)
            self.outcome.unconfirmed.difference_update(owed)
            self.outcome.assumed = bool(self.outcome.assumed and self.outcome.unconfirmed)

    def _make_room(self) -> None:
        """Too full for all of the new beside all of the old: first as many of the new as the end has more, then swap the rest.

        All of the new are judged by reading before that: nobody is cut off for one that cannot come in.
        """
        for ids in self.resource.split(self._to_add()):
            error = judge(self.resource, ids, self.outcome.warnings.append)
            if error is not None:
                raise Failure(error, ids, False)
        more = max(0, len(self.resource.want(self.state)) - len(self.state))
        for ids in self.resource.split(self._to_add()[:more]):
            self._settle(self.adding, ids)
        rest = self._to_add()
        self._remove_all(self._to_remove())
        for ids in self.resource.split(rest):
            self._settle(self.adding, ids)

    def _remove_all(self, ids: list[str]) -> None:
        """Send every call whatever becomes of the others: one bad id must not protect the rest."""
        failures = []
        for some in self.resource.split(ids):
            try:
                self._settle(self.removing, some)
            except Failure as failure:
                failures.append(failure)
        if failures:
            self._still_leaving()
            left = {one for failure in failures for one in failure.ids}
            # What was refused may have gone with what held it, and what was unsure be seen late.
            gone = left - self.state
            self.removing.done |= gone & self.removing.unsure
            self.outcome.unconfirmed -= gone
            failures = [failure for failure in failures if not gone.issuperset(failure.ids)]
            if failures:
                failures[0].ids = sorted(left - gone)
                raise failures[0]

    def _settle(self, way: Way, ids: list[str]) -> None:
        """Send one call and see to it that its ids are done, by believing, reading and sending again. Raises Failure."""
        todo, unsure_answers, repeat = ids, 0, False
        while True:
            error = self._send(way, todo, repeat)
            if error is None:
                return
            again = error.unsure and error.action not in self.resource.never_again and unsure_answers < self.retries
            again = again and self.wait.back_off(unsure_answers + 1)
            unsure_answers += error.unsure
            ambiguous = error.code in way.ambiguous
            rest = self._look(way, todo, error, patient=ambiguous or (error.unsure and not again))
            if not rest:
                return
            progress = len(rest) < len(todo)
            again = again or (progress and not error.unsure and (ambiguous or way.removes))
            if not again or self.wait.left() <= 0:
                break
            todo, repeat = rest, True
        if ambiguous and not progress:
            # It was a real refusal then, and what it left done of the call is this run's work.
            way.done |= way.found.intersection(ids)
        if way.removes and _may_be_of_some(error, rest):
            self._one_by_one(way, rest, error)
        else:
            self._fail(way, error, rest)

    def _one_by_one(self, way: Way, ids: list[str], refusal: ApiError) -> None:
        """The last resort of a removal: find the ids that keep the others from being removed. Raises Failure that names them."""
        refused = {}
        for one in ids:
            error = self._send(way, [one], repeat=True) if self.wait.left() > 0 else refusal
            if error is not None:
                refused[one] = error
        self._still_leaving()
        if refused:
            rest = self._look(way, list(refused), next(iter(refused.values())), patient=False)
            if rest:
                self._fail(way, refused[rest[0]], rest)

    def _send(self, way: Way, ids: list[str], repeat: bool) -> ApiError | None:
        """One call. What it answers is noted; None means a plain yes."""
        try:
            with self.wait.spending(repeat):
                way.send(ids)
        except ApiError as error:
            if error.unsure:
                way.unsure.update(ids)
            return error
        way.done.update(ids)
        if way.removes:
            self.leaving.update(ids)
            self.believed.difference_update(ids)
            self.state -= frozenset(ids)
        else:
            self.believed.update(ids)
            self.state |= frozenset(ids)
        return None

    def _read(self) -> None:
        """Learn what is there. A thing that has gone holds nothing; whoever wants to add to it is told by the API."""
        try:
            self.state = self.resource.read() | self.believed
        except ApiError as error:
            if error.kind != "not_found":
                raise
            self.state = frozenset()

    def _poll(self, satisfied: Callable[[], bool], seconds: float) -> ApiError | None:
        """Read until that satisfies, or time is up. Returns the error of the last reading, None if it was one."""
        failed: ApiError | None = None

        def look() -> bool:
            nonlocal failed
            try:
                self._read()
            except ApiError as error:
                failed = error
                return False
            failed = None
            return satisfied()

        self.wait.poll(look, seconds)
        return failed

    def _look(self, way: Way, ids: list[str], error: ApiError, *, patient: bool) -> list[str]:
        """Read what a call without a plain yes has left to do, and note whose work the rest is. Raises Failure when there is no reading."""
        unreadable = self._poll(lambda: len(way.left(ids, self.state)) < len(ids), GRACE if patient else 0)
        if unreadable is not None:
            if error.unsure or _may_be_of_some(error, ids):
                # All of it, or what the refusal was not for, may be done: only a reading could tell.
                way.unsure.update(ids)
                self.outcome.unconfirmed.update(ids)
                self.outcome.assumed = True
            self._fail(way, error, ids, f"Reading what became of it failed too: {unreadable.code or unreadable.meaning}.")
        rest = way.left(ids, self.state)
        done = set(ids).difference(rest)
        way.done |= done & way.unsure
        # A refused create has made nothing, not even in part: what is there is somebody else's.
        if error.code in way.ambiguous or not rest or error.action in self.resource.never_again:
            way.found |= done - way.unsure
        else:
            way.done |= done
        return rest

    def _fail(self, way: Way, error: ApiError, rest: list[str], detail: str = "") -> NoReturn:
        """Give up. Raises Failure."""
        # "Done already" after an answer that left it open, and yet no reading shows it: nobody knows.
        contradiction = way.unsure.intersection(rest) if error.code in way.ambiguous else set()
        self.outcome.assumed |= bool(contradiction)
        self.outcome.unconfirmed |= set(rest) if error.unsure else contradiction
        if error.unsure and error.code is None:
            error = error.of_kind("unconfirmed")
        raise Failure(error, rest, way.removes, detail)

    def _still_leaving(self) -> ApiError | None:
        """Poll until everything that was removed is seen gone, or time is up. Returns the error of the last reading."""
        def gone() -> bool:
            self.leaving &= self.state
            return not self.leaving

        return self._poll(gone, math.inf) if self.leaving else None

    def _confirm(self) -> None:
        """A removal counts when a read has shown it. Raises Failure."""
        error = self._still_leaving()
        if self.leaving:
            self.outcome.unconfirmed |= self.leaving
            text = "the API reported success, but what was removed is still listed (stale read or concurrent change)"
            raise Failure(error or ApiError(self.removing.action, message=text, kind="unconfirmed"), sorted(self.leaving), True)


def judge(resource: Resource, ids: list[str], warn: Callable[[str], None]) -> ApiError | None:
    """By reading only: the error that adding these ids would meet; None for success, or with a warning where reading is not allowed. Raises Failure."""
    try:
        return resource.rehearse(ids, removing=False)
    except ApiError as unreadable:
        if unreadable.kind != "auth":
            # Not as the write's own error: nothing was sent, so nothing is unsure.
            raise Failure(unreadable, ids, False, "It was read to predict what the write would do.") from None
        warn(f"Not predicted whether the API would refuse {several(ids)}: {unreadable.action} is not allowed ({unreadable.code}).")
        return None


def _may_be_of_some(error: ApiError, ids: list[str]) -> bool:
    """Whether a refusal of a call for these ids may be for the sake of some of them only."""
    return len(ids) > 1 and not error.unsure and not error.resendable and error.kind not in ("auth", "offline")
