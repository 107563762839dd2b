# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The time one task may spend on waiting: back-off, repeats and polls.

Knows a clock and a budget. First attempts cost nothing of it; a repeat is never started without time for it.
"""

from __future__ import annotations

import contextlib
import math
import random
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


class Wait:
    """A budget of seconds, spent by what happens inside `spending()` and by the pauses made here.

    timeout: seconds for back-off, repeats and polls together (the option wait_timeout).
    grace: seconds beyond it, for polls only.
    """

    def __init__(
        self, timeout: float, *, grace: float = GRACE, clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep, uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._left = float(timeout)
        self._grace = grace
        self._clock = clock
        self._sleep = sleep
        self._uniform = uniform
        self._deadline: float | None = None
        self._capped = False

    @contextlib.contextmanager
    def spending(self, counts: bool = True, *, seconds: float = 0.0, capped: bool = True) -> Iterator[None]:
        """Take the time of the block from the budget, if it `counts`. A block inside another is part of it.

        seconds: the block may last this long although less is left, at the cost of the grace.
        capped: requests in the block are given no more time than what is left.
        """
        if not counts:
            yield
            return
        outer_deadline, outer_capped, started = self._deadline, self._capped, self._clock()
        if outer_deadline is None:
            self._deadline = started + max(self._left, min(seconds, self._grace))
        self._capped = outer_capped or capped
        try:
            yield
        finally:
            self._capped = outer_capped
            if outer_deadline is None:
                self._deadline = None
                spent = self._clock() - started
                self._grace = max(0.0, self._grace - max(0.0, spent - self._left))
                self._left = max(0.0, self._left - spent)

    def left(self) -> float:
        """Seconds that may still be spent."""
        return self._left if self._deadline is None else max(0.0, self._deadline - self._clock())

    def limit(self, seconds: float) -> float:
        """How long one HTTP request may take: `seconds` for a first attempt, no more than what is left for a repeat."""
        return min(seconds, max(SHORTEST_REPEAT, self.left())) if self._capped else seconds

    def back_off(self, attempt: int) -> bool:
        """Sleep before attempt + 1, anything from nothing to a limit that doubles (full jitter). False, at once, when time is up."""
        with self.spending():
            pause = self._uniform(0.0, min(_BACK_OFF_LIMIT, _BACK_OFF_BASE * 2 ** (attempt - 1)))
            if pause + SHORTEST_REPEAT > self.left():
                return False
            self._sleep(pause)
            return True

    def poll(self, look: Callable[[], bool], seconds: float = math.inf) -> bool:
        """Call `look` at once, then after growing pauses, until it says True or `seconds` or what is left have passed.

        The first look is always made, and given its full time. Returns what the last one said.
        """
        with self.spending(capped=False):
            if look():
                return True
        with self.spending(seconds=seconds):
            last = self._clock() + min(seconds, self.left()) - SHORTEST_REPEAT
            pause = _POLL_FIRST
            while self._clock() < last:
                self._sleep(min(pause, last - self._clock()))
                if look():
                    return True
                pause = min(_POLL_LIMIT, pause * 1.5)
        return False
