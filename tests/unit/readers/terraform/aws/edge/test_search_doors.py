from __future__ import annotations

import pytest

from infraaudit.model import CloudResource, FacetName, Gateway, Unknown, WebFirewall, known_value
from tests.unit.readers.terraform.aws.builder import only


@pytest.mark.parametrize(
    ("written", "policy", "public"),
    [
        ("{}", "Policy-Min-TLS-1-0-2019-07", True),
        (
            (
                "{vpc_options: [{subnet_ids: [subnet-1]}], "
                "domain_endpoint_options: [{tls_security_policy: Policy-Min-TLS-1-2-PFS-2023-10}]}"
            ),
            "Policy-Min-TLS-1-2-PFS-2023-10",
            False,
        ),
        ("{vpc_options: unknown(var.network)}", "Policy-Min-TLS-1-0-2019-07", None),
    ],
)
def test_the_door_of_a_search_domain(written: str, policy: str, public: bool | None) -> None:  # noqa: FBT001 - a case
    gateway = only(f"aws_opensearch_domain.d: {written}\n", Gateway)
    assert gateway.listeners[0].tls_policy is not None
    assert (known_value(gateway.listeners[0].tls_policy), known_value(gateway.public)) == (policy, public)


@pytest.mark.parametrize(
    ("written", "encrypted"),
    [
        ("artifacts: [{type: S3}]", True),
        ("artifacts: [{type: S3, encryption_disabled: true}]", False),
        ("artifacts: [{type: S3}], secondary_artifacts: [{encryption_disabled: true}]", False),
        ("logs_config: [{s3_logs: [{encryption_disabled: true}]}]", False),
        ("artifacts: [{encryption_disabled: unknown(var.off)}]", None),
    ],
)
def test_whether_what_is_built_is_encrypted(written: str, encrypted: bool | None) -> None:  # noqa: FBT001 - a case
    project = only(f"aws_codebuild_project.p: {{name: p, {written}}}\n", CloudResource)
    facet = project.facet(FacetName.ENCRYPTED_AT_REST)
    assert facet is not None
    assert known_value(facet.holds) is encrypted


@pytest.mark.parametrize("type_", ["aws_waf_web_acl", "aws_wafregional_web_acl"])
def test_the_rules_of_the_old_firewall_protect_too(type_: str) -> None:
    rate = type_.replace("web_acl", "rate_based_rule")
    text = (
        f"{type_}.w:\n"
        "  default_action: [{type: ALLOW}]\n"
        "  rules:\n"
        f"    - {{priority: 1, rule_id: ref({rate}.r.id), type: RATE_BASED, action: [{{type: BLOCK}}]}}\n"
        "    - {priority: 2, rule_id: x, override_action: [{type: COUNT}]}\n"
        "    - {priority: 3, rule_id: y, action: [{type: unknown(var.action)}]}\n"
        f"{rate}.r: {{rate_limit: 100}}\n"
        "aws_cloudfront_distribution.d: {web_acl_id: " + f"ref({type_}.w.id)}}\n"
    )
    firewall = only(text, WebFirewall)
    assert known_value(firewall.blocks_others) is False
    assert [(known_value(each.blocks), each.rate) for each in firewall.rules] == [
        (True, True),
        (False, False),
        (None, False),
    ]
    assert isinstance(firewall.rules[2].blocks, Unknown)
    assert [known_value(each) for each in firewall.protects] == ["aws_cloudfront_distribution.d"]
