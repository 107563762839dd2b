# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How `make docs` makes a site of README, docs/ and the modules' documentation: Sphinx runs in a copy of the repository, so that links to any file hold."""

import pathlib
import re

project = "tencentcloud.apigateway"
copyright = "the tencentcloud.apigateway maintainers, GPL-3.0-or-later"
release = re.search(r"^version: (\S+)", (pathlib.Path(__file__).parents[2] / "galaxy.yml").read_text(encoding="utf-8"), re.M)[1]
root_doc = "docs/site/index"
extensions = ["myst_parser", "sphinx_antsibull_ext"]
exclude_patterns = ["tests", ".cache", "changelogs", "**/.*"]
myst_heading_anchors = 3
nitpicky = True
# What antsibull-docs refers to is in the documentation of Ansible itself.
suppress_warnings = ["ref.ref"]
html_theme = "sphinx_ansible_theme"
html_theme_options = {"documentation_home_url": "#", "topbar_links": {}, "vcs_pageview_mode": "edit"}
html_title = f"{project} {release}"
html_show_sphinx = False
html_copy_source = False
