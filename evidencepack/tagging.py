"""Tags for the whole pack, so that a screen reader finds every page.

The front matter has tags, and a screen reader reads only the tags of a file that has any: pages without tags would be
silent. The tags of the other files are lost when they are merged, so each page gets one new tag that holds everything
on the page in the order in which it is drawn: flat, but read aloud. If the front matter has no tags, none are made.
"""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Object, Page, Pdf

from evidencepack.contents import PageRun

_PARAGRAPH = b"/P <</MCID 0>> BDC\n"
_PICTURE = b"/Figure <</MCID 0>> BDC\n"


class Tags:
    """The tags of a PDF, to which sections (one a file) and pages are added at the end."""

    def __init__(self, pdf: Pdf) -> None:
        self.pdf = pdf
        self.index = _index(pdf)
        if self.index is None:
            return
        root = pdf.Root.StructTreeRoot
        self.root = root
        self.next_key = _next_key(root, self.index)
        self.top = root
        only = root.get(Name.K)
        if isinstance(only, Array) and len(only) == 1:
            only = only[0]
        if isinstance(only, Dictionary) and only.get(Name.S) == Name.Document:
            self.top = only
        self.close = pdf.make_stream(b"EMC\n")

    def add_section(self, title: str) -> Object | None:
        """A section for the pages of one file."""
        if self.index is None:
            return None
        section = self.pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.Sect, P=self.top, T=title, K=Array([]))
        )
        children = self.top.get(Name.K)
        if not isinstance(children, Array):
            children = self.top.K = Array([] if children is None else [children])
        children.append(section)
        return section

    def add_page(self, section: Object | None, page: Page, marks: int, run: PageRun) -> bytes:
        """Tags a page as one piece. Returns the instructions to put before its own.

        `marks` is how many tagged pieces the page had in its own file: their marks are still in its instructions, and
        all belong to the new tag. A page without any is marked as a whole.
        """
        obj = page.obj
        if section is None or self.index is None:
            if Name.StructParents in obj:
                del obj[Name.StructParents]
            return b""
        tag = Dictionary(Type=Name.StructElem, S=Name.Figure if run.picture else Name.P, P=section, Pg=obj, K=0)
        if run.picture:
            tag.Alt = run.heading
        elif marks:
            tag.K = Array(range(marks))
        tag = self.pdf.make_indirect(tag)
        section.K.append(tag)
        _unlink_annotations(obj)
        obj[Name.StructParents] = self.next_key
        self.index.append(self.next_key)
        self.index.append(Array([tag] * max(1, marks)))
        self.next_key += 1
        self.root.ParentTreeNextKey = self.next_key
        if marks:
            return b""
        page.contents_add(self.close)
        return _PICTURE if run.picture else _PARAGRAPH


def _unlink_annotations(obj: Object) -> None:
    """Removes the numbers of tags from links and notes: in the pack they would be those of other pages."""
    annotations = obj.get(Name.Annots)
    for annotation in annotations if isinstance(annotations, Array) else ():
        if isinstance(annotation, Dictionary) and Name.StructParent in annotation:
            del annotation[Name.StructParent]


def _index(pdf: Pdf) -> Array | None:
    """The flat list in which the tags of each page are found, if the file has tags and the list is flat."""
    root = pdf.Root.get(Name.StructTreeRoot)
    tree = root.get(Name.ParentTree) if isinstance(root, Dictionary) else None
    numbers = tree.get(Name.Nums) if isinstance(tree, Dictionary) else None
    return numbers if isinstance(numbers, Array) else None


def _next_key(root: Object, index: Array) -> int:
    keys = [int(index[at]) for at in range(0, len(index), 2)]
    return max([*keys, int(root.get(Name.ParentTreeNextKey, 0)) - 1]) + 1
