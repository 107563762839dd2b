# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what is there to what is wanted: one path for check mode and for the real run.

Check mode is the same run over a copy of the state, in which each write is judged by reading instead of being sent.
Knows neither Ansible nor HTTP, nor what any action means.
"""

from __future__ import annotations

from typing import Any, Callable

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import ApiError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._resource import Failure, Outcome, Resource, State
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._settle import Run, judge
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._wait import GRACE, Wait


def reconcile(resource: Resource, wait: Wait, *, retries: int, check_mode: bool) -> Outcome:
    """Bring the resource from what is there to what is wanted, once.

    wait: the budget for repeats and polls. retries: how often an unsure write is sent again.
    Raises Failure, or ApiError when not even the first read succeeded.
    """
    missing: ApiError | None = None
    before: State = None
    try:
        before = resource.read()
    except ApiError as error:
        if error.kind != "not_found":
            raise
        missing = error
    after = resource.want(before)
    if missing is not None and after is not None:
        raise missing
    outcome = Outcome(before, after, missing=missing is not None)
    if before is None or after is None or before == after:
        return outcome
    if check_mode:
        outcome.warnings += resource.foresee(before, after)
        run = Run(_Rehearsal(resource, before, outcome.warnings.append), Wait(0, grace=0), retries, outcome)
    else:
        run = Run(resource, wait, retries, outcome)
    try:
        run.to_the_end()
    except Failure as failure:
        failure.outcome, failure.label = outcome, resource.label
        failure.detail = failure.detail or _explanation(resource, failure, wait)
        raise
    finally:
        outcome.after = run.state
    return outcome


def _explanation(resource: Resource, failure: Failure, wait: Wait) -> str:
    """Which ids are at fault; a reading that fails explains nothing, and hides nothing."""
    try:
        with wait.spending(seconds=GRACE):
            return resource.explain(failure)
    except ApiError:
        return ""


class _Rehearsal:
    """The resource in check mode: a copy of its state, changed as the API would change the real one."""

    def __init__(self, resource: Resource, state: frozenset[str], warn: Callable[[str], None]) -> None:
        self._resource = resource
        self._state = state
        self._warn = warn

    def __getattr__(self, name: str) -> Any:
        """Everything else is the resource's own."""
        return getattr(self._resource, name)

    def read(self) -> frozenset[str]:
        return self._state

    def add(self, ids: list[str]) -> None:
        error = judge(self._resource, ids, self._warn)
        if error is not None:
            raise error
        self._state |= frozenset(ids)

    def remove(self, ids: list[str]) -> None:
        error = self._resource.rehearse(ids, removing=True)
        if error is not None:
            raise error
        self._state -= frozenset(ids)
