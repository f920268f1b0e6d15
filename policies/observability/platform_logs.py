"""Whether networks, clusters and firewalls write down what passes through them."""

import re

from infraaudit.model import Environment, Estate, Faceted, FacetName, Gateway, WebFirewall, known_value
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Profile,
    Reason,
    Severity,
    at_least,
    at_most,
    by_default,
    left_alone_by_modules,
    policy,
    raised,
)

_SHOWN = re.compile(r"(^|/)(examples?|tests?|testing|samples?|demos?|modules?|wrappers)(/|$)")


def _kept_for_use(resource: Faceted, _: Estate) -> Exclusion | None:
    """Hold what somebody uses in earnest: neither what shows how a module is called, nor what is there to try out."""
    shown = _SHOWN.search(resource.deployment.folder)
    if shown is not None:
        return Exclusion(Reason.ROLE, f"its folder is called {shown[2]}")
    if resource.deployment.environment is Environment.NONPRODUCTION:
        return Exclusion(Reason.DESIGN, f"nobody investigates it: {resource.deployment.evidence}")
    return None


def _carries_traffic(resource: Faceted, _: Estate) -> Exclusion | None:
    if resource.facet(FacetName.FLOWS_LOGGED) is None:
        return Exclusion(Reason.MANAGED, "it carries no traffic of its own, or where that is written down is not read")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=(_carries_traffic, _kept_for_use),
    holds="networks write down which connections are made",
    equivalents=("CKV2_AWS_11", "AVD-AWS-0178", "AWS-0178"),
)
def network_flow_logs_disabled(network: Faceted, estate: Estate) -> Findings:
    """Nobody writes down which connections are made in a network.

    Why: after an intrusion nothing tells where it came from and what it reached, and a blocked connection is found by
    guessing.

    Fix: a flow log of the network to a bucket, a log group or a storage account that keeps it for some months.

    Quiet when: the network, or one of its subnets, has a flow log; it is not production; or it shows how a module is
    called. Could not tell where the network of a flow log is not known, or a module that is not in the tree is given
    the network.

    See: CIS AWS Foundations Benchmark 3.7; Amazon VPC user guide, VPC Flow Logs.
    """
    facet = network.facet(FacetName.FLOWS_LOGGED)
    if facet is None:
        return
    logged = facet.holds.settled()
    if not logged.value:
        left_alone_by_modules(network, estate)
        yield Finding(
            logged.at,
            f"which connections are made in {network} is written down nowhere",
            label=f"{facet.setting} turns it off" if logged.stated else f"no {facet.setting}",
            factors=_unless_production(network),
        )


def _unless_production(resource: Faceted) -> tuple[Factor, ...]:
    if resource.deployment.environment is Environment.PRODUCTION:
        return ()
    return (at_most(Severity.LOW, "nothing says that this is production, and a log may be made elsewhere"),)


def _has_control_plane(resource: Faceted, _: Estate) -> Exclusion | None:
    if resource.facet(FacetName.CONTROL_PLANE_LOGGED) is None:
        return Exclusion(Reason.MANAGED, "it has no control plane, or its platform logs its calls by itself")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=(_has_control_plane, _kept_for_use),
    holds="clusters write down who asks their control planes for what",
    equivalents=("CKV_AWS_37", "AVD-AWS-0038", "AWS-0038"),
)
def cluster_control_plane_logs_disabled(cluster: Faceted) -> Findings:
    """Nobody writes down who asks the control plane of a cluster for what.

    Why: a stolen token reads secrets and starts pods through the API, and only the audit log shows it. Who could not
    log in and why stands in the log of the authenticator.

    Fix: for EKS, enabled_cluster_log_types = ["audit", "authenticator"] or more, and a log group
    /aws/eks/<name>/cluster that has a retention. For AKS, a diagnostic setting with kube-audit-admin.

    Quiet when: it is not production, or shows how a module is called.

    See: Amazon EKS user guide, Send control plane logs to CloudWatch Logs; EKS best practices, Detective controls.
    """
    facet = cluster.facet(FacetName.CONTROL_PLANE_LOGGED)
    if facet is None:
        return
    logged = facet.holds.settled()
    if not logged.value:
        yield Finding(
            logged.at,
            f"who asks the control plane of {cluster} for what is not written down{by_default(logged)}",
            label=f"{facet.setting} leaves it out" if logged.stated else f"{facet.setting} is not set",
        )


def _is_asked_for_names(resource: Faceted, _: Estate) -> Exclusion | None:
    if resource.facet(FacetName.QUERIES_LOGGED) is None:
        return Exclusion(
            Reason.MANAGED, "it answers no queries for names, or whether they are written down is not read"
        )
    return None


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=(_is_asked_for_names, _kept_for_use),
    holds="it is written down which names are asked for",
    profile=Profile.STRICT,
)
def dns_queries_not_logged(resource: Faceted, estate: Estate) -> Findings:
    """Nobody writes down which names are asked for.

    Why: a program that an intruder brought asks for the name of its master before it does anything else, and a name
    that is asked for and does not exist tells of a broken client. Flow logs show addresses alone.

    Fix: for a VPC, a query log configuration of Route 53 Resolver with an association; for a public zone, a query log
    to a log group in us-east-1.

    Quiet when: it is not production, or shows how a module is called. Could not tell where the zone or network of a
    query log is not known, or a module that is not in the tree is given it.

    See: Amazon Route 53 developer guide, Public DNS query logging; Resolver query logging.
    """
    facet = resource.facet(FacetName.QUERIES_LOGGED)
    if facet is None:
        return
    logged = facet.holds.settled()
    if not logged.value:
        left_alone_by_modules(resource, estate)
        yield Finding(logged.at, f"which names {resource} is asked for is written down nowhere", f"no {facet.setting}")


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    holds="firewalls for web requests write their decisions down",
    equivalents=("CKV2_AWS_31", "CKV_AWS_176"),
)
def waf_logging_disabled(firewall: WebFirewall, estate: Estate) -> Findings:
    """A firewall for web requests writes its decisions down nowhere.

    Why: nobody sees which requests were stopped and which rule stopped a customer, so rules are switched off instead of
    corrected.

    Fix: a logging configuration for the firewall, to a destination whose name begins as the platform asks for
    (aws-waf-logs- for AWS), with the fields redacted that hold secrets.

    See: AWS WAF developer guide, Logging web ACL traffic.
    """
    refused = firewall.refused_log
    if refused is not None and (name := known_value(refused)) is not None:
        yield Finding(
            refused.at,
            f"{firewall} cannot write to {name}, for the name of a log of AWS WAF begins with aws-waf-logs-",
            label="refused when it is made",
            factors=(at_least(Severity.HIGH, "the configuration cannot be applied"),),
            part="name",
        )
        return
    logged = firewall.logged.settled()
    if not logged.value:
        left_alone_by_modules(firewall, estate)
        yield Finding(
            logged.at,
            f"the decisions of {firewall} are written down nowhere",
            label="no logging configuration names it" if not logged.stated else "switched off",
            factors=_before_the_internet(firewall, estate),
        )


def _before_the_internet(firewall: WebFirewall, estate: Estate) -> tuple[Factor, ...]:
    if firewall.deployment.environment is not Environment.PRODUCTION:
        return ()
    protected = {known_value(each) for each in firewall.protects}
    gateways = [each for each in estate.in_deployment(firewall, Gateway) if each.address in protected]
    public = [each for each in gateways if known_value(each.public)]
    return (raised(f"it stands before {public[0]}, which the internet reaches"),) if public else ()
