# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents that are broken: told by line and column, and nothing of them anywhere, whatever Ansible makes of an error."""

from __future__ import annotations

import pathlib
import secrets
import tempfile

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.tencentcloud.apigateway.plugins.lookup.access_document import LookupModule
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import COLLECTION
from ansible_collections.tencentcloud.apigateway.tests.unit.sentinel import VAULT_PASSWORD, Listening, halves, leaks, run

SECRET = f"SENTINEL{secrets.token_hex(10)}"
HEAD = "access_keys:\n  - name: partner-a\n"
ALIASES = "".join(f"  - name: &a{number} [{', '.join([f'*a{number - 1}' if number else SECRET] * 9)}]\n" for number in range(9))
# What a person may do to a document with a secret in it: (the text, where it is told).
BROKEN = {
    "a tag": (f"{HEAD}    access_key_secret: !{SECRET}\n", "line 3, column 24"),
    "a tag of Python's": (f"{HEAD}    access_key_secret: !!python/object/apply:os.system [{SECRET}]\n", "line 3, column 24"),
    "an anchor": (f"{HEAD}    access_key_secret: &{SECRET}\n", "line 3, column 24"),
    "an alias": (f"{HEAD}    access_key_secret: *{SECRET}\n", "line 3, column 24"),
    "twice": (f"{HEAD}    access_key_secret: {SECRET}\n    access_key_secret: {SECRET}\n", "line 4, column 5"),
    "no blank after the colon": (f"access_keys:\n  - {{name: a, access_key_secret:{SECRET}}}\n", "line 2, column 15"),
    "only a text": (f"access_keys:\n  - access_key_secret:{SECRET}\n", "line 2, column 5"),
    "in another's place": (f"{HEAD}    enabled: {SECRET}\n", "line 3, column 5"),
    "in the place of a number": (f"usage_plans:\n  - name: gold\n    max_requests: {SECRET}\n", "line 3, column 5"),
    "as an environment": (f"usage_plans:\n  - name: gold\n    environments:\n      - service: a\n        environment: {SECRET}\n", "line 5, column 9"),
    "as a list": (f"access_keys: {SECRET}\n", "line 1, column 1"),
    "as a reference": (f"usage_plans:\n  - name: gold\n    access_keys: [{{access_key_id:{SECRET}}}]\n", "line 3, column 20"),
    "not closed": (f"access_keys: [{{access_key_secret: {SECRET}", "line 2, column 1"),
    "a tab": (f"{HEAD}\taccess_key_secret: {SECRET}\n", "line 3, column 1"),
    "a quote": (f"{HEAD}    access_key_secret: '{SECRET}\n", "line 4, column 1"),
    "a template": (f"{HEAD}    access_key_secret: {{{{ {SECRET} }}}}\n", "line 3, column 25"),
    "two documents": (f"{HEAD}---\naccess_key_secret: {SECRET}\n", "line 3, column 1"),
    "a bell": (f"{HEAD}    access_key_secret: {SECRET}\a\n", f"line 3, column {24 + len(SECRET)}"),
    "no number": (f"{HEAD}    access_key_secret: !!int {SECRET}\n", "line 3, column 24"),
    "no ciphertext": (f"{HEAD}    access_key_secret: !vault {SECRET}\n", "line 3, column 24"),
    "no document": (f"- {SECRET}\n", "line 1, column 1"),
    "no list": (f"keys:\n  - access_key_secret: {SECRET}\n", "line 1, column 1"),
    "a number as a name": (f"{HEAD}    7: {SECRET}\n", "line 3, column 5"),
    "many aliases": (f"access_keys:\n{ALIASES}", "line"),
    "its own alias": (f"access_keys: &a\n  - access_key_secret: {SECRET}\n  - *a\n", "line 2, column 24"),
    "deep": (f"access_keys: {'[' * 5000}{SECRET}", "line 1, column 33"),
}


def lookup(*terms, password="", **options):
    """What the plugin returns."""
    loader = DataLoader()
    loader.set_vault_secrets([("default", VaultSecret(password.encode()))] if password else [])
    (found,) = LookupModule(loader=loader).run([str(term) for term in terms], **options)
    assert set(found) == {"document", "problem"} and (found["document"] is None) == bool(found["problem"])
    return found


def encrypted(text):
    return VaultLib([("default", VaultSecret(VAULT_PASSWORD.encode()))]).encrypt(text)


@pytest.mark.parametrize("way", BROKEN)
def test_what_is_wrong_has_its_line_and_column_and_nothing_of_the_document(way, tmp_path):
    text, place = BROKEN[way]
    (tmp_path / "plain.yml").write_text(text)
    (tmp_path / "vaulted.yml").write_bytes(encrypted(text))
    problems = [
        lookup(document=text)["problem"], lookup(tmp_path / "plain.yml")["problem"],
        lookup(tmp_path / "vaulted.yml", password=VAULT_PASSWORD)["problem"],
    ]
    assert problems[0].startswith(place) and len(set(problems)) == 1 and len(problems[0]) < 200
    assert leaks({"problem": problems[0].encode()}, halves({"secret": SECRET})) == set()


def test_what_is_not_utf_8_has_its_line_and_column(tmp_path):
    for file, data in {"plain.yml": "é: a\n é".encode() + b"\xff", "vaulted.yml": encrypted(b"a: b\n  \xff" + SECRET.encode())}.items():
        (tmp_path / file).write_bytes(data)
        assert lookup(tmp_path / file, password=VAULT_PASSWORD)["problem"] == "line 2, column 3: this is not UTF-8"


def test_a_file_that_is_not_there_or_cannot_be_decrypted_is_told_as_such(tmp_path):
    (tmp_path / "vaulted.yml").write_bytes(encrypted(HEAD))
    for found in (lookup(tmp_path / "nowhere.yml"), lookup(tmp_path / "vaulted.yml", password="another"), lookup(tmp_path / "vaulted.yml"), lookup(tmp_path)):
        assert found["problem"].startswith("the file cannot be read, or decrypted by the vault passwords that are given")


def test_a_document_is_what_it_says_and_no_template_is_carried_out(tmp_path):
    text = (
        "access_keys:\n  - &a {name: '{{ 6 * 7 }}', enabled: yes, access_key_secret: !unsafe '{{ x }}'}\n"
        "  - <<: *a\n    name: 2020-01-01\n  - {<<: [*a], name: 007}\n"
        "usage_plans:\n  - {name: gold, max_requests: '5', access_keys: [a, {access_key_id: b}], environments: [{service: é, environment: test}]}\n"
        "  - {description: null, environments: []}\n"
    )
    (tmp_path / "document.yml").write_text(text, encoding="utf-8")
    key = {"name": "{{ 6 * 7 }}", "enabled": True, "access_key_secret": "{{ x }}"}
    document = {
        "access_keys": [key, {**key, "name": "2020-01-01"}, {**key, "name": 7}],
        "usage_plans": [
            {
                "name": "gold", "max_requests": "5", "access_keys": ["a", {"access_key_id": "b"}],
                "environments": [{"service": "é", "environment": "test"}],
            },
            {"description": None, "environments": []},
        ],
    }
    # As a text, as a file, as it is, and as the result of access_info.
    for found in (lookup(document=text), lookup(tmp_path / "document.yml"), lookup(document=document), lookup(document={"access": document, "changed": False})):
        assert found == {"document": document, "problem": ""}
    keys = [{"name": key["name"], "enabled": True} for key in document["access_keys"]]
    assert lookup(document=text, with_secrets=False)["document"] == {**document, "access_keys": keys}


def test_a_vaulted_value_is_decrypted_unless_secrets_are_not_wanted():
    text = f"{HEAD}    access_key_secret: !vault |\n" + "".join(f"      {line}\n" for line in encrypted(SECRET).decode().splitlines())
    assert lookup(document=text, password=VAULT_PASSWORD)["document"] == {"access_keys": [{"name": "partner-a", "access_key_secret": SECRET}]}
    assert lookup(document=text, with_secrets=False)["document"] == {"access_keys": [{"name": "partner-a"}]}
    assert "cannot be decrypted" in lookup(document=text, password="another")["problem"]


@pytest.mark.parametrize(("document", "problem"), [
    ({}, "the document: a document is a mapping"), ({SECRET: []}, "the document: this member is none of these: access_keys, usage_plans"),
    ({"access": {"access_keys": [{"name": "a"}, {SECRET: "a"}]}}, "access.access_keys[1]: this member is none of these: name,"),
    ({"access_keys": [None]}, "access_keys[0]: a mapping belongs here"),
    ({"access_keys": [{"name": [SECRET]}]}, "access_keys[0].name: a single value belongs here"),
    ({"usage_plans": [{"max_requests": 1.5}]}, "usage_plans[0].max_requests: a whole number belongs here"),
], ids=["empty", "a section", "a member", "null", "a list", "a fraction"])
def test_a_mapping_that_is_no_document_is_told_by_its_members(document, problem):
    found = lookup(document=document)["problem"]
    assert found.startswith(problem) and "SENTINEL" not in found


def tasks_of(playbook, variable, given):
    """The tasks of a playbook, with its variables, for a document that is given in one of them. What is said when they fail has no word of it."""
    (play,) = yaml.safe_load((COLLECTION / f"playbooks/{playbook}.yml").read_text(encoding="utf-8"))
    return {
        "block": play["tasks"], "vars": {**play["vars"], variable: given}, "rescue": [{"ansible.builtin.debug": {"msg": f"RESCUED {playbook}"}}],
    }


@pytest.mark.jobs
def test_a_playbook_tells_what_is_wrong_and_leaves_nothing_of_the_document_anywhere():
    """Each way in both playbooks that take documents, once as AWX gives the answer of a survey, and once as a vaulted file; as talkative as can be."""
    tasks = []
    variables = {"apply_access": ("apply_access_document", "apply_access_path"), "access_report": ("access_document", "access_document_path")}
    with Listening({}) as emulator, tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "project").mkdir()
        for number, (text, _place) in enumerate(BROKEN.values()):
            (folder / f"project/{number}.yml").write_bytes(encrypted(text))
            # Not in the play itself, of which Ansible quotes the lines around a task that failed.
            given = (f"{{{{ documents[{number}] }}}}", f"{folder}/project/{number}.yml")
            for way, (playbook, names) in enumerate(variables.items(), number):
                tasks.append(tasks_of(playbook, names[way % 2], given[way % 2]))
        answers = {"documents": [{"__ansible_unsafe": text} for text, _place in BROKEN.values()]}
        ran = run("ansible-runner", folder, emulator, tasks, answers, {}, {})
        assert emulator.calls() == []
    assert ran.code == 0, ran.output[-3000:]
    assert ran.output.count('"msg": "RESCUED') == len(tasks) == 2 * len(BROKEN)
    told = " ".join(ran.output.split())
    for _text, place in BROKEN.values():
        assert f"cannot be read as a document of who may call what: {place}" in told and f"is not a document of who may call what: {place}" in told
    assert leaks(ran.left, halves({"secret": SECRET})) == set()
