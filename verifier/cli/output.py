"""Writing: to the terminal or pipe, and to report files.

Takes finished runs; never computes a verdict. A character that the stream cannot show is replaced by a plain sign, a
reader that went away is no fault, and a report file appears whole or not at all.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, TextIO

from verifier.cli.files import UsageFault
from verifier.cli.formats import FOR_TERMINALS, RENDERERS, WITH_PATHS
from verifier.reports.style import Style, View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from verifier.explain.model import RunResult

FILE_STYLE = Style(color=False, unicode=True, width=100)
"""How a text report looks in a file."""

_SIGNS = "✓✗┃→“”…"
_C_LOCALES = ("C", "POSIX")
_COERCED = ("C.UTF-8", "C.utf8", "UTF-8")
"""What Python sets ``LC_CTYPE`` to where no locale is asked for (PEP 538)."""
_ROOTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")


def print_text(text: str) -> None:
    """Print a text on the standard output, whatever its encoding.

    Raises:
        UsageFault: the output is full or closed.
    """
    _print(lambda: sys.stdout.write(printable(text, sys.stdout)))


def print_exactly(text: str) -> None:
    """Print a text on the standard output in UTF-8, for a text that is input to something again.

    Raises:
        UsageFault: the output is full or closed.
    """
    _print(lambda: sys.stdout.buffer.write(text.encode("utf-8")))


def _print(write: Callable[[], object]) -> None:
    try:
        write()
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough. Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError) as error:
        raise UsageFault(
            f"the output cannot be written: {getattr(error, 'strerror', None) or 'it is closed'}"
        ) from error


def complain(line: str) -> None:
    """Print one line on the error stream."""
    sys.stderr.write(printable(line, sys.stderr) + "\n")


def output_targets(requests: tuple[str, ...], formats: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Each ``FORMAT=PATH`` as (format, path).

    Raises:
        UsageFault: an unknown format, no path, or a folder that does not exist.
    """
    targets = tuple(_target(request, formats) for request in requests)
    paths = [path for _, path in targets]
    for path in paths:
        if paths.count(path) > 1:
            raise UsageFault(f"`--output` names `{path}` twice")
    return targets


def _target(request: str, formats: tuple[str, ...]) -> tuple[str, str]:
    form, equals, path = request.partition("=")
    if not equals or not path or form not in formats:
        raise UsageFault(f"`--output {request}` is not FORMAT=PATH with a format of {', '.join(formats)}")
    place = Path(path)
    if place.is_dir() or not place.parent.is_dir():
        raise UsageFault(
            f"`--output {request}` cannot be written: `{place.parent}` must be a folder and `{path}` must not"
        )
    return form, path


def write_reports(reports: Sequence[tuple[str | bytes, str]]) -> None:
    """Write (content, path) of each report, by way of temporary files beside them: all, or where one cannot be written,
    none.

    Raises:
        UsageFault: a file cannot be written.
    """
    prepared: list[tuple[Path, Path]] = []
    try:
        for content, name in reports:
            with _told(name):
                prepared.append((_prepared(Path(name), content), Path(name)))
        for temporary, path in prepared:
            with _told(str(path)):
                temporary.replace(path)
    finally:
        for temporary, _ in prepared:
            temporary.unlink(missing_ok=True)


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Work on a file, whose failure is told in one line."""
    try:
        yield
    except OSError as error:
        raise UsageFault(f"`{name}` cannot be written: {error.strerror}") from error


def append_text(path: str, text: str) -> None:
    """Add a text to a file that others write to as well.

    Raises:
        UsageFault: it cannot be written.
    """
    with _told(path), Path(path).open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        file.write(text)


def replace_file(path: Path, text: str) -> None:
    """Write a file by way of a temporary one beside it; the permissions of an existing file are kept."""
    temporary = _prepared(path, text)
    try:
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _prepared(path: Path, content: str | bytes) -> Path:
    """A file beside another, ready to replace it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with open(handle, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace"))
        temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else _ordinary_mode())
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _ordinary_mode() -> int:
    """The permissions of a new file: ``mkstemp`` makes private ones, a report is not private."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def view(form: str, style: Style, command: str, sources: tuple[str, ...] = ()) -> View:
    """How a run is shown in a format: with the paths that its readers see, and in signs that they can show.
    ``sources``: where cited texts are looked for.
    """
    if form not in FOR_TERMINALS:
        style = FILE_STYLE
    if form not in WITH_PATHS:
        return View(style, command, sources=sources)
    folder = os.path.realpath(os.getcwd())
    return View(style, command, folder, _root(folder), sources)


def seen_from_root() -> View:
    """How findings are known again: by paths from the root of the repository, where a build service names it."""
    return view("json", FILE_STYLE, "verify")


def _root(folder: str) -> str:
    """The root of the repository that a build service has checked out around a folder; elsewhere, the folder."""
    named = [os.path.realpath(place) for name in _ROOTS if (place := os.environ.get(name))]
    return next((place for place in named if f"{folder}/".startswith(f"{place}/")), folder)


def rendered(run: RunResult, form: str, view: View) -> str:
    """A run as a text of a format."""
    return RENDERERS[form](run, view)


def stream_style(stream: TextIO, color: str) -> Style:
    """How a text looks on a stream: its width, whether it has colours and which signs."""
    width = min(100, get_terminal_size().columns) if stream.isatty() else 80
    return Style(color=_wants_color(stream, color), unicode=_can_show(_SIGNS, stream), width=max(60, width))


def _wants_color(stream: TextIO, color: str) -> bool:
    if color != "auto":
        return color == "always"
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _can_show(text: str, stream: TextIO) -> bool:
    try:
        text.encode(_encoding(stream))
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _encoding(stream: TextIO) -> str:
    """The characters that a stream can show: in the C locale those of ASCII, though Python would write UTF-8 there."""
    return "ascii" if _is_c_locale(stream.isatty()) else stream.encoding or "ascii"


def _is_c_locale(terminal: bool) -> bool:
    """Whether the user asked for the C locale or, on a terminal, for none; what he told Python counts before that."""
    said = os.environ.get
    if said("PYTHONIOENCODING") or said("PYTHONUTF8") == "1":
        return False
    variables: tuple[str, ...] = ("LC_ALL", "LC_CTYPE", "LANG")
    if not said("LC_ALL") and said("LC_CTYPE") in _COERCED and said("LANG") in (None, "", *_C_LOCALES):
        variables = ("LANG",)  # Python has set the other itself, because this one is not set or the C locale
    named = next((name for variable in variables if (name := said(variable))), None)
    return terminal if named is None else named in _C_LOCALES


def printable(text: str, stream: TextIO) -> str:
    """The text in characters that the stream's encoding has."""
    if _can_show(text, stream):
        return text
    from verifier.reports.style import plain

    encoding = _encoding(stream)
    return plain(text).encode(encoding, "backslashreplace").decode(encoding)
