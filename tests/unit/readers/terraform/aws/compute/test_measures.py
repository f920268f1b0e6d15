"""How closely machines, clusters and APIs are measured."""

from __future__ import annotations

import pytest

from infraaudit.model import Autoscaler, Cluster, FacetName, Gateway, Unknown, VirtualMachines, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

GROUP = """\
aws_autoscaling_group.web:
  name: web
  min_size: 1
  max_size: 3
  HOW
aws_launch_template.t: {name: t, MONITORING}
aws_launch_configuration.c: {CONFIGURATION}
aws_autoscaling_policy.cpu:
  autoscaling_group_name: ref(aws_autoscaling_group.web.name)
  target_tracking_configuration:
  - predefined_metric_specification: [{predefined_metric_type: ASGAverageCPUUtilization}]
"""


def group(how: str, monitoring: str = "", configuration: str = "") -> VirtualMachines:
    text = GROUP.replace("HOW", how).replace("MONITORING", monitoring).replace("CONFIGURATION", configuration)
    return only(text, VirtualMachines)


@pytest.mark.parametrize(
    ("how", "monitoring", "configuration", "closely"),
    [
        ("launch_template: [{id: ref(aws_launch_template.t.id)}]", "", "", False),
        ("launch_template: [{id: ref(aws_launch_template.t.id)}]", "monitoring: [{enabled: true}]", "", True),
        ("launch_template: [{id: ref(aws_launch_template.t.id)}]", "monitoring: [{enabled: unknown(var.x)}]", "", None),
        ("launch_configuration: ref(aws_launch_configuration.c.name)", "", "", True),
        ("launch_configuration: ref(aws_launch_configuration.c.name)", "", "enable_monitoring: false", False),
        ("launch_template: [{id: lt-0123}]", "", "", None),
    ],
)
def test_a_group_is_measured_as_its_template_says(
    how: str,
    monitoring: str,
    configuration: str,
    closely: bool | None,  # noqa: FBT001 - a column
) -> None:
    facet = group(how, monitoring, configuration).facet(FacetName.MEASURED)
    assert facet is not None
    assert known_value(facet.holds) is closely


def test_a_group_knows_the_metrics_that_it_follows() -> None:
    text = GROUP.replace("HOW", "").replace("MONITORING", "").replace("CONFIGURATION", "")
    (scaler,) = lifted(text, Autoscaler)
    assert [each.value for each in scaler.follows] == ["ASGAverageCPUUtilization"]


@pytest.mark.parametrize(("written", "closely"), [("", False), ("monitoring: true", True)])
def test_a_machine_says_it_itself(written: str, closely: bool) -> None:  # noqa: FBT001 - a column
    facet = only(f"aws_instance.a: {{ami: ami-1, {written}}}\n", VirtualMachines).facet(FacetName.MEASURED)
    assert facet is not None
    assert known_value(facet.holds) is closely


@pytest.mark.parametrize(
    ("cluster", "account", "closely"),
    [
        ("", "", False),
        ("setting: [{name: containerInsights, value: enabled}]", "", True),
        ("setting: [{name: containerInsights, value: enhanced}]", "", True),
        ("setting: [{name: containerInsights, value: disabled}]", "value: enabled", False),
        ("setting: [{name: containerInsights, value: unknown(var.on)}]", "", None),
        ("setting: unknown(var.settings)", "", None),
        ("", "value: enabled", True),
    ],
)
def test_insights_are_those_of_the_cluster_or_else_of_the_account(
    cluster: str,
    account: str,
    closely: bool | None,  # noqa: FBT001 - a column
) -> None:
    beside = f"aws_ecs_account_setting_default.i: {{name: containerInsights, {account}}}\n" if account else ""
    facet = only(f"aws_ecs_cluster.c: {{name: c, {cluster}}}\n{beside}", Cluster).facet(FacetName.MEASURED)
    assert facet is not None
    assert known_value(facet.holds) is closely


@pytest.mark.parametrize(
    ("settings", "closely"),
    [
        ("", False),
        ("settings: [{metrics_enabled: true}]", True),
        ("settings: [{metrics_enabled: false}]", False),
        ("settings: [{metrics_enabled: unknown(var.on)}]", None),
    ],
)
def test_an_api_is_measured_by_method_where_a_setting_says_so(settings: str, closely: bool | None) -> None:  # noqa: FBT001 - a column
    text = f"""\
aws_api_gateway_rest_api.a: {{name: a}}
aws_api_gateway_method_settings.s: {{rest_api_id: ref(aws_api_gateway_rest_api.a.id), method_path: '*/*', {settings}}}
"""
    facet = only(text, Gateway).facet(FacetName.MEASURED)
    assert facet is not None
    assert known_value(facet.holds) is closely


def test_routes_of_an_http_api_are_measured_by_a_stage() -> None:
    text = """\
aws_apigatewayv2_api.a: {name: a, protocol_type: HTTP}
aws_apigatewayv2_stage.s:
  api_id: ref(aws_apigatewayv2_api.a.id)
  default_route_settings: [{detailed_metrics_enabled: SWITCH}]
"""
    facet = only(text.replace("SWITCH", "true"), Gateway).facet(FacetName.MEASURED)
    assert facet is not None
    assert known_value(facet.holds) is True
    facet = only(text.replace("SWITCH", "unknown(var.x)"), Gateway).facet(FacetName.MEASURED)
    assert facet is not None
    assert isinstance(facet.holds, Unknown)
