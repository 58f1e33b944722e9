"""The present day: the only look at a calendar, so that all else can be given a day."""

from __future__ import annotations

from datetime import date


def present_day() -> int:
    """The number (``core.dates``) of the day that it is here."""
    return date.today().toordinal()  # noqa: DTZ011 (an author's dates are of no zone)
