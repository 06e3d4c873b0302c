"""What the record says of audits to those who read it, who must not learn who audits which case."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Event, Role
from audits.moderating.actions import agree_grade
from audits.recording import SUBJECT
from inspections.activity import HIDDEN
from tests import reading
from tests.factories.moderated import make_auditor, moderated_case
from tests.factories.people import make_council, make_inspection, make_person

pytestmark = pytest.mark.django_db


def test_coordinator_reads_what_was_done_and_not_by_whom() -> None:
    inspection = make_inspection(make_council())
    moderator = make_auditor(inspection, name="Moira Hidden")
    case = moderated_case(inspection, "good", "good", moderator=moderator)
    agree_grade(audit=case.audit, grade="good", why="", by=moderator, now=timezone.now())
    event = Event.objects.get(verb="audit grade agreed")
    assert (event.subject, event.by, event.hides_person) == (SUBJECT, moderator, True)

    client = reading.sign_in(make_person(inspection.council, Role.COORDINATOR))
    activity = reverse("inspections:activity", args=[inspection.slug])
    shown = reading.main(client.get(activity))
    assert "Audit grade agreed" in shown
    assert HIDDEN in shown
    assert "Moira Hidden" not in shown
    assert "Audit grade agreed" not in reading.main(client.get(activity, {"person": "Moira"}))
    assert "Moira Hidden" not in reading.main(client.get(reverse("dashboard", args=[inspection.slug])))
