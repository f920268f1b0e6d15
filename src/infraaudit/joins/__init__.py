"""Edges across files and formats, and what can be derived from them.

Each join is a function from an estate to an estate. The order matters: an image is known before its process, a
process before a role, and secrets go last because the joins before still read them.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from infraaudit.joins.architectures import join_architectures
from infraaudit.joins.backups.jobs import join_backups
from infraaudit.joins.backups.plans import join_plans
from infraaudit.joins.checks import join_checks
from infraaudit.joins.connections import join_connections
from infraaudit.joins.credentials import join_credentials
from infraaudit.joins.datastores import join_datastores
from infraaudit.joins.dependencies import join_dependencies
from infraaudit.joins.dimensions import join_dimensions
from infraaudit.joins.entrances import join_entrances
from infraaudit.joins.event_logs import join_event_logs
from infraaudit.joins.firewalls import join_firewalls
from infraaudit.joins.healthchecks import join_healthchecks
from infraaudit.joins.images import join_images
from infraaudit.joins.keys import join_keys
from infraaudit.joins.label_routes import join_label_routes
from infraaudit.joins.lifecycles import join_lifecycles
from infraaudit.joins.listeners import join_listeners
from infraaudit.joins.messages import join_messages
from infraaudit.joins.monitoring import join_monitoring
from infraaudit.joins.mounts import join_mounts
from infraaudit.joins.poolers import join_poolers
from infraaudit.joins.processes.containers import join_processes
from infraaudit.joins.programs import join_programs
from infraaudit.joins.references import join_references
from infraaudit.joins.roles import join_roles
from infraaudit.joins.scraping import join_scraping
from infraaudit.joins.secrecy import hide_secrets
from infraaudit.joins.services import join_services
from infraaudit.joins.states import join_states
from infraaudit.joins.watching import join_watching
from infraaudit.joins.workflows import join_workflows

if TYPE_CHECKING:
    from infraaudit.model import Estate

_JOINS = (
    join_images,
    join_mounts,
    join_healthchecks,
    join_checks,
    join_programs,
    join_architectures,
    join_processes,
    join_label_routes,
    join_services,
    join_monitoring,
    join_scraping,
    join_datastores,
    join_event_logs,
    join_poolers,
    join_connections,
    join_backups,
    join_plans,
    join_keys,
    join_states,
    join_dependencies,
    join_roles,
    join_lifecycles,
    join_messages,
    join_workflows,
    join_watching,
    join_dimensions,
    join_firewalls,
    join_listeners,
    join_entrances,
    join_references,
    join_credentials,
    hide_secrets,
)


def join(estate: Estate) -> Estate:
    """Return the estate with every edge and derived value, and without the text of any secret."""
    return reduce(lambda joined, step: step(joined), _JOINS, estate)
