"""The only door that a policy uses: declare a policy, state a finding, choose a scope, weigh the context."""

from infraaudit.policy.declare import Documentation, Effort, Local, Policy, Profile, policy
from infraaudit.policy.finding import Factor, Finding, Findings, Operand, Place, Severity
from infraaudit.policy.grades import at_least, at_most, lowered, raised, weigh
from infraaudit.policy.scopes import (
    Exclusion,
    Reason,
    Scope,
    answering,
    autoscaler_of,
    gateways_before,
    long_running,
    may_mean,
    on_several_hosts,
    services_before,
    serving,
)

__all__ = [
    "Documentation",
    "Effort",
    "Exclusion",
    "Factor",
    "Finding",
    "Findings",
    "Local",
    "Operand",
    "Place",
    "Policy",
    "Profile",
    "Reason",
    "Scope",
    "Severity",
    "answering",
    "at_least",
    "at_most",
    "autoscaler_of",
    "gateways_before",
    "long_running",
    "lowered",
    "may_mean",
    "on_several_hosts",
    "policy",
    "raised",
    "services_before",
    "serving",
    "weigh",
]
