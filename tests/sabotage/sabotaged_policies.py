"""Small finite policies for faults of engines. What holds of them is found by enumeration, never written down."""

from __future__ import annotations

ORDER = """
policy order
enum Stage = draft | filed | checked | closed
fact urgent : yes/no
fact level : int 0..3
status stage : Stage starts draft
status paid : yes/no starts no
status lamp : yes/no starts no
status left : int 0..3 starts level
assume ordinary : level < 3
step file
  requires stage is draft
  then stage becomes filed
step pay(amount: int 0..3)
  requires stage is filed and amount > level
  then paid becomes yes
step check
  requires stage is filed and paid
  then stage becomes checked
step close
  requires stage is checked
  then stage becomes closed
step switch
  then lamp becomes not lamp
step spend
  requires left > 0
  then left becomes left - 1
prove paid_when_closed always (stage is closed implies paid)
prove checked_first close only after check
prove filed_first check only after file
prove small never left > level
prove unpaid never paid while urgent
prove open never stage is closed and level = 2
prove dark always (lamp implies paid)
prove closable possible stage is closed and level = 2
prove no_paid_draft possible stage is draft and paid
prove can_be_closed always possible stage is closed
prove can_be_filed always possible stage is filed
"""

TWO = """
policy two
enum Stage = draft | filed | closed
fact old : yes/no
fact level : int 0..2
status stage : Stage starts draft
status grade : int 0..4 starts level
status lamp : yes/no starts no
step file
  requires stage is draft
  then stage becomes filed
step raise
  requires stage is filed and grade < 4
  then grade becomes grade + 1
step close
  requires stage is filed and (old or grade > 1)
  then stage becomes closed, lamp becomes yes
prove fair more level never lowers grade
prove by_stage stage depends only on old, level
prove by_age stage depends only on old
prove by_level stage depends only on level
prove lamp_by_level lamp depends only on level
prove lamp_by_both lamp depends only on level, old
"""

ERRORS = """
policy errors
fact limit : int 0..3 or none
fact known : yes/no
status n : int 0..3 starts 0
status done : yes/no starts no
step add
  requires n < 3
  then n becomes n + 1
step finish
  requires limit >= n
  then done becomes yes
prove never_too_many always (n <= 3)
prove done_within_limit never done and n < 0
prove below always (known implies limit >= 0)
prove finish_only finish only if n >= 0
"""

DAYS = """
policy days
status asked : yes/no starts no
status granted : yes/no starts no
step ask
  requires not asked
  then asked becomes yes
step give
  requires asked
  then granted becomes yes
duty reply: give within 2 days of ask
prove in_time after ask, give within 2 days
prove in_haste after ask, give within 1 days
prove asked_first give only after ask
prove not_given never granted
"""

LOOP = """
policy loop
status a : yes/no starts no
status b : yes/no starts no
status c : yes/no starts no
step one
  requires not b
  then a becomes yes
step three
  requires a and b
  then c becomes yes
step off
  requires a and not c
  then a becomes no
step two
  requires not a
  then b becomes yes
prove not_both never a and b
prove not_c never c
prove not_b never b and not a
prove c_never_alone always (c implies a)
"""

POLICIES = {"order": ORDER, "two": TWO, "errors": ERRORS, "days": DAYS, "loop": LOOP}
