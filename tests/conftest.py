"""How deep the random tests search: ordinary runs are quick and the same every time, nightly runs are neither.

No test uses the user's cache of results; those about the cache name a folder of their own.
"""

from __future__ import annotations

import os
import signal

from hypothesis import HealthCheck, settings

SLOW_IS_FINE = [HealthCheck.too_slow]

settings.register_profile(
    "ordinary", deadline=None, derandomize=True, max_examples=100, suppress_health_check=SLOW_IS_FINE
)
settings.register_profile(
    "nightly", deadline=None, max_examples=5000, print_blob=True, suppress_health_check=SLOW_IS_FINE
)
# Tests prove: what an earlier run found, perhaps of another state of this program's files, must not answer for them.
os.environ["CLAUSEPROOF_CACHE"] = "off"
# What is printed has the signs of a UTF-8 locale, whatever the locale of whoever runs the tests.
os.environ["LC_ALL"] = "C.UTF-8"
# A shell lets what it starts in the background ignore interrupts, and so would all that tests start and interrupt.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.load_profile("nightly" if os.environ.get("CLAUSEPROOF_DEPTH") == "nightly" else "ordinary")
