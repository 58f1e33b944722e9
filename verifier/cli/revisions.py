"""What ``git`` knows about revisions: which there are, what they hold, and what has changed since.

Takes names of revisions and paths; gives bytes and paths. Asks ``git`` alone, which changes nothing.
"""

from __future__ import annotations

import os
import subprocess

from verifier.cli.files import UsageFault
from verifier.records import dataclass


@dataclass(frozen=True, slots=True)
class Changes:
    """How the working tree differs from a revision. ``root``: its real path; ``commit``: the revision in full;
    ``then``: the files of the revision, and ``changed``: those of them that are not as they were, both from the root.
    """

    root: str
    commit: str
    then: frozenset[str]
    changed: frozenset[str]

    def is_unchanged(self, path: str) -> bool:
        """Whether a file is certainly as it was: the same content, or absent then and now.

        A file outside of the repository, behind a link or in another repository may always have changed.
        """
        whole = os.path.abspath(path)
        name = self._name(os.path.realpath(whole))
        if name is None or os.path.realpath(whole.removesuffix(f"/{name}")) != self.root or self._has_changed(name):
            return False
        return (name in self.then) == os.path.lexists(whole)

    def deleted(self) -> list[str]:
        """The files of the revision that are no more, as seen from the current folder."""
        gone = (os.path.join(self.root, name) for name in self.changed if name in self.then)
        here = os.path.realpath(os.getcwd())
        return sorted(os.path.relpath(path, here) for path in gone if not os.path.lexists(path))

    def _name(self, path: str) -> str | None:
        """A path from the root, with ``/``; ``None`` outside of it."""
        name = os.path.relpath(path, self.root).replace(os.sep, "/")
        return None if name == ".." or name.startswith("../") or os.path.isabs(name) else name

    def _has_changed(self, name: str) -> bool:
        """Whether a file, or what stood in the place of one of its folders, is not as it was."""
        parts = name.split("/")
        return any("/".join(parts[:length]) in self.changed for length in range(1, len(parts) + 1))


def changes_since(revision: str) -> Changes:
    """How the working tree, untracked files included, differs from a revision.

    Raises:
        UsageFault: there is no ``git``, no repository here, or no such revision.
    """
    root = git("rev-parse", "--show-toplevel")
    if root is None:
        said = _ran("rev-parse", "--show-toplevel").stderr.decode("utf-8", "replace").splitlines()
        raise UsageFault(f"`--changed-since` needs a git repository around the current folder ({' '.join(said[:1])})")
    commit = commit_of(revision)
    if commit is None:
        shallow = git("rev-parse", "--is-shallow-repository") == b"true\n"
        advice = "; this copy of the repository is shallow: fetch more of its history" if shallow else ""
        raise UsageFault(f"`--changed-since {revision}`: there is no such revision in this repository{advice}")
    folder = os.path.realpath(os.fsdecode(root.rstrip(b"\n")))
    then = git("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit)
    # Renames would hide the older name, and only what git is told to look at is in relation to the root.
    changed = git(
        *("-C", folder, "diff", "--name-only", "-z", "--no-renames", "--no-relative", "--no-ext-diff"),
        *("--ignore-submodules=none", commit, "--"),
    )
    if then is None or changed is None:
        raise UsageFault(f"`--changed-since {revision}`: git cannot say what has changed since")
    return Changes(folder, commit, frozenset(_names(then)), frozenset(_names(changed)))


def commit_of(revision: str) -> str | None:
    """The full name of the commit that a revision means, or ``None`` where there is none."""
    if revision.startswith("-"):  # an option, not a revision
        return None
    found = git("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    return None if found is None else os.fsdecode(found.strip())


def git(*arguments: str) -> bytes | None:
    """What git prints, or ``None`` where it fails.

    Raises:
        UsageFault: there is no git.
    """
    done = _ran(*arguments)
    return done.stdout if done.returncode == 0 else None


def _ran(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", *arguments], capture_output=True, check=False)  # noqa: S603, S607
    except OSError as error:
        raise UsageFault("git revisions can be used only where `git` is installed") from error


def _names(found: bytes) -> list[str]:
    return [os.fsdecode(item) for item in found.split(b"\0") if item]
