"""Addresses of the case lists. No identifier stands in any: a child is named by its random key."""

from django.urls import URLPattern

app_name = "cases"

_CASES = "inspections/<slug:slug>/cases/"

LISTS: list[URLPattern] = []

IMPORTS: list[URLPattern] = []

EXPORTS: list[URLPattern] = []

SURVEYS: list[URLPattern] = []

PRIVACY: list[URLPattern] = []

urlpatterns = [*LISTS, *IMPORTS, *EXPORTS, *SURVEYS, *PRIVACY]
