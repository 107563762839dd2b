# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is undone when a write fails that needed another one, and what a refusal of several leaves open; over a set in memory."""

from __future__ import annotations

import pytest
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import ApiError
from ansible_collections.tencentcloud.apigateway.tests.unit.plugins.module_utils.test_reconcile import ADD, failing
from ansible_collections.tencentcloud.apigateway.tests.unit.plugins.module_utils.test_settle import Busy, unread

# ---- A write that needs another one before it, and after it


class Owing(Busy):
    """A set to which s can only be added between two additions of e. back: what the API says when e is put back."""

    def __init__(self, *arguments, back=None, **options):
        super().__init__("", "es", "present", *arguments, **options)
        self.back, self.debt = back, ["e"]

    def split(self, ids):
        return [["e"], ["s"], ["e"]] if "s" in ids else [ids] if ids else []

    def owed(self):
        debt, self.debt = self.debt, []
        return debt

    def _judge(self, action, ids, after):
        if self.refused.intersection(ids):
            raise ApiError(action, "refused", kind="invalid")
        if self.back is not None and not self.debt:
            raise self.back


def test_what_was_done_only_for_a_write_that_failed_is_undone_and_no_change():
    owing = Owing(refused="s")
    failure = owing.fails()
    assert (failure.error.code, failure.detail) == ("refused", "")
    assert owing.writes == [(ADD, ("e",)), (ADD, ("s",)), (ADD, ("e",))]
    assert (owing.outcome.added, owing.outcome.unconfirmed, owing.outcome.changed) == (set(), set(), False)


@pytest.mark.parametrize(
    ("back", "told"), [(ApiError(ADD, "Gone", "no", kind="invalid"), "Gone"), (ApiError(ADD, message="a proxy", kind="rejected"), "a proxy")],
)
def test_what_cannot_be_undone_is_told_beside_the_failure(back, told):
    owing = Owing(refused="s", back=back)
    owing.read = frozenset
    failure = owing.fails()
    assert (failure.error.code, failure.detail) == ("refused", f"Add after that failed too: {told}.")
    assert (owing.outcome.added, owing.outcome.changed) == ({"e"}, True)


def test_what_was_refused_itself_needs_no_undoing():
    owing = Owing(refused="e")
    owing.fails()
    assert owing.writes == [(ADD, ("e",))]


def test_what_is_unsure_is_undone_too_and_then_is_unsure_no_more():
    owing = Owing(answers=["lost after"])
    readable = owing.read
    owing.read = lambda: failing(unread())() if len(owing.writes) == 1 else readable()
    owing.fails(retries=0)
    assert len(owing.writes) == 2
    assert (owing.outcome.unconfirmed, owing.outcome.changed) == (set(), False)


def test_undoing_settles_nothing_else():
    owing = Owing(answers=["yes", "lost after"], spoilt=[unread()] * 99)
    owing.fails(retries=0)
    assert len(owing.writes) == 3
    assert (owing.outcome.added, owing.outcome.unconfirmed, owing.outcome.changed) == (set(), {"s"}, True)


def test_what_is_added_a_second_time_is_not_taken_for_there_from_the_first():
    owing = Owing(answers=["yes", "yes", "lost before"], meanwhile=[set, lambda ids: ids - {"e"}])
    owing.debt = []
    owing.goes()
    assert owing.writes == [(ADD, ("e",)), (ADD, ("s",)), (ADD, ("e",)), (ADD, ("e",))]
    owing = Owing(answers=["yes", "yes", "lost before"], spoilt=[unread()] * 99)
    owing.debt = []
    owing.fails(retries=0)
    assert owing.outcome.after == {"s"}


# ---- Refusals that may be for the sake of some

@pytest.mark.parametrize(
    ("wanted_ids", "error", "unsure"),
    [
        ("ab", ApiError(ADD, "X", kind="conflict"), True), ("a", ApiError(ADD, "X", kind="conflict"), False), ("ab", ApiError(ADD, "X", kind="auth"), False),
        ("ab", ApiError(ADD, "X", kind="offline"), False), ("ab", ApiError(ADD, "X", kind="throttled"), False),
    ],
)
def test_a_refusal_of_several_that_no_reading_follows_leaves_open_which(wanted_ids, error, unsure):
    busy = Busy("", wanted_ids, "present", spoilt=[unread()] * 99)
    busy._judge = failing(error)
    assert busy.fails(wait_timeout=0).error is error
    assert (busy.outcome.unconfirmed, busy.outcome.changed) == (set(wanted_ids) if unsure else set(), unsure)


def test_what_a_refusal_did_all_the_same_is_known_from_a_later_reading():
    busy = Busy("abc", "abc", "absent", calls_of=2, refused="b", meanwhile=[lambda ids: ids - {"a"}], spoilt=[unread()])
    busy._judge = lambda action, ids, after: failing(ApiError(action, "refused", kind="invalid"))() if "b" in ids else None
    assert busy.fails().ids == ["b"]
    assert busy.outcome.removed == {"a", "c"}
