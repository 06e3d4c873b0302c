"""Addresses of the audits. They never contain an identifier: a case is named by its number."""

from django.urls import URLPattern, path

from audits.views import (
    assigning,
    audit_files,
    audits,
    contributing,
    exports,
    moderating,
    selecting,
    themes,
    writing,
)

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
WRITING: list[URLPattern] = [
    path(_CASE, writing.case_page, name="case"),
    path(f"{_CASE}submit/", writing.submit, name="submit"),
    path(f"{_CASE}reopen/", writing.reopen, name="reopen"),
    path(f"{_CASE}more-time/", writing.extend, name="extend"),
    path(f"{_CASE}concern/", writing.raise_concern, name="concern"),
    path(f"{_CASE}concern/acknowledge/", writing.acknowledge, name="acknowledge"),
    path(f"{_CASE}files/add/", audit_files.add_files, name="add-files"),
    path(f"{_CASE}files/<int:pk>/", audit_files.file, name="file"),
    path(f"{_CASE}files/<int:pk>/remove/", audit_files.remove_file, name="remove-file"),
    path(f"{_CASE}contribution/", contributing.contribution, name="contribution"),
    path(f"{_CASE}contribution/submit/", contributing.submit_contribution, name="submit-contribution"),
    path(f"{_CASE}contribution/reopen/", contributing.reopen_contribution, name="reopen-contribution"),
]
#: Who audits, contributes and moderates.
ASSIGNING: list[URLPattern] = [
    path(f"{_AUDITS}auditors/", assigning.auditors, name="auditors"),
    path(f"{_CASE}people/", assigning.people, name="assign"),
    path(f"{_CASE}people/pass-on/", assigning.pass_on, name="pass-on"),
    path(f"{_CASE}people/<int:pk>/end/", assigning.end_part, name="end-part"),
    path(f"{_CASE}own-case/", assigning.own_case, name="own-case"),
]
#: Second grades, agreement, follow-up actions and themes.
MODERATING: list[URLPattern] = [
    path(f"{_AUDITS}agreement/", moderating.agreement_page, name="agreement"),
    path(f"{_AUDITS}follow-ups/", moderating.follow_ups_page, name="follow-ups"),
    path(f"{_AUDITS}themes/", themes.themes_page, name="themes"),
    path(f"{_AUDITS}themes/add/", themes.offer_themes, name="offer-themes"),
    path(f"{_CASE}moderate/", moderating.moderate_page, name="moderate"),
    path(f"{_CASE}moderate/agree/", moderating.agree_grade, name="agree-grade"),
    path(f"{_CASE}follow-ups/add/", moderating.add_follow_up, name="add-follow-up"),
    path(f"{_CASE}follow-ups/<int:action>/close/", moderating.close_follow_up, name="close-follow-up"),
    path(f"{_CASE}follow-ups/<int:action>/reopen/", moderating.reopen_follow_up, name="reopen-follow-up"),
]
#: Exports and handing over.
EXPORTS: list[URLPattern] = [
    path(f"{_AUDITS}exports/", exports.all_exports, name="exports"),
    path(f"{_AUDITS}selections/<slug:selection>/export/", exports.make_export, name="make-export"),
    path(f"{_AUDITS}exports/<int:number>/", exports.export_page, name="export"),
    path(f"{_AUDITS}exports/<int:number>/<slug:kind>/", exports.download, name="export-file"),
    path(f"{_AUDITS}exports/<int:number>/handed-over/record/", exports.record_handed_over, name="record-handed-over"),
    path(f"{_CASE}pdf/", exports.case_pdf, name="case-pdf"),
]

urlpatterns = [*LISTING, *SELECTING, *WRITING, *ASSIGNING, *MODERATING, *EXPORTS]
