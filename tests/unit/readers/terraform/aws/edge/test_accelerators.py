from __future__ import annotations

import pytest

from infraaudit.model import Gateway, Known, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import lifted

ACCELERATOR = """\
aws_globalaccelerator_accelerator.a: {name: shop}
aws_globalaccelerator_listener.l:
  accelerator_arn: ref(aws_globalaccelerator_accelerator.a.id)
  protocol: TCP
  port_range: [{from_port: 443, to_port: 443}, {from_port: 80, to_port: 80}]
aws_globalaccelerator_endpoint_group.g:
  listener_arn: ref(aws_globalaccelerator_listener.l.id)
  endpoint_configuration: [{endpoint_id: %s}]
aws_lb.web: {}
"""


@pytest.mark.parametrize(
    ("endpoint", "kind"),
    [("ref(aws_lb.web.arn)", Known), ("unknown(var.endpoint)", Unknown), ("eipalloc-0a1b", Unknown)],
)
def test_an_accelerator_leads_to_its_endpoints(endpoint: str, kind: type) -> None:
    gateways = lifted(ACCELERATOR % endpoint, Gateway)
    gateway = next(each for each in gateways if each.kind.startswith("aws_globalaccelerator"))
    assert known_value(gateway.public) is True
    assert [known_value(each.port) for each in gateway.listeners] == [443, 80]
    assert [known_value(each.protocol) for each in gateway.listeners] == ["tcp", "tcp"]
    (route,) = gateway.routes
    assert isinstance(route.service, kind)
    if kind is Known:
        assert known_value(route.service) == "aws_lb.web"
