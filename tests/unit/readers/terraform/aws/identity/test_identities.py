"""Identities of IAM, whom they trust and what they are permitted."""

from __future__ import annotations

import pytest

from infraaudit.model import Identity, Permission, PrincipalKind, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only


@pytest.mark.parametrize(
    ("principal", "kind"),
    [
        ('"*"', PrincipalKind.EVERYBODY),
        ('{"AWS": "*"}', PrincipalKind.EVERYBODY),
        ('{"AWS": ["arn:aws:iam::1:role/r", "*"]}', PrincipalKind.IDENTITY),
        ('{"AWS": "111122223333"}', PrincipalKind.ACCOUNT),
        ('{"AWS": "arn:aws:iam::1:root"}', PrincipalKind.ACCOUNT),
        ('{"Service": "ec2.amazonaws.com"}', PrincipalKind.SERVICE),
        ('{"Federated": "accounts.google.com"}', PrincipalKind.FEDERATED),
    ],
)
def test_a_document_tells_what_kind_of_stranger_it_names(principal: str, kind: PrincipalKind) -> None:
    statement = f'{{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {principal}}}'
    role = only(f"aws_iam_role.r:\n  assume_role_policy: '{{\"Statement\": {statement}}}'\n", Identity)
    assert role.trust_complete
    assert role.trust[0].principals[0].kind is kind


def test_documents_are_merged_into_one_another() -> None:
    text = """\
data.aws_iam_policy_document.base: {statement: [{actions: ["s3:*"], resources: ["*"]}]}
data.aws_iam_policy_document.all:
  source_policy_documents: [ref(data.aws_iam_policy_document.base.json)]
  statement: [{effect: Deny, actions: ["iam:*"], resources: ["*"]}]
aws_iam_policy.p: {policy: ref(data.aws_iam_policy_document.all.json)}
"""
    permission = only(text, Permission)
    assert permission.statements_complete
    assert [(each.allows, known_value(each.actions[0])) for each in permission.statements] == [
        (False, "iam:*"),
        (True, "s3:*"),
    ]


def test_a_document_that_is_not_here_is_not_complete() -> None:
    permission = only("aws_iam_policy.p: {policy: unknown(var.policy has no default)}\n", Permission)
    assert (permission.statements, permission.statements_complete) == ((), False)


def test_a_policy_of_aws_is_a_grant_to_whom_it_is_attached() -> None:
    text = """\
aws_iam_role.r: {managed_policy_arns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"]}
aws_iam_user_policy_attachment.a:
  user: anna
  policy_arn: arn:aws:iam::aws:policy/AdministratorAccess
"""
    found = {(known_value(each.granted), each.holders) for each in lifted(text, Permission)}
    assert found == {("ReadOnlyAccess", ("aws_iam_role.r",)), ("AdministratorAccess", ("anna",))}


def test_a_boundary_is_known_by_those_whom_it_bounds() -> None:
    text = """\
aws_iam_policy.edge: {policy: '{"Statement": []}'}
aws_iam_role.r: {permissions_boundary: ref(aws_iam_policy.edge.arn)}
"""
    assert only(text, Permission).boundary
