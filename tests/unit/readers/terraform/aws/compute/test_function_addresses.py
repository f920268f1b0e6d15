from __future__ import annotations

import pytest

from infraaudit.model import Absent, Known, OwnAddress, Unknown
from tests.unit.readers.terraform.aws.builder import only


@pytest.mark.parametrize(
    ("written", "asks"),
    [
        ("authorization_type: NONE", Absent),
        ("authorization_type: AWS_IAM", Known),
        ("authorization_type: unknown(var.type)", Unknown),
        ("function_name: other", Unknown),
    ],
)
def test_what_is_asked_of_whoever_calls_the_address_of_a_function(written: str, asks: type[object]) -> None:
    assert isinstance(only(f"aws_lambda_function_url.u: {{{written}}}\n", OwnAddress).asks, asks)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("ref(aws_lambda_function.f.function_name)", "aws_lambda_function.f"),
        ("ref(aws_lambda_alias.live.arn)", "aws_lambda_function.f"),
        ("unknown(var.function)", ""),
    ],
)
def test_which_function_answers_there(written: str, address: str) -> None:
    text = (
        f"aws_lambda_function_url.u: {{function_name: {written}, authorization_type: NONE}}\n"
        "aws_lambda_function.f: {function_name: f}\n"
        "aws_lambda_alias.live: {function_name: ref(aws_lambda_function.f.arn)}\n"
    )
    assert only(text, OwnAddress).of == address
