"""National code sets of children's social care, and how spellings of their values are recognised. No Django in it.

`code_set` gives a set with its codes and groups; a `Recogniser` reads what a council's case system exported as a value
of it. Both are data: a code, a label or another word for one is a line of `codesets/data/`.
"""

from codesets.model import Code, CodeSet, Group, code_set, code_sets
from codesets.recogniser import Category, Recognised, Recogniser

__all__ = ["Category", "Code", "CodeSet", "Group", "Recognised", "Recogniser", "code_set", "code_sets"]
