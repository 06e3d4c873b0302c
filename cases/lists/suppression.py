"""Hide small numbers in a breakdown, so that they cannot be worked out from the total. Does not use Django.

Domain, section 5: a list's total is always shown. Outside the case team, numbers from 1 to 4 in a breakdown are hidden,
and so is whatever would reveal them.
"""

from __future__ import annotations

from collections.abc import Sequence

#: Numbers from 1 to this one could identify children.
MOST_HIDDEN = 4


def suppressed(counts: Sequence[int]) -> list[int | None]:
    """The counts of a breakdown with a known total, with None for each that is hidden.

    Every count from 1 to 4 is hidden (primary suppression). What else has to be hidden follows from this: anyone who
    knows the total knows the sum of the hidden numbers, and may know this rule.

    - If the small numbers differ, they cannot be told apart, and nothing else is hidden.
    - If there is only one, or all are equal, the smallest of the larger numbers are hidden too, with all their equals.
    - If there is no larger number, everything is hidden, including zeros.

    The rule does not depend on the order of the numbers. So the hidden numbers could stand in any order, and if they
    differ none of them can be worked out. A breakdown with one group is the same as its total.
    """
    small = {count for count in counts if _is_small(count)}
    if not small:
        return list(counts)
    larger = [count for count in counts if count > MOST_HIDDEN]
    if not larger:
        return [None] * len(counts)
    hidden = small if len(small) > 1 else small | {min(larger)}
    return [None if count in hidden else count for count in counts]


def _is_small(count: int) -> bool:
    return 0 < count <= MOST_HIDDEN
