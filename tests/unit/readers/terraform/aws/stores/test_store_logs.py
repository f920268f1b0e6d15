from __future__ import annotations

import pytest

from infraaudit.model import Datastore, FacetName, known_value
from tests.unit.readers.terraform.aws.builder import lifted

EXPORTS = "enabled_cloudwatch_logs_exports"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("aws_db_instance.a: {engine: postgres}", False),
        (f"aws_db_instance.a: {{engine: postgres, {EXPORTS}: [upgrade]}}", False),
        (f"aws_db_instance.a: {{engine: postgres, {EXPORTS}: [postgresql]}}", True),
        (f"aws_db_instance.a: {{engine: mysql, {EXPORTS}: [error]}}", False),
        (f"aws_db_instance.a: {{engine: unknown(var.engine), {EXPORTS}: [error]}}", None),
        (f"aws_db_instance.a: {{engine: postgres, {EXPORTS}: unknown(var.logs)}}", None),
        ("aws_rds_cluster.a: {engine: aurora-mysql, engine_mode: serverless}", True),
        (f"aws_docdb_cluster.a: {{{EXPORTS}: [profiler]}}", True),
        ("aws_neptune_cluster.a: {enable_cloudwatch_logs_exports: [audit]}", True),
        ("aws_redshift_cluster.a: {cluster_identifier: a}", False),
        ("aws_redshift_cluster.a: {logging: [{enable: true}]}", True),
        ("aws_redshift_cluster.a: {cluster_identifier: dw}\naws_redshift_logging.l: {cluster_identifier: dw}", True),
        ("aws_redshift_cluster.a: {}\naws_redshift_logging.l: {cluster_identifier: unknown(var.x)}", None),
        ("aws_opensearch_domain.a: {}", False),
        ("aws_opensearch_domain.a: {log_publishing_options: [{log_type: ES_APPLICATION_LOGS}]}", True),
        ("aws_opensearch_domain.a: {log_publishing_options: [{log_type: ES_APPLICATION_LOGS, enabled: false}]}", False),
        ("aws_opensearch_domain.a: {log_publishing_options: [{log_type: unknown(var.type)}]}", None),
        ("aws_msk_cluster.a: {}", False),
        ("aws_msk_cluster.a: {logging_info: [{broker_logs: [{s3: [{enabled: true}]}]}]}", True),
        ("aws_msk_cluster.a: {logging_info: [{broker_logs: [{s3: [{enabled: unknown(var.x)}]}]}]}", None),
        ("aws_msk_cluster.a: {logging_info: [{broker_logs: [{s3: [{enabled: false}]}]}]}", False),
        ("aws_mq_broker.a: {logs: [{general: true}]}", True),
        ("aws_elasticache_replication_group.a: {log_delivery_configuration: [{log_type: slow-log}]}", True),
    ],
)
def test_whether_a_store_writes_its_logs(text: str, *, written: bool | None) -> None:
    store = next(each for each in lifted(f"{text}\n", Datastore) if each.name == "a")
    facet = store.facet(FacetName.LOGS_WRITTEN)
    assert facet is not None
    assert known_value(facet.holds) is written
