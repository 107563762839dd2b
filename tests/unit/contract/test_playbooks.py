# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks as AWX runs them: by ansible-runner, with the environment that the credential type gives, answers of surveys as extra variables, and what
becomes of it in job events.

What starts ansible-playbook takes seconds, so each run holds much.
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.tencentcloud.apigateway.tests.emulator import Emulator
from ansible_collections.tencentcloud.apigateway.tests.unit.contract.test_in_ansible import environment
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import COLLECTION

injection = pytest.importorskip("awx_plugins.interfaces._temporary_private_inject_api", reason="needs Python 3.11", exc_type=SyntaxError)
credentials = pytest.importorskip("awx_plugins.interfaces._temporary_private_api")

PLAYBOOKS = sorted(path.stem for path in COLLECTION.glob("playbooks/*.yml") if path.stem != "setup_awx")
CREDENTIAL_TYPE = yaml.safe_load((COLLECTION / "playbooks/files/credential_type.yml").read_text(encoding="utf-8"))
INPUTS = [field["id"] for field in CREDENTIAL_TYPE["inputs"]["fields"]]
REQUIRED = {"secret_id": "SENTINELID", "secret_key": "SENTINELKEY\n"}
ALL = {**REQUIRED, "token": "SENTINELTOKEN", "region": "ap-guangzhou", "domain": "example.com", "role_arn": "qcs::cam::uin/1:roleName/x", "role_session_name": "awx"}
# AWX stores a task result of more as {}.
AWX_LIMIT = 700_000
PASSWORD = "SENTINELPASSWORD"


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
    """One run by ansible-runner: its plays are those of a project that imports the collection's playbooks.

    plays: each a playbook and the variables that it is imported with. answers: the extra variables, of one survey.
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
            **injected({**{name: "" for name in INPUTS}, **REQUIRED, "region": "ap-guangzhou"}, folder)[0], "HOME": str(folder),
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
        self.texts = [path.read_text() for path in sorted((artifacts / "job_events").glob("*.json"), key=lambda path: int(path.name.partition("-")[0]))]
        self.events = [json.loads(text) for text in self.texts]
        # What an environment shows is AWX's own concern: it is in clear in this file by design.
        self.everything = [path.read_text() for path in artifacts.rglob("*") if path.is_file() and path.name != "command"]

    def artifacts(self):
        """What AWX hands to the next node of a workflow."""
        (last,) = [event for event in self.events if event["event"] == "playbook_on_stats"]
        return last["event_data"]["artifact_data"]

    def results(self):
        """The result of each task that ran, by its name as the job list has it; of a loop, the last."""
        return {
            event["event_data"]["task"]: event["event_data"]["res"] for event in self.events if event["event"] in ("runner_on_ok", "runner_on_failed")
        }

    def failures(self):
        return [event["event_data"]["res"]["msg"] for event in self.events if event["event"] == "runner_on_failed"]


def writes(emulator):
    return [call["action"] for call in emulator.calls() if not call["action"].startswith("Describe")]
