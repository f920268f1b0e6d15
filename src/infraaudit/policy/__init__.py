"""The only door that a policy uses: declare a policy, state a finding, choose a scope, weigh the context."""

from infraaudit.analysis.addresses import addresses_for, sharing_addresses
from infraaudit.analysis.allowances import Allowance, allowance_of, start_time_of
from infraaudit.analysis.connections import ClientDemand, client_demands
from infraaudit.analysis.copies import autoscaler_of, least_copies, most_copies, surge_copies
from infraaudit.analysis.dependencies import Consequence, Dependencies, Need
from infraaudit.analysis.disruptions import allowed_disruptions, budgets_of, protected_by, share_of
from infraaudit.analysis.escalations import Escalation, escalations_of, why_no_escalation_is_sure
from infraaudit.analysis.grants import held_by, may_do, surely_acting_as
from infraaudit.analysis.hops import Hop, hops_before, perhaps_led_to
from infraaudit.analysis.nodes import most_nodes, pools_for, pools_of
from infraaudit.analysis.openings import covers, ports_of, world_of
from infraaudit.analysis.passages import admits, ranges_of, rules_of, why_more
from infraaudit.analysis.permissions import may_read, touches
from infraaudit.analysis.powers import Power, identity_of, powers_of
from infraaudit.analysis.quotas import PODS, is_of_copies, members_of, taken_by_a_copy
from infraaudit.analysis.redundancy import Redundancy, redundancy
from infraaudit.analysis.request_paths import RequestPath, SinglePoint, entrances_before, request_path
from infraaudit.analysis.rooms import Room, asked_by_a_copy, rooms_for
from infraaudit.analysis.uptake import TAKEN_KINDS, askers_of, takes_up
from infraaudit.analysis.variables import effective_variable
from infraaudit.analysis.volumes import SharedClaim, claims_of, exclusive
from infraaudit.model import may_mean
from infraaudit.policy.arithmetic import (
    MEBIBYTE,
    by_default,
    doubted,
    in_cores,
    in_mebibytes,
    maybe_within,
    operand,
    settled_within,
)
from infraaudit.policy.declare import Documentation, Effort, Local, Policy, Profile, policy
from infraaudit.policy.finding import Factor, Finding, Findings, Operand, Place, Severity
from infraaudit.policy.grades import at_least, at_most, lowered, raised, weigh
from infraaudit.policy.hosts import brought_unseen, why_elsewhere, why_unsure
from infraaudit.policy.openings import admitting, attached_weight, of_a_network
from infraaudit.policy.private_ways import private_ways
from infraaudit.policy.scopes import (
    Exclusion,
    Reason,
    Scope,
    answering,
    applied,
    followed,
    gateways_before,
    gateways_to,
    hops_to,
    left_alone_by_modules,
    long_running,
    on_known_nodes,
    on_several_hosts,
    services_before,
    services_to,
    serving,
    setting_up_an_account,
    sharing_network,
    with_process,
    without_missing_modules,
)
from infraaudit.policy.secrecy import entries_finding, named_secrets, standing_in, tracking_factors, with_own_secrets
from infraaudit.policy.stores import (
    carrier_of,
    clients_of,
    meant_to_stay,
    not_passing,
    on_one_host,
    passing_word,
    used_in_its_project,
)
from infraaudit.policy.wording import in_a_row

__all__ = [
    "MEBIBYTE",
    "PODS",
    "TAKEN_KINDS",
    "Allowance",
    "ClientDemand",
    "Consequence",
    "Dependencies",
    "Documentation",
    "Effort",
    "Escalation",
    "Exclusion",
    "Factor",
    "Finding",
    "Findings",
    "Hop",
    "Local",
    "Need",
    "Operand",
    "Place",
    "Policy",
    "Power",
    "Profile",
    "Reason",
    "Redundancy",
    "RequestPath",
    "Room",
    "Scope",
    "Severity",
    "SharedClaim",
    "SinglePoint",
    "addresses_for",
    "admits",
    "admitting",
    "allowance_of",
    "allowed_disruptions",
    "answering",
    "applied",
    "asked_by_a_copy",
    "askers_of",
    "at_least",
    "at_most",
    "attached_weight",
    "autoscaler_of",
    "brought_unseen",
    "budgets_of",
    "by_default",
    "carrier_of",
    "claims_of",
    "client_demands",
    "clients_of",
    "covers",
    "doubted",
    "effective_variable",
    "entrances_before",
    "entries_finding",
    "escalations_of",
    "exclusive",
    "followed",
    "gateways_before",
    "gateways_to",
    "held_by",
    "hops_before",
    "hops_to",
    "identity_of",
    "in_a_row",
    "in_cores",
    "in_mebibytes",
    "is_of_copies",
    "least_copies",
    "left_alone_by_modules",
    "long_running",
    "lowered",
    "may_do",
    "may_mean",
    "may_read",
    "maybe_within",
    "meant_to_stay",
    "members_of",
    "most_copies",
    "most_nodes",
    "named_secrets",
    "not_passing",
    "of_a_network",
    "on_known_nodes",
    "on_one_host",
    "on_several_hosts",
    "operand",
    "passing_word",
    "perhaps_led_to",
    "policy",
    "pools_for",
    "pools_of",
    "ports_of",
    "powers_of",
    "private_ways",
    "protected_by",
    "raised",
    "ranges_of",
    "redundancy",
    "request_path",
    "rooms_for",
    "rules_of",
    "services_before",
    "services_to",
    "serving",
    "setting_up_an_account",
    "settled_within",
    "share_of",
    "sharing_addresses",
    "sharing_network",
    "standing_in",
    "start_time_of",
    "surely_acting_as",
    "surge_copies",
    "taken_by_a_copy",
    "takes_up",
    "touches",
    "tracking_factors",
    "used_in_its_project",
    "weigh",
    "why_elsewhere",
    "why_more",
    "why_no_escalation_is_sure",
    "why_unsure",
    "with_own_secrets",
    "with_process",
    "without_missing_modules",
    "world_of",
]
