# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples as people run them, in processes of their own: in check mode before anything of them exists, for real, again, and in check mode then.

What is run only to see that it can be is run in one process for all of it. `make demo` runs demo.yml, story.yml and access.yml for real.
"""

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
from ansible_collections.tencentcloud.apigateway.tests.unit.test_repository import blocks

SEED = yaml.safe_load((COLLECTION / "examples/seed.yml").read_text(encoding="utf-8"))
EXAMPLES = {path.name: path for path in sorted(COLLECTION.glob("examples/*.yml")) if path.name != "seed.yml"}
# Its tasks assert what those before them have really done.
NOT_FORESEEABLE = {"demo.yml"}
# Those that make the keys and plans that they use: they can be checked on an account that has none. The others are about what is there.
FROM_NOTHING = {"access.yml", "onboard_client.yml", "story.yml"}
PASSWORD = "SENTINELPASSWORD"
OLD, LEAKED, GOLD, SILVER, SHOP = "AKIDexample-partner-a", "AKIDexample-partner-b", "usagePlan-goldplan", "usagePlan-silverplan", "service-shop0001"
IN_RELEASE = [{"service_id": SHOP, "environment": "release"}]
TWO_PLANS = {
    **SEED, "usage_plans": [*SEED["usage_plans"], {"usage_plan_id": SILVER, "name": "silver"}],
    "bindings": [
        {"usage_plan_id": GOLD, "access_key_ids": [OLD, LEAKED], "environments": IN_RELEASE}, {"usage_plan_id": SILVER, "access_key_ids": [OLD, LEAKED]},
    ],
}


def run(emulator, home, files, *arguments, **variables):
    """The code and the output of playbooks, one after another in one process, after a play without tasks."""
    address = {"TENCENTCLOUD_APIGATEWAY_ENDPOINT": emulator.url, "TENCENTCLOUD_SECRET_ID": "AKIDEXAMPLE", "TENCENTCLOUD_SECRET_KEY": "SECRETEXAMPLE"}
    address["TENCENTCLOUD_REGION"] = "ap-guangzhou"
    return playbook(home, [], *(str(EXAMPLES.get(file, file)) for file in files), *arguments, **{"HANDOVER_PASSWORD": PASSWORD, **address, **variables})


def actions(emulator):
    return [call["action"] for call in emulator.calls()]


def writes(emulator):
    return [action for action in actions(emulator) if not action.startswith("Describe")]


def keys_of(emulator):
    return {key["name"]: key for key in emulator.state()["ap-guangzhou"]["access_keys"]}


def plans_of(emulator):
    return {plan["name"]: plan for plan in emulator.state()["ap-guangzhou"]["usage_plans"]}


def assert_handed_over(file, key):
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().startswith("$ANSIBLE_VAULT;")
    opened = yaml.safe_load(VaultLib([("default", VaultSecret(PASSWORD.encode()))]).decrypt(file.read_bytes()))
    assert opened == {"access_key_id": key["access_key_id"], "access_key_secret": key["secret"]}


def assert_foreseen(emulator, home, file, changed, *arguments):
    """In check mode it succeeds, would change so many tasks, and changes nothing."""
    before, done = emulator.state(), writes(emulator)
    code, output = run(emulator, home, [file], "--check", "--diff", *arguments)
    assert (code, emulator.state(), writes(emulator)) == (0, before, done), output
    assert f"changed={changed} " in output, output


def plays_of_the_pages(folder):
    """The plays in README and docs, as files."""
    for number, (page, text) in enumerate(blocks("yaml")):
        if "hosts:" in text:
            file = folder / f"{number:02}-{page}.yml"
            file.write_text(text)
            yield file


def test_every_example_can_be_checked_before_anything_of_it_exists(tmp_path):
    pages = list(plays_of_the_pages(tmp_path))
    assert len(pages) >= 4
    with Emulator(SEED) as emulator:
        # Once more in the region that the README's play is for.
        emulator.seed({section: [{**entry, "region": "ap-singapore"} for entry in entries] for section, entries in SEED.items()})
        before = emulator.state()
        names = [name for name in EXAMPLES if name not in NOT_FORESEEABLE | FROM_NOTHING]
        code, output = run(emulator, tmp_path, [*names, *pages], "--check")
        assert (code, writes(emulator), emulator.state()) == (0, [], before), output
        assert not list(tmp_path.glob("*.vault.yml*"))
        assert output.count("PLAY [") == 1 + len(names) + len(pages)


def test_those_that_make_what_they_use_can_be_checked_on_an_account_without_keys_and_plans(tmp_path):
    pages = [page for page in plays_of_the_pages(tmp_path) if "from nothing" in page.read_text()]
    assert pages
    with Emulator({"services": SEED["services"]}) as emulator:
        before = emulator.state()
        code, output = run(emulator, tmp_path, [*sorted(FROM_NOTHING), *pages], "--check")
        assert (code, writes(emulator), emulator.state()) == (0, [], before), output
        assert output.count("PLAY [") == 1 + len(FROM_NOTHING) + len(pages)


def test_a_client_is_onboarded_and_only_the_file_knows_the_secret(tmp_path):
    with Emulator(SEED) as emulator:
        code, output = run(emulator, tmp_path, ["onboard_client.yml"], "-vvv", "--diff", "-e", "client=acme", ANSIBLE_LOG_PATH=str(tmp_path / "log"))
        assert code == 0, output
        key, plan, file = keys_of(emulator)["acme"], plans_of(emulator)["partners"], tmp_path / "acme.vault.yml"
        assert plan["access_key_ids"] == [key["access_key_id"]]
        assert plan["environments"] == [{"service_id": SHOP, "environment": "release", "api_id": ""}]
        assert_handed_over(file, key)
        for text in (output, (tmp_path / "log").read_text()):
            assert key["access_key_id"] in text
            assert key["secret"] not in text and PASSWORD not in text
        done, was = writes(emulator), (file.read_bytes(), file.stat().st_mtime_ns)
        assert done == ["CreateApiKey", "CreateUsagePlan", "BindSecretIds", "BindEnvironment"]
        code, output = run(emulator, tmp_path, ["onboard_client.yml"], "-e", "client=acme")
        assert code == 0 and "changed=0 " in output, output
        assert (writes(emulator), file.read_bytes(), file.stat().st_mtime_ns) == (done, *was)


@pytest.mark.parametrize(("arguments", "variables", "words"), [
    (["-e", "handover_file=/nowhere/acme"], {}, "/nowhere is not a folder that can be written to"),
    ([], {"HANDOVER_PASSWORD": ""}, "Give handover_password"),
], ids=["folder", "password"])
def test_no_key_is_made_whose_secret_could_not_be_written_down(tmp_path, arguments, variables, words):
    with Emulator(SEED) as emulator:
        code, output = run(emulator, tmp_path, ["onboard_client.yml"], *arguments, **variables)
        assert (code, actions(emulator)) == (2, []), output
        assert words in output


def test_a_key_is_rotated_in_two_phases_and_nobody_is_cut_off(tmp_path):
    cut_over = ["-e", "phase=cut_over"]
    with Emulator(TWO_PLANS) as emulator:
        code, output = run(emulator, tmp_path, ["rotate_key.yml"], *cut_over)
        assert (code, writes(emulator)) == (2, []), output
        assert "Run phase prepare" in " ".join(output.split())

        code, output = run(emulator, tmp_path, ["rotate_key.yml"])
        assert code == 0, output
        new, prepared = keys_of(emulator)["partner-a-2"], ["CreateApiKey", "BindSecretIds", "BindSecretIds"]
        assert writes(emulator) == prepared
        assert [plan["access_key_ids"] for plan in plans_of(emulator).values()] == [sorted([OLD, LEAKED, new["access_key_id"]])] * 2
        assert keys_of(emulator)["partner-a"]["enabled"]
        assert_handed_over(tmp_path / "partner-a-2.vault.yml", new)

        # The unbinding, a loop, and the disabling; nothing that has been prepared.
        assert_foreseen(emulator, tmp_path, "rotate_key.yml", 2, *cut_over)
        code, output = run(emulator, tmp_path, ["rotate_key.yml"], *cut_over)
        assert code == 0, output
        code, output = run(emulator, tmp_path, ["rotate_key.yml"], *cut_over)
        assert code == 0 and "changed=0 " in output, output
        assert writes(emulator) == [*prepared, "UnBindSecretIds", "UnBindSecretIds", "DisableApiKey"]
        assert [plan["access_key_ids"] for plan in plans_of(emulator).values()] == [sorted([LEAKED, new["access_key_id"]])] * 2
        assert keys_of(emulator)["partner-a"]["enabled"] is False
        assert keys_of(emulator)["partner-a-2"] == new


def test_a_leaked_key_is_disabled_at_once_and_then_in_no_plan(tmp_path):
    with Emulator(TWO_PLANS) as emulator:
        code, output = run(emulator, tmp_path, ["leaked_key.yml", "leaked_key.yml"])
        assert code == 0, output
        assert actions(emulator)[:2] == ["DescribeApiKey", "DisableApiKey"]
        assert writes(emulator) == ["DisableApiKey", "UnBindSecretIds", "UnBindSecretIds"]
        assert keys_of(emulator)["partner-b"]["enabled"] is False
        assert [plan["access_key_ids"] for plan in plans_of(emulator).values()] == [[OLD], [OLD]]
        assert f"{LEAKED} is disabled. It was in: {GOLD}, {SILVER}." in output


# What is asked of forbidden.yml, and all that it has to say.
LINKS = {
    "disabled": ({"access_key_name": "retired"}, ["The access key retired is disabled."]),
    "in no plan": ({"access_key_name": "partner-c"}, ["The access key partner-c is in no usage plan."]),
    "not bound": ({"access_key_name": "partner-b"}, [f"No usage plan of the key ({SILVER}) is bound to the release environment of shop."]),
    "not released": ({"service_name": "Closed"}, ["The release environment of Closed is not released."]),
    "two wrong": ({"access_key_name": "nobody", "service_name": "nowhere"}, ["There is no access key nobody.", "There is no service nowhere."]),
    "right": (
        {"access_key_id": OLD},
        [f"Every link is right: {OLD} is enabled and in {GOLD}, which is bound to the release environment of shop, and that is released."],
    ),
    "right for one API": (
        {"access_key_name": "partner-b", "service_name": "Single"},
        [
            f"Every link is right: partner-b is enabled and in {SILVER}, which is bound to the release environment of Single, and that is released."
            " Of single APIs only: api-1."
        ],
    ),
}
CLOSED = {"service_id": "service-closed", "name": "Closed"}
SINGLE = {"service_id": "service-single", "name": "Single", "environments": ["release"], "api_ids": ["api-1"]}
CHAINS = {
    **TWO_PLANS, "services": [{**SEED["services"][0], "environments": ["release"]}, CLOSED, SINGLE],
    "bindings": [
        {
            "usage_plan_id": GOLD, "access_key_ids": [OLD, "AKIDexample-retired"],
            "environments": [*IN_RELEASE, {"service_id": "service-closed", "environment": "release"}],
        },
        {
            "usage_plan_id": SILVER, "access_key_ids": [LEAKED],
            "environments": [{"service_id": SHOP, "environment": "test"}, {"service_id": "service-single", "environment": "release", "api_ids": ["api-1"]}],
        },
    ],
}


def test_each_wrong_link_is_named_and_no_other(tmp_path):
    """All asked in one process, one after another."""
    plays = [{"name": link, "import_playbook": str(EXAMPLES["forbidden.yml"]), "vars": asked} for link, (asked, _told) in LINKS.items()]
    (tmp_path / "links.yml").write_text(yaml.safe_dump(plays))
    with Emulator(CHAINS) as emulator:
        code, output = run(emulator, tmp_path, [tmp_path / "links.yml"])
        assert (code, writes(emulator)) == (0, []), output
    told = [json.loads(text) for text in re.findall(r'"msg": (\[.*?\n    \])', output, re.DOTALL)]
    assert dict(zip(LINKS, told)) == {link: expected for link, (_asked, expected) in LINKS.items()}
    assert len(told) == len(LINKS)
