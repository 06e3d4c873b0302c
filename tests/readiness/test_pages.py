"""Opening an inspection, and how its form answers invalid input."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Post, Role
from inspections.models import Inspection, Ownership
from tests import reading
from tests.factories.people import at, make_council, make_inspection, make_person
from tests.reading import by_class, sign_in

pytestmark = pytest.mark.django_db

FORM = {"title": "Children's services 2011", "kind": "real", "framework_key": "slac-2009", "plan_key": "oxfordshire"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(at("2011-01-10 09:00"), tick=False) as traveller:
        yield traveller


@pytest.fixture
def council():
    return make_council()


@pytest.fixture
def coordinator(council):
    return sign_in(make_person(council, Role.COORDINATOR))


@pytest.fixture
def address(council) -> str:
    return reverse("open-inspection", args=[council.slug])


def _summary(response) -> list[str]:
    return reading.texts(response, by_class("govuk-error-summary__list") + "/li")


def test_form_offers_frameworks_and_plans(coordinator, address) -> None:
    response = coordinator.get(address)
    assert reading.heading(response) == "Open an inspection"
    options = reading.page(response).xpath("//select[@name='framework_key']/option/@value")
    assert options == ["slac-2009"]
    assert reading.page(response).xpath("//select[@name='plan_key']/option/@value") == ["", "oxfordshire"]


def test_opening_leads_to_the_dashboard_with_posts_and_owners(coordinator, address, council) -> None:
    response = coordinator.post(address, FORM, follow=True)
    inspection = Inspection.objects.get()
    assert response.redirect_chain == [(reverse("dashboard", args=[inspection.slug]), 302)]
    assert reading.success(response) == [
        "Children's services 2011 is open. Its documents and groups are waiting for owners."
    ]
    assert (inspection.council, inspection.kind, inspection.plan_key) == (council, "real", "oxfordshire")
    plan = inspection.plan
    assert Post.objects.filter(council=council).count() == len(plan.posts)
    assert Ownership.objects.filter(inspection=inspection).count() == len(
        [owner for ownership in plan.ownerships for owner in ownership.owners]
    )


def test_form_sent_twice_opens_one_inspection(coordinator, address) -> None:
    first, second = (coordinator.post(address, FORM) for _ in range(2))
    assert first.url == second.url
    assert Inspection.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"title": "  "}, "Enter a title."),
        ({"title": "x" * 201}, "Ensure this value has at most 200 characters (it has 201)."),
        ({"kind": "other"}, "Select a valid choice. other is not one of the available choices."),
        ({"framework_key": "ilacs"}, "Select a valid choice. ilacs is not one of the available choices."),
        ({"plan_key": "nowhere"}, "Select a valid choice. nowhere is not one of the available choices."),
        (
            {"expected_before_day": "31", "expected_before_month": "4", "expected_before_year": "2012"},
            "Expected before (optional) must be a real date",
        ),
    ],
)
def test_bad_input_is_refused_with_what_is_wrong(coordinator, address, change, message) -> None:
    response = coordinator.post(address, {**FORM, **change})
    assert response.status_code == 422
    assert len(_summary(response)) == 1
    assert _summary(response)[0].startswith(message)
    assert Inspection.objects.count() == 0


def test_nothing_filled_in_is_refused_field_by_field(coordinator, address) -> None:
    response = coordinator.post(address, {})
    assert response.status_code == 422
    assert _summary(response)[0] == "Enter a title."
    assert Inspection.objects.count() == 0


def test_a_title_that_is_taken_is_refused_beside_the_title(coordinator, address, council) -> None:
    make_inspection(council, title=FORM["title"])
    response = coordinator.post(address, FORM)
    assert _summary(response) == [
        "There is already an inspection called “Children's services 2011”. Give this one another title."
    ]
    assert Inspection.objects.count() == 1


def test_a_framework_file_that_cannot_be_read_is_named_and_nothing_is_opened(
    coordinator, address, settings, tmp_path
) -> None:
    (tmp_path / "ours.toml").write_text('kind = "framework"\nkey = "ours"\nsurprise = 1\n')
    settings.FRAMEWORK_DIRS = [tmp_path]
    for response in (coordinator.get(address), coordinator.post(address, FORM)):
        assert response.status_code == 422
        assert reading.texts(response, by_class("govuk-warning-text__text")) == [
            "Warning No inspection can be opened while a framework or plan file of this installation cannot be read."
        ]
        faults = reading.texts(response, "//main//li")
        assert [fault for fault in faults if "ours.toml: surprise" in fault] != []
        assert reading.page(response).xpath("//main//form") == []
    assert Inspection.objects.count() == 0


def test_a_broken_file_spoils_no_page_of_an_inspection_that_has_another(
    coordinator, council, settings, tmp_path
) -> None:
    inspection = make_inspection(council)
    (tmp_path / "ours.toml").write_text("not a framework")
    settings.FRAMEWORK_DIRS = [tmp_path]
    assert coordinator.get(reverse("dashboard", args=[inspection.slug])).status_code == 200
