"""Reading a spreadsheet of owners and applying it, as one change or not at all."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import PurePath

from django.db import transaction

from accounts.actions import add_post, find_post
from accounts.invitations import give_post_to, invite_person
from accounts.models import Council, Post, Role, User
from inspections.actions import set_owners
from inspections.audit import record
from inspections.locks import locked, locked_with_council
from inspections.models import Inspection, OwnersImport
from inspections.owners_import import Examination, examine, rows_of
from inspections.owners_sheet import LIMITS, OwnersSheet, headings_in, read_owners
from refusals import Refused
from spreadsheets.confirmation import was_shown
from spreadsheets.limits import Unreadable
from spreadsheets.reading import read_sheets


def keep_owners_file(
    *, inspection: Inspection, file_name: str, content: bytes, by: User | None, now: datetime
) -> OwnersImport:
    """Read a spreadsheet of owners and store its contents, to be shown before they are applied.

    The same file sent twice by one person is stored once while it waits. Raises Refused (field "file") for a file that
    cannot be read as such a spreadsheet.
    """
    # Read before anything is locked: a hostile file may take its full two seconds.
    try:
        sheet = read_owners(read_sheets(file_name, content, LIMITS, count_headings=headings_in))
    except Unreadable as unreadable:
        raise Refused(unreadable.message, field="file") from None
    return _kept(inspection, file_name, hashlib.sha256(content).hexdigest(), sheet, by=by, now=now)


@transaction.atomic
def _kept(
    inspection: Inspection, file_name: str, digest: str, sheet: OwnersSheet, *, by: User | None, now: datetime
) -> OwnersImport:
    locked(inspection)
    waiting = OwnersImport.objects.filter(inspection=inspection, sha256=digest, uploaded_by=by, applied_at=None)
    if (again := waiting.first()) is not None:
        return again
    name = PurePath(file_name.replace("\\", "/")).name[-255:]
    kept = OwnersImport.objects.create(
        inspection=inspection,
        file_name=name,
        sha256=digest,
        rows=[
            {"sheet": row.sheet, "row": row.row, "cells": row.cells, "context": list(row.context)} for row in sheet.rows
        ],
        uploaded_at=now,
        uploaded_by=by,
    )
    record(inspection, by=by, verb="owners' spreadsheet read", subject=name, now=now, detail={"rows": len(sheet.rows)})
    return kept


@transaction.atomic
def apply_owners_file(
    *, kept: OwnersImport, seen: str, add_posts: bool, by: User | None, now: datetime
) -> Examination | None:
    """Apply a stored spreadsheet: posts, people, holders and owners as one change. None if it was applied before.

    `seen` is the digest of the changes that the person was shown. Raises Refused if the file has faults, if the owners
    have changed since it was shown, and if it names unknown posts that are not to be added.
    """
    # The council is locked too: the file is compared with its people and posts, and changes them.
    inspection = locked_with_council(kept.inspection)
    kept = OwnersImport.objects.get(pk=kept.pk)
    if kept.applied_at is not None:
        return None
    found = examine(inspection, rows_of(kept))
    if found.faults:
        raise Refused(f"The file has {len(found.faults)} faults. Correct them and choose the file again.")
    if not was_shown(seen, *found.difference):
        raise Refused("Owners or people have changed since this was shown. Look at the changes again.")
    if found.posts and not add_posts:
        names = ", ".join(f"“{post.name}”" for post in found.posts)
        raise Refused(f"Confirm that these posts are to be added, or correct the file: {names}.", field="add_posts")
    _apply(inspection, found, by=by, now=now)
    OwnersImport.objects.filter(pk=kept.pk).update(applied_at=now, applied_by=by)
    detail = {
        "sha256": kept.sha256,
        "owners changed": len(found.owners),
        "posts added": len(found.posts),
        "people added": len(found.people),
        "holders changed": len(found.holders),
    }
    record(inspection, by=by, verb="owners imported", subject=kept.file_name, now=now, detail=detail)
    return found


def _apply(inspection: Inspection, found: Examination, *, by: User | None, now: datetime) -> None:
    council = inspection.council
    for new in found.posts:
        organisation = new.organisation or council.name
        add_post(council=council, name=new.name, organisation=organisation, by=by, now=now)
    for person in found.people:
        invite_person(
            council=council,
            email=person.email,
            full_name=person.name,
            telephone=person.telephone,
            roles=[Role.OWNER],
            by=by,
            now=now,
        )
    for change in found.holders:
        give_post_to(post=_post(council, change.post), email=change.email, by=by, now=now)
    for owners in found.owners:
        posts = [_post(council, name) for name in owners.after]
        set_owners(inspection=inspection, item=owners.item, posts=posts, by=by, now=now)


def _post(council: Council, name: str) -> Post:
    post = find_post(council, name)
    if post is None:
        raise Refused(f"The post “{name}” is not there any more. Look at the changes again.")
    return post
