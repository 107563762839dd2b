# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML that a person wrote and that may hold secrets: an error names line and column, and never quotes the text.

The filters of Ansible quote it in errors and in warnings, which no_log does not hide. Knows no document in particular.
"""

from __future__ import annotations

import bisect
import re
from typing import Any, Callable

import yaml

LARGEST = 16 * 1024 * 1024  # bytes
DEEPEST = 20
# An alias counts as often as it is used, so that a text of a few lines cannot become gigabytes.
MOST_VALUES = 500_000

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_QUOTES = "A text with characters that YAML has a use for (such as : # & * ! % @ { [) stands in quotes"
# Dates stay the texts that they are: no name and no id is one.
_TEXTS = frozenset({f"{_TAG}str", f"{_TAG}timestamp", f"{_TAG}value", "!unsafe"})
_VALUES = frozenset({f"{_TAG}null", f"{_TAG}bool", f"{_TAG}int", f"{_TAG}float"})
_MERGE = f"{_TAG}merge"


class Unreadable(Exception):
    """What is wrong with a text, and where; its own words only."""


def _place(line: int, column: int) -> str:
    """As people count."""
    return f"line {line + 1}, column {column + 1}"


def _at(mark: Any) -> str:
    return _place(mark.line, mark.column)


def decoded(data: bytes) -> str:
    """The text of a file. Raises Unreadable."""
    if len(data) > LARGEST:
        raise Unreadable(f"it is larger than {LARGEST} bytes")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[:error.start]
        line = before[before.rfind(b"\n") + 1:].decode("utf-8")
        raise Unreadable(f"{_place(before.count(10), len(line))}: this is not UTF-8") from None


def loaded(text: str, decrypt: Callable[[str], Any]) -> tuple[Any, dict[tuple, str]]:
    """What the text says, as plain values, and the place of each value by its path. Raises Unreadable.

    decrypt: what becomes of a value with the tag !vault. A path is made of the members and numbers that lead to the value.
    """
    if len(text) > LARGEST:
        raise Unreadable(f"it is larger than {LARGEST} bytes")
    unprintable = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if unprintable:
        lines = [found.end() for found in re.finditer("\n", text[:unprintable.start()])]
        line = bisect.bisect(lines, unprintable.start())
        raise Unreadable(f"{_place(line, unprintable.start() - ([0] + lines)[line])}: no YAML has this character")
    try:
        _check(text)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.composer.ComposerError as error:
        raise Unreadable(f"{_at(error.problem_mark)}: this refers to an anchor that is not there. {_QUOTES}") from None
    except yaml.MarkedYAMLError as error:
        raise Unreadable(f"{_at(error.problem_mark or error.context_mark)}: this is not YAML. {_QUOTES}") from None
    if node is None:
        return None, {}
    values = _Values(decrypt)
    return values.of(node, ()), values.places


def _check(text: str) -> None:
    """What composing would not survive, or would not notice. Raises Unreadable and what yaml raises."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=_LOADER):
        documents += isinstance(event, yaml.DocumentStartEvent)
        if documents > 1:
            raise Unreadable(f"{_at(event.start_mark)}: a second document begins here")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise Unreadable(f"{_at(event.start_mark)}: this is nested more than {DEEPEST} deep")
        if isinstance(event, yaml.ScalarEvent) and event.anchor and event.value == "" and event.style in (None, ""):
            # Taken for null, and so for something that was left out.
            raise Unreadable(f"{_at(event.start_mark)}: an anchor without a value. {_QUOTES}")


class _Values:
    """Makes plain values of nodes. places: of all of them, by path."""

    def __init__(self, decrypt: Callable[[str], Any]) -> None:
        self.places: dict[tuple, str] = {}
        self._decrypt = decrypt
        self._constructor = yaml.constructor.SafeConstructor()
        self._number = 0

    def of(self, node: Any, path: tuple) -> Any:
        """The value of a node. Raises Unreadable."""
        self._number += 1
        if self._number > MOST_VALUES or len(path) > DEEPEST:
            raise Unreadable(f"{_at(node.start_mark)}: too many values, or nested too deep, with all that aliases stand for")
        self.places.setdefault(path, _at(node.start_mark))
        if isinstance(node, yaml.MappingNode) and node.tag == f"{_TAG}map":
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode) and node.tag == f"{_TAG}seq":
            return [self.of(item, (*path, number)) for number, item in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        raise self._unknown(node)

    def _mapping(self, node: Any, path: tuple) -> dict[str, Any]:
        own: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key, value in node.value:
            if key.tag == _MERGE:
                merged = {**self._merged(value, path), **merged}
                continue
            name = self._scalar(key) if isinstance(key, yaml.ScalarNode) else None
            if not isinstance(name, str):
                raise Unreadable(f"{_at(key.start_mark)}: the name of a member is a text")
            if name in own:
                raise Unreadable(f"{_at(key.start_mark)}: this member is there a second time")
            self.places[(*path, name)] = _at(key.start_mark)
            own[name] = self.of(value, (*path, name))
        return {**merged, **own}

    def _merged(self, node: Any, path: tuple) -> dict[str, Any]:
        """What << takes over. The first of several mappings goes before the others."""
        sources = node.value if isinstance(node, yaml.SequenceNode) else [node]
        merged: dict[str, Any] = {}
        for source in sources:
            if not isinstance(source, yaml.MappingNode):
                raise Unreadable(f"{_at(source.start_mark)}: only a mapping can be merged")
            merged = {**self.of(source, (*path, "<<")), **merged}
        return merged

    def _scalar(self, node: Any) -> Any:
        if node.tag in _TEXTS:
            return node.value
        if node.tag == "!vault":
            try:
                return self._decrypt(node.value)
            except Exception:  # pylint: disable=broad-except
                raise Unreadable(f"{_at(node.start_mark)}: this cannot be decrypted by the vault passwords that are given") from None
        if node.tag not in _VALUES:
            raise self._unknown(node)
        try:
            return self._constructor.yaml_constructors[node.tag](self._constructor, node)
        except (ValueError, LookupError, ArithmeticError):
            raise Unreadable(f"{_at(node.start_mark)}: this is not what its tag says") from None

    @staticmethod
    def _unknown(node: Any) -> Unreadable:
        return Unreadable(f"{_at(node.start_mark)}: a tag that is not known here. {_QUOTES}")
