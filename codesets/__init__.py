"""National code sets of children's social care, and the recognition of their values. Does not use Django.

`code_set` gives a set with its codes and groups. A `Recogniser` reads what a council's case system exported as a value
of the set. Codes, labels and other words for them are data in `codesets/data/`.
"""

from codesets.model import Code, CodeGroup, CodeSet, code_set, code_sets
from codesets.recogniser import CodeCategory, RecognisedValue, Recogniser

__all__ = ["Code", "CodeCategory", "CodeGroup", "CodeSet", "RecognisedValue", "Recogniser", "code_set", "code_sets"]
