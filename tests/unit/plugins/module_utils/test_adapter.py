# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The deadline of a whole request: it ends the connection when time is up, and leaves it alone when the answer came before."""

from __future__ import annotations

import socket
import threading

import pytest
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._adapter import Watch


@pytest.fixture
def ends():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        for end in (ours, theirs):
            end.settimeout(10)
        yield ours, theirs


def test_a_connection_is_ended_for_both_sides_when_time_is_up_and_that_is_told(ends):
    ours, theirs = ends
    watch = Watch()
    watch.take(ours)
    with watch.during(0.01):
        assert (ours.recv(1), theirs.recv(1)) == (b"", b"")
    assert watch.fired
    with watch.during(60):
        assert not watch.fired
    watch.close()


def test_what_was_answered_in_time_is_not_ended_later(ends):
    ours, theirs = ends
    watch = Watch()
    watch.take(ours)
    before = set(threading.enumerate())
    with watch.during(60):
        (timer,) = (thread for thread in threading.enumerate() if thread not in before and isinstance(thread, threading.Timer))
    timer.join(10)
    assert not timer.is_alive()
    theirs.sendall(b"x")
    assert (ours.recv(1), watch.fired) == (b"x", False)
    watch.close()


def test_without_a_connection_there_is_nothing_to_end():
    watch = Watch()
    watch._end()
    watch.close()
    assert watch.fired
