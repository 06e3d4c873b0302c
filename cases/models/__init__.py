"""The models of the case lists. Identifiers are stored in `Child` only, and in staged rows until they are applied."""

from cases.models.children import Child, Contradiction, ListRow
from cases.models.exports import CaseExport, CaseExportFile, CaseExportSending
from cases.models.imports import UNDER_WAY, CaseImport, Heading, ImportCount, ImportFault, ImportFile, StagedRow
from cases.models.privacy import Access, Erasure
from cases.models.surveys import Survey, SurveyLetter

__all__ = [
    "UNDER_WAY",
    "Access",
    "CaseExport",
    "CaseExportFile",
    "CaseExportSending",
    "CaseImport",
    "Child",
    "Contradiction",
    "Erasure",
    "Heading",
    "ImportCount",
    "ImportFault",
    "ImportFile",
    "ListRow",
    "StagedRow",
    "Survey",
    "SurveyLetter",
]
