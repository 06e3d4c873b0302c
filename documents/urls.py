from django.urls import path

from documents.views import (
    approvals,
    carrying,
    comments,
    documents,
    files,
    history,
    meetings,
    previews,
    uploads,
)

app_name = "documents"

_documents = "inspections/<slug:slug>/documents/"
_document = f"{_documents}<slug:key>/"
_part = f"{_document}<slug:part>/"
_file = "inspections/<slug:slug>/files/<int:pk>/"
_meeting = "inspections/<slug:slug>/meetings/<int:pk>/"
_version = "inspections/<slug:slug>/versions/<int:pk>/"

urlpatterns = [
    path(_documents, documents.list_page, name="list"),
    path(f"{_documents}register.<str:fmt>", documents.export, name="export"),
    path(f"{_documents}approve-several/", approvals.approve_several, name="approve-several"),
    path(_document, documents.document_page, name="document"),
    path(f"{_document}approve/", documents.approve, name="approve"),
    path(f"{_document}return/", documents.return_document, name="return"),
    path(f"{_document}approvals/", approvals.ask_for, name="approvals"),
    path(f"{_document}comments/", comments.add, name="comment"),
    path("inspections/<slug:slug>/comments/<int:pk>/withdraw/", comments.withdraw, name="withdraw-comment"),
    path(f"{_part}upload/", uploads.upload, name="upload"),
    path(f"{_part}nil-return/", documents.nil_return, name="nil-return"),
    path(f"{_part}nil-return/withdraw/", documents.withdraw_nil_return, name="withdraw-nil-return"),
    path(f"{_part}meetings/", meetings.calendar, name="meetings"),
    path(_meeting, meetings.meeting, name="meeting"),
    path(f"{_meeting}cancel/", meetings.cancel, name="cancel-meeting"),
    path(f"{_meeting}hold/", meetings.hold, name="hold-meeting"),
    path(f"{_meeting}remove/", meetings.remove, name="remove-meeting"),
    path("inspections/<slug:slug>/bring-forward/", carrying.bring_forward, name="bring-forward"),
    path(_file, history.file_page, name="file"),
    path(f"{_file}move/", history.move, name="move"),
    path(f"{_file}replace/", files.replace, name="replace"),
    path(f"{_file}change/", files.describe, name="describe"),
    path(f"{_file}remove/", files.remove, name="remove"),
    path(f"{_file}put-back/", files.put_back, name="put-back"),
    path(f"{_version}download/", files.download, name="download"),
    path(f"{_version}download/anyway/", files.download_anyway, name="download-anyway"),
    path(f"{_version}preview/", previews.preview, name="preview"),
    path(f"{_version}thumbnail/", previews.thumbnail, name="thumbnail"),
    path(f"{_version}preview/<int:page>.webp", previews.picture, name="picture"),
    path(f"{_version}restore/", files.restore, name="restore"),
]
