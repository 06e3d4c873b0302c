"""The rows of the page on which waiting files are sorted: the proposal for each, and the person's decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from documents.access import may_see
from documents.evidence.actions import current_versions
from frameworks import Framework, covered_by
from govuk.markup import build, build_all
from inspections.access import InspectionViewer
from intake.access import fillable
from intake.actions import Choice
from intake.forms import BETWEEN, SortRow
from intake.models import WaitingFile
from intake.recogniser import Confidence, FilingProposal, covers_in, propose
from intake.vocabulary import vocabulary

_RANK = (Confidence.UNKNOWN, Confidence.LIKELY, Confidence.SURE)
LONGEST_OPTION = 70


@dataclass(frozen=True, slots=True)
class SortingRow:
    """One waiting file on the page.

    choice   the decision or, before that, the proposal
    here     number of the document that has the same bytes already; 0 if there is none
    twin     the name of another waiting file with the same bytes
    foreign  the number of the document that it seems to belong to, if the person may not fill that
    """

    file: WaitingFile
    proposal: FilingProposal
    choice: Choice
    form: SortRow
    options: SafeString
    here: str
    twin: str
    foreign: str

    @property
    def is_undecided(self) -> bool:
        return not self.choice.document or not self.choice.part

    @property
    def is_changed(self) -> bool:
        """Whether a person chose another place than the proposed one."""
        said = (self.file.document, self.file.part)
        return self.file.is_decided and said != (self.proposal.document, self.proposal.part)


def rows(
    viewer: InspectionViewer, files: Iterable[WaitingFile], data: Mapping[str, Any] | None = None
) -> list[SortingRow]:
    """The rows of these files, those that need a decision first.

    `data` is the posted form; a file that is not in it is unchanged.
    """
    files = list(files)
    framework, may = viewer.snapshot.framework, fillable(viewer)
    plan = viewer.snapshot.plan
    words, known = vocabulary(framework, plan), viewer.council.name
    here = _here(viewer, files)
    same = Counter(file.sha256 for file in files)
    first: dict[str, str] = {}
    options = Options(framework, may)
    made = []
    for file in files:
        proposal = propose(file.path, words, today=viewer.snapshot.today, known=known)
        twin = first.setdefault(file.sha256, file.path) if same[file.sha256] > 1 else ""
        sent = data is not None and f"{_prefix(file)}-to" in data
        mine = proposal.document in may
        said = _choice(file, proposal if mine else FilingProposal(as_at=proposal.as_at))
        if said.document and said.part and not file.is_decided:
            asked = covered_by(framework.document(said.document).part(said.part), plan)
            said = replace(said, covers=covers_in(file.path, asked, words))
        form = SortRow(
            data if sent else None,
            prefix=_prefix(file),
            auto_id="id_%s",
            framework=framework,
            plan=plan,
            fillable=may,
            name=file.name,
            today=viewer.snapshot.today,
            initial={
                "as_at": said.as_at,
                "names_children": said.names_children,
                "covers": list(said.covers),
                "to": _value(said),
            },
        )
        made.append(
            SortingRow(
                file=file,
                proposal=proposal if mine else FilingProposal(as_at=proposal.as_at),
                choice=said,
                form=form,
                options=options.chosen(str(form["to"].value() or "")),
                here=here.get(file.sha256, ""),
                twin="" if twin == file.path else twin,
                foreign="" if mine else proposal.document,
            )
        )
    return sorted(made, key=lambda row: (_RANK.index(row.proposal.confidence), row.file.path.casefold()))


def _prefix(file: WaitingFile) -> str:
    return f"f{file.pk}"


def _choice(file: WaitingFile, proposal: FilingProposal) -> Choice:
    if file.is_decided:
        return Choice(file.document, file.part, file.as_at, file.names_children, tuple(file.covers.split()))
    if proposal.confidence is Confidence.UNKNOWN:
        return Choice("", "", proposal.as_at, False)
    return Choice(proposal.document, proposal.part, proposal.as_at, False)


def _value(choice: Choice) -> str:
    return f"{choice.document}{BETWEEN}{choice.part}" if choice.document and choice.part else ""


def _here(viewer: InspectionViewer, files: list[WaitingFile]) -> dict[str, str]:
    """Which of the bytes are already current in a document that the person may see."""
    found = current_versions().filter(file__inspection=viewer.inspection, sha256__in={file.sha256 for file in files})
    numbers = {
        document.key: str(document.number)
        for document in viewer.snapshot.framework.documents
        if may_see(viewer, document.key)
    }
    rows = found.order_by("pk").values_list("sha256", "file__document")
    return {sha256: numbers[document] for sha256, document in rows if document in numbers}


class Options:
    """The options of every row's list, drawn once; each row marks its own choice in a copy."""

    def __init__(self, framework: Framework, may: frozenset[str]) -> None:
        groups = []
        for document in framework.documents:
            if document.key in may:
                drawn = build_all(
                    '<option value="{}"{}>{}</option>',
                    (
                        (
                            f"{document.key}{BETWEEN}{part.key}",
                            mark_safe(" data-dated") if part.dated else "",
                            f"{document.number}. {_short(part.label)}",
                        )
                        for part in document.parts
                    ),
                )
                groups.append(
                    build('<optgroup label="{}">{}</optgroup>', f"{document.number}. {_short(document.title)}", drawn)
                )
        self._drawn = SafeString('<option value="">Choose where it belongs</option>' + "".join(groups))

    def chosen(self, value: str) -> SafeString:
        marked = build('<option value="{}"', value)
        return SafeString(self._drawn.replace(marked, f"{marked} selected", 1))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_OPTION else f"{text[: LONGEST_OPTION - 1].rstrip()}…"
