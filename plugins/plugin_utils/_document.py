# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The form of a document of who may call what, by the options of the module `access`: what does not fit is told by its place, and never quoted.

The module itself would quote a name that it does not know, and a value that is no number: with a colon forgotten, either may be a secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ansible.module_utils.parsing.convert_bool import boolean
from ansible_collections.tencentcloud.apigateway.plugins.modules.access import OPTIONS

SECTIONS = {section: OPTIONS[section] for section in ("access_keys", "usage_plans")}
SECRET = "access_key_secret"
# What an entry of a plan's access_keys may be in the place of a text.
_BY_ID = {"access_key_id": {"type": "str"}}


class Misfit(NamedTuple):
    """What does not fit. path: the members and numbers that lead to it. known: whether its own name is an option's, so that it may be shown."""

    path: tuple
    text: str
    known: bool = True


def plain(value: Any) -> Any:
    """A copy in plain mappings and lists, without what Ansible adds to values."""
    if isinstance(value, Mapping):
        return {name: plain(member) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def without_secrets(document: dict[str, Any]) -> dict[str, Any]:
    """The same less the secrets of its keys. document: one that fits."""
    keys = document.get("access_keys")
    return {**document, "access_keys": [{name: value for name, value in key.items() if name != SECRET} for key in keys]} if keys else document


def misfit(document: Any) -> Misfit | None:
    """The first thing in a document that does not fit; None when all of it does."""
    if not isinstance(document, Mapping) or not document:
        return Misfit((), f"a document is a mapping with the lists {' and '.join(SECTIONS)}, or one of them")
    return _of_mapping(document, SECTIONS, ())


def _of_mapping(value: Any, options: dict[str, Any], path: tuple) -> Misfit | None:
    if not isinstance(value, Mapping):
        return Misfit(path, f"a mapping belongs here, with members of these: {', '.join(options)}")
    for name, member in value.items():
        if name not in options:
            return Misfit((*path, name), f"this member is none of these: {', '.join(options)}", known=False)
        found = None if member is None else _of(member, options[name], (*path, name))
        if found:
            return found
    return None


def _of(value: Any, spec: dict[str, Any], path: tuple) -> Misfit | None:
    kind = spec["type"]
    if kind == "list":
        if not isinstance(value, list):
            return Misfit(path, "a list belongs here")
        item = {**spec, "type": spec["elements"]}
        return next(filter(None, (_of(one, item, (*path, number)) for number, one in enumerate(value))), None)
    if kind == "dict":
        return _of_mapping(value, spec["options"], path)
    if kind == "raw" and isinstance(value, Mapping):
        return _of_mapping(value, _BY_ID, path)
    if value is None or isinstance(value, (Mapping, list)):
        return Misfit(path, "a single value belongs here")
    if kind == "int" and not _is_whole(value):
        return Misfit(path, "a whole number belongs here")
    if kind == "bool" and not _is_truth(value):
        return Misfit(path, "true or false belongs here")
    if "choices" in spec and value not in spec["choices"]:
        return Misfit(path, f"one of these belongs here: {', '.join(spec['choices'])}")
    return None


def _is_whole(value: Any) -> bool:
    try:
        return not isinstance(value, bool) and int(value) == float(value)
    except (TypeError, ValueError, OverflowError):
        return False


def _is_truth(value: Any) -> bool:
    try:
        return boolean(value) is not None
    except TypeError:
        return False
