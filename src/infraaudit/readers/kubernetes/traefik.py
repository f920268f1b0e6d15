"""Routes of Traefik in a cluster: IngressRoute, IngressRouteTCP and IngressRouteUDP."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.model import Gateway, Known, Route, Unknown, known_value
from infraaudit.readers.kubernetes.texts import labels_of, literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.kubernetes.manifest import Manifest
    from infraaudit.readers.kubernetes.neighbours import Neighbours

_HOST = re.compile(r"Host(?:SNI)?\(\s*[`\"']([^`\"']+)")
_PATH = re.compile(r"Path(?:Prefix)?\(\s*[`\"']([^`\"']+)")
TRAEFIK_GROUPS = ("traefik.io", "traefik.containo.us")
TRAEFIK_KINDS = ("IngressRoute", "IngressRouteTCP", "IngressRouteUDP")


def ingress_route_of(manifest: Manifest, neighbours: Neighbours) -> Gateway:
    """Return the routes of one object; which doors of Traefik they stand at is a setting of Traefik's own."""
    why = "which entry points of Traefik the internet reaches is a setting of its own"
    return Gateway(
        **manifest.head,
        namespace=manifest.namespace,
        proxy=Known("traefik", manifest.at),
        public=Unknown(why, manifest.at),
        idle_timeout=Unknown("how long Traefik keeps idle connections is a setting of its own", manifest.at),
        routes=tuple(_routes(manifest, neighbours)),
        tls_complete=False,
        listeners_complete=False,
        annotations=labels_of(manifest.annotations),
    )


def _routes(manifest: Manifest, neighbours: Neighbours) -> Iterator[Route]:
    for rule in manifest.body["spec"]["routes"].each():
        match = known_value(literal(rule["match"])) or ""
        host, path = _HOST.search(match), _PATH.search(match)
        for service in rule["services"].each():
            if (known_value(service["kind"].string()) or "Service") == "Service":
                yield Route(
                    neighbours.address(
                        manifest, "Service", service["name"], known_value(service["namespace"].string()) or ""
                    ),
                    service["port"].string(),
                    service["name"].at,
                    host[1] if host is not None else "",
                    path[1] if path is not None else "",
                    weight=service["weight"].integer(),
                )
