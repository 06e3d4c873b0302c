"""PDFs that are valid except for one to three faults: a missing key, a value of another type, a circular reference.

One rich PDF is taken apart into its objects, and tokens of their text are exchanged. The table of where the objects are
stays right, so that a parser does not mend the file before it comes to what is wrong with it. A seed makes one file.
"""

from __future__ import annotations

import io
import random
import re
from functools import cache
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from tests.documents.making import raw_pdf
from tests.evidencepack import files, live

_TOKEN = re.compile(rb"/[A-Za-z0-9]+|\d+ 0 R|\([^()]*\)|-?\d+(?:\.\d+)?|true|false|null|\[|\]|<<|>>")
_VALUES = [b"null", b"", b"0", b"-1", b"3.5", b"99999999999999999999", b"true", b"/Odd", b"(odd)", b"<feff00d8>", b"[]"]
_VALUES += [b"<<>>", b"[[[[]]]]", b"[null null]", b"<</Kids[1 0 R]/Limits[(a)(b)]>>", b"9999 0 R"]


def mutated(path: Path, seed: int) -> Path:
    """The file of this seed."""
    shuffle = random.Random(seed)
    objects = list(_objects())
    for _ in range(shuffle.choice((1, 1, 2, 3))):
        at = shuffle.randrange(len(objects))
        head, mark, data = objects[at].partition(b"\nstream\n")
        tokens = list(_TOKEN.finditer(head))
        if tokens:
            token = shuffle.choice(tokens)
            value = shuffle.choice([*_VALUES, *[b"%d 0 R" % shuffle.randint(1, len(objects))] * 8])
            objects[at] = head[: token.start()] + value + head[token.end() :] + mark + data
    path.write_bytes(raw_pdf(*objects))
    return path


@cache
def _objects() -> tuple[bytes, ...]:
    """The objects of the rich PDF, as they are written, the catalog first."""
    with pikepdf.open(io.BytesIO(rich())) as pdf:
        assert pdf.Root.objgen == (1, 0)
        return tuple(_written(each) for each in pdf.objects)


def _written(each: pikepdf.Object) -> bytes:
    if not isinstance(each, Stream):
        return each.unparse(resolved=True)
    head = Dictionary(dict(each.items())).unparse()
    return head + b"\nstream\n" + each.read_raw_bytes() + b"\nendstream"


def rich() -> bytes:
    """Four tagged pages in a tree of two floors, with links, notes, a form, bookmarks, names and what acts."""
    path = io.BytesIO(files.pdf_bytes("one", "two", "three", "four"))
    with pikepdf.open(path) as pdf, io.BytesIO() as out:
        pages = [page.obj for page in pdf.pages]
        _tag(pdf)
        _fill_pages(pdf)
        place = pdf.make_indirect(Array([pages[2], Name.XYZ, 0, 0, None]))
        leaf = pdf.make_indirect(Dictionary(Limits=Array(["a", "b"]), Names=Array(["a", place, "b", place])))
        scripts = Dictionary(Names=Array(["s", live.script()]))
        pdf.Root.Names = Dictionary(Dests=pdf.make_indirect(Dictionary(Kids=Array([leaf]))), JavaScript=scripts)
        pdf.Root.Dests = Dictionary({"/old": place})
        pdf.Root.OpenAction = pdf.make_indirect(live.script())
        with pdf.open_outline() as outline:
            outline.root += [pikepdf.OutlineItem("one", 0), pikepdf.OutlineItem("two", 1)]
        pdf.save(out, static_id=True, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        return out.getvalue()


def _tag(pdf: Pdf) -> None:
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    numbers: list[object] = []
    for number, page in enumerate(pdf.pages):
        page.obj.StructParents = number
        tag = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.P, P=root, Pg=page.obj, K=0))
        numbers += [number, Array([tag])]
    leaf = pdf.make_indirect(Dictionary(Limits=Array([0, 3]), Nums=Array(numbers)))
    root.K = Array(numbers[1::2])
    root.ParentTree = pdf.make_indirect(Dictionary(Kids=Array([leaf])))
    root.ParentTreeNextKey = 4
    pdf.Root.StructTreeRoot = root
    pdf.Root.MarkInfo = Dictionary(Marked=True)


def _fill_pages(pdf: Pdf) -> None:
    shown = pdf.make_stream(b"0 0 9 9 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    drawn = {"AP": Dictionary(N=shown)}
    field = pdf.make_indirect(
        Dictionary(T="form", FT=Name.Tx, V="words", DA="/Helv 9 Tf", AA=Dictionary(K=live.script()))
    )
    box = pdf.make_indirect(live.annotation("/Widget", Parent=field, F=4, **drawn))
    field.Kids = Array([box])
    pdf.Root.AcroForm = pdf.make_indirect(Dictionary(Fields=Array([field]), NeedAppearances=True, DA="/Helv 9 Tf"))
    by_name = live.annotation(Dest="a")
    by_action = live.annotation(A=pdf.make_indirect(Dictionary(S=Name.GoTo, D=Name("/old"))))
    note = live.annotation("/FreeText", F=4, Contents="note", **drawn)
    chain = pdf.make_indirect(Dictionary(S=Name.URI, URI=live.WEB))
    chain.Next = Array([live.launch(), chain])
    each = [
        box,
        by_name,
        by_action,
        note,
        live.annotation(A=chain),
        live.annotation("/FileAttachment", FS=live.attached(pdf)),
    ]
    plain = [
        live.annotation(Dest=Array([pdf.pages[3].obj, Name.Fit])),
        live.annotation(A=Dictionary(S=Name.URI, URI=live.WEB)),
    ]
    pdf.pages[0].obj.Annots = pdf.make_indirect(Array([pdf.make_indirect(one) for one in each]))
    pdf.pages[1].obj.Annots = Array([pdf.make_indirect(one) for one in plain])
    pdf.pages[2].obj.AA = Dictionary(O=live.script())
