"""The table of permissions is complete, and everything uses it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from accounts.models import Role
from accounts.permissions import ROLES, STAND_INS, Permission, allows, roles_with

ROOT = Path(__file__).parents[2]
#: Where roles are listed for what they are, and not for what they may do.
LISTS_OF_ROLES = {"accounts/permissions.py"}


def test_each_permission_has_its_roles() -> None:
    assert set(ROLES) == set(Permission)
    assert [permission for permission in Permission if not ROLES[permission]] == []


def test_roles_with_a_permission_come_in_the_order_of_the_list_of_roles() -> None:
    assert roles_with(Permission.READ_OWN_DOCUMENTS) == (
        Role.COORDINATOR,
        Role.MEMBER,
        Role.OWNER,
        Role.DCS_OFFICE,
    )


@pytest.mark.parametrize(
    ("roles", "allowed"),
    [
        ([], False),
        ([Role.OWNER], False),
        ([Role.DCS_OFFICE], True),
        ([Role.OWNER, Role.DCS_OFFICE], True),
    ],
)
def test_one_role_with_the_permission_is_enough(roles, allowed) -> None:
    assert allows(roles, Permission.BUILD_PACKS) is allowed


def test_only_the_case_officer_and_the_coordinator_open_what_names_children() -> None:
    """Domain, section 8: case officers see children; the coordinator files that name them, and no cases."""
    expected = (Role.COORDINATOR, Role.CASE_OFFICER)
    assert roles_with(Permission.OPEN_FILES_THAT_NAME_CHILDREN) == expected
    assert roles_with(Permission.READ_PACKS_THAT_NAME_CHILDREN) == expected


def test_the_administrator_stands_in_last() -> None:
    assert STAND_INS == (Role.COORDINATOR, Role.DCS_OFFICE, Role.ADMINISTRATOR)


def test_no_list_of_roles_stands_outside_the_table() -> None:
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")}
    files = [path for path in ROOT.glob("**/*.py") if path.relative_to(ROOT).parts[0] in apps | {"readiness"}]
    assert len(files) > 200
    found = {
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in files
        if str(path.relative_to(ROOT)) not in LISTS_OF_ROLES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Tuple | ast.List | ast.Set) and sum(map(_is_a_role, node.elts)) > 1
    }
    assert found == set()


def _is_a_role(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Role"
