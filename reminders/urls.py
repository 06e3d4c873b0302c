from datetime import date

from django.urls import path, register_converter

from reminders.views import agenda, coming, dates, ledger, settings


class DayConverter:
    """A day in an address, as 2011-04-18."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    @staticmethod
    def to_python(value: str) -> date:
        return date.fromisoformat(value)

    @staticmethod
    def to_url(value: date) -> str:
        return value.isoformat()


register_converter(DayConverter, "reminders-day")

app_name = "reminders"
_LEDGER = "inspections/<slug:slug>/reminders/"
_MAIL = f"{_LEDGER}coming/<reminders-day:day>/<int:person>/<int:number>/"
_SETTINGS = "councils/<slug:council>/reminders/"
urlpatterns = [
    path("inspections/<slug:slug>/agenda/", agenda.agenda_page, name="agenda"),
    path(_LEDGER, ledger.ledger_page, name="ledger"),
    path(f"{_LEDGER}export.<str:fmt>", ledger.export, name="export"),
    path(f"{_LEDGER}coming/", coming.coming_page, name="coming"),
    path(_MAIL, coming.coming_mail, name="coming-mail"),
    path(f"{_MAIL}html", coming.coming_html, name="coming-html"),
    path(f"{_LEDGER}<int:pk>/send-again", ledger.send_again, name="send-again"),
    path("inspections/<slug:slug>/timetable/history/", dates.date_history, name="date-history"),
    path(_SETTINGS, settings.settings_page, name="settings"),
    path(f"{_SETTINGS}restore", settings.restore_plan, name="restore-plan"),
]
