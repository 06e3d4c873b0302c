"""Comments on a document, written and taken back on its page."""

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
from inspections.access import InspectionSight, inspection_page
from refusals import refusal_in_banner, refusal_on


@require_POST
@inspection_page(Permission.READ_OWN_DOCUMENTS)
def add(request: HttpRequest, sight: InspectionSight, key: str) -> HttpResponse:
    state = document_or_404(sight, key)
    form = CommentForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        with refusal_on(form):
            comments.add_comment(inspection=sight.inspection, document=key, by=sight.user, now=timezone.now(), **given)
            messages.success(request, "Comment added. The owners are told of it in their next email.")
            return _to_comments(sight, key)
    return show_document(request, sight, state, comment_form=form)


@require_POST
@inspection_page(Permission.READ_OWN_DOCUMENTS)
def withdraw(request: HttpRequest, sight: InspectionSight, pk: int) -> HttpResponse:
    """Takes a comment of one's own back; somebody else's is not there to be taken."""
    mine = Comment.objects.filter(inspection=sight.inspection, by=sight.user)
    comment = get_object_or_404(mine.select_related("inspection"), pk=pk)
    access.found_or_404(access.may_see(sight, comment.document))
    with refusal_in_banner(request):
        if comments.withdraw_comment(comment=comment, by=sight.user, now=timezone.now()):
            messages.success(request, "Comment withdrawn. Its words are gone; that there was one stays.")
    return _to_comments(sight, comment.document)


def _to_comments(sight: InspectionSight, key: str) -> HttpResponse:
    return redirect(f"{reverse('documents:document', args=[sight.inspection.slug, key])}#comments")
