"""``clauseproof init``: a first policy to learn from, and files for a build service.

Takes a folder; writes files that are not there yet, and says what to do next. Never overwrites: where one of the files
exists, nothing is written.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import MappingProxyType
from typing import Final

from verifier.cli.exits import PROVED
from verifier.cli.files import SUFFIX, UsageFault
from verifier.cli.output import print_text, replace_file

POLICY: Final = ("lending.policy", "policies/lending.policy")
CI_FILES: Final = MappingProxyType(
    {
        "github": ("github.yml", ".github/workflows/clauseproof.yml"),
        "gitlab": ("gitlab.yml", ".gitlab-ci.yml"),
        "pre-commit": ("pre-commit.yaml", ".pre-commit-config.yaml"),
    }
)
"""For each build service what we have for it, and where it looks for that."""


def begin(folder: str, service: str) -> int:
    """Write the files that a folder needs to begin with; the exit code.

    Raises:
        UsageFault: one exists already, or cannot be written.
    """
    root = Path(folder)
    if os.path.lexists(folder) and not root.is_dir():
        raise UsageFault(f"`{folder}` is not a folder")
    has_policies = any((root / "policies").glob(f"**/*{SUFFIX}"))
    wanted = [] if has_policies and service else [POLICY]
    wanted += [CI_FILES[service]] if service else []
    files = [(Path(__file__).parent / "beginnings" / name, root / place) for name, place in wanted]
    for _, place in files:
        if os.path.lexists(place):
            raise UsageFault(f"`{place}` exists already, and nothing was written; {_instead(service)}")
    for template, place in files:
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            replace_file(place, template.read_text(encoding="utf-8"))
        except OSError as error:
            raise UsageFault(f"`{place}` cannot be written: {error.strerror}") from error
    print_text("".join(f"written: {place}\n" for _, place in files) + _next(folder, not has_policies))
    return PROVED


def _instead(service: str) -> str:
    if service:
        return f"`clauseproof init --ci {service}` in an empty folder shows what to add to it"
    return "name another folder, or see what there is with `clauseproof verify`"


def _next(folder: str, is_new: bool) -> str:
    there = "" if os.path.normpath(folder) == os.curdir else f"cd {folder} && "
    found = (
        "\nOne promise of this policy is not kept: the report shows why, and what would prevent it.\n"
        if is_new
        else "\n"
    )
    return f"next:    {there}clauseproof verify{found}"
