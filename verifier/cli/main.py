"""Entry point of the command ``clauseproof``.

Takes the process's arguments; gives an exit code. Trusts the commands to turn user faults into codes 0–3; what still
escapes is a fault of ours and must never look like a finding, so it exits 4. Never imports a parser or a solver itself.
"""

from __future__ import annotations

import os
import sys
import traceback

from verifier.cli.exits import INTERNAL, INTERRUPTED


def main() -> None:
    """Run the command line and exit with its code."""
    try:
        from verifier.cli.app import app

        app(prog_name="clauseproof")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    # The one blanket handler of the project: a crash would otherwise exit 1, which means "a finding".
    except Exception as error:  # noqa: BLE001
        _say_crash(error)
        sys.exit(INTERNAL)


def _say_crash(error: Exception) -> None:
    """Tell what happened in two lines, or in full where the user asks for it."""
    if os.environ.get("CLAUSEPROOF_DEBUG"):
        traceback.print_exception(error)
    kind, place = type(error).__name__, _place_of(error)
    detail = " ".join(str(error).split())[:300]
    _complain(f"internal error: {kind} at {place}{': ' if detail else ''}{detail}")
    _complain(
        "This is a fault of clauseproof, not of your policy. Please report it to its maintainers, with the policy and"
    )
    _complain("the output of the same command under CLAUSEPROOF_DEBUG=1, which shows the full trace.")


def _place_of(error: Exception) -> str:
    """The innermost place of the trace, without the path of this installation."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return "an unknown place"
    ours = [frame for frame in frames if f"{os.sep}verifier{os.sep}" in frame.filename]
    frame = (ours or frames)[-1]
    return f"{frame.filename.rpartition(f'{os.sep}verifier{os.sep}')[2]}:{frame.lineno}"


def _complain(line: str) -> None:
    sys.stderr.write(line.encode("ascii", "backslashreplace").decode("ascii") + "\n")


if __name__ == "__main__":
    main()
