# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is assumed of the API may be otherwise: every module is right in every position of every switch, and in pairs of them.

SWITCHES=all, as `make switches` has it, takes each position by itself, and each pair of positions.
"""

from __future__ import annotations

import contextlib
import functools
import io
import json
import os
from urllib.parse import urlsplit

import pytest
import requests
from ansible_collections.tencentcloud.apigateway.plugins.module_utils import _adapter, _client
from ansible_collections.tencentcloud.apigateway.tests.emulator.tables import SWITCHES
from ansible_collections.tencentcloud.apigateway.tests.unit import switches
from ansible_collections.tencentcloud.apigateway.tests.unit.contract.scenarios import ALL, PRUNE, Scenario
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import Gateway, comparable, with_real_ids

POSITIONS = switches.positions()
SINGLE = switches.single(POSITIONS)
ROWS = [*SINGLE, *switches.covering(POSITIONS)] if os.environ.get("SWITCHES") == "all" else switches.in_pairs(POSITIONS)
each_row = pytest.mark.parametrize("row", ROWS, ids=["=".join(map(str, *row.items())) if len(row) == 1 else None for row in ROWS])
# In which words a failure is told depends on the code that a switch is about; that it is told, and what is there then, does not.
OF_CODES = ("msg", "error_code", "error_kind", "hint", "api_message")
LATE = max(POSITIONS["lag"])


@pytest.fixture(scope="module")
def gateway():
    with Gateway() as one, pytest.MonkeyPatch.context() as patch:
        # Virtual time is one for all.
        patch.setattr(_client, "AT_ONCE", 1)
        # Signed and judged as always, but without sockets, and the threads of servers and of limits of time: in a third of the time.
        patch.setattr(_adapter.Adapter, "send", answering(one.emulator))
        patch.setattr(_adapter.Watch, "during", lambda _watch, _seconds: contextlib.nullcontext())
        yield one


def answering(emulator):
    """What sends a request to the emulator in this process."""
    def send(_adapter, request, **_options):
        response = requests.Response()
        headers = {**{name.lower(): value for name, value in request.headers.items()}, "host": urlsplit(request.url).netloc}
        response.status_code, content_type, body = emulator.answer(request.method, request.path_url, headers, request.body)
        response.headers["Content-Type"], response.raw, response.request = content_type, io.BytesIO(body), request
        return response

    return send


def start(gateway, scenario: Scenario, row: switches.Row) -> None:
    gateway.emulator.reset()
    # What is seeded may need the scenario's own switches, and is there under any.
    for seed in scenario.seeds:
        gateway.emulator.seed(seed)
    gateway.emulator.seed({"switches": {**row, **scenario.switches}})


def writes(result) -> list[str]:
    return [call["action"] for call in result.get("api_calls", ()) if not call["action"].startswith("Describe")]


def neutral(state: dict, seeded: dict) -> dict:
    """All that is there, without times, and with ids and secrets that were made since spelled by names."""
    known = json.dumps(seeded)
    text = json.dumps({
        name: {**region, "services": [{**service, "environments": sorted(service["environments"])} for service in region["services"]]}
        for name, region in state.items()
    })
    for region in state.values():
        for thing in [*region["access_keys"], *region["usage_plans"]]:
            made = {thing.get("access_key_id") or thing["usage_plan_id"]: f"new: {thing['name']}"}
            if thing.get("type") == "auto":
                made[thing["secret"]] = "made"
            for value, spelled in made.items():
                if json.dumps(value) not in known:
                    text = text.replace(json.dumps(value), json.dumps(spelled))
    return timeless(json.loads(text))


def timeless(value):
    """The same without times and versions, and with lists sorted."""
    if isinstance(value, dict):
        return {name: timeless(part) for name, part in value.items() if name not in ("created", "modified", "version")}
    return sorted(map(timeless, value), key=json.dumps) if isinstance(value, list) else value


@functools.cache
def under_defaults(gateway, name: str) -> tuple[dict, dict]:
    """What is there after the scenario, and its result, where every switch that it is not about is at its default."""
    start(gateway, ALL[name], {})
    seeded = gateway.emulator.state()
    result = gateway.run(ALL[name].module, **ALL[name].options)
    assert bool(result.get("failed")) == ALL[name].fails, result["msg"]
    return neutral(gateway.emulator.state(), seeded), result


@each_row
@pytest.mark.parametrize("name", ALL)
def test_whatever_the_api_does_check_mode_predicts_the_end_is_the_same_and_a_second_run_is_quiet(gateway, name, row):
    scenario, (there, told) = ALL[name], under_defaults(gateway, name)
    start(gateway, scenario, row)
    before = gateway.emulator.state()
    predicted = gateway.run(scenario.module, check_mode=True, **scenario.options)
    assert (gateway.emulator.state(), writes(predicted)) == (before, [])
    result = gateway.run(scenario.module, **scenario.options)
    promised = comparable(with_real_ids(predicted, result)), comparable(result)
    foretold, real = ({member: value for member, value in one.items() if not (scenario.fails and member in OF_CODES)} for one in promised)
    assert scenario.full or foretold == real, (result["msg"] if result.get("failed") else "", row)
    assert neutral(gateway.emulator.state(), before) == there, row
    assert (bool(result.get("failed")), result["changed"]) == (scenario.fails, told["changed"]), row
    if scenario.module.endswith("_info"):
        assert timeless(comparable(result)) == timeless(comparable(told)), row
    if not scenario.fails:
        gateway.time.sleep(LATE)
        again = gateway.run(scenario.module, **scenario.options)
        assert (again["changed"], writes(again), again.get("failed")) == (False, [], None), row


@each_row
@pytest.mark.parametrize("name", ["access is described with secrets", "access is described with a far key"])
def test_an_export_is_quiet_where_it_came_from_whatever_the_api_does(gateway, name, row):
    start(gateway, ALL[name], row)
    document = gateway.run("access_info", include_secrets=True)["access"]
    for check_mode in (True, False):
        result = gateway.run("access", **document, prune=PRUNE, allow_empty=True, check_mode=check_mode)
        assert (result.get("msg", ""), result["changed"], writes(result)) == ("", False, []), row


# ---- The rows themselves


def test_each_switch_is_in_the_rows_or_is_no_answer_of_the_api_about_itself():
    assert set(POSITIONS) == set(SWITCHES) - set(switches.NO_BEHAVIOUR)
    assert all(values[0] == SWITCHES[name].default and len(set(values)) > 1 for name, values in POSITIONS.items())
    assert [dict(row) for row in SINGLE] == [{name: value} for name, values in POSITIONS.items() for value in values[1:]]


def has_pairs(rows, of):
    return {pair for row in rows for pair in switches.pairs({name: (value,) for name, value in row.items()})} >= switches.pairs(of)


def test_the_rows_have_each_pair_of_positions_and_are_the_same_every_time():
    rows = switches.covering(POSITIONS)
    assert has_pairs(rows, POSITIONS)
    assert rows == switches.covering(POSITIONS)


def test_the_rows_of_every_day_are_few_and_have_each_position_and_each_two_switches_off_their_defaults():
    rows = switches.in_pairs(POSITIONS)
    assert {(name, value) for row in rows for name, value in row.items()} == {(name, value) for name, values in POSITIONS.items() for value in values}
    moved = [{name: value != POSITIONS[name][0] for name, value in row.items()} for row in rows]
    assert has_pairs(moved, dict.fromkeys(POSITIONS, (False, True)))
    assert len(rows) < 16
