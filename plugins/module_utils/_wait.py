# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting: the time one task may spend on back-off, repeats and polls, and the pace of its calls.

Knows a clock and a budget. First attempts cost nothing of it; a repeat is never started without time for it.
"""

from __future__ import annotations

import contextlib
import copy
import math
import random
import threading
import time
from collections.abc import Iterator
from typing import Callable

# A poll after an answer that may mean "done already" is always allowed this long, even with wait_timeout: 0.
GRACE = 3.0
# A request that is sent again is given at least this long to be answered, or it is not sent.
SHORTEST_REPEAT = 0.5
_BACK_OFF_BASE = 0.5
_BACK_OFF_LIMIT = 10.0
_POLL_FIRST = 0.2
_POLL_LIMIT = 2.0


class _Budget:
    """Seconds that several threads may spend at the same time: time in which any of them spends counts once.

    seconds: for everything. grace: seconds beyond them.
    """

    def __init__(self, seconds: float, grace: float, clock: Callable[[], float]) -> None:
        self._left = seconds
        self._grace = grace
        self._clock = clock
        self._spenders = 0
        self._since = 0.0
        self._lock = threading.Lock()

    def _now(self) -> tuple[float, float]:
        """What is left of the seconds and of the grace at this moment."""
        spent = self._clock() - self._since if self._spenders else 0.0
        return max(0.0, self._left - spent), max(0.0, self._grace - max(0.0, spent - self._left))

    def left(self) -> float:
        """Seconds that are left, without the grace."""
        with self._lock:
            return self._now()[0]

    def begin(self, seconds: float) -> float:
        """Spend from now on. Returns the deadline; as much as `seconds` are lent from the grace when less is left."""
        with self._lock:
            left, grace = self._now()
            now = self._clock()
            if not self._spenders:
                self._since = now
            self._spenders += 1
            return now + max(left, min(seconds, grace))

    def end(self) -> None:
        """What one begin() began ends."""
        with self._lock:
            if self._spenders == 1:
                self._left, self._grace = self._now()
            self._spenders -= 1


class Wait:
    """A budget of seconds, spent by what happens inside `spending()` and by the pauses made here.

    timeout: seconds for back-off, repeats and polls together (the option wait_timeout).
    grace: seconds beyond it, for polls only.
    """

    def __init__(
        self, timeout: float, *, grace: float = GRACE, clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep, uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._timeout = float(timeout)
        self._budget = _Budget(self._timeout, grace, clock)
        self.clock = clock
        self.sleep = sleep
        self._uniform = uniform
        self._deadline: float | None = None
        self._capped = False

    def anew(self) -> Wait:
        """A budget of the same size, unspent, for something that has one of its own."""
        return Wait(self._timeout, clock=self.clock, sleep=self.sleep, uniform=self._uniform)

    def child(self) -> Wait:
        """The same budget, for another thread: what several spend at the same time is spent once. Inside `spending()`, with its deadline."""
        return copy.copy(self)

    @contextlib.contextmanager
    def spending(self, counts: bool = True, *, seconds: float = 0.0, capped: bool = True) -> Iterator[None]:
        """Take the time of the block from the budget, if it `counts`. A block inside another is part of it.

        seconds: the block may last this long although less is left, at the cost of the grace.
        capped: requests in the block are given no more time than what is left.
        """
        if not counts:
            yield
            return
        outer_deadline, outer_capped = self._deadline, self._capped
        if outer_deadline is None:
            self._deadline = self._budget.begin(seconds)
        self._capped = outer_capped or capped
        try:
            yield
        finally:
            self._capped = outer_capped
            if outer_deadline is None:
                self._deadline = None
                self._budget.end()

    def left(self) -> float:
        """Seconds that may still be spent."""
        return self._budget.left() if self._deadline is None else max(0.0, self._deadline - self.clock())

    def limit(self, seconds: float) -> float:
        """How long one HTTP request may take: `seconds` for a first attempt, no more than what is left for a repeat."""
        return min(seconds, max(SHORTEST_REPEAT, self.left())) if self._capped else seconds

    def back_off(self, attempt: int) -> bool:
        """Sleep before attempt + 1, anything from nothing to a limit that doubles (full jitter). False, at once, when time is up."""
        with self.spending():
            pause = self._uniform(0.0, min(_BACK_OFF_LIMIT, _BACK_OFF_BASE * 2 ** (attempt - 1)))
            if pause + SHORTEST_REPEAT > self.left():
                return False
            self.sleep(pause)
            return True

    def poll(self, look: Callable[[], bool], seconds: float = math.inf) -> bool:
        """Call `look` at once, then after growing pauses, until it says True or `seconds` or what is left have passed.

        The first look is always made, and given its full time. Returns what the last one said.
        """
        with self.spending(capped=False):
            if look():
                return True
        with self.spending(seconds=seconds):
            last = self.clock() + min(seconds, self.left()) - SHORTEST_REPEAT
            pause = _POLL_FIRST
            while self.clock() < last:
                self.sleep(min(pause, last - self.clock()))
                if look():
                    return True
                pause = min(_POLL_LIMIT, pause * 1.5)
        return False


class Pace:
    """Keeps the calls of each action below a rate, spread out evenly. One for all that call beside each other.

    rate: calls a second for each action; 0 for no limit.
    """

    def __init__(self, rate: float) -> None:
        self._interval = 1 / rate if rate else 0.0
        self._due: dict[str, float] = {}
        self._lock = threading.Lock()

    def keep(self, action: str, wait: Wait) -> None:
        """Sleep until it is this call's turn."""
        if not self._interval:
            return
        with self._lock:
            now = wait.clock()
            due = max(now, self._due.get(action, now))
            self._due[action] = due + self._interval
        if due > now:
            wait.sleep(due - now)
