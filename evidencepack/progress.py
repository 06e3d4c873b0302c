"""The progress of a pack, stored for people who are waiting, and as a sign that its worker is alive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from evidencepack.models import UNFINISHED, Pack
from jobs.queue import Queue

SIGN_OF_LIFE = timedelta(seconds=5)
# A worker that has not given a sign of life for this long is treated as dead, and another builds its pack.
LEASE = timedelta(minutes=2)
# A PDF takes about this many times as long as a ZIP of the same files.
PDF_SHARE, ZIP_SHARE = 4, 1

Clock = Callable[[], datetime]


#: Packs that are asked for or being built.
QUEUE = Queue[Pack](
    lambda: (
        Pack.objects.filter(state__in=UNFINISHED)
        .select_related("supplements")
        .defer("supplements__manifest", "supplements__changes")
    ),
    lease=lambda: LEASE,
    most_tries=5,
)


class Progress:
    """Stores the progress of a pack, as a sign of life. Raises JobTakenOver if another worker took it over
    meanwhile.
    """

    def __init__(self, pack: Pack, now: Clock) -> None:
        self.pack, self.now = pack, now
        self.all_shares = PDF_SHARE + ZIP_SHARE
        self.shares_before = 0
        self.per_cent = -1
        self.told_at = now()

    def expect(self, files: int) -> None:
        """Say how many files of each kind will be written."""
        self.all_shares = files * (PDF_SHARE + ZIP_SHARE)

    def alive(self) -> None:
        """Say that the work goes on, although nothing more is done yet."""
        self._tell(max(self.per_cent, 0))

    def stage(self, share: int) -> Callable[[int, int], None]:
        """Begin the next part of the work, which is `share` of all.

        Returns a function to call with steps done and all steps.
        """
        before = self.shares_before
        self.shares_before += share

        def report(done: int, total: int) -> None:
            self._tell(int(100 * (before + share * done / (total or 1)) / self.all_shares))

        return report

    def _tell(self, per_cent: int) -> None:
        moment = self.now()
        if per_cent <= self.per_cent and moment - self.told_at < SIGN_OF_LIFE:
            return
        self.per_cent, self.told_at = max(per_cent, self.per_cent), moment
        QUEUE.keep(self.pack, moment, done=self.per_cent, total=100)
