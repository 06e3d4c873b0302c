"""The models of the selected cases and their audits. A case is known by its number; only `cases.models.Child` holds its
identifier.
"""

from audits.models.audits import Answer, Audit, AuditFile, Contribution, FollowUp
from audits.models.exports import AuditExport, AuditExportFile, AuditHandover
from audits.models.moderation import Moderation
from audits.models.people import Assignment, OwnCase
from audits.models.selection import SelectedCase

__all__ = [
    "Answer",
    "Assignment",
    "Audit",
    "AuditExport",
    "AuditExportFile",
    "AuditFile",
    "AuditHandover",
    "Contribution",
    "FollowUp",
    "Moderation",
    "OwnCase",
    "SelectedCase",
]
