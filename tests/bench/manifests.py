"""Times a scan of 2,000 manifests of 10 MB as one process against its budget: ``python -m tests.bench.manifests``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.measure import measure

if TYPE_CHECKING:
    from collections.abc import Iterator

MANIFESTS = 2_000
TEAMS = 40
SECONDS = 15.0
MEBIBYTES = 300.0
_MEBIBYTE = 1024 * 1024
_WORDS = "the quick brown fox jumps over the lazy dog while a settings file grows without anybody looking after it "

_SETTINGS = """\
apiVersion: v1
kind: ConfigMap
metadata: {{name: {name}, namespace: {team}}}
data:
  LOG_LEVEL: info
  DATABASE_HOST: {team}-database.{team}.svc.cluster.local
  settings.ini: |
{text}
"""
_WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  namespace: {team}
  labels: &labels
    app.kubernetes.io/name: {name}
    app.kubernetes.io/part-of: {team}
spec:
  replicas: {copies}
  selector:
    matchLabels: *labels
  template:
    metadata:
      labels:
        <<: *labels
    spec:
      serviceAccountName: {name}
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
          - weight: 1
            podAffinityTerm:
              topologyKey: kubernetes.io/hostname
              labelSelector: {{matchLabels: {{app.kubernetes.io/name: {name}}}}}
      containers:
      - name: app
        image: registry.example.com/{team}/{name}:1.{number}.0
        command: [gunicorn, --bind, "0.0.0.0:8000", --workers, "4", app.wsgi]
        ports: [{{name: http, containerPort: 8000}}]
        envFrom: [{{configMapRef: {{name: {name}}}}}]
        env:
        - name: DATABASE_URL
          value: postgresql://app@{team}-database/{name}
        - name: UPSTREAM_URL
          value: http://{upstream}:80
        resources:
          requests: {{cpu: 100m, memory: 256Mi}}
          limits: {{memory: 512Mi}}
        readinessProbe: {{httpGet: {{path: /healthz, port: http}}, periodSeconds: 5}}
        livenessProbe: {{httpGet: {{path: /livez, port: http}}}}
        securityContext: {{runAsNonRoot: true, readOnlyRootFilesystem: true, capabilities: {{drop: [ALL]}}}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {{name: {name}, namespace: {team}}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{name: {name}, namespace: {team}}}
spec:
  maxUnavailable: 1
  selector: {{matchLabels: {{app.kubernetes.io/name: {name}}}}}
"""
_DOORS = """\
apiVersion: v1
kind: Service
metadata: {{name: {name}, namespace: {team}}}
spec:
  selector: {{app.kubernetes.io/name: {name}}}
  ports: [{{name: http, port: 80, targetPort: http}}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: {name}, namespace: {team}}}
spec:
  ingressClassName: nginx
  rules:
  - host: {name}.example.com
    http:
      paths:
      - {{path: /, pathType: Prefix, backend: {{service: {{name: {name}, port: {{name: http}}}}}}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {{name: {name}, namespace: {team}}}
spec:
  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {name}}}
  minReplicas: 2
  maxReplicas: 10
"""
_TEMPLATES = {"settings": _SETTINGS, "workload": _WORKLOAD, "doors": _DOORS}
_LINES_OF_SETTINGS = 108


def write_manifests(folder: Path, number: int) -> int:
    """Write so many files of manifests into an empty folder, three to a service, and return their size in bytes."""
    size = 0
    for path, text in list(_files(number))[:number]:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        size += target.write_text(text, encoding="utf-8")
    return size


def _files(number: int) -> Iterator[tuple[str, str]]:
    for each in range(-(-number // len(_TEMPLATES))):
        team, name = f"team-{each % TEAMS:02}", f"service-{each:04}"
        upstream = f"service-{(each + TEAMS) % (number // len(_TEMPLATES)):04}"
        text = "\n".join(f"    {line:03} {_WORDS}" for line in range(_LINES_OF_SETTINGS))
        fields = {
            "name": name,
            "team": team,
            "number": each,
            "copies": 1 + each % 4,
            "text": text,
            "upstream": upstream,
        }
        for what, template in _TEMPLATES.items():
            yield f"deploy/{team}/{name}-{what}.yaml", template.format(**fields)


def main() -> int:
    """Print what a scan took, and return 1 where a budget is exceeded."""
    with tempfile.TemporaryDirectory() as folder:
        size = write_manifests(Path(folder), MANIFESTS)
        command = [
            sys.executable,
            "-m",
            "infraaudit",
            "scan",
            folder,
            "--format",
            "json",
            "-o",
            f"{folder}/report.json",
        ]
        runs = measure([*command, "--exit-zero"], 3)
    seconds, mebibytes = runs.wall[0], runs.peak / _MEBIBYTE
    print(f"{MANIFESTS} manifests of {size / _MEBIBYTE:.1f} MiB in all")
    print(f"{seconds:.1f} s on the clock, {runs.processor:.1f} s of processor, of {SECONDS:.0f} s")
    print(f"{mebibytes:.0f} MiB of {MEBIBYTES:.0f} MiB")
    return int(seconds > SECONDS or mebibytes > MEBIBYTES)


if __name__ == "__main__":
    raise SystemExit(main())
