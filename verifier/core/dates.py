"""Days of the proleptic Gregorian calendar as unbounded integers.

Day 1 is 0001-01-01, as in ``datetime.date.toordinal``, but years before 1 and after 9999 exist too. Method:
civil-from-days over 400-year eras of 146,097 days (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
"""

from __future__ import annotations

from typing import Literal

_EPOCH_SHIFT = 306  # days from 0000-03-01 to 0001-01-01


def day_number(year: int, month: int, day: int) -> int:
    """The day number of a civil date; the date must exist (see :func:`month_length`)."""
    shifted = year - (month <= 2)
    era, year_of_era = divmod(shifted, 400)
    day_of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - _EPOCH_SHIFT + 1


ORDINARY_DAY = day_number(2025, 1, 1)
"""The day of a story in which any day would do: a Wednesday at the start of an ordinary year, so that later days are
easily counted from it; far from where calendars begin.
"""


def civil(number: int) -> tuple[int, int, int]:
    """Year, month and day of a day number."""
    era, day_of_era = divmod(number + _EPOCH_SHIFT - 1, 146097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted_month = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * shifted_month + 2) // 5 + 1
    month = shifted_month + (3 if shifted_month < 10 else -9)
    return year_of_era + era * 400 + (month <= 2), month, day


def is_leap(year: int) -> bool:
    """Whether February of the year has 29 days."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_length(year: int, month: int) -> int:
    """Days of a month."""
    if month == 2:
        return 29 if is_leap(year) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def weekday(number: int) -> int:
    """0 for Monday … 6 for Sunday."""
    return (number + 6) % 7


def add_months(number: int, months: int, rounding: Literal["up", "down"] | None) -> int | None:
    """The same day some months later (or earlier).

    A day that the month lacks becomes the first of the next month (``"up"``) or the month's last day (``"down"``),
    as in Catala; without rounding such a day gives ``None``.
    """
    year, month, day = civil(number)
    year_shift, month_index = divmod(month - 1 + months, 12)
    year, month = year + year_shift, month_index + 1
    if day <= month_length(year, month):
        return day_number(year, month, day)
    match rounding:
        case "up":
            return day_number(year, month, month_length(year, month)) + 1
        case "down":
            return day_number(year, month, month_length(year, month))
        case None:
            return None


def iso(number: int) -> str:
    """``2012-04-23``; a year outside 0–9999 gets a sign, as ISO 8601 asks."""
    year, month, day = civil(number)
    if 0 <= year <= 9999:
        return f"{year:04d}-{month:02d}-{day:02d}"
    return f"{year:+06d}-{month:02d}-{day:02d}"
