# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks what the built tarball gives once installed: every Python file imports, every module has its documentation, every playbook has a good syntax,
and an execution environment finds the requirements and takes the tarball.

Arguments: the folder it was installed into, <namespace>/<name>, the ansible-builder to ask, the tarball.
"""
from __future__ import annotations

import importlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

install, collection, builder, tarball = Path(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4])
root = install / "ansible_collections" / collection
fqcn = collection.replace("/", ".")

files = sorted(root.glob("plugins/**/*.py"))
for file in files:
    name = ".".join(file.relative_to(install).with_suffix("").parts).removesuffix(".__init__")
    imported = Path(importlib.import_module(name).__file__ or "")
    if imported != file:
        sys.exit(f"{name} came from {imported}, not from the installed {file}")

modules = [f"{fqcn}.{file.stem}" for file in sorted(root.glob("plugins/modules/*.py")) if file.stem != "__init__"]
documented = json.loads(subprocess.run(["ansible-doc", "--json", *modules], check=True, stdout=subprocess.PIPE).stdout)
for module in modules:
    missing = [part for part in ("doc", "examples", "return") if not documented.get(module, {}).get(part)]
    if missing:
        sys.exit(f"ansible-doc shows no {', '.join(missing)} of {module}")

asked = subprocess.run([builder, "introspect", install], check=True, stdout=subprocess.PIPE, text=True).stdout
wanted = [line for line in Path("requirements.txt").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
for requirement in wanted:
    if requirement not in asked:
        sys.exit(f"an execution environment would not install {requirement}:\n{asked}")

playbooks = [f"{fqcn}.{file.stem}" for file in sorted(root.glob("playbooks/*.yml"))]
subprocess.run(["ansible-playbook", "--syntax-check", *playbooks], check=True, stdout=subprocess.DEVNULL)

# The example's folder and the tarball, where they are in a checkout in which the tarball was built.
with tempfile.TemporaryDirectory() as checkout:
    example = Path("examples/awx/execution-environment.yml")
    folder = Path(checkout, example.parent)
    folder.mkdir(parents=True)
    shutil.copy(example, folder)
    shutil.copy(tarball, checkout)
    subprocess.run([builder, "create", "-f", folder / example.name, "-c", folder / "context"], check=True, stdout=subprocess.DEVNULL)
    given = (folder / "context/_build/requirements.yml").read_text(encoding="utf-8")
    if f"collections/{tarball.name}" not in given or not (folder / "context/_build/collections" / tarball.name).is_file():
        sys.exit(f"the execution environment of the example would not have {tarball.name}:\n{given}")

print(f"installed: {len(files)} files import, {len(modules)} modules have documentation, {len(playbooks)} playbooks, requirements are {', '.join(wanted)}")
