# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time for tests: nobody waits, and two seconds of lag are two seconds all the same."""

from __future__ import annotations

import time

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._wait import Wait


class VirtualTime:
    """A clock that only sleeping moves. slept: the pauses, in seconds."""

    def __init__(self) -> None:
        self.now = time.time()
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def wait(self, timeout: float, **options: float) -> Wait:
        """A budget that this time spends. Back-off pauses are the longest that the jitter allows."""
        return Wait(timeout, clock=self, sleep=self.sleep, uniform=lambda low, high: high, **options)
