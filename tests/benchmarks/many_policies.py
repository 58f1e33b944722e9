"""Two hundred small policies in one run: ``python tests/benchmarks/many_policies.py [--policies N] [--runs N]``.

How long one job and two jobs take (wall time, and processor time of all processes), how much memory they take together
at most, and how much longer the others wait when one policy exhausts its budget. Runs alternate; medians are printed.
The reports of one and two jobs must be the same, or the command ends with an error.

Wall times say something only on a machine with two free cores. So the longest chain is measured too: the processor time
of the first process and of its busiest worker, which is what the wall time comes to where each has a core.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HARD_BUDGET = 5_000_000
_PAGE = os.sysconf("SC_PAGE_SIZE")


def small_policy(number: int) -> str:
    """A policy with a few facts, statuses, steps and promises; no two of them are alike."""
    limit, fee = 3 + number % 11, 10 + number % 37
    return f"""\
policy office_{number} "Office {number}"
fact adult  : yes/no  reads "the applicant is an adult" / "the applicant is a minor"
fact income : money $0..  reads "the income"
enum Stage = asked "asked for" | heard "heard" | granted "granted" | refused "refused"
status stage : Stage  starts asked  reads "the stage"
status tries : int 0..{limit + 1}  starts 0  reads "the number of hearings"
status paid  : yes/no  starts no  reads "the fee is paid" / "the fee is not paid"
decide fee : money
  rule minor gives $0 if not adult
  rule low gives ${fee} if adult and income < ${1000 + number}
  otherwise ${3 * fee}
step hear  reads "the applicant is heard" / "the applicant has been heard"
  requires stage is asked and tries <= {limit}
  then stage becomes heard
  then tries becomes tries + 1
step pay  reads "the fee is paid" / "the fee has been paid"
  requires not paid
  then paid becomes yes
step grant  reads "it is granted" / "it has been granted"
  requires stage is heard and (paid or fee is $0)
  then stage becomes granted
step refuse  reads "it is refused" / "it has been refused"
  requires stage is heard
  then stage becomes refused
step reopen  reads "it is opened again" / "it has been opened again"
  requires stage is refused and tries < {limit}
  then stage becomes asked
prove minors_pay_nothing "No minor pays a fee"  always adult or fee is $0
prove heard_first "Nothing is granted before a hearing"  grant only after hear
prove few "Never more than {limit} hearings"  always tries <= {limit}
prove paid_first "An adult pays first"  grant only if paid or not adult
prove grantable "It can be granted"  possible stage is granted
"""


def hard_policy() -> str:
    """A policy with a promise that needs more than the budget: a product of three numbers that grow at will."""
    return """\
policy hard "A policy that is too hard"
status a : int 0..  starts 1  reads "the number a"
status b : int 0..  starts 1  reads "the number b"
status c : int 0..  starts 1  reads "the number c"
step one(x: int 1..)  reads "one is taken" / "one has been taken"
  then a becomes a + b * x
step two(x: int 1..)  reads "two is taken" / "two has been taken"
  then b becomes b + c * x
step three(x: int 1..)  reads "three is taken" / "three has been taken"
  then c becomes c + a * x
prove no_cubes "No cubes"  never a * a * a + b * b * b is c * c * c
"""


@dataclass(frozen=True)
class Measured:
    """A run: wall and processor seconds, those of its longest chain, the largest memory of all its processes together
    in MiB, and its record.
    """

    wall: float
    processor: float
    chain: float
    memory: float
    record: Any


def measured(folder: Path, *arguments: str) -> Measured:
    """``verify`` over a folder, without a cache, watched from outside."""
    command = [sys.executable, "-m", "verifier.cli.main", "verify", str(folder), "--no-cache", "--format", "json"]
    with tempfile.TemporaryFile("w+") as output:
        before, begun = os.times(), time.perf_counter()
        process = subprocess.Popen([*command, *arguments], stdout=output, env={**os.environ, "PYTHONPATH": str(ROOT)})
        most, spent = [0.0], dict[int, float]()
        watching = threading.Thread(target=_watch, args=(process, most, spent))
        watching.start()
        process.wait()
        wall, after = time.perf_counter() - begun, os.times()
        watching.join()
        if process.returncode not in (0, 1, 3):
            sys.exit(f"{' '.join(command)} ended with {process.returncode}")
        output.seek(0)
        record = json.load(output)
    used = after.children_user + after.children_system - before.children_user - before.children_system
    first = spent.pop(process.pid, 0.0)
    chain = first + max(spent.values(), default=0.0)
    return Measured(wall, used, chain, most[0], record)


def _watch(process: subprocess.Popen[bytes], most: list[float], spent: dict[int, float]) -> None:
    """The largest sum of the memory of a process and its children (shared pages are counted once, by their part), and
    the processor time that each has spent.
    """
    while process.poll() is None:
        family = _family(process.pid)
        most[0] = max(most[0], sum(_memory(pid) for pid in family))
        spent.update({pid: seconds for pid in family if (seconds := _processor(pid)) > 0})
        time.sleep(0.1)


def _processor(pid: int) -> float:
    """Processor seconds of a process, without its children."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, IndexError, ValueError):
        return 0.0


def _family(root: int) -> list[int]:
    found = [root]
    for pid in found:
        try:
            found += [int(item) for item in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        except OSError:
            continue
    return found


def _memory(pid: int) -> float:
    """Proportional memory in MiB; all of it where the system does not say."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    except (OSError, IndexError):
        try:
            return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE / 1024**2
        except (OSError, IndexError):
            return 0.0


def told(record: Any) -> list[tuple[str, str, str]]:
    """What a run says, without times."""
    return [
        (policy["path"], item["name"], item["verdict"])
        for policy in record["policies"]
        for item in policy["properties"]
    ]


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--policies", type=int, default=200)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "policies"
        folder.mkdir()
        for number in range(asked.policies):
            (folder / f"office_{number:03}.policy").write_text(small_policy(number), encoding="utf-8")
        found: dict[int, list[Measured]] = {1: [], 2: []}
        for _ in range(asked.runs):
            for jobs, runs in found.items():
                runs.append(measured(folder, "--jobs", str(jobs)))
        if len({str(told(run.record)) for runs in found.values() for run in runs}) != 1:
            sys.exit("one job and two jobs do not say the same")
        say(f"{asked.policies} policies, {len(told(found[1][0].record))} promises; load {os.getloadavg()[0]:.1f}")
        for jobs, runs in found.items():
            parts = ("wall", "processor", "chain")
            wall, used, chain = (statistics.median(getattr(run, part) for run in runs) for part in parts)
            most = max(run.memory for run in runs)
            say(
                f"{jobs} jobs: {wall:.1f} s wall, {used:.1f} s processor, longest chain {chain:.1f} s, "
                f"at most {most:.0f} MiB"
            )
        pairs = [two.wall / one.wall for one, two in zip(found[1], found[2], strict=True)]
        say(f"two jobs / one job, wall: {statistics.median(pairs):.2f} ({', '.join(f'{pair:.2f}' for pair in pairs)})")
        chains = [two.chain / one.chain for one, two in zip(found[1], found[2], strict=True)]
        say(f"two jobs / one job, longest chain: {statistics.median(chains):.2f}")
        (folder / "hard.policy").write_text(hard_policy(), encoding="utf-8")
        beside = measured(folder, "--jobs", "2", "--budget", str(HARD_BUDGET))
        open_ = [item for item in told(beside.record) if item[2] == "unknown"]
        same = [item for item in told(beside.record) if "hard.policy" not in item[0]] == told(found[1][0].record)
        alone = Path(name) / "hard.policy"
        alone.write_text(hard_policy(), encoding="utf-8")
        hard = measured(alone, "--budget", str(HARD_BUDGET)).wall
        seconds = statistics.median(run.wall for run in found[2])
        say(
            f"with one policy that runs out of its budget: {beside.wall:.1f} s wall (without it: {seconds:.1f}; "
            f"it alone: {hard:.1f}); unknown: {len(open_)}"
        )
        say(f"all others as before: {'yes' if same else 'NO'}")
        if not same:
            sys.exit(1)


if __name__ == "__main__":
    main()
