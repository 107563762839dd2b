# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reconciling a set of ids that lives in memory, whatever the answers to its writes are.

The cases that name actions and codes of the API are in tests/unit/contract, over HTTP.
"""

from __future__ import annotations

import pytest
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import ApiError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._reconcile import reconcile
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._resource import Failure, wanted
from ansible_collections.tencentcloud.apigateway.tests.unit.virtual_time import VirtualTime
from hypothesis import given
from hypothesis import strategies as st

ADD, REMOVE = "Add", "Remove"


def failing(error):
    """A function of any arguments that raises the error."""
    def function(*_arguments, **_options):
        raise error

    return function


class InMemory:
    """A resource whose truth is `ids`. answers: what becomes of each write, in order; later ones are answered with yes."""

    label = "a set"
    add_action, remove_action = ADD, REMOVE
    already_codes, gone_codes, full_codes, never_again = frozenset({"already"}), frozenset({"gone"}), frozenset({"full"}), frozenset()

    def __init__(self, ids, wanted, state, *, answers=(), lag=0.0, refused=(), quota=99, calls_of=3):
        self.ids, self.wanted, self.mode = set(ids), frozenset(wanted), state
        self.answers, self.lag, self.refused, self.quota, self.calls_of = list(answers), lag, set(refused), quota, calls_of
        self.time = VirtualTime()
        self.history = [(0.0, frozenset(ids))]
        self.writes, self.fewest = [], len(self.ids)

    def read(self):
        return [ids for at, ids in self.history if at <= self.time.now - self.lag][-1]

    def want(self, current):
        return {"present": current | self.wanted, "absent": current - self.wanted, "exact": self.wanted}[self.mode]

    def split(self, ids):
        return [ids[start:start + self.calls_of] for start in range(0, len(ids), self.calls_of)]

    def add(self, ids):
        self._write(ADD, ids, self.ids | set(ids))

    def owed(self):
        return []

    def remove(self, ids):
        self._write(REMOVE, ids, self.ids - set(ids))

    def _write(self, action, ids, after):
        self.writes.append((action, tuple(ids)))
        answer = self.answers.pop(0) if self.answers else "yes"
        if answer == "throttled":
            raise ApiError(action, "RequestLimitExceeded")
        if answer != "lost before":
            self._judge(action, ids, after)
            self.ids = after
            self.history.append((self.time.now, frozenset(after)))
            self.fewest = min(self.fewest, len(after))
        if answer != "yes":
            raise ApiError(action, message=answer, kind="lost")

    def _judge(self, action, ids, after):
        if action == ADD and self.ids.intersection(ids):
            raise ApiError(action, "already")
        if action == REMOVE and not self.ids.issuperset(ids):
            raise ApiError(action, "gone")
        if self.refused.intersection(ids):
            raise ApiError(action, "refused", kind="invalid")
        if len(after) > self.quota:
            raise ApiError(action, "full", kind="quota")

    def rehearse(self, ids, *, removing):
        return ApiError(ADD, "refused", kind="invalid") if self.refused.intersection(ids) and not removing else None

    def explain(self, failure):
        return ""

    def foresee(self, before, after):
        return []

    def run(self, *, check_mode=False, wait_timeout=60, retries=5):
        """The outcome, and the error if it is that of a failure."""
        try:
            return reconcile(self, self.time.wait(wait_timeout), retries=retries, check_mode=check_mode), None
        except Failure as failure:
            return failure.outcome, failure.error


some_ids = st.sets(st.sampled_from("abcdefgh"), max_size=8)
modes = st.sampled_from(["present", "absent", "exact"])
answers = st.lists(st.sampled_from(["yes", "lost before", "lost after", "throttled"]), max_size=5)


@given(some_ids, some_ids, modes, answers, st.sampled_from([0.0, 2.0]))
def test_whatever_the_answers_a_success_is_true_and_a_second_run_is_quiet(ids, wanted, mode, script, lag):
    resource = InMemory(ids, wanted, mode, answers=script, lag=lag)
    outcome, error = resource.run()
    if error is not None:
        assert error.code == "RequestLimitExceeded"
        return
    assert outcome.after == resource.ids == resource.want(frozenset(ids))
    assert outcome.changed == (resource.ids != ids)
    assert outcome.added == resource.ids - ids
    assert outcome.removed == ids - resource.ids
    assert not outcome.unconfirmed
    resource.time.sleep(lag)
    written = len(resource.writes)
    again, error = resource.run()
    assert (again.changed, error) == (False, None)
    assert len(resource.writes) == written


@given(some_ids, some_ids, modes, answers, st.integers(0, 2))
def test_without_lag_a_failure_too_says_exactly_what_it_did(ids, wanted, mode, script, retries):
    resource = InMemory(ids, wanted, mode, answers=script)
    outcome, error = resource.run(retries=retries)
    assert outcome.after == resource.ids
    assert outcome.added == resource.ids - ids
    assert outcome.removed == ids - resource.ids
    assert outcome.changed == (resource.ids != ids)
    assert error is not None or resource.ids == resource.want(frozenset(ids))


@given(some_ids, some_ids, modes, some_ids)
def test_check_mode_predicts_and_writes_nothing(ids, wanted, mode, refused):
    resource = InMemory(ids, wanted, mode, refused=refused - ids)
    predicted, predicted_error = resource.run(check_mode=True)
    assert resource.writes == []
    assert resource.time.slept == []
    outcome, error = resource.run()
    assert (predicted.before, predicted.after, predicted.added, predicted.removed, predicted.changed) == (
        outcome.before, outcome.after, outcome.added, outcome.removed, outcome.changed
    )
    assert (predicted_error and predicted_error.code) == (error and error.code)


@given(some_ids, some_ids, st.integers(1, 8))
def test_exact_cuts_off_nobody_who_stays_and_nobody_before_it_must(ids, wanted, quota):
    if len(ids) > quota:
        return
    resource = InMemory(ids, wanted, "exact", quota=quota)
    outcome, error = resource.run()
    if len(wanted) > quota:
        assert error.code == "full"
        assert resource.ids.issuperset(ids)
        assert outcome.removed == set()
    else:
        assert error is None
        assert resource.ids == wanted
        # With room for all, the new ones come before the old ones go; without, those that stay are never touched.
        roomy = len(ids | wanted) <= quota
        assert resource.fewest >= min(len(ids), len(wanted) if roomy else len(ids & wanted) + max(0, len(wanted) - len(ids)))


@given(some_ids, answers, st.integers(0, 60), st.integers(0, 3))
def test_it_ends_in_time(ids, script, wait_timeout, retries):
    resource = InMemory(ids, "ab", "exact", answers=script + ["lost before"] * 50, lag=2)
    started = resource.time.now
    resource.run(wait_timeout=wait_timeout, retries=retries)
    assert resource.time.now - started <= wait_timeout + 3


def test_one_bad_id_does_not_protect_the_others():
    resource = InMemory("abcdef", "abcdef", "absent", refused="b", calls_of=3)
    outcome, error = resource.run()
    assert resource.ids == {"b"}
    assert outcome.removed == set("acdef")
    assert (error.code, error.action) == ("refused", REMOVE)


def test_a_refused_caller_is_not_refused_key_by_key():
    resource = InMemory("abc", "abc", "absent")
    resource._judge = failing(ApiError(REMOVE, "AuthFailure.UnauthorizedOperation"))
    _outcome, error = resource.run()
    assert error.code == "AuthFailure.UnauthorizedOperation"
    assert len(resource.writes) == 1


def test_a_removal_that_never_shows_is_a_failure():
    resource = InMemory("ab", "a", "absent", lag=10_000)
    outcome, error = resource.run()
    assert (error.kind, error.code) == ("unconfirmed", None)
    assert outcome.unconfirmed == {"a"}
    assert outcome.changed


def test_what_cannot_be_read_back_counts_as_carried_out():
    resource = InMemory("", "a", "present", answers=["lost after"])
    readable, unreadable = resource.read, failing(ApiError("Read", message="cut", kind="lost"))
    resource.read = lambda: unreadable() if resource.writes else readable()
    outcome, error = resource.run()
    assert error.kind == "unconfirmed"
    assert outcome.changed
    assert outcome.unconfirmed == {"a"}
    assert outcome.added == set()


@pytest.mark.parametrize("mode", ["present", "absent"])
def test_nothing_asked_nothing_written(mode):
    resource = InMemory("ab", "", mode)
    outcome, error = resource.run()
    assert (outcome.changed, error, resource.writes) == (False, None, [])


def test_what_can_not_be_read_to_predict_is_a_warning_when_it_is_forbidden_and_a_failure_else():
    for code, fails in (("AuthFailure.UnauthorizedOperation", False), ("InternalError", True)):
        resource = InMemory("", "a", "present")
        resource.rehearse = failing(ApiError("DescribeSomething", code))
        outcome, error = resource.run(check_mode=True)
        assert bool(error) == fails
        assert not outcome.unconfirmed
        assert any("DescribeSomething is not allowed" in warning for warning in outcome.warnings) == (not fails)


some_ids = st.frozensets(st.sampled_from("abcde"))


@given(state=st.sampled_from(["present", "absent", "exact"]), ids=some_ids, there=some_ids, others=some_ids)
def test_what_is_wanted_is_what_the_words_say_and_wanting_it_twice_is_wanting_it_once(state, ids, there, others):
    after = wanted(state, ids, there)
    assert ids <= after if state != "absent" else not ids & after
    assert wanted(state, ids, after) == after
    # What somebody else does beside what was named stays, but for exact.
    aside = others - ids
    assert wanted(state, ids, there | aside) == (after if state == "exact" else after | aside)
