"""Addresses of the case lists. No identifier stands in any: a child is named by its random key."""

from django.urls import URLPattern, path

from cases.views import erasure, log

app_name = "cases"

_CASES = "inspections/<slug:slug>/cases/"

LISTS: list[URLPattern] = []

IMPORTS: list[URLPattern] = []

EXPORTS: list[URLPattern] = []

SURVEYS: list[URLPattern] = []

PRIVACY: list[URLPattern] = [
    path("councils/<slug:council>/data-protection/", erasure.inspections_page, name="data-protection"),
    path(f"{_CASES}log/", log.log_page, name="log"),
    path(f"{_CASES}log/<slug:fmt>/", log.export_log, name="export-log"),
    path(f"{_CASES}erasure/", erasure.erasure_page, name="erasure"),
    path(f"{_CASES}erasure/due/", erasure.erase_due, name="erase-due"),
    path(f"{_CASES}erasure/child/", erasure.find_child, name="find-child"),
    path(f"{_CASES}erasure/child/<slug:key>/", erasure.erase_child, name="erase-child"),
]

urlpatterns = [*LISTS, *IMPORTS, *EXPORTS, *SURVEYS, *PRIVACY]
