"""Small numbers hidden in a breakdown, so that nobody who knows the total can work one out. No Django in it.

Domain, section 5: the total of a list is always shown; numbers from 1 to 4 in a breakdown of it, and what would give
them away, are not, outside the case team.
"""

from __future__ import annotations

from collections.abc import Sequence

#: Numbers from 1 to this one point at too few children.
MOST_HIDDEN = 4


def suppressed(counts: Sequence[int]) -> list[int | None]:
    """The counts of a breakdown whose total is known, None in place of each that is hidden.

    Every count from 1 to 4 is hidden (primary suppression). What else has to be follows from this: whoever knows the
    total knows the sum of what is hidden, and may know this rule.

    - If the small numbers differ, they cannot be told apart, and nothing else is hidden.
    - If there is one, or all are the same, the smallest of the larger numbers are hidden with them, all that are equal.
    - If no number is larger, everything is hidden, zeros too.

    The rule does not ask in which place a number stands. So each table that is shown may come from any order of what is
    hidden in it, and of hidden numbers that differ none can be worked out. A breakdown of one group is its total.
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
