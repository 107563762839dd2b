# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret is anywhere but where the documentation has it: every module and every kind of failure, and leaks that are planted to be found.

Since ansible-core 2.22 secrets are masked where they are shown, and a variable has real values: of the options too, where inject_invocation is set,
which it is not here. What a module writes to its standard output, for the controller, is not looked at.
"""

from __future__ import annotations

import base64
import binascii
import itertools
import json
import pathlib
import re
import shlex
import tempfile
import time
from urllib.parse import quote, urlencode

import jinja2
import pytest
import yaml
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import KINDS
from ansible_collections.tencentcloud.apigateway.tests.emulator.signature import keys_of_day
from ansible_collections.tencentcloud.apigateway.tests.unit.contract.cases import CASES, SEED
from ansible_collections.tencentcloud.apigateway.tests.unit.contract.test_in_ansible import MASKED_WHERE_SHOWN
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import MODULES, PLAN, Gateway, module
from ansible_collections.tencentcloud.apigateway.tests.unit.plugins.module_utils.test_credentials import TokenService, serving
from ansible_collections.tencentcloud.apigateway.tests.unit.sentinel import (
    FORMS,
    VAULT_PASSWORD,
    Listening,
    halves,
    leaks,
    new_secret,
    run,
    vaulted,
    without_documented,
)

pytestmark = pytest.mark.jobs
RUNNERS = ["ansible-playbook", "ansible-runner"]
COLLECTION = "tencentcloud.apigateway"
# Who calls: credentials that are found in six ways, and those that a role has.
SOURCES = ["option", "newline", "vault", "environment", "cli", "sdk"]
CALLERS = {name: {"secret_id": f"AKID{name}", "secret_key": new_secret(), "token": new_secret()} for name in [*SOURCES, "role"]}
KEYS = {one: new_secret("\u00e9\u4f60") for one in ("a", "b", "off", "told")}
OURS = new_secret("\u00e9")
WRONG, PASSWORD = new_secret(), new_secret()
# Leaks that are planted in each run, one for each form and one for each place. They are not written by what the scanner writes with.
WRITTEN = {
    "plain": str, "base64": lambda it: base64.b64encode(f"user:{it}; and more".encode()).decode(), "hex": lambda it: binascii.hexlify(it.encode()).decode(),
    "URL": lambda it: urlencode({"it": it}), "JSON": lambda it: json.dumps([it]), "unicode": lambda it: "".join(f"\\u{ord(one):04x}" for one in it),
    "HTML": lambda it: str(jinja2.filters.escape(it)), "Python": lambda it: f"{[it]}", "shell": shlex.quote,
    "YAML": lambda it: yaml.safe_dump([it], allow_unicode=True, default_style="'"),
}
PLANTED = {f"planted as {form}": new_secret("\u00e9") for form in FORMS}
PLACES = {place: new_secret() for place in ("warning", "fact", "argument", "passing file", "lasting file")}
PLANT = """
import subprocess, sys, tempfile
from ansible.module_utils.basic import AnsibleModule
module = AnsibleModule({"url": {}, "places": {"type": "dict"}})
places = module.params["places"]
with tempfile.NamedTemporaryFile("w") as passing, tempfile.NamedTemporaryFile("w", delete=False) as lasting:
    passing.write(places["passing file"])
    lasting.write(places["lasting file"])
    passing.flush()
    code = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1]).read()"
    subprocess.run([sys.executable, "-c", code, module.params["url"], places["argument"]], check=True)
module.warn(places["warning"])
module.exit_json()
"""
# What has the values that Ansible itself passes on to modules, in the file that it runs.
OPTIONS = ("option", "newline", "vault", "wrong", "given", "proxy")
UNSET = {f"TENCENTCLOUD_{part}": "" for part in ("SECRET_ID", "SECRET_KEY", "SECURITY_TOKEN")}
# What the modules say of themselves: where the secret of a key is in their results.
DOCUMENTED = {
    "access": {"created_access_keys.access_key_secret"}, "access_info": {"access.access_keys.access_key_secret"},
    "api_key": {"access_key_secret"}, "api_key_info": {"api_key.access_key_secret"},
}
# Answers of a server that quotes whatever it was sent, by the region that is asked for.
CODES = {
    "throttled": "RequestLimitExceeded", "unavailable": "ServiceUnavailable", "quota": "LimitExceeded", "offline": "ActionOffline",
    "internal": "InternalError", "other": "Unknown.Code",
}
STATUSES = {"lost": 503, "rejected": 403}


def quoting(handler):
    """Quotes the request: in the text of an error, in HTML, in a list that contradicts its count."""
    body = handler.rfile.read(int(handler.headers["Content-Length"])).decode()
    kind, sent = handler.headers["X-TC-Region"], f"{handler.headers['X-TC-Token']} {handler.headers['Authorization']} {body}"
    if kind in STATUSES:
        return STATUSES[kind], f"<html>{sent}</html>".encode()
    if kind in CODES:
        return TokenService.answer({"Error": {"Code": CODES[kind], "Message": sent}})
    return TokenService.answer({"Result": {"TotalCount": 5, "UsagePlanStatusSet": [], "Text": sent}})


def token_service(handler):
    handler.rfile.read(int(handler.headers["Content-Length"]))
    made = {"TmpSecretId": "AKIDrole", "TmpSecretKey": CALLERS["role"]["secret_key"], "Token": CALLERS["role"]["token"]}
    return TokenService.answer({"AccountId": "100000000001", "Credentials": made, "ExpiredTime": int(time.time()) + 7200})


def seed():
    keys = [{"access_key_id": one, "name": one, "secret": secret, "enabled": one != "off"} for one, secret in KEYS.items()]
    manual = {"access_key_id": "manual", "name": "manual", "secret": new_secret(), "type": "manual"}
    return {**SEED, "credentials": list(CALLERS.values()), "access_keys": [*keys, manual]}


# Beside their cases: what is documented to be in the result, and a secret that was pasted with its newline.
SPECIAL = {
    "access": {"access_keys": [{"name": "made"}, {"name": "ours", "access_key_id": "ours-client", "access_key_secret": "{{ given ~ '\n' }}"}]},
    "api_key_info": {"names": ["told"], "include_secrets": True},
}


def cases(gateway, refusing, quotes, sts, folder):
    """(module, options, kind of the failure) of every module, of every module's failure, and of every kind of failure.

    kind: "" for a success, None for a failure that is Ansible's, or a mistake of ours.
    """
    yield from ((name, {**CASES[name].succeeds, **SPECIAL.get(name, {})}, "") for name in MODULES)
    again = {"endpoint": refusing.url, "wait_timeout": 0}
    bad = {"endpoint": quotes, "api_retries": 0, "wait_timeout": 0}
    # Not in the play itself, of which Ansible quotes the lines around a task that failed.
    behind_proxy = {"proxy": "{{ proxy }}"}
    mistaken = f"{folder}/broken:{{{{ lookup('env', 'PYTHONPATH') }}}}"
    yield "access", {**again, "access_keys": [{"name": "made-then-failed"}], **CASES["access"].succeeds}, "conflict"
    yield "api_key", {**again, "access_key_id": "manual", "access_key_secret": vaulted(OURS + "\n")}, "invalid"
    yield "usage_plan", CASES["usage_plan"].fails, "ambiguous"
    yield "usage_plan_keys", {**again, "usage_plan_id": PLAN, "access_key_ids": ["a"]}, "unconfirmed"
    yield "usage_plan_environments", {**bad, **CASES["usage_plan_environments"].succeeds, "region": "throttled"}, "throttled"
    yield "usage_plan_environments_info", {**bad, "usage_plan_id": PLAN, "region": "offline"}, "offline"
    yield "usage_plan_keys_info", {"usage_plan_id": PLAN, "secret_id": "AKIDoption", "secret_key": "{{ wrong }}"}, "auth"
    yield "usage_plan_info", {**bad, "region": "unclear"}, "unclear"
    role = {"role_arn": "qcs::cam::uin/1:roleName/gateway", "sts_endpoint": sts}
    yield "service_environment", {**CASES["service_environment"].fails, **role}, "not_found"
    yield "service_info", {**bad, "region": "quota"}, "quota"
    yield "api_key_info", {"max_results": 1}, "too_many"
    yield "access_info", {**bad, "region": "lost"}, "lost"
    rest = itertools.cycle(["access_info", "api_key_info", "service_info"])
    for kind in ("unavailable", "internal", "other", "rejected"):
        yield next(rest), {**bad, "region": kind}, kind
    yield next(rest), {**bad, **behind_proxy, "endpoint": "http://gateway.invalid"}, "unreachable"
    yield next(rest), {**behind_proxy, "language": "none"}, None
    yield next(rest), {**bad, "endpoint": gateway.url.replace("http:", "https:")}, "untrusted"
    yield next(rest), {"secret_key": "{{ wrong }}", "secret_id": ""}, "invalid"
    yield next(rest), {"profile": "broken"}, "invalid"
    yield next(rest), {"python_path": mistaken}, None


def tasks_of(gateway, some):
    """The tasks of cases, each with credentials from the next source."""
    callers = {
        "option": {"secret_id": "AKIDoption", "secret_key": "{{ option_key }}", "token": "{{ option_token }}"},
        "newline": {"secret_id": "AKIDnewline\n", "secret_key": "{{ newline_key }}", "token": "{{ newline_token }}"},
        "vault": {"secret_id": "AKIDvault", "secret_key": vaulted(CALLERS["vault"]["secret_key"] + "\n"), "token": "{{ vault_token }}"},
        "environment": {}, "cli": {"profile": "cli"}, "sdk": {"profile": "sdk"},
    }
    for number, (name, options, _kind) in enumerate(some):
        options = dict(options)
        source = callers[SOURCES[number % len(SOURCES)]] if not {"secret_key", "profile"} & set(options) else {}
        # A secret in here would be an argument of a shell, by Ansible's own doing.
        around = dict(UNSET) if "profile" in {**options, **source} else {}
        if "python_path" in options:
            around["PYTHONPATH"] = options.pop("python_path")
        yield {
            f"{COLLECTION}.{name}": {"region": "ap-guangzhou", "endpoint": gateway.url, **source, **options}, "environment": around,
            "register": f"result_{number}", "ignore_errors": True,
        }


def plants(emulator):
    """Tasks that leak on purpose."""
    yield {"ansible.builtin.debug": {"msg": "{{ written }}"}}
    yield {"ansible.builtin.set_fact": {"leaked": "{{ places['fact'] }}", "cacheable": True}, "no_log": True}
    yield {"plant": {"url": emulator.url, "places": "{{ places }}"}}


def prepare(folder):
    """The files of profiles, code that makes a module fail with the key in the text of the error, and a module that leaks."""
    cli, sdk = CALLERS["cli"], CALLERS["sdk"]
    for name, text in {
        "home/.tccli/cli.credential": json.dumps({"secretId": cli["secret_id"], "secretKey": cli["secret_key"] + "\n", "token": cli["token"]}),
        "home/.tccli/broken.credential": json.dumps({"secretKey": WRONG})[:-1],
        "home/.tencentcloud/credentials": "[sdk]\n" + "".join(f"{part} = {value}\n" for part, value in sdk.items()),
        "project/library/plant.py": PLANT,
        "broken/sitecustomize.py": "import hmac\ndef new(key, *rest): raise KeyError(key, key.decode('latin-1'))\nhmac.new = new\n",
    }.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def all_secrets(gateway, refusing):
    """(what must be nowhere, what is documented to be in results), by name."""
    callers = {f"{part} of {name}": caller[part] for name, caller in CALLERS.items() for part in ("secret_key", "token")}
    nowhere = {**callers, **{f"key {one}": secret for one, secret in KEYS.items() if one != "told"}, "wrong": WRONG, "given": OURS, "proxy": PASSWORD}
    days = {time.strftime("%Y-%m-%d", time.gmtime(time.time() - ago)) for ago in (0, 600)}
    keys = {name: value for name, value in nowhere.items() if name.startswith("secret_key")}
    signing = {
        f"signing key of {name}, {service}, {number}": one for name, value in keys.items() for service in ("apigateway", "sts") for day in days
        for number, one in enumerate(keys_of_day(value, day, service))
    }
    told = {
        f"made {key['name']}": key["secret"] for emulator in (gateway, refusing) for key in emulator.state()["ap-guangzhou"]["access_keys"]
        if key["access_key_id"] not in (*KEYS, "manual", "ours-client")
    }
    header = {"Authorization header": "TC3-HMAC-SHA256 Credential=", "signature": "Signature="}
    return {**halves({**nowhere, "vault password": VAULT_PASSWORD}), **signing, **header}, {**told, "told": KEYS["told"]}


@pytest.fixture
def folder():
    """Ansible makes sockets in it, whose paths have to be short."""
    with tempfile.TemporaryDirectory() as name:
        yield pathlib.Path(name)


@pytest.mark.parametrize("how", RUNNERS)
def test_no_secret_is_in_anything_that_a_run_leaves_or_shows(how, folder):
    """Every module and every kind of failure; secrets from everywhere, some with a newline; servers that quote what they are sent."""
    prepare(folder)
    with Listening(seed()) as gateway, Listening(seed()) as refusing, serving(quoting) as quotes, serving(token_service) as sts:
        refusing.faults([
            {"action": "BindEnvironment", "kind": "refuse", "code": "OperationDenied", "times": 0},
            {"action": "UpdateApiKey", "kind": "refuse", "code": "InvalidParameter.FormatError", "message": f"No {OURS}.", "times": 0},
            {"action": "BindSecretIds", "kind": "drop", "skip": 1, "times": 0},
            {"action": "DescribeUsagePlanSecretIds", "kind": "reset", "skip": 1, "times": 0},
        ])
        some = list(cases(gateway, refusing, quotes, sts, folder))
        tasks = list(tasks_of(gateway, some))
        registered = ", ".join(task["register"] for task in tasks)
        tasks.append({"ansible.builtin.set_fact": {"results": f"{{{{ [{registered}] }}}}", "cacheable": True}})
        tasks += plants(gateway)
        written = [write(PLANTED[f"planted as {form}"]) for form, write in WRITTEN.items()]
        given = {"wrong": WRONG, "given": OURS, "proxy": f"http://user:{quote(PASSWORD, safe='')}@127.0.0.1:9", "written": written, "places": PLACES}
        for source in ("option", "newline"):
            end = "\n" if source == "newline" else ""
            given.update({f"{source}_key": CALLERS[source]["secret_key"] + end, f"{source}_token": CALLERS[source]["token"] + end})
        caller = CALLERS["environment"]
        variables = {
            "TENCENTCLOUD_SECRET_ID": caller["secret_id"], "TENCENTCLOUD_SECRET_KEY": caller["secret_key"] + "\n",
            "TENCENTCLOUD_TOKEN": "", "TENCENTCLOUD_SECURITY_TOKEN": caller["token"] + "\n",
        }
        ran = run(how, folder, gateway, tasks, given, variables, {"vault_token": vaulted(CALLERS["vault"]["token"])})
        nowhere, told = all_secrets(gateway, refusing)
    assert ran.code == 0, ran.output[-3000:]
    # Everything is there to be looked at, with what it should have.
    cached = b"".join(content for name, content in ran.left.items() if name.startswith(("facts", "artifacts/job/fact_cache"))).decode()
    assert re.findall(r'error_kind\W+(\w+)', cached) == [kind for _name, _options, kind in some if kind]
    assert {kind for _name, _options, kind in some if kind} == set(KINDS)
    assert len(re.findall(r"failed\W+true", cached)) == len([kind for _name, _options, kind in some if kind != ""])
    assert_planted_leaks_are_found(how, ran)

    found = {name: without_documented(content, told) for name, content in ran.left.items()}
    assert leaks(found, {**nowhere, **told}) == set()
    assert {leak.secret for leak in leaks(ran.left, told)} == set(told)
    # Since ansible-core 2.22 these too are masked wherever they are shown. Variables keep them, and so does the fact cache.
    shown = {leak.place for leak in leaks(ran.left, told) if not leak.place.startswith(("facts", "artifacts/job/fact_cache"))}
    assert bool(shown) != MASKED_WHERE_SHOWN, shown
    assert leaks(seen_during(ran.during), {**nowhere, **told}) == set()
    # What a task was given as options is in the file that Ansible runs; nothing else is.
    passed = {name: content for name, content in ran.during.files.items() if "AnsiballZ_" in name}
    assert passed and leaks(passed, {name: secret for name, secret in nowhere.items() if not is_option(name)}) == set()


def is_option(name):
    return name.partition(" (")[0].split(" of ")[-1] in OPTIONS and not name.startswith("signing")


def seen_during(watch):
    """Arguments of processes, and temporary files other than those that Ansible runs."""
    files = {f"passing {name}": content for name, content in watch.files.items() if "AnsiballZ_" not in name}
    return {**files, **{f"argument {number}": content for number, content in enumerate(watch.arguments)}}


def assert_planted_leaks_are_found(how, ran):
    """In each place, and in each form wherever results are shown."""
    leaked = leaks({**ran.left, **seen_during(ran.during)}, {**PLANTED, **PLACES})
    found = {(re.match("[a-z]+(/job/[a-z_]+)?", leak.place)[0], leak.secret) for leak in leaked}
    facts, warnings, shown = {
        "ansible-playbook": ("facts", "stderr", ["stdout", "log"]),
        "ansible-runner": ("artifacts/job/fact_cache", "artifacts/job/job_events", ["stdout", "log", "artifacts/job/stdout", "artifacts/job/job_events"]),
    }[how]
    wanted = {(facts, "fact"), (warnings, "warning"), ("argument", "argument"), ("passing", "passing file"), ("tmp", "lasting file")}
    assert (wanted | {(place, secret) for place in shown for secret in PLANTED}) - found == set()


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_found_whole_and_in_part_and_in_json_of_json(form):
    secret = new_secret("\u00e9")
    for part in halves({"it": secret}).values():
        text = WRITTEN[form](part)
        for content in (text, json.dumps(text), json.dumps(json.dumps({"res": text}))):
            assert "it" in {leak.secret.partition(" ")[0] for leak in leaks({"there": content.encode()}, halves({"it": secret}))}
    assert leaks({"there": b"x" * 100}, {"it": secret}) == set()


TOLD = {
    "access": {"access_keys": [{"name": "made"}]}, "access_info": {"include_secrets": True}, "api_key": {"name": "made"},
    "api_key_info": {"include_secrets": True},
}


@pytest.mark.parametrize("name", MODULES)
def test_the_secret_of_a_key_is_in_a_result_only_where_it_is_documented(name):
    with Gateway() as gateway:
        gateway.emulator.reset()
        gateway.emulator.seed(seed())
        results = [gateway.run(name, check_mode=check_mode, **CALLERS["option"], **CASES[name].succeeds) for check_mode in (True, False)]
        if name.endswith("_info"):
            assert places_of(results, set(KEYS.values())) == set()
        results.append(gateway.run(name, **CALLERS["option"], **{**CASES[name].succeeds, **TOLD.get(name, {})}))
        gateway.emulator.faults([{"action": CASES[name].action, "kind": "refuse", "code": "OperationDenied"}])
        results.append(gateway.run(name, **CALLERS["option"], **{**CASES[name].succeeds, **CASES[name].another}))
        assert [result.get("failed", False) for result in results] == [False, False, False, True]
        secrets = {key["secret"] for key in gateway.emulator.state()["ap-guangzhou"]["access_keys"]}
    assert places_of(results, secrets) == DOCUMENTED.get(name, set())
    documented = module(name).DOCUMENTATION + module(name).RETURN
    assert name not in DOCUMENTED or "access_key_secret" in documented or "include_secrets" in documented


def places_of(value, secrets, path=()):
    """The members that hold one of the secrets, as names with dots."""
    if isinstance(value, str):
        return {".".join(path)} if any(secret in value for secret in secrets) else set()
    items = value.items() if isinstance(value, dict) else [("", one) for one in value] if isinstance(value, list) else ()
    return set().union(*(places_of(one, secrets, (*path, name) if name else path) for name, one in items))
