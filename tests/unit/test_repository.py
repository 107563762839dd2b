# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the repository says of itself is true: versions, lists, generated tables, examples and links."""

from __future__ import annotations

import ast
import importlib.util
import re

import pytest
import yaml
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._connection import CONNECTION
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import CODES
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._http import VERSION
from ansible_collections.tencentcloud.apigateway.tests.emulator import Emulator
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import COLLECTION, MODULES, Gateway, module

PAGES = sorted([*COLLECTION.glob("*.md"), *COLLECTION.glob("docs/*.md")])
# But modules, which are documentation first: test_a_module_is_documentation_and_one_run_call has their measure.
CODE = sorted([*COLLECTION.glob("plugins/module_utils/**/*.py"), *COLLECTION.glob("plugins/doc_fragments/*.py"), *COLLECTION.glob("plugins/plugin_utils/*.py"),
               *COLLECTION.glob("tests/emulator/*.py")])
README = (COLLECTION / "README.md").read_text(encoding="utf-8")


def read_yaml(path):
    return yaml.safe_load((COLLECTION / path).read_text(encoding="utf-8"))


def blocks(language):
    """(page, text) of every fenced block of a language in README and docs."""
    for page in PAGES:
        for block in re.finditer(rf"^( *)```{language}\n(.*?)^\1```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE):
            indent = len(block[1])
            yield page.name, "".join(line[indent:] if line.strip() else line for line in block[2].splitlines(keepends=True))


def test_there_is_one_version():
    assert read_yaml("galaxy.yml")["version"] == VERSION
    assert f"tencentcloud-apigateway-{VERSION}.tar.gz" in README
    tarballs = re.findall(r"tencentcloud-apigateway-[\w.]+\.tar\.gz", (COLLECTION / "examples/awx/execution-environment.yml").read_text(encoding="utf-8"))
    assert set(tarballs) == {f"tencentcloud-apigateway-{VERSION}.tar.gz"}


def test_the_action_group_has_every_module():
    assert read_yaml("meta/runtime.yml")["action_groups"]["all"] == MODULES


def test_every_module_and_playbook_is_in_the_readme():
    modules, playbooks = (re.findall(r"^\| `tencentcloud\.apigateway\.(\w+)`", part, re.MULTILINE) for part in README.split("| playbook |"))
    assert modules == MODULES
    assert playbooks == sorted(path.stem for path in COLLECTION.glob("playbooks/*.yml"))


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_documentation_and_one_run_call(name):
    tree = ast.parse((COLLECTION / f"plugins/modules/{name}.py").read_text(encoding="utf-8"))
    code = [node for node in tree.body if not (isinstance(node, ast.Assign) and node.targets[0].id in ("DOCUMENTATION", "EXAMPLES", "RETURN"))]
    assert sum(node.end_lineno - node.lineno + 1 for node in code) <= 60
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Try)]
    assert module(name).main.__code__.co_names == ("run", "OPTIONS", "JOB")


def test_only_one_place_branches_on_check_mode():
    branches = [
        (path.name, node.lineno)
        for path in COLLECTION.glob("plugins/**/*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.If, ast.IfExp, ast.While)) and "check_mode" in ast.dump(node.test)
    ]
    assert len(branches) == 1, branches


def test_each_file_of_code_names_its_licence():
    files = [path for path in COLLECTION.rglob("*.py") if ".cache" not in path.parts]
    assert files and not [path for path in files if "SPDX-License-Identifier: GPL-3.0-or-later" not in path.read_text(encoding="utf-8")[:200]]


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.name)
def test_files_are_small(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


def imports_of(path):
    """The modules that a file imports, relative ones with their dots."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_below_the_module_nothing_knows_ansible_and_only_the_client_knows_requests():
    for path in COLLECTION.glob("plugins/module_utils/**/*.py"):
        imported = {name.split(".")[0] for name in imports_of(path)}
        assert ("ansible" in imported) == (path.name in ("_module.py", "_connection.py")), path
        assert ("requests" in imported) == (path.name in ("_http.py", "_adapter.py")), path


def test_the_emulator_is_independent_of_the_plugins():
    for path in COLLECTION.glob("tests/emulator/*.py"):
        foreign = [name for name in imports_of(path) if name.startswith(("..", "ansible"))]
        assert foreign == [], path


@pytest.mark.parametrize("page", ["docs/errors.md", "docs/emulator.md", "docs/permissions.md"])
def test_generated_tables_are_as_the_code_has_them(page):
    spec = importlib.util.spec_from_file_location("tables", COLLECTION / "tests/utils/tables.py")
    tables = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tables)
    assert tables.written_anew(page) == (COLLECTION / page).read_text(encoding="utf-8")


def test_every_code_of_the_binding_actions_is_known_by_name():
    """The lists of the pages of BindSecretIds, UnBindSecretIds and DescribeUsagePlanSecretIds."""
    assert {
        "InternalError.OssException", "InvalidParameterValue.InvalidAccessKeyIds", "InvalidParameterValue.InvalidRegion",
        "LimitExceeded.AccessKeyCountInUsagePlanLimitExceeded", "ResourceNotFound.InvalidAccessKeyId", "ResourceNotFound.InvalidUsagePlan",
        "UnsupportedOperation.AlreadyBindUsagePlan", "UnsupportedOperation.InvalidStatus", "UnsupportedOperation.UnsupportedBindApiKey",
        "UnsupportedOperation.RequestPostError",
    } <= set(CODES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_a_page_names_exist(page):
    for named in re.findall(r"`((?:plugins|playbooks|tests|docs|examples|meta|changelogs)/[\w./-]+)`", page.read_text(encoding="utf-8")):
        assert (COLLECTION / named).exists(), named


def test_each_promise_names_a_test_that_exists():
    page = (COLLECTION / "docs/promises.md").read_text(encoding="utf-8")
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", page)
    assert len(named) >= 15
    for file, test in named:
        (found,) = COLLECTION.glob(f"tests/**/{file}")
        assert f"def {test}(" in found.read_text(encoding="utf-8"), test
    promises = [line for line in page.splitlines() if line.startswith("| ") and line.count("|") == 3 and "---" not in line and "held by" not in line]
    assert [line for line in promises if "::" not in line] == []


PLAYBOOKS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(COLLECTION.glob("playbooks/*.yml"))}
# What the page about AWX shows beside plays: the collections of a project, and the variables of its host.
FILES_OF_A_PROJECT = [
    {"collections": [{"name": read_yaml("galaxy.yml")["repository"], "type": "git"}]},
    {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"},
]


def test_what_is_given_to_a_playbook_is_a_variable_of_it():
    """In plays that import it, in commands, and in what the page about AWX quotes of a job and of its artifacts."""
    imports = [(play["import_playbook"], set(play.get("vars", {}))) for page, text in [*blocks("yaml"), *PLAYS] for play in yaml.safe_load(text)
               if isinstance(play, dict) and "import_playbook" in play]
    shell = [text for page, text in blocks("shell")] + list(PLAYBOOKS.values())
    found = [command for text in shell for command in re.findall(r"ansible-playbook (tencentcloud\S+)(.*)", text)]
    commands = [(name, set(re.findall(r"-e (\w+)=", arguments))) for name, arguments in found]
    assert len(imports) >= 5 and len(commands) >= 5
    for name, given in imports + commands:
        (play,) = yaml.load(PLAYBOOKS[name.removeprefix("tencentcloud.apigateway.")], AnyTag)
        assert given <= set(play["vars"]), name
    page = (COLLECTION / "docs/awx.md").read_text(encoding="utf-8")
    artifacts = dict(re.findall(r"^\| `\w+` \| `apigateway_(\w+)` \| (.*) \|$", page, re.MULTILINE))
    for name, members in artifacts.items():
        (handed_on,) = re.findall(rf"          apigateway_{name}:(?: >-)?\n((?:            .*\n)+)", PLAYBOOKS[name])
        assert re.findall(r"`(\w+)`", members) == re.findall(r"(\w+)'?: ", re.sub(r'".*"', "", handed_on)), name
    assert set(re.findall(r"apigateway_(\w+)\.", page)) <= set(artifacts)
    tasks = re.findall(r"TASK \[(.*)\]", page)
    names = [re.sub(r"\\\{.*\\\}", ".*", re.escape(name)) for name in re.findall(r'- name: "?(.*?)"?\n', PLAYBOOKS["onboard_client"])]
    assert tasks and all(any(re.fullmatch(name, task) for name in names) for task in tasks)


class AnyTag(yaml.SafeLoader):
    """Takes !unsafe for text."""


AnyTag.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def tasks_of(document):
    """Every task in plays, blocks and task lists."""
    for entry in document or []:
        for part in ("tasks", "block", "rescue", "always"):
            yield from tasks_of(entry.get(part))
        if not {"hosts", "block"} & set(entry):
            yield entry


PLAYS = [(path.name, path.read_text(encoding="utf-8")) for path in sorted(COLLECTION.glob("examples/*.yml")) if path.name != "seed.yml"]
EXAMPLES = [(name, module(name).EXAMPLES) for name in MODULES] + PLAYS


@pytest.mark.parametrize(("page", "text"), [*blocks("yaml"), *EXAMPLES])
def test_examples_use_options_that_exist(page, text):
    document = yaml.safe_load(text)
    if page == "awx.md" and isinstance(document, dict):
        assert document in FILES_OF_A_PROJECT
        return
    if isinstance(document, dict):
        # The seed of the emulator's page.
        with Emulator(document) as emulator:
            assert emulator.state()
        return
    for task in tasks_of(document):
        for name, options in task.items():
            if name.startswith("tencentcloud.apigateway."):
                known = {**CONNECTION, **module(name.rpartition(".")[2]).OPTIONS}
                assert set(options or {}) <= set(known), page
                assert {option for option, spec in module(name.rpartition(".")[2]).OPTIONS.items() if spec.get("required")} <= set(options or {})


def test_the_readme_quotes_a_failure_as_it_is():
    """But for port and RequestId."""
    (quoted,) = [text for page, text in blocks("text") if page == "README.md"]
    options = {"usage_plan_id": "usagePlan-goldplan", "access_key_ids": ["AKIDexample-retired"]}
    with Gateway(others=read_yaml("examples/seed.yml")) as gateway:
        message = gateway.run("usage_plan_keys", **options)["msg"]

    def neutral(text):
        return re.sub(r":\d+:|[0-9a-f-]{36}", "#", " ".join(text.split()))

    assert neutral(quoted) == neutral(message)


def test_commands_of_the_pages_exist():
    targets = set(re.findall(r"^([\w-]+):", (COLLECTION / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {target for page in PAGES for target in re.findall(r"(?:`|^ *)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE)}
    assert {"demo", "test", "test-all", "unit"} <= named <= targets


def test_the_documented_connection_is_the_one_in_the_spec():
    fragment = importlib.import_module("ansible_collections.tencentcloud.apigateway.plugins.doc_fragments.connection")
    documented = yaml.safe_load(fragment.ModuleDocFragment.DOCUMENTATION)["options"]
    assert set(documented) == set(CONNECTION)
    for name, spec in CONNECTION.items():
        assert documented[name].get("default") == spec.get("default"), name
        assert documented[name].get("choices") == spec.get("choices"), name
        for variable in spec.get("fallback", (None, []))[1]:
            assert variable in str(documented[name]["description"]), name
