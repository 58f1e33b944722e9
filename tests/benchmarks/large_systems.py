"""Synthetic policies of any size, as text: procedures of a hundred offices, and chains of deadlines.

``procedures`` has as many statuses and steps as wanted, in groups that mostly leave each other alone; in a ``wide`` one
each group waits for the one before it, so that what a promise depends on is a large part of all. Everything is drawn
from a seed.
"""

from __future__ import annotations

from random import Random

GROUP = 10
"""How many steps a group has at least."""


def procedures(statuses: int, steps: int, promises: int, *, wide: bool, seed: int = 0) -> str:
    """A policy in which every promise holds, and follows only from what other steps require.

    A step of a group needs its predecessor (in a ``wide`` system all that it recorded), and sometimes one further back;
    it sets its own statuses. The promises say of late steps what earlier ones have left behind.
    """
    random = Random(seed)
    groups = max(1, steps // GROUP)
    lines = [f'policy large "{statuses} statuses and {steps} steps"', "", "actor office", "fact eligible : yes/no", ""]
    owned = _shared_out(statuses, steps)
    members = _shared_out(steps, groups)
    ends: list[str] = []
    claims: list[list[tuple[str, str]]] = []
    number = 0
    for group, size in enumerate(members):
        first, earlier, own = number, list[str](), list[tuple[str, str]]()
        for place in range(size):
            names = [f"s{number}_{index}" for index in range(owned[number])]
            lines += [f"status {name} : yes/no starts no" for name in names]
            lines.append(f"step step{number} by office")
            recorded = owned[number - 1] if wide else 1
            needs = [] if place == 0 else [f"s{number - 1}_{index}" for index in range(recorded)]
            if place > 1 and random.random() < 0.5:
                needs.append(f"s{random.randrange(first, number - 1)}_0")
            if place == 0:
                needs += ["eligible"] if random.random() < 0.5 else []
                needs += [ends[group - 1]] if wide and group % 25 else []
            lines += [f"  requires {need}" for need in dict.fromkeys(needs)]
            lines.append(f"  requires not {names[0]}")
            lines += [f"  then {name} becomes yes" for name in names]
            if place > 1:
                own.append((names[-1], random.choice(earlier)))
            earlier.append(names[-1])
            number += 1
        ends.append(f"s{number - 1}_0")
        claims.append(own)
    for index in range(promises):
        group = (index + 1) * groups // promises - 1 if wide else random.randrange(groups)
        late, early = claims[group][-1]
        lines.append(f"prove p{index} always {late} implies {early}")
    return "\n".join(lines) + "\n"


def _shared_out(total: int, among: int) -> list[int]:
    """A total in nearly equal parts."""
    return [total // among + (part < total % among) for part in range(among)]


def deadline_chain(stages: int, days: int = 10) -> str:
    """Each stage within some days of the one before it; the promises: the order, and how long it can take in all."""
    lines = ['policy chain "A chain of deadlines"', "", "actor office"]
    for stage in range(stages):
        lines.append(f"status done{stage} : yes/no starts no")
        lines.append(f"step stage{stage} by office")
        lines.append(f"  requires not done{stage}")
        if stage:
            lines.append(f"  requires done{stage - 1}")
            lines.append(f"  requires today <= date of stage{stage - 1} + {days} days")
        lines.append(f"  then done{stage} becomes yes")
    last, most = stages - 1, (stages - 1) * days
    lines.append(f"prove ordered always done{last} implies done0")
    lines.append(f"prove each always done{last} implies date of stage{last} <= date of stage{last - 1} + {days} days")
    lines.append(f"prove in_all always done{last} implies date of stage{last} <= date of stage0 + {most} days")
    return "\n".join(lines) + "\n"
