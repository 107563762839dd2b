# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where secrets are looked for, in which forms, and a run of Ansible that leaves all of these places to look at.

Knows no module. What a run needs is written before it, so whatever it leaves beside that is looked at. Not looked at is what a module writes to its
standard output: since ansible-core 2.22 it has real values, and the list of those that the controller masks.
"""

from __future__ import annotations

import base64
import contextlib
import html
import json
import pathlib
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, quote_plus

import yaml
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.tencentcloud.apigateway.tests.emulator import Emulator
from ansible_collections.tencentcloud.apigateway.tests.unit.contract.test_in_ansible import environment

VAULT_PASSWORD = secrets.token_hex(20)
# The archive of code in a module's file: made of the checkout, and hundreds of times the size of the rest.
_ARCHIVE = re.compile(rb"[\w+/=-]{50000,}")


class Leak(NamedTuple):
    """secret, form: by name."""

    place: str
    secret: str
    form: str


def new_secret(others: str = "") -> str:
    """A secret that URLs, JSON, HTML, shells and Python each write in their own way. others: further characters."""
    return f"{secrets.token_hex(6)}\"/+\\{secrets.token_hex(6)}'&%<{others}{secrets.token_hex(3)}"


def halves(named: Mapping[str, str]) -> dict[str, str]:
    """The secrets and their halves, so that a part of one is found as well."""
    return {f"{name}{part}": text for name, whole in named.items() for part, text in (
        ("", whole), (" (first half)", whole[:len(whole) // 2]), (" (second half)", whole[len(whole) // 2:]),
    )}


# ---- Forms


def _in_base64(data: bytes) -> Iterator[str]:
    """What base64 of any text has in it when the data is a part of that text: one form for each position in a group of three."""
    for before in range(3):
        core = base64.b64encode(bytes(before) + data).decode()
        core = core[-(-before * 8 // 6):len(core) - (0, 3, 2)[(before + len(data)) % 3]]
        yield from (core, core.replace("+", "-").replace("/", "_"))


def _inside(quoted: str) -> str:
    return quoted[1:-1]


FORMS = {
    "plain": lambda text: [text],
    "base64": lambda text: _in_base64(text.encode()),
    "hex": lambda text: [text.encode().hex()],
    "URL": lambda text: [quote(text), quote(text, safe=""), quote_plus(text), re.sub("%..", lambda found: found[0].lower(), quote(text, safe=""))],
    "JSON": lambda text: [_inside(json.dumps(text)), _inside(json.dumps(text, ensure_ascii=False))],
    "unicode": lambda text: ["".join(f"\\u{ord(one):04x}" for one in text), "".join(f"\\u{ord(one):04X}" for one in text)],
    "HTML": lambda text: [html.escape(text), html.escape(text, quote=False), html.escape(text).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")],
    "Python": lambda text: [_inside(repr(text)), _inside(ascii(text)), _inside(repr(text.encode()))],
    "shell": lambda text: [text.replace("'", "'\"'\"'"), text.replace("'", "'\\''")],
    "YAML": lambda text: [text.replace("'", "''")],
}


def _forms_of(secret: str | bytes) -> dict[bytes, str]:
    """Each way of writing the secret, with the name of its form. A text in JSON, and that in JSON again, is a job event."""
    if isinstance(secret, bytes):
        texts = {text: name for name, some in (("hex", [secret.hex()]), ("base64", _in_base64(secret)), ("Python", [_inside(repr(secret))])) for text in some}
        return {secret: "plain", **{text.encode(): form for text, form in texts.items()}}
    found: dict[str, str] = {}
    for form, write in FORMS.items():
        level = set(write(secret))
        for _level in range(3):
            for text in level:
                found.setdefault(text, form)
            level = {_inside(json.dumps(text, ensure_ascii=ascii_only)) for text in level for ascii_only in (True, False)}
    return {text.encode(): form for text, form in found.items()}


def leaks(places: Mapping[str, bytes], named: Mapping[str, str | bytes]) -> set[Leak]:
    """Which of the secrets are where, in which form."""
    needles = {needle: (name, form) for name, secret in named.items() for needle, form in _forms_of(secret).items()}
    return {Leak(place, *found) for place, content in places.items() for needle, found in needles.items() if needle in content}


def without_documented(content: bytes, told: Mapping[str, str]) -> bytes:
    """The content less these secrets where they are the value of `access_key_secret`, as modules document it."""
    for secret in told.values():
        for needle in _forms_of(secret):
            content = re.sub(rb"access_key_secret[\\\"': ]{2,12}" + re.escape(needle), b"access_key_secret", content)
    return content


# ---- Places


class Watch:
    """Looks at the arguments of all processes that came after it, and at temporary files, whenever it is asked."""

    def __init__(self, folder: pathlib.Path) -> None:
        self._folder = folder
        self._before = set(self._processes())
        self.arguments: set[bytes] = set()
        self.files: dict[str, bytes] = {}

    @staticmethod
    def _processes() -> list[str]:
        return [path.name for path in pathlib.Path("/proc").glob("[0-9]*")]

    def look(self) -> None:
        for process in self._processes():
            if process not in self._before:
                with contextlib.suppress(OSError):  # It has ended.
                    self.arguments.add(pathlib.Path("/proc", process, "cmdline").read_bytes())
        for name, file in files_in(self._folder).items():
            if name not in self.files:
                with contextlib.suppress(OSError):
                    self.files[name] = _ARCHIVE.sub(b"", file.read_bytes())


class Listening(Emulator):
    """An emulator that has a look around while the caller waits for each answer."""

    watch: Watch | None = None

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Any:
        if self.watch:
            self.watch.look()
        return super().answer(method, path, headers, body)


def files_in(folder: pathlib.Path) -> dict[str, pathlib.Path]:
    """But archives, which are packed code."""
    return {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.suffix != ".zip" and path.is_file() and not path.is_symlink()}


class _Dumper(yaml.SafeDumper):
    pass


class Vaulted(str):
    """An inline vault value."""


def vaulted(text: str) -> Vaulted:
    return Vaulted(VaultLib([("default", VaultSecret(VAULT_PASSWORD.encode()))]).encrypt(text).decode())


_Dumper.add_representer(Vaulted, lambda dumper, value: dumper.represent_scalar("!vault", str(value), style="|"))


class Ran(NamedTuple):
    """code: how it ended. output: of the command. left: what the run left, by the names of files. during: what was seen while it ran."""

    code: int
    output: str
    left: dict[str, bytes]
    during: Watch


def run(how: str, folder: pathlib.Path, emulator: Listening, tasks: list[dict], given: dict, variables: dict, play_vars: dict) -> Ran:
    """A play, as talkative as can be, by ansible-playbook or by ansible-runner in the way of AWX. What is in the folder before, it needs.

    given: extra variables. variables: of the environment. play_vars: of the play itself.
    """
    play = {"hosts": "localhost", "gather_facts": False, "vars": play_vars, "tasks": tasks}
    variables = {
        **variables, "ANSIBLE_LOG_PATH": f"{folder}/log", "ANSIBLE_LOCAL_TEMP": f"{folder}/tmp/local", "ANSIBLE_REMOTE_TMP": f"{folder}/tmp/remote",
        "TMPDIR": f"{folder}/tmp", "ANSIBLE_CACHE_PLUGIN": "jsonfile", "ANSIBLE_CACHE_PLUGIN_CONNECTION": f"{folder}/facts", "HOME": f"{folder}/home",
        "ANSIBLE_HOME": f"{folder}/home/.ansible", "ANSIBLE_VAULT_PASSWORD_FILE": f"{folder}/vault-password",
    }
    for name, text in {
        "project/play.yml": yaml.dump([play], Dumper=_Dumper), "vault-password": VAULT_PASSWORD, "env/extravars": json.dumps(given),
        "env/envvars": json.dumps(variables), "home/unused": "", "tmp/unused": "",
        "inventory/hosts": "localhost ansible_connection=local ansible_python_interpreter='{{ ansible_playbook_python }}'\n",
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    talkative = ["-vvvv", "--diff"]
    command, kept = {
        "ansible-playbook": (["project/play.yml", "-i", "inventory/hosts", "-e", "@env/extravars", *talkative], variables),
        "ansible-runner": (["run", str(folder), "-p", "play.yml", "-i", "job", "--omit-env-files", f"--cmdline={' '.join(talkative)}"], {}),
    }[how]
    needed = set(files_in(folder))
    emulator.watch = Watch(folder / "tmp")
    # Without measuring coverage, which would double the time.
    around = {name: value for name, value in environment(**kept).items() if not name.startswith("COV")}
    process = subprocess.run([str(pathlib.Path(sys.executable).parent / how), *command], cwd=folder, env=around, capture_output=True, check=False, timeout=400)
    left = {name: file.read_bytes() for name, file in files_in(folder).items() if name not in needed}
    # It holds the environment, by design.
    left.pop("artifacts/job/command", None)
    return Ran(process.returncode, (process.stdout + process.stderr).decode(), {"stdout": process.stdout, "stderr": process.stderr, **left}, emulator.watch)
