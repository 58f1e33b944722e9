from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from live_studio import Browser

INSTALLED = all(find_spec(name) for name in ("starlette", "jinja2", "uvicorn"))
collect_ignore_glob = [] if INSTALLED else ["test_*.py"]  # without the extra `studio` there is nothing to test

LIBRARY = """\
policy library "Who may borrow books"

actor reader "a reader"
actor staff "the library's staff"

fact adult : yes/no reads "the reader is an adult" / "the reader is not an adult"
fact fines : money $0.. reads "the fines that the reader owes"

status lent : yes/no starts no reads "a book is lent" / "no book is lent"

step lend by staff reads "the staff lends a book" / "the staff has lent a book"
  requires grown: adult
  requires no_fines: fines <= $10
  then lent becomes yes

step give_back by reader reads "the reader gives the book back" / "the reader has given the book back"
  requires has_book: lent
  then lent becomes no

prove only_adults "Only adults borrow books"
  lend only if adult

prove no_debtors "Nobody who owes anything borrows <b>books</b>"
  lend only if fines = $0

scenario an_adult "An adult without fines may borrow"
  given adult, fines = $0
  when lend
  expect lent
"""


@pytest.fixture(scope="session", autouse=True)
def _processes_find_the_verifier() -> Iterator[None]:
    """Where it is not installed, processes of the desk load it once and not for each job."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
        yield


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("policies") / "library.policy"
    path.write_text(LIBRARY, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def browser(library: Path) -> Iterator[Browser]:
    """A browser that has entered a studio of one policy."""
    from live_studio import Browser, running

    with running([library]) as server:
        found = Browser(server)
        assert found.enter().status == 200
        yield found
