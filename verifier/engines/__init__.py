"""From goals to answers, by z3. Importing the room takes Ctrl-C away from z3, which would turn it into "unknown"."""

import z3

z3.set_param("ctrl_c", False)
