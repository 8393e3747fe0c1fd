"""A client of the Language Server Protocol, as small as the tests need."""

import json
import queue
import subprocess
import threading
from pathlib import Path
from urllib.parse import unquote, urlparse

from project import relative, small

# Seconds to wait for an answer on a loaded machine.
PATIENCE = 120


def is_safe(action):
    """A safe fix is no note of a finding; clangd makes its title from the edit."""
    edits = [
        edit
        for edits in action.get("edit", {}).get("changes", {}).values()
        for edit in edits
    ]
    return len(edits) == 1 and action["title"] == f"insert '{edits[0]['newText']}'"


class Server:
    """A running language server; use it in a `with` statement."""

    def __init__(self, command, folder):
        self.folder = folder
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.messages = queue.Queue()
        self.last_id = 0
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self):
        diagnostics = {"relatedInformation": True, "codeActionsInline": True}
        self.request(
            "initialize",
            processId=None,
            rootUri=self.folder.as_uri(),
            capabilities={
                "offsetEncoding": ["utf-8"],
                "textDocument": {"publishDiagnostics": diagnostics},
            },
        )
        self.notify("initialized")
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            self.request("shutdown")
            self.notify("exit")
            self.process.wait(PATIENCE)
        else:
            self.process.kill()
            self.process.wait()

    def _read(self):
        while True:
            length = 0
            while line := self.process.stdout.readline().strip():
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if not length:
                self.messages.put(None)
                return
            self.messages.put(json.loads(self.process.stdout.read(length)))

    def _send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def notify(self, method, **params):
        self._send({"method": method, "params": params})

    def request(self, method, **params):
        self.last_id += 1
        self._send({"id": self.last_id, "method": method, "params": params})
        return self.wait_for(lambda message: message.get("id") == self.last_id)["result"]

    def wait_for(self, wanted):
        while True:
            message = self.messages.get(timeout=PATIENCE)
            if message is None:
                raise AssertionError(f"the server is gone: {self.process.wait()}")
            if wanted(message):
                return message

    def open(self, name):
        """Opens the file NAME. Returns its diagnostics."""
        path = self.folder / name
        self.notify(
            "textDocument/didOpen",
            textDocument={
                "uri": path.as_uri(),
                "languageId": "cpp",
                "version": 1,
                "text": path.read_text(),
            },
        )
        return self.diagnostics(name)

    def diagnostics(self, name):
        uri = (self.folder / name).as_uri()
        return self.wait_for(
            lambda message: message.get("method") == "textDocument/publishDiagnostics"
            and message["params"]["uri"] == uri
        )["params"]["diagnostics"]

    def place(self, location):
        path = unquote(urlparse(location["uri"]).path)
        start = location["range"]["start"]
        return (relative(path, self.folder), start["line"] + 1, start["character"] + 1)

    def findings(self, name):
        """Opens the file NAME. Returns its findings in the form of project.py."""
        uri = (self.folder / name).as_uri()
        findings = []
        for diagnostic in self.open(name):
            if not str(diagnostic.get("code", "")).startswith("coro-"):
                continue
            place = self.place({"uri": uri, "range": diagnostic["range"]})
            notes = [
                (*self.place(note["location"]), small(note["message"]))
                for note in diagnostic.get("relatedInformation", [])
            ]
            notes += [
                (*place, small(action["title"]))
                for action in diagnostic.get("codeActions", [])
                if "NOLINT" not in action["title"] and not is_safe(action)
            ]
            findings.append(
                (*place, small(diagnostic["message"]), diagnostic["code"], tuple(notes))
            )
        return findings


def by_clangd(hosts, folder, files, *arguments):
    """What clangd finds in FILES, each opened on its own."""
    with Server([hosts.clangd, "--log=error", *arguments], folder) as server:
        return sorted(finding for name in files for finding in server.findings(name))
