"""Addresses of the audits. They never contain an identifier: a case is named by its number."""

from django.urls import URLPattern, path

from audits.views import audits, selecting

app_name = "audits"

_AUDITS = "inspections/<slug:slug>/audits/"
_CASE = f"{_AUDITS}cases/<int:number>/"

#: The list of audits.
LISTING: list[URLPattern] = [path(_AUDITS, audits.list_page, name="list")]
#: The selected cases with their children.
SELECTING: list[URLPattern] = [
    path(f"{_AUDITS}selections/<slug:selection>/", selecting.selection_page, name="selection"),
    path(f"{_AUDITS}selections/<slug:selection>/add/", selecting.select, name="select"),
    path(f"{_AUDITS}sample/", selecting.sample_page, name="sample"),
    path(f"{_CASE}take-out/", selecting.take_out, name="take-out"),
]
#: One audit: the form, its files, concerns, contributions.
WRITING: list[URLPattern] = []
#: Who audits, contributes and moderates.
ASSIGNING: list[URLPattern] = []
#: Second grades, agreement, follow-up actions and themes.
MODERATING: list[URLPattern] = []
#: Exports and handing over.
EXPORTS: list[URLPattern] = []

urlpatterns = [*LISTING, *SELECTING, *WRITING, *ASSIGNING, *MODERATING, *EXPORTS]
