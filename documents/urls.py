from django.urls import path

from documents import (
    approval_views,
    carrying_views,
    comment_views,
    file_views,
    history_views,
    meeting_views,
    preview_views,
    upload_views,
    views,
)

app_name = "documents"

_documents = "inspections/<slug:slug>/documents/"
_document = f"{_documents}<slug:key>/"
_part = f"{_document}<slug:part>/"
_file = "inspections/<slug:slug>/files/<int:pk>/"
_meeting = "inspections/<slug:slug>/meetings/<int:pk>/"
_version = "inspections/<slug:slug>/versions/<int:pk>/"

urlpatterns = [
    path(_documents, views.list_page, name="list"),
    path(f"{_documents}register.<str:fmt>", views.export, name="export"),
    path(f"{_documents}approve-several/", approval_views.approve_several, name="approve-several"),
    path(_document, views.document_page, name="document"),
    path(f"{_document}approve/", views.approve, name="approve"),
    path(f"{_document}return/", views.return_document, name="return"),
    path(f"{_document}approvals/", approval_views.ask_for, name="approvals"),
    path(f"{_document}comments/", comment_views.add, name="comment"),
    path("inspections/<slug:slug>/comments/<int:pk>/withdraw/", comment_views.withdraw, name="withdraw-comment"),
    path(f"{_part}upload/", upload_views.upload, name="upload"),
    path(f"{_part}nil-return/", views.nil_return, name="nil-return"),
    path(f"{_part}nil-return/withdraw/", views.withdraw_nil_return, name="withdraw-nil-return"),
    path(f"{_part}meetings/", meeting_views.calendar, name="meetings"),
    path(_meeting, meeting_views.meeting, name="meeting"),
    path(f"{_meeting}cancel/", meeting_views.cancel, name="cancel-meeting"),
    path(f"{_meeting}hold/", meeting_views.hold, name="hold-meeting"),
    path(f"{_meeting}remove/", meeting_views.remove, name="remove-meeting"),
    path("inspections/<slug:slug>/bring-forward/", carrying_views.bring_forward, name="bring-forward"),
    path(_file, history_views.file_page, name="file"),
    path(f"{_file}move/", history_views.move, name="move"),
    path(f"{_file}replace/", file_views.replace, name="replace"),
    path(f"{_file}change/", file_views.describe, name="describe"),
    path(f"{_file}remove/", file_views.remove, name="remove"),
    path(f"{_file}put-back/", file_views.put_back, name="put-back"),
    path(f"{_version}download/", file_views.download, name="download"),
    path(f"{_version}download/anyway/", file_views.download_anyway, name="download-anyway"),
    path(f"{_version}preview/", preview_views.preview, name="preview"),
    path(f"{_version}thumbnail/", preview_views.thumbnail, name="thumbnail"),
    path(f"{_version}preview/<int:page>.webp", preview_views.picture, name="picture"),
    path(f"{_version}restore/", file_views.restore, name="restore"),
]
