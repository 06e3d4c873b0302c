"""Every rule over several rows holds when two people act at the same moment, and nobody gets an error page."""

from __future__ import annotations

import os
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module

import pytest
from django.core.management import call_command
from django.test import TransactionTestCase

import tests.races
from tests.racing import Race, broken_rounds

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

# Either action is the first to write by turns. A rule that nothing locks is broken in every round (tests/racing.py).
ROUNDS = 200 if os.environ.get("LONG") == "1" else 2
RACES: dict[str, Callable[[], Race]] = {
    f"{module.name}: {ready.__name__.replace('_', ' ')}": ready
    for module in pkgutil.iter_modules(tests.races.__path__)
    for ready in import_module(f"tests.races.{module.name}").RACES
}


@pytest.fixture(scope="module", autouse=True)
def committed(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Rows are taken away once, at the end: each round makes a council of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: None)
        yield
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path) -> None:
    settings.UPLOADS_DIR = tmp_path / "uploads"


@pytest.mark.parametrize("rule", RACES)
def test_rule_holds_when_two_act_at_once(rule: str) -> None:
    assert broken_rounds(RACES[rule], ROUNDS) == []
