# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run of writes costs, when it ends, and what its failure says; over the set in memory of test_reconcile.py."""

from __future__ import annotations

import functools

import pytest
from ansible_collections.tencentcloud.apigateway.plugins.module_utils import _reconcile
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import ApiError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._reconcile import reconcile
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._resource import Failure, wanted
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._wait import Wait
from ansible_collections.tencentcloud.apigateway.tests.unit.plugins.module_utils.test_reconcile import ADD, REMOVE, InMemory, failing


class Busy(InMemory):
    """A set to which things happen. seconds: how long a write takes. meanwhile: what others do to the set before each write, in order.

    spoilt: errors of the readings that follow a write, in order; None for a good one.
    """

    def __init__(self, *arguments, seconds=0.0, meanwhile=(), spoilt=(), **options):
        super().__init__(*arguments, **options)
        self.seconds, self.meanwhile, self.spoilt = seconds, list(meanwhile), list(spoilt)
        self.started = self.time.now

    def want(self, current):
        return wanted(self.mode, self.wanted, current)

    def read(self):
        error = self.spoilt.pop(0) if self.writes and self.spoilt else None
        if error is not None:
            raise error
        return super().read()

    def _write(self, action, ids, after):
        self.time.sleep(self.seconds)
        if self.meanwhile:
            self.ids = self.meanwhile.pop(0)(self.ids)
            self.history.append((self.time.now, frozenset(self.ids)))
            after = self.ids | set(ids) if action == ADD else self.ids - set(ids)
        super()._write(action, ids, after)

    def goes(self, *, wait_timeout=60, retries=5, check_mode=False):
        """What is left of the budget after a run that succeeds."""
        wait = self.time.wait(wait_timeout)
        self.outcome = reconcile(self, wait, retries=retries, check_mode=check_mode)
        return wait.left()

    def fails(self, *, wait_timeout=60, retries=5, check_mode=False):
        with pytest.raises(Failure) as caught:
            self.goes(wait_timeout=wait_timeout, retries=retries, check_mode=check_mode)
        self.outcome = caught.value.outcome
        return caught.value


def unread(code=None):
    return ApiError("Read", code, "cut", kind="" if code else "lost")


# ---- What it costs

def test_first_writes_are_free_and_those_of_a_second_round_are_not():
    busy = Busy("b", "a", "exact", seconds=3, meanwhile=[set, lambda ids: ids | {"z"}])
    assert busy.goes() == pytest.approx(60 - 3)
    assert busy.writes == [(ADD, ("a",)), (REMOVE, ("b",)), (REMOVE, ("z",))]


def test_a_write_that_is_sent_again_is_paid_for_and_waited_for_longer_each_time():
    busy = Busy("", "a", "present", answers=["lost before", "lost before"], seconds=3)
    assert busy.goes() == pytest.approx(60 - 0.5 - 3 - 1 - 3)
    assert busy.time.slept == [3, 0.5, 3, 1.0, 3]


def test_removals_one_by_one_are_paid_for():
    busy = Busy("abc", "abc", "absent", refused="b", seconds=3)
    wait = busy.time.wait(60)
    with pytest.raises(Failure):
        reconcile(busy, wait, retries=5, check_mode=False)
    assert len(busy.writes) == 4
    assert wait.left() == pytest.approx(60 - 9)
    assert busy.time.slept == [3] * 4


def test_a_reading_after_a_lost_answer_ends_as_soon_as_it_shows_the_change():
    busy = Busy("", "a", "present", answers=["lost after"], lag=1)
    busy.goes(retries=0)
    assert busy.time.now - busy.started < 2


def test_with_little_time_left_there_is_still_another_round_and_another_try():
    Busy("b", "a", "exact", meanwhile=[set, lambda ids: ids | {"z"}]).goes(wait_timeout=0.9)
    Busy("", "a", "present", answers=["lost before"]).goes(wait_timeout=1.2)
    busy = Busy("abc", "abc", "absent", refused="b")
    busy.fails(wait_timeout=0.8)
    assert busy.ids == {"b"}


def test_without_time_left_nothing_is_removed_one_by_one():
    busy = Busy("abc", "abc", "absent", refused="b")
    assert busy.fails(wait_timeout=0).error.code == "refused"
    assert len(busy.writes) == 1


# ---- What is sent, and what is not

@pytest.mark.parametrize("refused", [{"refused": "b"}, {"refused": "bc"}])
def test_a_refused_grant_cuts_nobody_off(refused):
    busy = Busy("x", "bc", "exact", **refused)
    failure = busy.fails()
    assert (failure.error.code, failure.ids, failure.removing) == ("refused", ["b", "c"], False)
    assert (busy.ids, len(busy.writes)) == ({"x"}, 1)
    assert busy.outcome.unconfirmed == set()


def test_where_there_is_no_room_to_make_a_grant_is_not_sent_again():
    busy = Busy("x", "bc", "present", quota=2)
    assert busy.fails().error.code == "full"
    assert len(busy.writes) == 1


def test_a_full_set_is_exchanged_in_one_round_and_as_much_of_it_as_there_is_room_for_first():
    busy = Busy("ab", "cd", "exact", quota=2, seconds=3)
    assert busy.goes() == pytest.approx(60)
    assert busy.writes == [(ADD, ("c", "d")), (REMOVE, ("a", "b")), (ADD, ("c", "d"))]
    busy = Busy("a", "bcd", "exact", quota=3)
    busy.goes()
    assert busy.writes == [(ADD, ("b", "c", "d")), (ADD, ("b", "c")), (REMOVE, ("a",)), (ADD, ("d",))]


def test_what_was_granted_is_believed_and_not_granted_again():
    busy = Busy("b", "a", "exact", lag=2)
    busy.goes()
    assert busy.writes == [(ADD, ("a",)), (REMOVE, ("b",))]


def test_what_was_granted_is_believed_when_the_next_call_has_to_be_looked_after():
    busy = Busy("", "abcd", "present", answers=["yes", "lost before"], lag=2)
    busy.goes()
    assert busy.writes == [(ADD, ("a", "b", "c")), (ADD, ("d",)), (ADD, ("d",))]


def test_a_refused_removal_of_one_is_sent_once_and_so_is_one_while_the_api_is_switched_off():
    busy = Busy("ab", "b", "absent", refused="b")
    assert busy.fails().ids == ["b"]
    assert len(busy.writes) == 1
    busy = Busy("ab", "ab", "absent")
    busy._judge = failing(ApiError(REMOVE, "ActionOffline"))
    assert busy.fails().error.code == "ActionOffline"
    assert len(busy.writes) == 1


def test_what_was_refused_and_has_gone_all_the_same_is_no_failure_when_reads_are_late():
    busy = Busy("abc", "abc", "absent", lag=2, meanwhile=[lambda ids: ids - {"b"}])
    busy._judge = lambda action, ids, after: failing(ApiError(action, "refused", kind="invalid"))() if "b" in ids else None
    busy.goes()
    assert (busy.outcome.removed, busy.outcome.unconfirmed) == ({"a", "c"}, set())


def test_a_lost_removal_that_is_seen_late_is_done_when_the_others_are():
    busy = Busy("ab", "ab", "absent", answers=["lost after"], lag=5, calls_of=1)
    busy.goes(retries=0)
    assert (busy.outcome.removed, busy.outcome.unconfirmed) == ({"a", "b"}, set())


def test_one_reading_that_fails_does_not_end_the_looking():
    busy = Busy("", "a", "present", answers=["lost after"], spoilt=[unread()])
    busy.goes(retries=0)
    assert busy.outcome.added == {"a"}


# ---- What a failure says

def test_another_writer_who_never_stops_is_told_with_what_is_left():
    others = [lambda ids, one=one: ids | {one} for one in "vwxyz"]
    failure = Busy("b", "a", "exact", meanwhile=[set, *others]).fails(retries=1)
    assert (failure.error.action, failure.error.kind, failure.ids, failure.removing) == (ADD, "conflict", ["x"], False)
    assert failure.detail == "Changed by somebody else again and again: x."


def test_the_error_is_that_of_what_is_left_and_not_of_what_has_gone_late():
    busy = Busy("abc", "abc", "absent", answers=["lost after"], lag=5, refused="b", calls_of=1)
    failure = busy.fails(retries=0)
    assert (failure.error.code, failure.ids) == ("refused", ["b"])
    assert (busy.outcome.removed, busy.outcome.unconfirmed) == ({"a", "c"}, set())

    def judge(action, ids, after):
        for one in ("a", "b"):
            if one in ids:
                raise ApiError(action, f"refused {one}", kind="invalid")

    busy = Busy("abc", "abc", "absent", lag=2, meanwhile=[lambda ids: ids - {"a"}])
    busy._judge = judge
    failure = busy.fails()
    assert (failure.error.code, failure.ids) == ("refused b", ["b"])


def test_a_lost_write_is_told_with_the_last_answers_request_id_and_attempts():
    busy = Busy("", "a", "present")
    busy._judge = failing(ApiError(ADD, message="cut", kind="lost", request_id="r-1", attempts=4))
    error = busy.fails(retries=0).error
    assert (error.kind, error.message, error.request_id, error.attempts) == ("unconfirmed", "cut", "r-1", 4)


def test_a_refusal_without_a_code_stays_what_it_is():
    busy = Busy("", "a", "present")
    busy._judge = failing(ApiError(ADD, message="a proxy", kind="rejected"))
    assert busy.fails().error.kind == "rejected"
    assert (busy.outcome.unconfirmed, busy.outcome.changed) == (set(), False)


def test_done_already_after_a_lost_answer_that_no_reading_shows_is_unconfirmed_and_counts_as_a_change():
    busy = Busy("", "a", "present", answers=["lost after"], lag=1000)
    assert busy.fails().error.code == "already"
    assert (busy.outcome.unconfirmed, busy.outcome.changed, busy.outcome.added) == ({"a"}, True, set())


def test_all_that_is_unsure_is_told_and_not_just_the_last():
    busy = Busy("ab", "ab", "absent", answers=["lost before"] * 2, calls_of=1)
    assert busy.fails(retries=0).ids == ["a", "b"]
    assert busy.outcome.unconfirmed == {"a", "b"}


def test_what_was_lost_and_not_read_back_counts_as_done_whatever_comes_after():
    busy = Busy("ab", "ab", "absent", answers=["lost after"], refused="b", calls_of=1, spoilt=[unread("InternalError")] * 99)
    failure = busy.fails(retries=0)
    assert failure.detail == "Reading what became of it failed too: InternalError."
    assert (busy.outcome.unconfirmed, busy.outcome.changed) == ({"a"}, True)


def test_an_explanation_that_cannot_be_read_hides_nothing():
    busy = Busy("", "a", "present", refused="a")
    busy.explain = failing(unread())
    failure = busy.fails()
    assert (failure.error.code, failure.detail, failure.label) == ("refused", "", "a set")


# ---- Before it begins, and in check mode

def test_a_first_reading_that_fails_is_the_failure_whatever_is_wanted():
    busy = Busy("a", "a", "absent")
    busy.read = failing(unread())
    with pytest.raises(ApiError, match="cut"):
        busy.goes()
    assert busy.writes == []


def test_what_does_not_exist_is_fine_when_nothing_is_wanted_of_it_and_the_failure_else():
    busy = Busy("", "a", "absent")
    busy.read = failing(ApiError("Read", "ResourceNotFound.InvalidUsagePlan"))
    busy.goes()
    assert (busy.outcome.before, busy.outcome.after, busy.outcome.missing, busy.outcome.changed) == (None, None, True, False)
    busy.mode = "present"
    with pytest.raises(ApiError, match="InvalidUsagePlan"):
        busy.goes()
    assert busy.writes == []


def test_check_mode_asks_for_warnings_and_waits_for_nothing(monkeypatch):
    busy = Busy("x", "a", "present")
    monkeypatch.setattr(_reconcile, "Wait", functools.partial(Wait, clock=busy.time, sleep=busy.time.sleep))
    busy.foresee = lambda before, after: [f"{sorted(before)} to {sorted(after)}"]
    # A refusal that may mean "done already" is looked after for some seconds, when it is a real one.
    busy.rehearse = lambda ids, removing: ApiError(ADD, "already", kind="conflict")
    assert busy.fails(check_mode=True).error.code == "already"
    assert (busy.outcome.warnings, busy.outcome.missing, busy.time.slept) == (["['x'] to ['a', 'x']"], False, [])


def test_check_mode_asks_of_each_write_whether_it_would_be_refused():
    asked = []
    busy = Busy("x", "a", "exact")
    busy.rehearse = lambda ids, removing: asked.append((ids, removing))
    busy.goes(check_mode=True)
    assert asked == [(["a"], False), (["x"], True)]
    busy.rehearse = lambda ids, removing: ApiError(REMOVE, "refused", kind="invalid") if removing else None
    failure = busy.fails(check_mode=True)
    assert (failure.error.code, failure.ids, failure.removing) == ("refused", ["x"], True)
    assert (busy.outcome.after, busy.writes) == ({"a", "x"}, [])


def test_what_cannot_be_read_to_predict_says_that_it_was_a_prediction():
    busy = Busy("", "a", "present")
    busy.rehearse = failing(unread())
    failure = busy.fails(check_mode=True)
    assert (failure.ids, failure.removing, failure.detail) == (["a"], False, "It was read to predict what the write would do.")
