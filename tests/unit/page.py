# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTML as a tree, for tests: strict about what is left open, and no more than they need."""

from __future__ import annotations

import html.parser
from dataclasses import dataclass, field

VOID = {"meta", "input", "br", "col", "img", "link"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    parent: Element | None = field(default=None, repr=False)
    children: list[Element] = field(default_factory=list, repr=False)
    pieces: list[str | Element] = field(default_factory=list, repr=False)

    @property
    def text(self) -> str:
        return "".join(piece if isinstance(piece, str) else piece.text for piece in self.pieces)

    def all(self, tag: str = "", of_class: str = "") -> list[Element]:
        """The elements below, in their order."""
        below = []
        for child in self.children:
            if tag in ("", child.tag) and (not of_class or of_class in child.attributes.get("class", "").split()):
                below.append(child)
            below += child.all(tag, of_class)
        return below

    def one(self, tag: str, of_class: str = "") -> Element:
        (element,) = self.all(tag, of_class)
        return element

    def find(self, name: str) -> Element:
        """The element with this id."""
        (element,) = [element for element in self.all() if element.attributes.get("id") == name]
        return element


class _Parser(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.at = Element("", {})

    def handle_starttag(self, tag: str, attrs: list) -> None:
        assert len(attrs) == len(dict(attrs)), (tag, attrs)
        element = Element(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.children.append(element)
        self.at.pieces.append(element)
        if tag not in VOID:
            self.at = element

    def handle_startendtag(self, tag: str, attrs: list) -> None:
        """Only elements of SVG end themselves."""
        assert tag == "rect", tag
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.at.tag, f"</{tag}> ends <{self.at.tag}>"
        self.at = self.at.parent

    def handle_data(self, data: str) -> None:
        self.at.pieces.append(data)


def page_of(text: str) -> Element:
    """Raises AssertionError for an element that is not closed, or closed out of turn."""
    parser = _Parser()
    parser.feed(text)
    parser.close()
    assert parser.at is parser.root
    return parser.root
