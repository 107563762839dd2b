# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks export_access and apply_access, as AWX runs them: from one gateway to another, with what surveys make of answers, and without a secret told."""

from __future__ import annotations

import json
import re
import stat

import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.tencentcloud.apigateway.tests.emulator import Emulator
from ansible_collections.tencentcloud.apigateway.tests.unit.contract.test_in_ansible import playbook
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import COLLECTION

pytestmark = pytest.mark.jobs
SHOP = {"service_id": "service-shop0001", "name": "shop"}
TEMPLATE = "{{ 6 * 7 }} is literal"
SEED = {
    "usage_plans": [
        {"usage_plan_id": "usagePlan-gold", "name": "gold", "description": TEMPLATE, "max_requests_per_second": 100},
        {"usage_plan_id": "usagePlan-bare", "name": "bare"},
    ],
    "access_keys": [
        {"access_key_id": "AKIDexample-a", "name": "partner-a", "secret": "SENTINELSECRETA"},
        {"access_key_id": "AKIDexample-b", "name": "partner-b", "secret": "SENTINELSECRETB", "enabled": False},
    ],
    "services": [{**SHOP, "api_ids": ["api-1"]}, {"service_id": "service-only0001", "name": "only-there"}],
    "bindings": [{
        "usage_plan_id": "usagePlan-gold", "access_key_ids": ["AKIDexample-a", "AKIDexample-b"],
        "environments": [{"service_id": SHOP["service_id"], "environment": "release"}, {"service_id": "service-only0001", "environment": "test"}],
    }],
}
ELSEWHERE = {"services": [{"service_id": "service-shop0002", "name": "shop"}]}
PASSWORD = "SENTINELPASSWORD"
YES = {"apply_access_allow_empty": "yes"}
NOT_CARRIED = "Not carried over: test of only-there (usage plan gold): there is no such service here."


def document(secrets=False, **changes):
    """What is written of SEED."""
    gold = {
        "name": "gold", "description": TEMPLATE, "max_requests": -1, "max_requests_per_second": 100, "access_keys": ["partner-a", "partner-b"],
        "environments": [{"service": "only-there", "environment": "test"}, {"service": "shop", "environment": "release"}],
    }
    bare = {"name": "bare", "description": "", "max_requests": -1, "max_requests_per_second": -1, "access_keys": [], "environments": []}
    keys = [{"name": "partner-a", "enabled": True}, {"name": "partner-b", "enabled": False}]
    for key, one in zip(keys, "ab"):
        key.update({"access_key_id": f"AKIDexample-{one}", "access_key_secret": f"SENTINELSECRET{one.upper()}"} if secrets else {})
    return {"access_keys": keys, "usage_plans": [bare, {**gold, **changes}]}


class Literal(str):
    """A text as AWX gives the answers of surveys to Ansible: what looks like a template in it is none."""


yaml.SafeDumper.add_representer(Literal, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text)))


def blank(name):
    """All variables of a playbook's survey, with nothing in them."""
    survey = json.loads((COLLECTION / f"playbooks/surveys/{name}.json").read_text(encoding="utf-8"))
    return {question["variable"]: "" for question in survey["spec"]}


def run(emulator, home, plays, *arguments, **variables):
    """The code, the output, and set_stats of playbooks, one after another in one process. plays: (name, variables beside blank answers of its survey)."""
    file = home / "plays.yml"
    imports = [{"import_playbook": f"tencentcloud.apigateway.{name}", "vars": {**blank(name), **answers}} for name, answers in plays]
    file.write_text(yaml.safe_dump(imports))
    address = {"TENCENTCLOUD_APIGATEWAY_ENDPOINT": emulator.url, "TENCENTCLOUD_SECRET_ID": "AKIDEXAMPLE", "TENCENTCLOUD_SECRET_KEY": "SECRETEXAMPLE"}
    (home / "password").write_text(PASSWORD)
    address.update(TENCENTCLOUD_REGION="ap-guangzhou", ANSIBLE_VAULT_PASSWORD_FILE=str(home / "password"), ANSIBLE_SHOW_CUSTOM_STATS="true")
    code, output = playbook(home, [], str(file), *arguments, **{**address, **variables})
    assert "SENTINEL" not in output and "42 is literal" not in output, output
    stats = re.search(r"RUN: (\{.*\})", output)
    return code, output, json.loads(stats[1]) if stats else {}


def writes(emulator):
    return [call["action"] for call in emulator.calls() if not call["action"].startswith("Describe")]


def region(emulator, name="ap-guangzhou"):
    """(keys, plans) by name."""
    there = emulator.state().get(name, {"access_keys": [], "usage_plans": []})
    return {key["name"]: key for key in there["access_keys"]}, {plan["name"]: plan for plan in there["usage_plans"]}


def encrypted(data):
    return VaultLib([("default", VaultSecret(PASSWORD.encode()))]).encrypt(data)


def test_an_export_is_quiet_where_it_came_from_and_has_secrets_only_when_asked(tmp_path):
    names, secrets = tmp_path / "names.yml", tmp_path / "secrets.yml"
    # Where there are secrets to be written over there is no diff either.
    names.write_text("access_key_secret: SENTINELOLD")
    exports = [("export_access", {"export_access_path": str(names)}), ("export_access", {"export_access_path": str(secrets), "export_access_secrets": "yes"})]
    nothing_else = {"apply_access_prune": Literal("usage_plans\n\n access_keys \nbindings"), **YES}
    with Emulator(SEED) as emulator:
        before = emulator.state()
        code, output, stats = run(emulator, tmp_path, [
            *exports, ("apply_access", {"apply_access_path": f" {secrets}\n"}),
            # As a survey's text, and as it is.
            ("apply_access", {"apply_access_document": Literal(f"\n{yaml.safe_dump(document())}\n"), **nothing_else}),
            ("apply_access", {"apply_access_document": document(description=Literal(TEMPLATE)), "apply_access_prune": ["environments"], **YES}),
        ], "-vvv", "--diff")
        assert (code, writes(emulator), emulator.state()) == (0, [], before), output
        assert output.count("Nothing to do: it is as the document says.") == 3 and "changed=2 " in output
        assert [yaml.safe_load(file.read_text()) for file in (names, secrets)] == [document(), document(secrets=True)]
        assert [stat.S_IMODE(file.stat().st_mode) for file in (names, secrets)] == [0o644, 0o600]
        assert f"It holds the secrets of the keys in clear. Encrypt it now: ansible-vault encrypt {secrets}" in output
        assert stats["apigateway_export_access"] == {"path": str(secrets), "changed": True, "with_secrets": True, "access_keys": 2, "usage_plans": 2}
        assert stats["apigateway_apply_access"] == {"changed": False, "changes": 0, "created": [], "not_carried_over": []}

        # Again it is the same, and clear text never replaces what is encrypted.
        secrets.write_bytes(encrypted(secrets.read_bytes()))
        was = [(file.read_bytes(), file.stat().st_mtime_ns) for file in (names, secrets)]
        code, output, _stats = run(emulator, tmp_path, exports)
        assert code == 0 and "changed=0 " in output and "It is encrypted." in output, output
        emulator.seed({"access_keys": [{"name": "partner-c"}]})
        code, output, _stats = run(emulator, tmp_path, exports[1:])
        assert code == 2 and f"{secrets} is encrypted, and is not what is there now." in output, output
        assert [(file.read_bytes(), file.stat().st_mtime_ns) for file in (names, secrets)] == was


def test_another_gateway_is_rebuilt_with_ids_and_secrets_from_an_encrypted_file_and_what_stays_behind_is_told(tmp_path):
    file, new = tmp_path / "vaulted.yml", tmp_path / "new.yml"
    file.write_bytes(encrypted(yaml.safe_dump(document(secrets=True))))
    asked = {"apply_access_path": str(file), "apply_access_from_elsewhere": "yes", "apply_access_missing_services": "skip"}
    with Emulator(ELSEWHERE) as emulator:
        before = emulator.state()
        code, output, stats = run(emulator, tmp_path, [("apply_access", asked), ("export_access", {"export_access_path": str(new)})], "--check", "--diff")
        assert (code, writes(emulator), emulator.state(), new.exists()) == (0, [], before, False), output
        assert "Would be done: access key partner-a created" in output and NOT_CARRIED in output
        assert f"Would be written: {new}. Access keys: 0. Usage plans: 0." in output
        assert stats["apigateway_apply_access"]["created"] == ["AKIDexample-a", "AKIDexample-b", "planned:usage_plan:bare", "planned:usage_plan:gold"]
        assert stats["apigateway_apply_access"]["changed"] and stats["apigateway_export_access"]["changed"]
        code, output, stats = run(emulator, tmp_path, [("apply_access", asked)] * 2, "-vvv", "--diff")
        assert code == 0 and "changed=1 " in output and output.count(f'"{NOT_CARRIED}"') == 2, output
        assert "Done: binding gold bound: partner-a, partner-b" in output
        assert stats["apigateway_apply_access"]["not_carried_over"] == [NOT_CARRIED[len("Not carried over: "):-1]]
        keys, plans = region(emulator)
        assert {name: [key[member] for member in ("access_key_id", "secret", "type", "enabled")] for name, key in keys.items()} == {
            "partner-a": ["AKIDexample-a", "SENTINELSECRETA", "manual", True], "partner-b": ["AKIDexample-b", "SENTINELSECRETB", "manual", False],
        }
        assert plans["gold"]["access_key_ids"] == ["AKIDexample-a", "AKIDexample-b"] and plans["gold"]["description"] == TEMPLATE
        assert plans["gold"]["environments"] == [{"service_id": "service-shop0002", "environment": "release", "api_id": ""}]


def test_another_region_gets_new_secrets_for_the_keys_that_are_named_and_then_nothing_is_left_in_the_old_one(tmp_path):
    file = tmp_path / "secrets.yml"
    file.write_text(yaml.safe_dump(document(secrets=True)))
    asked = {"region": "ap-singapore", "apply_access_path": str(file), "apply_access_from_elsewhere": "yes", "apply_access_missing_services": "skip"}
    nothing = {"apply_access_document": "access_keys: []\nusage_plans: []", "apply_access_prune": ["usage_plans", "access_keys"], **YES}
    with Emulator(SEED) as emulator:
        emulator.seed({"services": [{**SHOP, "region": "ap-singapore", "service_id": "service-shop0003"}]})
        code, output, _stats = run(emulator, tmp_path, [("apply_access", asked)])
        # Ids of manual keys are taken in all regions at once.
        assert code == 2 and "CreateApiKey for access key partner-" in output and "FailedOperation.AccessKeyExist" in output, output
        assert output.count("fatal:") == 1
        code, output, _stats = run(emulator, tmp_path, [
            ("apply_access", {**asked, "apply_access_new_keys": Literal("partner-a\n\nAKIDexample-b\n")}),
            ("apply_access", {**asked, "apply_access_new_keys": ["all"]}), ("apply_access", nothing),
        ], "-vvv")
        assert code == 0 and "changed=2 " in output, output
        assert "New ids and secrets, made by the server: partner-a, partner-b." in output
        keys, plans = region(emulator, "ap-singapore")
        assert sorted(keys) == ["partner-a", "partner-b"] and sorted(key["access_key_id"] for key in keys.values()) == plans["gold"]["access_key_ids"]
        assert not [key for key in keys.values() if key["secret"] in output or key["type"] != "auto"]
        assert keys["partner-b"]["enabled"] is False
        assert "Done: access key partner-a deleted" in output and region(emulator) == ({}, {})


@pytest.mark.parametrize(("name", "answers", "words"), [
    ("apply_access", {"apply_access_path": "/nowhere.yml"}, "not both, and as the path that of a file: /nowhere.yml"),
    ("apply_access", {"apply_access_document": "access_keys: [{access_key_secret: SENTINEL}"}, "apply_access_document cannot be read as a document"),
    ("export_access", {"export_access_path": "/nowhere/access.yml"}, "/nowhere/access.yml cannot be the file: its folder does not exist"),
], ids=["no file", "no document", "no folder"])
def test_what_cannot_be_meant_is_told_before_any_call(tmp_path, name, answers, words):
    with Emulator(SEED) as emulator:
        code, output, _stats = run(emulator, tmp_path, [(name, answers)])
        assert (code, emulator.calls()) == (2, []), output
        assert words in " ".join(output.split())
