"""One policy with every construct of the language, all of it well typed."""

from __future__ import annotations

from checking_cases import check_text, codes, program

POLICY = """
policy sample "All of it"
source cfr "8 CFR 1003" from "sources/cfr.txt" sha256 "00"
actor office "the office"
actor judge "the immigration judge"
entity Person
enum Proceedings = pending | closed | ended
enum Right = work | sponsor | naturalise
record Child
  field age : int 0..
  field citizen : yes/no reads "is a U.S. citizen" / "is not a U.S. citizen"
fact children : list of Child up to 8 [cfr 1]
fact income : money $0..  reads "yearly income"
fact spouse : Person or none
fact born : date
reading presence "what 'appear in person' means" [cfr 4.4] = in_person | by_video "by video"
status proceedings : Proceedings starts pending
status rights : set of Right starts {}
assume adults: income >= $0 because "incomes are not negative"
define parent means some child in children has child.citizen
decide fee(n: int) : money
  rule base gives $100.00 if n <= 3
  rule extra gives $150.00 if n > 3
  exception hardship to base, extra gives $0.00 if income < $10,000
  exception waiver to all gives $0.00 if parent
  otherwise $50.00
table court_fee(kind: Proceedings, n: int) : money
  row pending, >= 18 gives $10.00
  row closed | ended, 1 to 3 gives $20.00
  row any, any gives $0.00
define usual_fee means fee(3)
define usual_court_fee means court_fee(proceedings, size of children)
step ask(who: Person) by office
step grant by judge
  then proceedings becomes ended
step file(who: Person, day: date) by office and judge reads "files" / "has filed"
  requires weekday of day is mon
  requires a: day >= today + 3 months rounding up and not (proceedings is closed)
  then rights becomes rights with work, proceedings becomes if parent then closed else pending
duty answer: file or grant by judge within 1 months rounding up of ask unless proceedings is closed
prove p1 "x" [cfr 1] never proceedings is closed and rights is not {}
prove p2 never work is in rights while proceedings is closed [cfr 3]
prove p3 never rights changes while proceedings is closed
prove p4 file(who, day) only if who is not spouse
prove p5 file(who, day) only after ask(who) within 3 days unless parent
prove p6 never file after grant unless parent
prove p7 after ask, file within 30 days
prove p8 after ask, parent until grant
prove p9 usual_fee depends only on income, children
prove p10 more income never lowers usual_court_fee
prove p11 fee(3) equals fee(4)
prove p12 parent never both proceedings is closed
prove p13 always possible proceedings is ended
prove p14 always parent implies size of children > 0
prove p15 always count of file <= number of child in children with (child.age > 3)
prove p16 possible total of child.age for child in children > 10 and ever (proceedings is closed)
prove p17 always just before (parent) exactly when parent
prove p18 always parent ever since (proceedings is closed)
scenario s "t" [cfr 1]
  given parent, income = $20,000
  on 2012-04-23
  after 2 weeks
  after 3 days, grant
  expect proceedings is ended
waive F0301 on p12 because "known"
"""


def test_every_construct_is_checked() -> None:
    found = program(POLICY)
    assert len(found.promises) == 18
    assert [rule.full_name for rule in found.decision("court_fee").rules] == [f"court_fee.row.{n}" for n in (1, 2, 3)]
    assert found.waivers[0].target == "p12"
    assert codes(check_text(POLICY)) == []
