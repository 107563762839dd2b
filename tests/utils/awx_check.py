# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the playbook that sets an AWX up, twice, by the real modules of awx.awx against a stand-in for AWX that keeps what it is given.

The first run must make everything and the second change nothing. Argument: the folder that the collection is installed in.
"""
from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import yaml

SECRET = "SENTINELKEY"


class StandIn(BaseHTTPRequestHandler):
    """Lists with filters, objects, associations, surveys; secret inputs read as AWX shows them."""

    kept: dict = {"organizations": [{"id": 1, "name": "Default", "url": "/api/v2/organizations/1/"}]}
    surveys: dict = {}

    def log_message(self, *_details):
        pass

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def body(self):
        return json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "{}")

    def find(self):
        """The kind that is asked for, the object or None, and what of it."""
        kind, number, part = (urlsplit(self.path).path.removeprefix("/api/v2/").strip("/").split("/") + ["", ""])[:3]
        found = [one for one in self.kept.setdefault(kind, []) if str(one["id"]) == number]
        return kind, found[0] if found else None, part

    def keep(self, kind, thing, given):
        thing.update(given)
        if kind == "credentials":
            thing["inputs"] = {name: "$encrypted$" if name in ("secret_id", "secret_key", "token") else value for name, value in thing["inputs"].items()}
        return thing

    def do_GET(self):
        kind, thing, part = self.find()
        if part == "survey_spec":
            return self.answer(200, self.surveys.get(thing["id"], {}))
        if part:
            members = [one for one in self.kept[part] if one["id"] in thing.get(f"_{part}", [])]
            return self.answer(200, {"count": len(members), "results": members, "next": None})
        if thing:
            return self.answer(200, thing)
        wanted = dict(parse_qsl(urlsplit(self.path).query))
        found = [one for one in self.kept[kind] if all(str(one.get(name)) == value for name, value in wanted.items())]
        return self.answer(200, {"count": len(found), "results": found, "next": None})

    def do_POST(self):
        kind, thing, part = self.find()
        given = self.body()
        if part == "survey_spec":
            self.surveys[thing["id"]] = given
            return self.answer(200, {})
        if part:
            thing.setdefault(f"_{part}", []).append(given["id"])
            return self.answer(204, {})
        number = len(self.kept[kind]) + 10
        url = f"/api/v2/{kind}/{number}/"
        thing = {"id": number, "url": url, "type": kind, "summary_fields": {}, "scm_revision": "", "related": {"survey_spec": f"{url}survey_spec/"}}
        if kind == "projects":
            # AWX fetches a new project at once; the module waits for that.
            self.kept["project_updates"] = [{"id": 1, "status": "successful"}]
            thing["summary_fields"] = {"current_update": {"id": 1}}
        self.kept[kind].append(self.keep(kind, thing, given))
        return self.answer(201, thing)

    def do_PATCH(self):
        kind, thing, _part = self.find()
        self.answer(200, self.keep(kind, thing, self.body()))


def set_up(url):
    """How many tasks changed something."""
    with tempfile.TemporaryDirectory() as home:
        variables = {
            "HOME": home, "CONTROLLER_HOST": url, "CONTROLLER_OAUTH_TOKEN": "token", "CONTROLLER_VERIFY_SSL": "false", "TENCENTCLOUD_SECRET_ID": "AKIDcaller",
            "TENCENTCLOUD_SECRET_KEY": SECRET, "TENCENTCLOUD_REGION": "ap-singapore",
        }
        command = ["ansible-playbook", "tencentcloud.apigateway.setup_awx", "-v", "-e", "awx_execution_environment_image=registry.example.com/ee:1"]
        process = subprocess.run(command, env={**os.environ, **variables}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if process.returncode or SECRET in process.stdout:
        sys.exit(f"setup_awx failed, or showed a secret:\n{process.stdout}")
    return int(re.search(r"changed=(\d+)", process.stdout)[1]), process.stdout


playbooks = Path(sys.argv[1]) / "ansible_collections/tencentcloud/apigateway/playbooks"
with ThreadingHTTPServer(("127.0.0.1", 0), StandIn) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_port}"
        first, _output = set_up(address)
        second, output = set_up(address)
    finally:
        server.shutdown()

kept = StandIn.kept
declared = yaml.safe_load((playbooks / "files/credential_type.yml").read_text(encoding="utf-8"))
surveys = sorted(playbooks.glob("surveys/*.json"))
(host,) = kept["hosts"]
for what, is_so in {
    "seven tasks change something, and the second time none": (first, second) == (7, 0),
    "the credential type is the file, unrendered": all(kept["credential_types"][0][part] == declared[part] for part in ("name", "kind", "inputs", "injectors")),
    "the credential has what is set, and nothing else": set(kept["credentials"][0]["inputs"]) == {"secret_id", "secret_key", "region"},
    "the host has the interpreter, unrendered": json.loads(host["variables"])["ansible_python_interpreter"] == "{{ ansible_playbook_python }}",
    "each survey is that of its template": list(StandIn.surveys.values()) == [json.loads(path.read_text(encoding="utf-8")) for path in surveys],
    "each template has its playbook": [one["playbook"] for one in kept["job_templates"]] == [f"playbooks/{path.stem}.yml" for path in surveys],
    "each template has the credential": all(one["_credentials"] == [kept["credentials"][0]["id"]] for one in kept["job_templates"]),
}.items():
    if not is_so:
        sys.exit(f"not so: {what}\n{json.dumps(kept, indent=1)}\n{output}")
print(f"AWX is set up: {len(surveys)} job templates, {first} tasks changed, then {second}")
