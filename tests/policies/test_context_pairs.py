"""Pairs that differ in their context alone: the first fails, the second is silent, and the run says why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from infraaudit.cli.app import execute

if TYPE_CHECKING:
    from pathlib import Path

DEPLOYMENT = """
apiVersion: apps/v1
kind: {kind}
metadata:
  name: web
spec:
  {spec}
  selector: {{ matchLabels: {{ app: web }} }}
  template:
    metadata:
      labels: {{ app: web }}
    spec:
      {pod}
      containers:
        - name: web
          image: {image}
          {container}
"""
SERVICE = """
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: { app: web }
  ports: [{ port: 8000 }]
"""
AUTOSCALER = """
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef: {{ apiVersion: apps/v1, kind: Deployment, name: web }}
  minReplicas: {floor}
  maxReplicas: 10
"""
BUDGET = """
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  {bound}
  selector: {{ matchLabels: {{ app: web }} }}
"""
CLAIM = """
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: files
spec:
  accessModes: [ReadWriteOnce]
"""
MOUNTED = "volumes: [{ name: files, persistentVolumeClaim: { claimName: files } }]"
GUNICORN = 'command: ["gunicorn", "a:b", "-b", "0.0.0.0:8000"{more}]'
BEAT = 'command: ["celery", "-A", "shop", "beat"{more}]'
QUEUES = """
resource "aws_sqs_queue" "mails" {{
  name       = "mails{suffix}"
  fifo_queue = {fifo}
  redrive_policy = jsonencode({{ deadLetterTargetArn = aws_sqs_queue.failed.arn, maxReceiveCount = 5 }})
}}

resource "aws_sqs_queue" "failed" {{
  name       = "failed{suffix}"
  fifo_queue = {fifo}
}}
"""


def workload(
    kind: str = "Deployment",
    spec: str = "replicas: 1",
    pod: str = "",
    container: str = "",
    image: str = "registry.shop.example/web:4.2",
) -> str:
    return DEPLOYMENT.format(kind=kind, spec=spec, pod=pod, container=container, image=image)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two trees of one file. ``reason`` is what the run says of the second, empty where the policy just passes."""

    context: str
    policy: str
    fails: str
    silent: str
    reason: str
    path: str = "k8s/web.yaml"
    second_path: str = ""


DATABASE = """
provider "aws" {{
  region = "eu-west-1"
}}

resource "aws_db_instance" "shop" {{
  engine                  = "postgres"
  instance_class          = "db.m7g.large"
  allocated_storage       = 100
  {more}
}}
"""
BUCKET = """
resource "aws_s3_bucket" "files" {{
  bucket = "shop-{name}"
}}

resource "aws_s3_bucket_lifecycle_configuration" "files" {{
  bucket = aws_s3_bucket.files.id
  rule {{
    id     = "old"
    status = "Enabled"
    filter {{}}
    expiration {{
      days = 30
    }}
  }}
}}
"""
CLUSTERED = """
services:
  worker:
    image: registry.shop.example/shop:4.2
    command: celery -A shop worker -c 4
    environment:
      {variable}: redis://store:6379/0
      CELERY_TASK_ACKS_LATE: "true"
  store:
    image: redis:7.4
    command: redis-server --cluster-enabled yes
"""
SECRETS = """
provider "aws" {{
  region = "eu-west-1"
}}

resource "aws_iam_access_key" "mailer" {{
  user = "mailer"
  {more}
}}
"""
REFERENCE = """
services:
  web:
    image: registry.shop.example/web:4.2
    environment:
      {name}: https://{host}.staging.shop.example/v1
"""

PAIRS = (
    Pair(
        "a worker that elects a leader",
        "resilience/single-replica-workload",
        workload() + SERVICE,
        workload(container='args: ["--leader-elect"]') + SERVICE,
        "leader election",
    ),
    Pair(
        "a DaemonSet",
        "resilience/single-replica-workload",
        workload() + SERVICE,
        workload(kind="DaemonSet", spec="updateStrategy: { type: RollingUpdate }") + SERVICE,
        "one copy runs on each node",
    ),
    Pair(
        "an exclusive volume that is recreated",
        "resilience/single-replica-workload",
        workload() + SERVICE,
        workload(spec="strategy: { type: Recreate }", pod=MOUNTED) + SERVICE + CLAIM,
        "an exclusive volume with strategy Recreate",
    ),
    Pair(
        "a job without checks",
        "resilience/missing-readiness-signal",
        workload() + SERVICE,
        "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: web\nspec:\n  template:\n    metadata:\n"
        "      labels: { app: web }\n    spec:\n      restartPolicy: Never\n      containers:\n"
        "        - { name: web, image: registry.shop.example/web:4.2 }\n" + SERVICE,
        "no service sends requests to it|ends by itself",
    ),
    Pair(
        "a budget over a DaemonSet",
        "resilience/disruption-budget-blocks-drain",
        workload(spec="replicas: 3") + BUDGET.format(bound="maxUnavailable: 0"),
        workload(kind="DaemonSet", spec="updateStrategy: { type: RollingUpdate }")
        + BUDGET.format(bound="maxUnavailable: 0"),
        "a drain leaves the copies that run on each node alone",
    ),
    Pair(
        "a budget at one copy that lets it go",
        "resilience/disruption-budget-blocks-drain",
        workload() + BUDGET.format(bound="minAvailable: 1"),
        workload() + BUDGET.format(bound="maxUnavailable: 1"),
        "",
    ),
    Pair(
        "a StatefulSet of three, of which one may go",
        "resilience/disruption-budget-blocks-drain",
        workload(kind="StatefulSet", spec="replicas: 3") + BUDGET.format(bound="minAvailable: 3"),
        workload(kind="StatefulSet", spec="replicas: 3") + BUDGET.format(bound="minAvailable: 2"),
        "",
    ),
    Pair(
        "copies that an autoscaler counts",
        "resilience/single-replica-workload",
        workload() + SERVICE,
        workload(spec="minReadySeconds: 5", container="resources: { requests: { cpu: 1 } }")
        + SERVICE
        + AUTOSCALER.format(floor=2),
        "",
    ),
    Pair(
        "a number of copies that nothing scales",
        "scaling/autoscaled-count-pinned-in-config",
        workload(spec="replicas: 3") + SERVICE + AUTOSCALER.format(floor=2),
        workload(spec="replicas: 3") + SERVICE,
        "nothing scales it",
    ),
    Pair(
        "a scheduler that takes a lock",
        "resilience/duplicate-scheduler",
        workload(spec="replicas: 2", container=BEAT.format(more="")),
        workload(spec="replicas: 2", container=BEAT.format(more=', "-S", "redbeat.RedBeatScheduler"')),
        "RedBeat takes a lock",
    ),
    Pair(
        "a migration that takes a lock",
        "resilience/migrations-race-on-startup",
        workload(spec="replicas: 3", container='command: ["sh", "-c", "alembic upgrade head && exec uvicorn a:b"]'),
        workload(spec="replicas: 3", container='command: ["sh", "-c", "flyway migrate && exec uvicorn a:b"]'),
        "flyway migrate takes a lock",
    ),
    Pair(
        "a claim for each copy",
        "scaling/exclusive-volume-blocks-scale-out",
        workload(spec="replicas: 3", pod=MOUNTED) + CLAIM,
        workload(
            kind="StatefulSet",
            spec="replicas: 3\n  volumeClaimTemplates:\n    - metadata: { name: files }\n"
            "      spec: { accessModes: [ReadWriteOnce] }",
        ),
        "each copy makes a claim of its own",
    ),
    Pair(
        "files that go to an object store",
        "scaling/uploads-on-instance-local-storage",
        workload(spec="replicas: 3", container="env: [{ name: MEDIA_ROOT, value: /srv/media }]") + SERVICE,
        workload(
            spec="replicas: 3",
            container="env: [{ name: MEDIA_ROOT, value: /srv/media }, { name: AWS_STORAGE_BUCKET_NAME, value: shop }]",
        )
        + SERVICE,
        "AWS_STORAGE_BUCKET_NAME says that files go to an object store",
    ),
    Pair(
        "a dead-letter queue of a dead-letter queue",
        "resilience/queue-without-dead-letter",
        'resource "aws_sqs_queue" "mails" {\n  name = "mails"\n}\n',
        QUEUES.format(fifo="false", suffix=""),
        "it is a dead-letter queue itself",
        "main.tf",
    ),
    Pair(
        "a FIFO queue, which starts the time of a message anew",
        "resilience/dead-letter-retention-not-longer",
        QUEUES.format(fifo="false", suffix=""),
        QUEUES.format(fifo="true", suffix=".fifo"),
        "",
        "main.tf",
    ),
    Pair(
        "a store that asks itself",
        "resilience/liveness-checks-dependencies",
        workload(container='livenessProbe: { exec: { command: ["pg_isready", "-h", "main-db"] } }'),
        workload(
            kind="StatefulSet",
            image="postgres:16",
            container='livenessProbe: { exec: { command: ["pg_isready", "-h", "main-db"] } }',
        ),
        "what it asks is the store itself",
    ),
    Pair(
        "an event loop, which takes many requests at one time",
        "scaling/in-instance-concurrency-mismatch",
        'resource "google_cloud_run_v2_service" "web" {\n  name = "web"\n  template {\n    containers {\n'
        '      image   = "python:3.12-slim"\n      command = ["gunicorn", "a:b"]\n    }\n  }\n}\n',
        'resource "google_cloud_run_v2_service" "web" {\n  name = "web"\n  template {\n    containers {\n'
        '      image   = "python:3.12-slim"\n      command = ["uvicorn", "a:b"]\n    }\n  }\n}\n',
        "an event loop works on many requests at one time",
        "main.tf",
    ),
    Pair(
        "a worker, which takes tasks and no requests",
        "resilience/stop-grace-shorter-than-server-drain",
        workload(
            image="python:3.12-slim",
            pod="terminationGracePeriodSeconds: 10",
            container=GUNICORN.format(more=', "--timeout", "60"'),
        )
        + SERVICE,
        workload(
            image="python:3.12-slim",
            pod="terminationGracePeriodSeconds: 10",
            container='command: ["celery", "-A", "shop", "worker", "-c", "2", "--time-limit", "60"]',
        ),
        "it takes tasks, and no requests",
    ),
    Pair(
        "a quota for other pods",
        "scaling/namespace-quota-blocks-scale-out",
        workload(spec="replicas: 3")
        + "---\napiVersion: v1\nkind: ResourceQuota\nmetadata:\n  name: q\nspec:\n  hard: { pods: 2 }\n",
        workload(spec="replicas: 3")
        + "---\napiVersion: v1\nkind: ResourceQuota\nmetadata:\n  name: q\nspec:\n  hard: { pods: 2 }\n"
        "  scopes: [BestEffort]\n",
        "it holds for some pods alone",
    ),
    Pair(
        "a bucket of logs",
        "data/lifecycle-deletes-protected-data",
        BUCKET.format(name="uploads"),
        BUCKET.format(name="access-logs"),
        "its name tells of logs",
        "main.tf",
    ),
    Pair(
        "a standby in another zone",
        "data/datastore-without-failover",
        DATABASE.format(more="multi_az = false"),
        DATABASE.format(more="multi_az = true"),
        "",
        "production/main.tf",
    ),
    Pair(
        "a read replica",
        "data/datastore-backup-disabled",
        DATABASE.format(more="backup_retention_period = 0"),
        DATABASE.format(more='backup_retention_period = 0\n  replicate_source_db = "shop-main"'),
        "it is a replica, and its source is backed up",
        "production/main.tf",
    ),
    Pair(
        "a cluster that is a cache alone",
        "resilience/clustered-redis-as-celery-broker",
        CLUSTERED.format(variable="CELERY_BROKER_URL"),
        CLUSTERED.format(variable="CACHE_URL"),
        "Celery keeps neither tasks nor results in it",
        "compose.yaml",
    ),
    Pair(
        "a key that is encrypted before it is kept",
        "secrets/state-with-secrets-in-unprotected-backend",
        SECRETS.format(more=""),
        SECRETS.format(more='pgp_key = "keybase:shop"'),
        "no resource of the root is told to put a secret into its state",
        "production/main.tf",
    ),
    Pair(
        "a list of origins, which calls nobody",
        "deployment/cross-environment-reference",
        REFERENCE.format(name="PAYMENTS_URL", host="payments"),
        REFERENCE.format(name="ALLOWED_ORIGINS", host="www"),
        "no variable of it names another system",
        "production/compose.yaml",
    ),
    Pair(
        "telemetry, which all environments share",
        "deployment/cross-environment-reference",
        REFERENCE.format(name="PAYMENTS_URL", host="payments"),
        REFERENCE.format(name="OTEL_EXPORTER_OTLP_ENDPOINT", host="otel"),
        "",
        "production/compose.yaml",
    ),
    Pair(
        "a single host, whose copies share everything",
        "resilience/single-replica-workload",
        workload() + SERVICE,
        "services:\n  proxy:\n    image: nginx:1.27\n    ports: ['80:80']\n    depends_on: [web]\n"
        "  web:\n    image: registry.shop.example/web:4.2\n    command: ['gunicorn', 'a:b', '-b', '0.0.0.0:8000']\n",
        "all copies under Docker Compose share one host",
        "k8s/web.yaml",
        "compose.yaml",
    ),
)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda each: f"{each.policy}: {each.context}")
def test_context_rules_a_finding_out(pair: Pair, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = _scan(pair.fails, pair.path, pair.policy, tmp_path / "first", capsys)
    second = _scan(pair.silent, pair.second_path or pair.path, pair.policy, tmp_path / "second", capsys)
    assert f"[{pair.policy}]:" in first
    assert f"[{pair.policy}]:" not in second
    assert "0 could not tell" in second
    if pair.reason:
        assert any(reason in second for reason in pair.reason.split("|"))
        assert not all(reason in first for reason in pair.reason.split("|"))
    else:
        assert "0 checks passed" not in second, "neither ruled out nor passed: the policy met no subject"


def _scan(text: str, path: str, policy: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    target = folder / path
    target.parent.mkdir(parents=True)
    target.write_text(text, encoding="utf-8")
    execute(["scan", str(folder), "--explain-exclusions", "--select", policy, "--exit-zero"])
    return " ".join(capsys.readouterr().out.split())
