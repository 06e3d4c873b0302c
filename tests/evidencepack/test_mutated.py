"""Whatever is wrong with one PDF, the pack is complete: the others are bound, and it is bound or called damaged."""

from __future__ import annotations

import os
from pathlib import Path

import pikepdf
import pytest

from evidencepack.links import PAGE_KEYS, kinds_in
from evidencepack.stamping import STAMP_FONT
from files.inside import pdfs
from files.inside.looking import Mismatch
from tests.evidencepack import files
from tests.evidencepack.mutating import mutated, rich
from tests.evidencepack.packs import bind_parts, own_words, part

BLOCK = 20
#: With LONG=1 four thousand files.
BLOCKS = 200 if os.environ.get("LONG") else 5


@pytest.mark.parametrize("block", range(BLOCKS))
def test_pack_with_a_broken_file_between_two_good_ones_is_whole(tmp_path, block):
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        check(tmp_path, seed)


def check(folder: Path, seed: int) -> tuple[str, str]:
    """Binds the file of this seed between two good ones. Returns its outcome, and the remark at its upload."""
    front, bad = files.tagged(folder / "front.pdf"), mutated(folder / "bad.pdf", seed)
    before, after = files.normal(folder / "before.pdf"), files.normal(folder / "after.pdf")
    binding = bind_parts(folder / "pack.pdf", part("1.1", before, bad, after), front=front)
    first, odd, last = binding.contents.placed
    assert (first.state, odd.heading, last.state) == ("included", "bad.pdf", "included"), seed
    assert odd.state == "included" or (odd.state == "damaged" and odd.reason), seed
    with pikepdf.open(folder / "pack.pdf") as pdf:
        assert own_words(pdf.pages[1]) == ["before 1"], seed
        assert own_words(pdf.pages[-1]) == ["after 1"], seed
        # A broken reference may bring anything along as something else, but nothing that can be set off.
        assert "" not in kinds_in(pdf), seed
        assert all(page.obj.keys() <= PAGE_KEYS | {STAMP_FONT} for page in pdf.pages), seed
        assert {"/OpenAction", "/AA", "/AcroForm", "/Names"} & pdf.Root.keys() == set(), seed
    try:
        return odd.state, " ".join(pdfs.look(bad).remarks)
    except Mismatch as refused:
        return odd.state, str(refused)


def test_a_seed_makes_the_same_file_each_time(tmp_path):
    made = [mutated(tmp_path / name, 7).read_bytes() for name in ("a.pdf", "b.pdf")]
    assert made[0] == made[1] != mutated(tmp_path / "c.pdf", 8).read_bytes()


def test_the_file_that_is_mutated_is_sound_and_has_everything_in_it(tmp_path):
    (tmp_path / "a.pdf").write_bytes(rich())
    binding = bind_parts(tmp_path / "pack.pdf", part("1.1", tmp_path / "a.pdf"))
    assert [(one.state, one.pages) for one in binding.contents.placed] == [("included", 4)]
