"""How fast policies are parsed: `python tests/benchmarks/parse_speed.py [LINES]` prints lines per processor second.

Measures the best of several runs with a warm grammar cache; the target on one ordinary core is 6,000 lines a second.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "syntax"), str(HERE.parents[1])]

from large_policy import large_policy  # noqa: E402

from verifier.source import SourceFile  # noqa: E402
from verifier.syntax.parser import parse  # noqa: E402


def main() -> None:
    text = large_policy(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
    lines = text.count("\n")
    parse(SourceFile("warm.policy", "policy warm"))
    best = min(_seconds(text) for _ in range(5))
    print(f"{lines} lines, {len(text)} characters in {best:.3f} s: {lines / best:,.0f} lines/s")  # noqa: T201


def _seconds(text: str) -> float:
    start = time.process_time()
    parsed = parse(SourceFile("large.policy", text))
    assert not parsed.diagnostics
    return time.process_time() - start


if __name__ == "__main__":
    main()
