# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks as AWX runs them: by ansible-runner, with the environment that the credential type gives, answers of surveys as extra variables, and what
becomes of it in job events.

What starts ansible-playbook takes seconds, so each run holds much.
"""

from __future__ import annotations

import importlib
import json
import os
import pathlib
import re
import stat
import subprocess
import sys

import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._connection import CONNECTION
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._credentials import ENVIRONMENT
from ansible_collections.tencentcloud.apigateway.tests.emulator import Emulator
from ansible_collections.tencentcloud.apigateway.tests.unit.contract.test_in_ansible import environment, playbook
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import COLLECTION

pytestmark = pytest.mark.jobs
if sys.version_info < (3, 11):
    pytest.skip("LEFT OUT: AWX's own code, which makes an environment of a credential, needs Python 3.11", allow_module_level=True)
injection = importlib.import_module("awx_plugins.interfaces._temporary_private_inject_api")
credentials = importlib.import_module("awx_plugins.interfaces._temporary_private_api")

PLAYS = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))[0] for path in sorted(COLLECTION.glob("playbooks/*.yml")) if path.stem != "setup_awx"}
SURVEYS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(COLLECTION.glob("playbooks/surveys/*.json"))}
CREDENTIAL_TYPE = yaml.safe_load((COLLECTION / "playbooks/files/credential_type.yml").read_text(encoding="utf-8"))
FIELDS = {field["id"]: field for field in CREDENTIAL_TYPE["inputs"]["fields"]}
REQUIRED = {"secret_id": "SENTINELID", "secret_key": "SENTINELKEY\n"}
OPTIONAL = {
    "token": "SENTINELTOKEN", "region": "ap-guangzhou", "domain": "api3.example.com", "role_arn": "qcs::cam::uin/1:roleName/some", "role_session_name": "awx",
}
PASSWORD = "SENTINELPASSWORD"
GOLD, SHOP = "usagePlan-goldplan", "service-shop0001"
SEED = {
    "credentials": [{"secret_id": "SENTINELID", "secret_key": "SENTINELKEY", "token": ""}],
    "usage_plans": [{"usage_plan_id": GOLD, "name": "gold"}, {"usage_plan_id": "usagePlan-silverplan", "name": "silver"}],
    "access_keys": [{"access_key_id": f"AKIDexample-{name}", "name": name, "secret": f"SENTINELOF{name}"} for name in ("partner-a", "partner-b", "partner-c")],
    "services": [{"service_id": SHOP, "name": "shop", "environments": ["release"]}],
}
# AWX stores the result of a task that is longer as {}. Ours stay far below.
AWX_LIMIT, OURS = 700_000, 20_000


def injected(inputs, folder):
    """The environment that AWX makes of a credential with these inputs, and what it shows of it."""
    (folder / "env").mkdir(parents=True, exist_ok=True)
    kind = credentials.ManagedCredentialType(
        namespace="tencentcloud", name=CREDENTIAL_TYPE["name"], kind=CREDENTIAL_TYPE["kind"], inputs=CREDENTIAL_TYPE["inputs"],
        injectors=CREDENTIAL_TYPE["injectors"],
    )
    variables, shown = {}, {}
    injection.inject_credential(kind, credentials.Credential(inputs), variables, shown, [], str(folder))
    return variables, shown


class Unsafe(str):
    """An answer of a survey: AWX tags it, so that nothing in it is rendered."""


yaml.SafeDumper.add_representer(Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text)))


class Job:
    """One run by ansible-runner, of a project that imports the collection's playbooks.

    plays: each a playbook and the variables that it is imported with. answers: those of a survey. command: further arguments of ansible-playbook.
    """

    def __init__(self, folder, emulator, plays, answers=None, command=""):
        self.folder = folder
        for part in ("project", "inventory", "env"):
            (folder / part).mkdir(parents=True)
        imports = [{"name": "Import it", "import_playbook": f"tencentcloud.apigateway.{name}", "vars": given} for name, given in plays]
        (folder / "project/job.yml").write_text(yaml.safe_dump(imports))
        (folder / "inventory/hosts").write_text("localhost\n")
        answers = {name: Unsafe(answer) if isinstance(answer, str) else answer for name, answer in (answers or {}).items()}
        (folder / "env/extravars").write_text(yaml.safe_dump(answers))
        variables = {
            **injected({**dict.fromkeys(FIELDS, ""), **REQUIRED, "region": "ap-guangzhou\n"}, folder)[0], "HOME": str(folder),
            "ANSIBLE_COLLECTIONS_PATH": environment()["ANSIBLE_COLLECTIONS_PATH"], "TENCENTCLOUD_APIGATEWAY_ENDPOINT": emulator.url,
        }
        (folder / "env/envvars").write_text(yaml.safe_dump(variables))
        arguments = ["run", str(folder), "-p", "job.yml", "-i", "1", "-q", "--omit-env-files", *(["--cmdline", command] if command else [])]
        bin_folder = pathlib.Path(sys.executable).parent
        path = {"PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"}
        subprocess.run([str(bin_folder / "ansible-runner"), *arguments], env=environment(**path), check=False, capture_output=True, timeout=300)
        artifacts = folder / "artifacts/1"
        self.code = int((artifacts / "rc").read_text())
        self.output = (artifacts / "stdout").read_text()
        assert "[DEPRECATION WARNING]" not in self.output, self.output
        self.texts = [path.read_text() for path in sorted((artifacts / "job_events").glob("*.json"), key=lambda path: int(path.name.partition("-")[0]))]
        self.events = [json.loads(text) for text in self.texts]
        # ansible-runner writes the environment into "command", in clear by design.
        self.everything = [path.read_text() for path in artifacts.rglob("*") if path.is_file() and path.name != "command"]

    def artifacts(self):
        """What AWX hands to the next node of a workflow."""
        (last,) = [event for event in self.events if event["event"] == "playbook_on_stats"]
        return last["event_data"]["artifact_data"]

    def said(self):
        """What the last task of each play says."""
        done = [event["event_data"] for event in self.events if event["event"] == "runner_on_ok"]
        return [data["res"]["msg"] for data in done if data["task"].startswith("Say ")]

    def failures(self):
        return [event["event_data"]["res"]["msg"] for event in self.events if event["event"] == "runner_on_failed"]


def writes(emulator):
    return [call["action"] for call in emulator.calls() if not call["action"].startswith("Describe")]


def named(emulator, section="access_keys"):
    return {thing["name"]: thing for thing in emulator.state()["ap-guangzhou"][section]}


def test_the_credential_type_is_one_that_awx_takes_and_keeps_its_inputs():
    """AWX freezes the inputs once there is a credential, so they are those of the first release."""
    assert list(FIELDS) == ["secret_id", "secret_key", "token", "region", "domain", "role_arn", "role_session_name"]
    assert len(FIELDS) == len(CREDENTIAL_TYPE["inputs"]["fields"])
    assert [name for name, field in FIELDS.items() if field.get("secret")] == ["secret_id", "secret_key", "token"]
    assert CREDENTIAL_TYPE["inputs"]["required"] == ["secret_id", "secret_key"]
    assert set(CREDENTIAL_TYPE["inputs"]) == {"fields", "required"} and CREDENTIAL_TYPE["kind"] == "cloud"
    for field in FIELDS.values():
        assert set(field) <= {"id", "label", "type", "secret", "help_text"}
        assert field["type"] == "string"
    assert set(CREDENTIAL_TYPE["injectors"]) == {"env"}
    read = {name for names in ENVIRONMENT.values() for name in names} | {name for spec in CONNECTION.values() for name in spec.get("fallback", (None, []))[1]}
    for name, template in CREDENTIAL_TYPE["injectors"]["env"].items():
        assert name in read and name not in injection.ENV_BLOCKLIST
        assert re.fullmatch(r"\{\{ (\w+) \}\}", template)[1] in FIELDS


def test_awx_makes_the_environment_of_it_that_the_modules_read_and_hides_the_secrets(tmp_path):
    variables, shown = injected({**REQUIRED, **OPTIONAL}, tmp_path)
    assert variables == {
        "TENCENTCLOUD_SECRET_ID": "SENTINELID", "TENCENTCLOUD_SECRET_KEY": "SENTINELKEY\n", "TENCENTCLOUD_TOKEN": "SENTINELTOKEN",
        "TENCENTCLOUD_SECURITY_TOKEN": "SENTINELTOKEN", "TENCENTCLOUD_REGION": "ap-guangzhou", "TENCENTCLOUD_DOMAIN": "api3.example.com",
        "TENCENTCLOUD_ROLE_ARN": OPTIONAL["role_arn"], "TENCENTCLOUD_ROLE_SESSION_NAME": "awx", "TENCENTCLOUD_ASSUME_ROLE_ARN": OPTIONAL["role_arn"],
        "TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME": "awx",
    }
    assert "SENTINEL" not in json.dumps(shown) and shown["TENCENTCLOUD_REGION"] == "ap-guangzhou"
    for inputs in (REQUIRED, {**dict.fromkeys(FIELDS, ""), **REQUIRED}):
        only, _shown = injected(inputs, tmp_path)
        assert only == {**dict.fromkeys(variables, ""), "TENCENTCLOUD_SECRET_ID": "SENTINELID", "TENCENTCLOUD_SECRET_KEY": "SENTINELKEY\n"}


def test_each_playbook_has_a_survey():
    assert set(SURVEYS) == set(PLAYS)


@pytest.mark.parametrize("name", SURVEYS)
def test_a_survey_is_one_that_awx_takes_and_asks_for_the_variables_of_its_playbook(name):
    survey, variables = SURVEYS[name], PLAYS[name]["vars"]
    assert set(survey) == {"name", "description", "spec"} and survey["name"] and survey["description"]
    # What has an underscore is made of the answers.
    asked = [variable for variable in variables if not variable.startswith("_") and variable != "ansible_python_interpreter"]
    assert [item["variable"] for item in survey["spec"]] == asked
    used = (COLLECTION / f"playbooks/{name}.yml").read_text(encoding="utf-8")
    for item in survey["spec"]:
        kind, choices = item["type"], {"choices"} if item["type"] in ("multiplechoice", "multiselect") else {"min", "max"}
        assert kind in ("text", "textarea", "password", "multiplechoice", "multiselect", "integer", "float")
        assert set(item) == {"question_name", "question_description", "required", "type", "variable", "default"} | choices
        assert isinstance(item["required"], bool) and item["question_name"]
        # Left as it is, it means what it means to leave it out.
        assert item["default"] == variables[item["variable"]]
        assert isinstance(item["default"], str) if item["default"] == "" or kind not in ("integer", "float") else isinstance(item["default"], (int, float))
        if "choices" in item:
            # Of several, none may be chosen.
            assert item["default"] in [*item["choices"], *([""] if kind == "multiselect" else [])] and len(set(item["choices"])) == len(item["choices"])
        else:
            assert 0 <= item["max"] - item["min"]
        assert len(re.findall(rf"\b{item['variable']}\b", used)) >= 2, item["variable"]


@pytest.mark.parametrize("name", PLAYS)
def test_a_playbook_runs_on_localhost_by_the_python_of_ansible_and_asks_for_no_connection(name):
    play = PLAYS[name]
    assert (play["hosts"], play["connection"], play["gather_facts"]) == ("localhost", "local", False)
    assert play["vars"]["ansible_python_interpreter"] == "{{ ansible_playbook_python }}"
    assert set(play["vars"]) & set(CONNECTION) <= {"region"}
    assert list(play["module_defaults"]) == ["group/tencentcloud.apigateway.all"]
    (handed_on,) = [task["ansible.builtin.set_stats"]["data"] for task in play["tasks"] if "ansible.builtin.set_stats" in task]
    # Under a name that no survey asks for: what a node hands on goes before the answers of the next.
    assert list(handed_on) == [f"apigateway_{name}"]
    assert "changed" in handed_on[f"apigateway_{name}"]


def test_answers_of_a_survey_are_foreseen(tmp_path):
    """Text with blank lines and white space around it; what was not answered is empty. Since ansible-core 2.19 that is null, for AWX tags it unsafe."""
    answers = {
        "usage_plan_id": "", "usage_plan_name": " gold ", "access_key_ids": "\n  AKIDexample-partner-b\t\n\n", "access_key_names": "partner-a \r\n \npartner-c",
        "state": "present", "region": "",
    }
    with Emulator(SEED) as emulator:
        job = Job(tmp_path / "job", emulator, [("bind_keys", {})], answers, "--check --diff -vvv")
        assert (job.code, writes(emulator)) == (0, []), job.output
    keys = [f"AKIDexample-partner-{letter}" for letter in "abc"]
    assert job.artifacts() == {"apigateway_bind_keys": {"usage_plan_id": GOLD, "access_key_ids": keys, "bound": keys, "unbound": [], "changed": True}}
    assert job.said() == [f"Access keys that would be in {GOLD}: 3. Bound: {', '.join(keys)}. Unbound: none."]
    assert '+        "AKIDexample-partner-c"' in job.output and "TASK [Access keys in the usage plan gold: present]" in job.output
    assert not [text for text in job.everything if "SENTINEL" in text]


def test_all_of_it_among_ten_thousand_keys_in_small_events_without_a_secret(tmp_path):
    """With a list, absent variables, and an answer with Jinja in it, which stays as it is. Cutting over is in tests/examples."""
    many = [{"access_key_id": f"AKIDexample-{number:05}", "name": f"client-{number:05}", "secret": f"SENTINELOF{number}"} for number in range(10_000)]
    full = {"usage_plan_id": "usagePlan-silverplan", "access_key_ids": [key["access_key_id"] for key in many[:49]]}
    file = tmp_path / "acme.vault.yml"
    plays = [
        ("bind_keys", {"usage_plan_name": "silver", "access_key_names": ["client-00050"]}),
        ("onboard_client", {"usage_plan_name": "gold", "service_name": "shop", "handover_file": str(file), "handover_password": PASSWORD}),
        ("revoke_key", {"access_key_id": "AKIDexample-00001"}), ("rotate_key", {"access_key_name": "client-00000", "new_access_key_name": "client-00000-2"}),
    ]
    with Emulator({**SEED, "access_keys": many, "bindings": [full], "quotas": {"access_keys": 20_000}}) as emulator:
        job = Job(tmp_path / "job", emulator, plays, {"client": "{{ 7 * 6 }}"}, "--diff -v")
        assert job.code == 0, job.output
        done, keys, plans = writes(emulator), named(emulator), named(emulator, "usage_plans")
    client, new = keys["{{ 7 * 6 }}"], keys["client-00000-2"]
    assert done == [
        "BindSecretIds", "CreateApiKey", "BindSecretIds", "BindEnvironment", "DisableApiKey", "UnBindSecretIds", "CreateApiKey", "BindSecretIds",
    ]
    assert plans["gold"]["access_key_ids"] == [client["access_key_id"]] and plans["gold"]["environments"][0]["service_id"] == SHOP
    assert set(plans["silver"]["access_key_ids"]) == {"AKIDexample-00000", *full["access_key_ids"][2:], "AKIDexample-00050", new["access_key_id"]}
    assert [name for name, key in keys.items() if not key["enabled"]] == ["client-00001"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    opened = yaml.safe_load(VaultLib([("default", VaultSecret(PASSWORD.encode()))]).decrypt(file.read_bytes()))
    assert opened == {"access_key_id": client["access_key_id"], "access_key_secret": client["secret"]}

    artifacts, silver = job.artifacts(), ["usagePlan-silverplan"]
    assert artifacts.pop("apigateway_bind_keys")["bound"] == ["AKIDexample-00050"]
    assert artifacts == {
        "apigateway_onboard_client": {"access_key_id": client["access_key_id"], "usage_plan_id": GOLD, "changed": True},
        "apigateway_rotate_key": {
            "phase": "prepare", "old_access_key_id": "AKIDexample-00000", "new_access_key_id": new["access_key_id"], "usage_plan_ids": silver, "changed": True,
        },
        "apigateway_revoke_key": {"access_key_id": "AKIDexample-00001", "usage_plan_ids": silver, "changed": True},
    }
    assert job.said()[-2] == "AKIDexample-00001 is disabled. It was in: usagePlan-silverplan."
    for text in job.everything:
        assert "SENTINEL" not in text and client["secret"] not in text and new["secret"] not in text
    biggest = max(job.texts, key=len)
    assert len(biggest) < OURS < AWX_LIMIT, biggest
    assert len(job.events) < 200


def test_a_key_that_cannot_be_made_is_one_failure_that_says_why(tmp_path):
    """Though the task that makes it shows nothing, for the secret's sake."""
    with Emulator(SEED) as emulator:
        emulator.faults([{"action": "CreateApiKey", "kind": "refuse", "code": "LimitExceeded.ApiKeyCountLimitExceeded", "times": 0}])
        job = Job(tmp_path / "job", emulator, [("onboard_client", {})], {"client": "acme", "usage_plan_name": "gold", "handover_file": "", "service_name": ""})
        assert (job.code, writes(emulator)) == (2, ["CreateApiKey"]), job.output
    (failure,) = job.failures()
    assert failure.startswith("CreateApiKey for access key acme failed in ap-guangzhou at 127.0.0.1") and "LimitExceeded.ApiKeyCountLimitExceeded" in failure
    assert len(failure.splitlines()) == 1
    assert not [text for text in job.everything if "SENTINEL" in text]


@pytest.mark.parametrize(("name", "answers", "words"), [
    ("bind_keys", {"usage_plan_name": "gold", "access_key_ids": " \n"}, "Give access keys in access_key_ids or access_key_names"),
    ("revoke_key", {"access_key_name": "nobody"}, "No access keys have the name nobody, so none was disabled. Check name and region."),
    ("rotate_key", {"access_key_name": "nobody", "new_access_key_name": "new"}, "No access keys have the name nobody"),
])
def test_what_cannot_be_meant_is_said_and_nothing_is_written(tmp_path, name, answers, words):
    with Emulator({**SEED, "credentials": []}) as emulator:
        variables = {"TENCENTCLOUD_SECRET_ID": "AKIDEXAMPLE", "TENCENTCLOUD_SECRET_KEY": "SECRETEXAMPLE", "TENCENTCLOUD_REGION": "ap-guangzhou"}
        code, output = playbook(
            tmp_path, [], f"tencentcloud.apigateway.{name}", "--extra-vars", json.dumps(answers), TENCENTCLOUD_APIGATEWAY_ENDPOINT=emulator.url, **variables
        )
        assert (code, writes(emulator)) == (2, []), output
    assert words in " ".join(output.split())
