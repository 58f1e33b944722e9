"""The comparison case, side by side: ``python tests/benchmarks/peers.py [--runs N] [--peers DIR] [--slow]``.

Every tool is asked for the three proofs and for a shortest counterexample of each broken variant, in turns, so that a
busy machine is busy for all. Prints medians of wall and processor seconds, and how many times as long clauseproof is;
what is slower than a peer is printed like everything else. A wrong answer, ours or of a peer, ends the command.
``--peers DIR``: a folder into which other tools are brought; without it there is Z3 Spacer only. ``--slow`` asks tools
that take many seconds as often as the others; otherwise they are asked once.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from case_model import PROMISES, VARIANTS, explore, policy_text
from case_peers import horn
from peers_found import SECONDS, Peer, peers

ROOT = Path(__file__).resolve().parents[2]
SLOW = ("IDP-Z3",)


@dataclass
class Times:
    """Wall and processor seconds of several runs."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{statistics.median(self.wall):.3f} ({statistics.median(self.processor):.3f})"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--slow", action="store_true")
    parser.add_argument("--inside", nargs=2, metavar=("TOOL", "VARIANT"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.inside:
        _say(json.dumps(_inside(*chosen.inside)))
        return
    known, absent = peers(chosen.peers.resolve() if chosen.peers else None)
    with tempfile.TemporaryDirectory() as folder:
        _compare(Path(folder), known, absent, chosen.runs, chosen.slow)


def _compare(folder: Path, known: list[Peer], absent: Mapping[str, str], runs: int, slow: bool) -> None:
    for variant in VARIANTS:
        truth = explore(variant)
        expected = VARIANTS[variant]
        assert truth.broken == (dict([expected]) if expected else {}), f"{variant}: {truth}"
        (folder / f"{variant}.policy").write_text(policy_text(variant), encoding="utf-8")
    settings = _settings(folder)
    whole: dict[tuple[str, str], Times] = {}
    for number in range(runs + 1):  # the first round warms every cache of files and is not counted
        for variant in VARIANTS:
            for name, ask in _questions(folder, known, variant, settings).items():
                if name in SLOW and not slow and number != 1:
                    continue
                times = ask()
                if number:
                    into = whole.setdefault((name, variant), Times())
                    into.wall.append(times[0])
                    into.processor.append(times[1])
    _print_whole(whole, known, absent, runs)
    inside: dict[tuple[str, str], list[float]] = {}
    for _ in range(runs):
        for variant in VARIANTS:
            for tool in ("clauseproof", "Z3 Spacer"):
                output = _timed([sys.executable, __file__, "--inside", tool, variant], settings)[2]
                inside.setdefault((tool, variant), []).append(json.loads(output))
    _print_inside(inside)


def _settings(folder: Path) -> dict[str, str]:
    """The environment of what is measured: compiled modules are kept, as after an installation."""
    settings = {k: v for k, v in os.environ.items() if k not in ("PYTHONDONTWRITEBYTECODE", "CLAUSEPROOF_CACHE")}
    return settings | {"PYTHONPYCACHEPREFIX": str(folder / "compiled"), "PYTHONPATH": str(ROOT)}


def _questions(
    folder: Path, known: list[Peer], variant: str, settings: Mapping[str, str]
) -> dict[str, Callable[[], tuple[float, float]]]:
    """How each tool is asked about a variant; each answer is checked."""
    program = [sys.executable, "-m", "verifier.cli.main"]
    expected = VARIANTS[variant]
    names = list(PROMISES) if expected is None else [expected[0]]
    asked = [part for name in names for part in ("--property", name)]
    verify = [*program, "verify", "--format", "json", *asked, str(folder / f"{variant}.policy")]

    def ours(options: list[str]) -> tuple[float, float]:
        wall, processor, output = _timed([*verify, *options], settings)
        _check_ours(variant, json.loads(output))
        return wall, processor

    def of_peer(peer: Peer) -> tuple[float, float]:
        wall, processor, output = _timed(peer.command(peer.file(variant, folder)), settings)
        assert peer.right(variant, output), f"{peer.name} is wrong about {variant}: {output[-500:]}"
        return wall, processor

    questions = {
        "clauseproof": lambda: ours(["--no-cache"]),
        "clauseproof, second run": lambda: ours(["--cache-dir", str(folder / "cache")]),
        "clauseproof --help": lambda: _timed([*program, "--help"], settings)[:2],
    }
    return questions | {peer.name: lambda peer=peer: of_peer(peer) for peer in known}


def _check_ours(variant: str, record: dict[str, object]) -> None:
    """Our verdicts and the lengths of our runs must be those of the exhaustive search."""
    (policy,) = record["policies"]  # type: ignore[misc]
    verdicts = {item["name"]: item["verdict"] for item in policy["properties"]}
    expected = VARIANTS[variant]
    if expected is None:
        assert verdicts == dict.fromkeys(PROMISES, "proved"), verdicts
        return
    assert verdicts == {expected[0]: "violated"}, verdicts
    (told,) = [item["counterexample"] for item in policy["properties"]]
    assert len([event for event in told["steps"] if event["step"]]) == expected[1], told
    assert told["shortest"]


def _timed(command: list[str], settings: Mapping[str, str]) -> tuple[float, float, str]:
    """Wall seconds, processor seconds and output of a process."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    found = subprocess.run(command, env=settings, capture_output=True, text=True, timeout=SECONDS, check=False)
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert found.stdout, found.stderr[-2000:]
    return wall, processor, found.stdout


# ---------------------------------------------------------------- engine time


def _inside(tool: str, variant: str) -> float:
    """Seconds of one answer inside a process that has loaded everything."""
    expected = VARIANTS[variant]
    wanted = list(PROMISES) if expected is None else [expected[0]]
    if tool == "Z3 Spacer":
        import z3

        text = horn(variant, wanted)
        z3.SolverFor("HORN").check()
        begun = time.perf_counter()
        solver = z3.SolverFor("HORN", ctx=z3.Context())
        solver.from_string(text)
        answer = solver.check()
        taken = time.perf_counter() - begun
        assert str(answer) == ("unsat" if expected else "sat")
        return taken
    return _our_engine(variant, wanted)


def _our_engine(variant: str, wanted: list[str]) -> float:
    """From the checked program to answers: encoding, search, proof and the independent check of the certificate."""
    from verifier.analysis.plain import plain_runs
    from verifier.analysis.questions import pose
    from verifier.checking.load import load
    from verifier.engines.answers import Reached, Unreachable
    from verifier.engines.decide import Limits, decide
    from verifier.source import SourceFile

    program = load("case.policy", lambda path: SourceFile(path, policy_text(variant))).program
    assert program is not None
    promises = tuple(promise for promise in program.promises if promise.name in wanted)
    begun = time.perf_counter()
    questions = pose(program, promises, (), True, False)
    goals = [claim.goal for claim in questions.claims.values()]
    limits = Limits(200_000_000, time.monotonic() + 100, 40)
    refined = frozenset(goal.name for goal in goals)
    answers = decide(questions.system, goals, limits, list(plain_runs(questions.encoding)), refined)
    taken = time.perf_counter() - begun
    assert all(isinstance(found, Reached if VARIANTS[variant] else Unreachable) for found in answers.values())
    return taken


# ---------------------------------------------------------------- what is printed


def _print_whole(
    whole: Mapping[tuple[str, str], Times], known: list[Peer], absent: Mapping[str, str], runs: int
) -> None:
    _say(f"{datetime.now(UTC):%Y-%m-%d}; medians of {runs} interleaved runs; wall seconds (processor seconds)\n")
    names = list(dict.fromkeys(name for name, _ in whole))
    _say("| whole process | " + " | ".join(VARIANTS) + " | median of the variants |")
    _say("|---|" + "---|" * (len(VARIANTS) + 1))
    variants = [variant for variant in VARIANTS if VARIANTS[variant]]
    for name in names:
        row = [str(whole[name, variant]) for variant in VARIANTS]
        middle = statistics.median(statistics.median(whole[name, variant].wall) for variant in variants)
        _say(f"| {name} | {' | '.join(row)} | {middle:.3f} |")
    _say("\nclauseproof takes so many times as long, by wall (by processor):\n")
    _say("| against | " + " | ".join(VARIANTS) + " | median of the variants |")
    _say("|---|" + "---|" * (len(VARIANTS) + 1))
    for name in names[1:]:
        pairs = {variant: (whole["clauseproof", variant], whole[name, variant]) for variant in VARIANTS}
        ratios = {variant: _ratio(a.wall, b.wall) for variant, (a, b) in pairs.items()}
        by_work = {variant: _ratio(a.processor, b.processor) for variant, (a, b) in pairs.items()}
        row = [f"{ratios[variant]:.2f} ({by_work[variant]:.2f})" for variant in VARIANTS]
        _say(f"| {name} | {' | '.join(row)} | {statistics.median(ratios[v] for v in variants):.2f} |")
    again, help_ = whole["clauseproof, second run", "main"], whole["clauseproof --help", "main"]
    _say(f"\nA second run takes {_ratio(again.wall, help_.wall):.2f} times as long as `--help`.\n")
    for peer in known:
        _say(f"- {peer.name} {peer.version}: {peer.remark}")
    for name, reason in absent.items():
        _say(f"- {name}: absent; {reason}")


def _print_inside(inside: Mapping[tuple[str, str], list[float]]) -> None:
    _say("\n| engine time in process | " + " | ".join(VARIANTS) + " |")
    _say("|---|" + "---|" * len(VARIANTS))
    for tool in ("clauseproof", "Z3 Spacer"):
        _say(f"| {tool} | " + " | ".join(f"{statistics.median(inside[tool, v]):.4f}" for v in VARIANTS) + " |")
    ratios = [_ratio(inside["clauseproof", variant], inside["Z3 Spacer", variant]) for variant in VARIANTS]
    _say("| times as long | " + " | ".join(f"{ratio:.2f}" for ratio in ratios) + " |")


def _ratio(one: list[float], two: list[float]) -> float:
    return statistics.median(one) / statistics.median(two)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT)]
    main()
