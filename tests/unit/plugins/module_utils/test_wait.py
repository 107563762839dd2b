# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The budget for repeats: what counts, what does not, and that it ends."""

from __future__ import annotations

import pytest
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._wait import GRACE, SHORTEST_REPEAT, Pace, Wait
from ansible_collections.tencentcloud.apigateway.tests.unit.virtual_time import VirtualTime


@pytest.fixture
def clock():
    return VirtualTime()


def test_first_attempts_cost_nothing(clock):
    wait = clock.wait(10)
    with wait.spending(False):
        clock.sleep(8)
    assert wait.left() == 10


def test_repeats_cost_their_time_once_however_they_nest(clock):
    wait = clock.wait(10)
    with wait.spending():
        clock.sleep(1)
        with wait.spending():
            clock.sleep(2)
        assert wait.left() == pytest.approx(7)
    assert wait.left() == pytest.approx(7)


def test_a_first_attempt_may_take_its_full_time_and_a_repeat_what_is_left(clock):
    wait = clock.wait(4)
    assert wait.limit(30) == 30
    with wait.spending():
        clock.sleep(1)
        assert wait.limit(30) == pytest.approx(3)
        assert wait.limit(2) == 2
        clock.sleep(9)
        assert wait.limit(30) == SHORTEST_REPEAT


def test_an_uncapped_look_is_given_its_full_time_and_its_repeats_are_not(clock):
    wait = clock.wait(4)
    with wait.spending(capped=False):
        assert wait.limit(30) == 30
        with wait.spending():
            assert wait.limit(30) == pytest.approx(4)
        assert wait.limit(30) == 30
    with wait.spending(), wait.spending(capped=False):
        assert wait.limit(30) == pytest.approx(4)


def test_back_off_doubles_up_to_a_limit(clock):
    wait = clock.wait(1000)
    assert all(wait.back_off(attempt) for attempt in range(1, 9))
    assert clock.slept == [0.5, 1, 2, 4, 8, 10, 10, 10]


def test_back_off_is_jittered_over_the_whole_range(clock):
    drawn = []

    def uniform(low, high):
        drawn.append((low, high))
        return low

    assert Wait(60, clock=clock, sleep=clock.sleep, uniform=uniform).back_off(3)
    assert drawn == [(0.0, 2.0)]
    assert clock.slept == [0.0]


def test_no_back_off_without_time_for_what_follows(clock):
    wait = clock.wait(0.9)
    assert not wait.back_off(1)
    assert clock.slept == []


def test_a_poll_looks_once_even_without_any_time(clock):
    looks = []
    assert not clock.wait(0, grace=0).poll(lambda: bool(looks.append(1)))
    assert len(looks) == 1


def test_a_poll_ends_as_soon_as_it_is_satisfied(clock):
    looks = []
    assert clock.wait(60).poll(lambda: looks.append(1) or len(looks) == 3)
    assert len(looks) == 3


@pytest.mark.parametrize("timeout", [0, 1, 60])
def test_a_poll_of_three_seconds_is_always_allowed_and_sees_a_change_that_is_two_seconds_late(clock, timeout):
    start = clock.now
    assert clock.wait(timeout).poll(lambda: clock.now - start >= 2, 3)
    assert clock.now - start <= 3


def test_an_endless_poll_ends_with_the_budget(clock):
    start = clock.now
    wait = clock.wait(20)
    assert not wait.poll(lambda: False)
    assert 19 <= clock.now - start <= 20
    assert wait.left() < SHORTEST_REPEAT + 0.01


def test_the_grace_is_given_once(clock):
    wait = clock.wait(0)
    wait.poll(lambda: False, 3)
    start = clock.now
    wait.poll(lambda: False, 3)
    assert clock.now - start < SHORTEST_REPEAT


def test_what_is_done_beside_has_the_same_budget_unspent_and_the_same_time(clock):
    wait = clock.wait(10)
    assert wait.back_off(1)
    beside = wait.anew()
    assert (beside.left(), wait.left()) == (10, 9.5)
    assert beside.back_off(1)
    assert clock.slept == [0.5, 0.5]
    assert beside.left() == 9.5


def test_what_several_spend_at_the_same_time_is_spent_once(clock):
    wait = clock.wait(10)
    one, other = wait.child(), wait.child()
    with one.spending():
        clock.sleep(2)
        with other.spending():
            clock.sleep(3)
            assert (one.left(), other.left(), wait.left()) == (5, 5, 5)
        clock.sleep(1)
    assert (one.left(), other.left(), wait.left()) == (4, 4, 4)
    clock.sleep(100)
    assert wait.left() == 4


def test_the_grace_is_given_once_to_all(clock):
    wait, started = clock.wait(1), clock.now
    for one in (wait.child(), wait, wait.child()):
        one.poll(lambda: False, 3)
    assert clock.now - started <= 1 + GRACE
    with wait.child().spending(seconds=3):
        assert wait.left() == 0


def test_a_child_inside_a_repeat_has_its_deadline_and_no_more_time_for_a_request(clock):
    wait = clock.wait(10)
    with wait.spending():
        clock.sleep(4)
        child = wait.child()
        with child.spending(seconds=30):
            clock.sleep(1)
            assert (child.left(), child.limit(30)) == (5, 5)
        assert child.limit(30) == 5
    assert (wait.left(), wait.limit(30)) == (5, 30)


def test_a_repeat_that_there_is_just_time_for_is_made(clock):
    clock.now = 0.0
    assert clock.wait(1.0).back_off(1)


def test_the_first_look_is_given_its_full_time_and_may_be_enough(clock):
    wait = clock.wait(4)
    assert wait.poll(lambda: wait.limit(30) == 30)
    assert clock.slept == []


def test_pauses_between_looks_grow_up_to_a_limit(clock):
    looks = []
    assert clock.wait(60).poll(lambda: looks.append(1) or len(looks) == 10)
    assert clock.slept == pytest.approx([0.2, 0.3, 0.45, 0.675, 1.0125, 1.51875, 2, 2, 2])


def test_calls_of_one_action_are_spread_out_and_the_first_does_not_wait(clock):
    pace, wait = Pace(4), clock.wait(0)
    for action in ("A", "B", "A", "A"):
        pace.keep(action, wait)
    assert clock.slept == pytest.approx([0.25, 0.25])
    Pace(0).keep("A", wait)
    assert len(clock.slept) == 2


def test_pauses_are_drawn_by_chance_when_nothing_else_is_said(clock):
    """So that those who were refused together do not come back together."""
    for _one in range(20):
        assert Wait(60, clock=clock, sleep=clock.sleep).back_off(3)
    assert len(set(clock.slept)) > 10
    assert 0 <= min(clock.slept) < max(clock.slept) <= 2
