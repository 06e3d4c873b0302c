"""Comments on a document, written and withdrawn on its page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.permissions import Permission
from documents import access
from documents.forms import CommentForm
from documents.models import Comment
from documents.reviews import comments
from documents.views.documents import document_or_404, show_document
from inspections.access import InspectionViewer, inspection_page
from refusals import refusal_in_banner, refusal_on


@require_POST
@inspection_page(Permission.READ_OWN_DOCUMENTS)
def add(request: HttpRequest, viewer: InspectionViewer, key: str) -> HttpResponse:
    state = document_or_404(viewer, key)
    form = CommentForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        with refusal_on(form):
            comments.add_comment(
                inspection=viewer.inspection, document=key, by=viewer.user, now=timezone.now(), **given
            )
            messages.success(request, "Comment added. The owners are told of it in their next email.")
            return _to_comments(viewer, key)
    return show_document(request, viewer, state, comment_form=form)


@require_POST
@inspection_page(Permission.READ_OWN_DOCUMENTS)
def withdraw(request: HttpRequest, viewer: InspectionViewer, pk: int) -> HttpResponse:
    """Withdraws one's own comment; 404 for somebody else's."""
    mine = Comment.objects.filter(inspection=viewer.inspection, by=viewer.user)
    comment = get_object_or_404(mine.select_related("inspection"), pk=pk)
    access.found_or_404(access.may_see(viewer, comment.document))
    with refusal_in_banner(request):
        if comments.withdraw_comment(comment=comment, by=viewer.user, now=timezone.now()):
            messages.success(request, "Comment withdrawn. Its words are gone; that there was one stays.")
    return _to_comments(viewer, comment.document)


def _to_comments(viewer: InspectionViewer, key: str) -> HttpResponse:
    return redirect(f"{reverse('documents:document', args=[viewer.inspection.slug, key])}#comments")
