"""The source tree as the meta tests see it: paths and texts, nothing else."""

import os

# Made by tools, not written by anybody.
SKIPPED = {".git", "build", ".cache", "__pycache__"}


class Tree:
    """Files by path, relative to the root, with forward slashes."""

    def __init__(self, files):
        self.files = dict(files)

    @staticmethod
    def load(root):
        files = {}
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(f for f in folders if f not in SKIPPED)
            for name in sorted(names):
                path = os.path.join(folder, name)
                try:
                    with open(path, encoding="utf-8") as file:
                        text = file.read()
                except (UnicodeDecodeError, FileNotFoundError):
                    continue  # Not a text, or a link that leads nowhere.
                files[os.path.relpath(path, root).replace(os.sep, "/")] = text
        return Tree(files)

    def changed(self, changes):
        """A copy with some files replaced, or removed where the text is None."""
        files = {**self.files, **changes}
        return Tree({path: text for path, text in files.items() if text is not None})

    def under(self, *folders, suffix=""):
        """(path, text) of the files in these folders that end with SUFFIX."""
        for path in sorted(self.files):
            if path.endswith(suffix) and any(path.startswith(f + "/") for f in folders):
                yield path, self.files[path]

    def text(self, path):
        return self.files.get(path, "")
