# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules as Ansible runs them, in processes of their own: options, environment, masking, and ends without a traceback."""

from __future__ import annotations

import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import time

import pytest
import yaml
from ansible_collections.tencentcloud.apigateway.tests.emulator import Emulator
from ansible_collections.tencentcloud.apigateway.tests.unit.contract.cases import CASES, CREDENTIALS, SEED
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import COLLECTIONS_PATH, MODULES, PLAN
from ansible_collections.tencentcloud.apigateway.tests.unit.plugins.module_utils.test_credentials import TokenService, serving

# What run() does for all alike is held by one module that writes and one that reads.
SAMPLES = ["usage_plan_keys", "usage_plan_keys_info"]


@pytest.fixture
def emulator():
    with Emulator(SEED) as one:
        yield one


def environment(**variables):
    """Nothing of the tester's own, but where the collection is and what coverage needs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TENCENTCLOUD_", "ANSIBLE_"))}
    return {
        **kept, "PYTHONPATH": str(COLLECTIONS_PATH), "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS_PATH), "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false", **variables,
    }


def run_module(name, options, *, check_mode=False, before="", **variables):
    """The result of one module run as Ansible runs it: options on standard input, JSON on standard output."""
    code = f"from ansible_collections.tencentcloud.apigateway.plugins.modules import {name}\n{before}\n{name}.main()"
    arguments = {"ANSIBLE_MODULE_ARGS": {**options, "_ansible_check_mode": check_mode, "_ansible_remote_tmp": "/tmp"}}
    process = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps(arguments), capture_output=True, text=True, env=environment(**variables), check=False, timeout=60
    )
    assert "Traceback" not in process.stderr, process.stderr
    result = json.loads(process.stdout)
    assert process.returncode == (1 if result.get("failed") else 0)
    # Since ansible-core 2.22 a module hands over what is to be masked where it is shown. Nothing else of its output has it.
    result.pop("_ansible_new_secrets", None)
    return result, json.dumps(result) + process.stderr


def playbook(tmp_path, tasks, *arguments, **variables):
    """The code and the whole output of a playbook, which uses nothing that a later core drops."""
    file = tmp_path / "play.yml"
    file.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    command = [str(pathlib.Path(sys.executable).parent / "ansible-playbook"), str(file), *arguments]
    home = {"HOME": str(tmp_path), "ANSIBLE_HOME": str(tmp_path / "ansible")}
    process = subprocess.run(command, capture_output=True, text=True, env=environment(**home, **variables), cwd=tmp_path, check=False, timeout=400)
    assert "[DEPRECATED]" not in process.stdout and "[DEPRECATION WARNING]" not in process.stderr, process.stderr
    return process.returncode, process.stdout + process.stderr


@pytest.mark.parametrize("name", MODULES)
def test_options_from_the_task(emulator, name):
    connection = {**CREDENTIALS, "region": "ap-guangzhou", "endpoint": emulator.url}
    result, _output = run_module(name, {**CASES[name].succeeds, **connection})
    assert not result.get("failed"), result
    assert result["request_id"] == result["api_calls"][-1]["request_id"]


@pytest.mark.parametrize("name", SAMPLES)
def test_options_from_an_environment_with_blanks_and_trailing_newlines(emulator, name):
    """What AWX does with inputs that are left empty, and with a secret that was pasted with its newline."""
    result, output = run_module(
        name, {**CASES[name].succeeds, "token": "", "domain": "", "protocol": " ", "api_timeout": "", "validate_certs": ""},
        TENCENTCLOUD_SECRET_ID="AKIDcaller\n", TENCENTCLOUD_SECRET_KEY="SENTINELKEY\n", TENCENTCLOUD_TOKEN="",
        TENCENTCLOUD_SECURITY_TOKEN="SENTINELTOKEN\n", TENCENTCLOUD_REGION="ap-guangzhou\n", TENCENTCLOUD_DOMAIN="", TENCENTCLOUD_PROTOCOL="HTTPS",
        TENCENTCLOUD_APIGATEWAY_ENDPOINT=emulator.url,
    )
    assert not result.get("failed"), result
    assert "SENTINEL" not in output


@pytest.mark.parametrize("name", SAMPLES)
def test_an_option_wins_over_the_environment(emulator, name):
    result, _output = run_module(
        name, {**CASES[name].succeeds, **CREDENTIALS, "region": "ap-guangzhou", "endpoint": emulator.url},
        TENCENTCLOUD_SECRET_ID="AKIDother", TENCENTCLOUD_SECRET_KEY="OTHER", TENCENTCLOUD_TOKEN="OTHER", TENCENTCLOUD_REGION="nowhere",
        TENCENTCLOUD_APIGATEWAY_ENDPOINT="http://127.0.0.1:9",
    )
    assert not result.get("failed"), result


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("region", [{}, {"region": ""}, {"region": None}])
def test_a_region_is_asked_for_before_any_call(emulator, name, region):
    result, _output = run_module(name, {**CASES[name].succeeds, **CREDENTIALS, "endpoint": emulator.url, **region}, TENCENTCLOUD_REGION=" ")
    assert "region is needed" in result["msg"]
    assert emulator.calls() == []


@pytest.mark.parametrize("name", SAMPLES)
def test_the_default_host_is_the_international_one(name):
    before = (
        "import socket\ndef getaddrinfo(host, *details, **options): raise socket.gaierror(socket.EAI_NONAME, host)\nsocket.getaddrinfo = getaddrinfo"
    )
    options = {**CASES[name].succeeds, **CREDENTIALS, "region": "ap-guangzhou", "api_retries": 0}
    result, _output = run_module(name, options, before=before, HTTPS_PROXY="", https_proxy="")
    assert "apigateway.intl.tencentcloudapi.com was not reached: its name could not be resolved" in result["msg"]
    assert result["error_kind"] == "unreachable"
    assert "Check DNS and proxy" in result["msg"]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_mistake_of_ours_ends_without_a_traceback_and_without_its_text(emulator, name):
    before = (
        "from ansible_collections.tencentcloud.apigateway.plugins.module_utils import _client\n"
        "def broken(*details, **options): raise KeyError('Authorization: SENTINELKEY')\n"
        "_client.Client.call = broken"
    )
    result, output = run_module(name, {**CASES[name].succeeds, **CREDENTIALS, "region": "ap-guangzhou", "endpoint": emulator.url}, before=before)
    assert result["failed"]
    assert "KeyError" in result["msg"] and "report it" in result["msg"]
    assert "SENTINEL" not in output and "Authorization" not in output


SOURCES = ["options", "environment", "profile", "role"]


def whoever_calls(source, folder, sts):
    """(options, variables) of a caller of whom the secret key is SENTINELKEY and the token SENTINELTOKEN."""
    if source == "options":
        return {"secret_id": "AKIDcaller", "secret_key": "SENTINELKEY", "token": "SENTINELTOKEN"}, {}
    if source == "environment":
        return {}, {"TENCENTCLOUD_SECRET_ID": "AKIDcaller", "TENCENTCLOUD_SECRET_KEY": "SENTINELKEY", "TENCENTCLOUD_TOKEN": "SENTINELTOKEN"}
    if source == "profile":
        (folder / ".tccli").mkdir()
        (folder / ".tccli/default.credential").write_text('{"secretId": "AKIDcaller", "secretKey": "SENTINELKEY", "token": "SENTINELTOKEN"}')
        return {}, {}
    return {**CREDENTIALS, "role_arn": "qcs::cam::uin/1:roleName/gateway", "sts_endpoint": sts}, {}


@pytest.mark.parametrize("source", SOURCES)
def test_a_secret_of_the_caller_is_masked_wherever_a_result_has_it(tmp_path, source):
    """As the name and the description of a plan, say: what a module shows was written by others."""
    made = {"TmpSecretId": "AKIDcaller", "TmpSecretKey": "SENTINELKEY", "Token": "SENTINELTOKEN"}
    caller = {"secret_id": "AKIDcaller", "secret_key": "SENTINELKEY", "token": "SENTINELTOKEN"}
    plan = {"usage_plan_id": PLAN, "name": "plan SENTINELKEY", "description": "SENTINELTOKEN."}

    def token_service(handler):
        handler.rfile.read(int(handler.headers["Content-Length"]))
        return TokenService.answer({"Credentials": made, "ExpiredTime": int(time.time()) + 7200})

    with serving(token_service) as sts, Emulator({**SEED, "usage_plans": [plan], "bindings": [], "credentials": [caller]}) as emulator:
        options, variables = whoever_calls(source, tmp_path, sts)
        around = {"region": "ap-guangzhou", "endpoint": emulator.url, **options}
        module = {"tencentcloud.apigateway.usage_plan_info": around, "register": "plans"}
        code, output = playbook(tmp_path, [module, {"ansible.builtin.debug": {"var": "plans"}}], "-vvv", **variables)
    assert code == 0 and PLAN in output, output
    assert "SENTINELKEY" not in output and "SENTINELTOKEN" not in output


MASKED_WHERE_SHOWN = importlib.util.find_spec("ansible.module_utils.secrets") is not None
NEW_SECRETS = {
    "access": ({"access_keys": [{"name": "made"}]}, "created_access_keys[0].access_key_secret"),
    "access_info": ({"include_secrets": True}, "access.access_keys[0].access_key_secret"),
    "api_key": ({"name": "made"}, "access_key_secret"),
    "api_key_info": ({"include_secrets": True}, "api_key[0].access_key_secret"),
}


@pytest.mark.parametrize("name", NEW_SECRETS)
def test_a_later_task_has_the_secret_of_a_key_and_since_ansible_core_2_22_nobody_is_shown_it(tmp_path, name):
    options, member = NEW_SECRETS[name]
    tasks = [
        {f"tencentcloud.apigateway.{name}": {"region": "ap-guangzhou", **options}, "register": "it"},
        {"ansible.builtin.debug": {"var": f"it.{member}"}},
        {"ansible.builtin.copy": {"content": f"{{{{ it.{member} }}}}", "dest": str(tmp_path / "secret"), "mode": "0600"}, "no_log": True},
    ]
    with Emulator({"access_keys": [] if "made" in str(options) else [{"access_key_id": "a", "name": "a", "secret": "OFTHEKEY-OFTHEKEY"}]}) as emulator:
        tasks[0][f"tencentcloud.apigateway.{name}"]["endpoint"] = emulator.url
        code, output = playbook(tmp_path, tasks, "-v", TENCENTCLOUD_SECRET_ID="AKIDEXAMPLE", TENCENTCLOUD_SECRET_KEY="SECRETEXAMPLE")
        secret = emulator.state()["ap-guangzhou"]["access_keys"][0]["secret"]
    assert code == 0, output
    assert (tmp_path / "secret").read_text() == secret
    assert (secret in output) != MASKED_WHERE_SHOWN


def test_a_python_without_requests_is_named_with_what_to_do(tmp_path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "bare")], check=True, timeout=60)
    bare = tmp_path / "bare/bin/python"
    options = {"usage_plan_id": PLAN, "region": "ap-guangzhou"}
    task = {"tencentcloud.apigateway.usage_plan_keys_info": options, "vars": {"ansible_python_interpreter": str(bare)}}
    code, output = playbook(tmp_path, [task])
    assert code == 2
    for words in ("requests", str(bare), "ansible_playbook_python"):
        assert words in output


def test_a_rescue_reads_the_parts_of_a_failure_that_changed_something_and_no_handler_runs(tmp_path):
    seed = {
        "usage_plans": [{"usage_plan_id": PLAN, "name": "gold"}], "switches": {"bind_applies_in_part": True},
        "access_keys": [{"access_key_id": "a", "name": "a"}, {"access_key_id": "off", "name": "off", "enabled": False}],
    }
    parts = "{{ ansible_failed_result.error_code }} {{ ansible_failed_result.bound | join(',') }} {{ ansible_failed_result.changed }}"
    with Emulator(seed) as emulator:
        task = {"usage_plan_id": PLAN, "access_key_ids": ["a", "off"], "region": "ap-guangzhou", "endpoint": emulator.url}
        (tmp_path / "rescued.yml").write_text(yaml.safe_dump([{
            "hosts": "localhost", "gather_facts": False, "handlers": [{"name": "told", "ansible.builtin.debug": {"msg": "THE HANDLER RAN"}}],
            "tasks": [{
                "block": [{"tencentcloud.apigateway.usage_plan_keys": task, "notify": "told"}], "rescue": [{"ansible.builtin.debug": {"msg": parts}}],
            }],
        }]))
        code, output = playbook(tmp_path, [], "rescued.yml", TENCENTCLOUD_SECRET_ID="AKIDEXAMPLE", TENCENTCLOUD_SECRET_KEY="SECRETEXAMPLE")
    assert code == 0 and "UnsupportedOperation.InvalidStatus a True" in output, output
    assert "THE HANDLER RAN" not in output
