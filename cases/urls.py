"""Addresses of the case lists. They never contain an identifier: a child is named by its random key."""

from django.urls import URLPattern, path

from cases.views import (
    children,
    contradictions,
    erasure,
    exports,
    import_choosing,
    import_details,
    imports,
    lists,
    log,
    surveys,
)

app_name = "cases"

_CASES = "inspections/<slug:slug>/cases/"

LISTS: list[URLPattern] = [
    path(_CASES, lists.lists_page, name="lists"),
    path(f"{_CASES}lists/<slug:list>/", children.list_page, name="list"),
    path(f"{_CASES}lists/<slug:list>/export/<slug:fmt>/", children.export_list, name="export-list"),
    path(f"{_CASES}analysis/<slug:list>/", lists.analysis_page, name="analysis"),
    path(f"{_CASES}find/", children.find_child, name="find"),
    path(f"{_CASES}children/<slug:key>/", children.child_page, name="child"),
    path(f"{_CASES}contradictions/", contradictions.contradictions_page, name="contradictions"),
    path(f"{_CASES}children/<slug:key>/contradictions/<int:pk>/explain/", contradictions.explain, name="explain"),
    path(f"{_CASES}children/<slug:key>/contradictions/<int:pk>/reopen/", contradictions.reopen, name="reopen"),
]

_IMPORTS = f"{_CASES}imports/"
_IMPORT = f"{_IMPORTS}<int:number>/"
IMPORTS: list[URLPattern] = [
    path(_IMPORTS, imports.all_imports, name="imports"),
    path(f"{_IMPORTS}new/", import_choosing.choose_files, name="new-import"),
    path(f"{_IMPORTS}empty/<slug:list>/", imports.state_empty, name="state-empty"),
    path(_IMPORT, imports.import_one, name="import"),
    path(f"{_IMPORT}headings/", imports.match_headings, name="match-headings"),
    path(f"{_IMPORT}apply/", imports.apply_import, name="apply-import"),
    path(f"{_IMPORT}discard/", imports.discard_import, name="discard-import"),
    path(f"{_IMPORT}bring-back/", imports.bring_back, name="bring-back"),
    path(f"{_IMPORT}faults/", import_details.faults, name="import-faults"),
    path(f"{_IMPORT}rows/<slug:list>/", import_details.rows, name="import-rows"),
    path(f"{_IMPORT}files/<int:pk>/", import_details.source_file, name="import-file"),
    path(f"{_IMPORT}files/<int:pk>/marked/", import_details.marked_copy, name="marked-copy"),
]

_EXPORTS = f"{_CASES}exports/"
EXPORTS: list[URLPattern] = [
    path(_EXPORTS, exports.all_exports, name="exports"),
    path(f"{_EXPORTS}make/", exports.make_export, name="make-export"),
    path(f"{_EXPORTS}<int:number>/", exports.export_page, name="export"),
    path(f"{_EXPORTS}<int:number>/files/<slug:kind>/", exports.download, name="export-file"),
    path(f"{_EXPORTS}<int:number>/encrypted/", exports.encrypt, name="encrypt-export"),
    path(f"{_EXPORTS}<int:number>/sent/", exports.record_sent, name="record-export-sent"),
]

_SURVEYS = f"{_CASES}surveys/"
_LETTERS = f"{_SURVEYS}<slug:survey>/letters/"
SURVEYS: list[URLPattern] = [
    path(_SURVEYS, surveys.surveys_page, name="surveys"),
    path(f"{_SURVEYS}<slug:survey>/", surveys.survey_page, name="survey"),
    path(_LETTERS, surveys.letters_page, name="survey-letters"),
    path(f"{_LETTERS}all/", surveys.all_sent, name="survey-all-sent"),
    path(f"{_LETTERS}<slug:key>/", surveys.letter_page, name="survey-letter"),
]

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
