"""PDFs with everything that can act, one thing on each page, for the checks at upload and for the pack."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf

from tests.evidencepack import files

RECT = (72, 300, 200, 320)
WEB = "https://example.org/"


def script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def launch() -> Dictionary:
    return Dictionary(S=Name.Launch, F="cmd.exe")


def annotation(subtype: str = "/Link", **more: Any) -> Dictionary:
    return Dictionary(Type=Name.Annot, Subtype=Name(subtype), Rect=Array(RECT), **more)


def attached(pdf: Pdf) -> Object:
    """A program as a PDF carries it."""
    program = pdf.make_stream(b"MZ not a program", Type=Name.EmbeddedFile)
    return pdf.make_indirect(Dictionary(Type=Name.Filespec, F="tool.exe", EF=Dictionary(F=program)))


def calls(kind: str, **more: object) -> Callable[[Pdf], Object]:
    """A link with an action of this kind."""
    return lambda pdf: annotation(A=Dictionary({"/S": Name(f"/{kind}"), **{f"/{key}": more[key] for key in more}}))


# What an annotation may be that the pack must not carry.
SCRIPTED: dict[str, Callable[[Pdf], Object]] = {
    "a script": lambda pdf: annotation(A=script()),
    "a script after a web address": lambda pdf: annotation(A=Dictionary(S=Name.URI, URI=WEB, Next=script())),
    "a script in a row after a page": lambda pdf: annotation(
        A=Dictionary(S=Name.GoTo, D=Array([pdf.pages[0].obj, Name.Fit]), Next=Array([launch(), script()]))
    ),
    "a script before the address": lambda pdf: annotation(A=Dictionary(S=Name.URI, URI=WEB), PA=script()),
    "a script under the pointer": lambda pdf: annotation(AA=Dictionary(E=script())),
    "a field with a script": lambda pdf: annotation("/Widget", FT=Name.Tx, T="f", AA=Dictionary(K=script())),
    "a script in a film": lambda pdf: annotation(A=Dictionary(S=Name.Rendition, OP=0, JS="app.alert(1)")),
}
CARRYING: dict[str, Callable[[Pdf], Object]] = {
    "an attached file": lambda pdf: annotation("/FileAttachment", FS=attached(pdf)),
    "a file beside a link": lambda pdf: annotation(A=Dictionary(S=Name.URI, URI=WEB), AF=Array([attached(pdf)])),
}
ACTING: dict[str, Callable[[Pdf], Object]] = {
    "a program": lambda pdf: annotation(A=launch()),
    "another file": calls("GoToR", F="other.pdf"),
    "a file within": calls("GoToE", F="other.pdf"),
    "a form that is sent": calls("SubmitForm", F=WEB),
    "data that is read": calls("ImportData", F="data.fdf"),
    "a command of the viewer": calls("Named", N=Name.Print),
    "a form made empty": calls("ResetForm"),
    "something hidden": calls("Hide", T="f"),
    "sound": calls("Sound"),
    "a film": calls("Movie", T="film"),
    "layers": calls("SetOCGState"),
    "a file on a disk": calls("URI", URI="file:///etc/passwd"),
    "a script as an address": calls("URI", URI="javascript:alert(1)"),
    "a share that is signed in to": calls("URI", URI="\\\\example.org\\share"),
    "an email": calls("URI", URI="mailto:ada@example.org"),
    "an email with a file": calls("URI", URI="mailto:a@example.org?attach=c:/secret"),
    "a page, then a program": lambda pdf: annotation(A=Dictionary(S=Name.GoTo, D="a", Next=launch())),
    **{
        f"an annotation {kind}": (lambda pdf, kind=kind: annotation(kind))  # type: ignore[misc]
        for kind in ("/Screen", "/Movie", "/Sound", "/RichMedia", "/3D")
    },
}
ANNOTATIONS = SCRIPTED | CARRYING | ACTING


def with_annotation(path: Path, make: Callable[[Pdf], Object]) -> Path:
    """Two pages, the first with this annotation and a link to a page of the web."""
    with pikepdf.open(files.normal(path, 2), allow_overwriting_input=True) as pdf:
        web = annotation(A=Dictionary(S=Name.URI, URI=WEB))
        made = pdf.make_indirect(make(pdf))
        pdf.pages[0].obj.Annots = Array([made, pdf.make_indirect(web)])
        if made.Subtype == Name.Widget:
            pdf.Root.AcroForm = Dictionary(Fields=Array([made]))
        pdf.save(path)
    return path


def _fields(pdf: Pdf) -> None:
    field = pdf.make_indirect(Dictionary(T="total", FT=Name.Tx, AA=Dictionary(C=script())))
    pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.make_indirect(Dictionary(T="form", Kids=Array([field])))]))


def _bookmarks(pdf: Pdf) -> None:
    inner = pdf.make_indirect(Dictionary(Title="inner", A=launch()))
    outer = pdf.make_indirect(Dictionary(Title="outer", First=inner, Last=inner))
    pdf.Root.Outlines = pdf.make_indirect(Dictionary(First=outer, Last=outer))


def _attachments(pdf: Pdf) -> None:
    pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array(["tool.exe", attached(pdf)])))


def _steps(pdf: Pdf) -> None:
    pdf.pages[1].obj.PresSteps = Dictionary(Type=Name.NavNode, NA=launch())


# What acts and is no annotation -> the remark's name.
ELSEWHERE: dict[str, tuple[Callable[[Pdf], None], str]] = {
    "on opening": (lambda pdf: setattr(pdf.Root, "OpenAction", script()), "SCRIPTS"),
    "on printing": (lambda pdf: setattr(pdf.Root, "AA", Dictionary(WP=script())), "SCRIPTS"),
    "among the names": (
        lambda pdf: setattr(pdf.Root, "Names", Dictionary(JavaScript=Dictionary(Names=Array(["a", script()])))),
        "SCRIPTS",
    ),
    "when its second page opens": (lambda pdf: setattr(pdf.pages[1].obj, "AA", Dictionary(O=script())), "SCRIPTS"),
    "when a field is counted": (_fields, "SCRIPTS"),
    "in a bookmark": (_bookmarks, "ACTIONS"),
    "between the steps of a page": (_steps, "ACTIONS"),
    "attached to the file": (_attachments, "ATTACHMENTS"),
    "attached to a page": (lambda pdf: setattr(pdf.pages[1].obj, "AF", Array([attached(pdf)])), "ATTACHMENTS"),
}


def with_elsewhere(path: Path, change: Callable[[Pdf], None]) -> Path:
    with pikepdf.open(files.normal(path, 2), allow_overwriting_input=True) as pdf:
        change(pdf)
        pdf.save(path)
    return path


def all_that_acts(pdf: Pdf) -> set[str]:
    """The keys and kinds in a PDF that a clean one has none of."""
    found: set[str] = set()
    for thing in pdf.objects:
        waiting = [thing]
        while waiting:
            each = waiting.pop()
            if isinstance(each, Array):
                waiting += [inner for inner in each if _is_direct(inner)]
            elif isinstance(each, Dictionary | pikepdf.Stream):
                found |= {"/AA", "/PA", "/JS", "/EF", "/AF", "/PresSteps", "/OpenAction"} & set(each.keys())
                if Name.S in each and Name.Next in each:
                    found.add("/Next")
                if isinstance(each.get(Name.S), Name) and str(each.S) not in ("/GoTo", "/URI"):
                    found |= {str(each.S)} if Name.A not in each and Name.P not in each else set()
                if each.get(Name.Type) == Name.Annot and each.get(Name.Subtype) != Name.Link:
                    found.add(str(each.get(Name.Subtype)))
                waiting += [each[key] for key in each.keys() if _is_direct(each[key])]  # noqa: SIM118
    return found


def _is_direct(value: object) -> bool:
    return isinstance(value, Array | Dictionary) and not value.is_indirect
