"""How far a pack is, written down for whoever looks on, and as a sign that its worker lives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from evidencepack.models import UNFINISHED, Pack
from jobs.queue import Queue

SIGN_OF_LIFE = timedelta(seconds=5)
# A worker that has not given one for so long is taken for dead, and its pack is built by another.
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
    """Writes down how far a pack is, as a sign of life; raises Lost when the pack was taken over meanwhile."""

    def __init__(self, pack: Pack, now: Clock) -> None:
        self.pack, self.now = pack, now
        self.all_shares = PDF_SHARE + ZIP_SHARE
        self.shares_before = 0
        self.per_cent = -1
        self.told_at = now()

    def expect(self, files: int) -> None:
        """So many files of each kind will be written."""
        self.all_shares = files * (PDF_SHARE + ZIP_SHARE)

    def alive(self) -> None:
        """The work goes on, although nothing more is done yet."""
        self._tell(max(self.per_cent, 0))

    def stage(self, share: int) -> Callable[[int, int], None]:
        """The next part of the work, which is `share` of all: a function that is told steps done and steps in all."""
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
