"""Lifts what stands at the edge of a system on AWS: APIs, distributions, names, and rules for web requests."""

from infraaudit.readers.terraform.aws.edge.accelerators import lift_accelerators
from infraaudit.readers.terraform.aws.edge.cross_origins import lift_cross_origins
from infraaudit.readers.terraform.aws.edge.distributions import lift_distributions
from infraaudit.readers.terraform.aws.edge.domains import lift_domains, lift_file_servers
from infraaudit.readers.terraform.aws.edge.graph_apis import lift_graph_apis
from infraaudit.readers.terraform.aws.edge.http_apis import lift_http_apis
from infraaudit.readers.terraform.aws.edge.names import lift_names
from infraaudit.readers.terraform.aws.edge.rest_apis import lift_rest_apis
from infraaudit.readers.terraform.aws.edge.search_doors import lift_search_doors
from infraaudit.readers.terraform.aws.edge.web_firewalls import lift_classic_web_firewalls, lift_web_firewalls

__all__ = [
    "lift_accelerators",
    "lift_classic_web_firewalls",
    "lift_cross_origins",
    "lift_distributions",
    "lift_domains",
    "lift_file_servers",
    "lift_graph_apis",
    "lift_http_apis",
    "lift_names",
    "lift_rest_apis",
    "lift_search_doors",
    "lift_web_firewalls",
]
