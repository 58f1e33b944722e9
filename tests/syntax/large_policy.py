"""A long policy that looks like the ones people write: used by the fault tests and the parse benchmark."""

from __future__ import annotations

_HEADER = """policy generated "A generated policy of many parts"

source article "A text with many articles"
actor agency "the agency"
actor judge "the judge"
enum Outcome = none | pending | granted | refused
"""

_PART = """
# Part {n}: everything about permit {n}
fact criminal_record_{n} : yes/no  reads "the person has a criminal record" / "the person has no criminal record"
fact income_{n}          : money $0..  reads "yearly income"  [article {n}.1]
status permit_{n} : Outcome starts none
status checked_{n} : yes/no starts no reads "the papers are checked" / "the papers are not checked"

define eligible_{n} means income_{n} >= $12,500.00 and not criminal_record_{n}  [article {n}.2]

decide fee_{n} : money
  rule standard gives $150.00 if income_{n} > $20,000                      [article {n}.3]
  exception hardship to standard gives $0.00 if income_{n} <= $5,000
  exception youth to all gives $10.00 if permit_{n} is pending and checked_{n}
  otherwise $50.00

step check_{n} by agency  reads "the agency checks the papers" / "the agency has checked the papers"
  requires not checked_{n}
  then checked_{n} becomes yes

step grant_{n} by judge
  requires eligible_{n} and checked_{n} and permit_{n} is none           [article {n}.4]
  requires in_time: check_{n} happened within 30 days or today <= 2012-04-25
  then permit_{n} becomes granted

duty answer_{n}: grant_{n} by judge within 3 months rounding up of check_{n} unless criminal_record_{n}

prove no_record_{n} "No permit without a clean record"                    [article {n}.5]
  never permit_{n} is granted and criminal_record_{n}

prove checked_first_{n} "Papers are checked first"
  grant_{n} only after check_{n} within 60 days

scenario usual_{n} "The usual way"
  given not criminal_record_{n}, income_{n} = $15,000, permit_{n} is none
  when check_{n}, grant_{n}
  expect permit_{n} is granted, fee_{n} = $50.00
  after 3 days
  expect cannot grant_{n}
"""


def large_policy(lines: int) -> str:
    """A valid policy of at least so many lines."""
    parts = [_HEADER]
    count = _HEADER.count("\n")
    number = 1
    while count < lines:
        parts.append(_PART.format(n=number))
        count += _PART.count("\n")
        number += 1
    return "".join(parts)
