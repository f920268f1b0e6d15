# A cluster of Amazon MSK with its settings, its log, its policy and disks that grow.

variable "create" { default = true }
variable "region" { default = null }
variable "tags" { default = {} }
variable "name" { default = "msk" }
variable "broker_node_az_distribution" { default = null }
variable "broker_node_client_subnets" { default = [] }
variable "broker_node_connectivity_info" { default = {} }
variable "broker_node_instance_type" { default = null }
variable "broker_node_security_groups" { default = [] }
variable "broker_node_storage_info" { default = {} }
variable "client_authentication" { default = {} }
variable "encryption_at_rest_kms_key_arn" { default = null }
variable "encryption_in_transit_client_broker" { default = null }
variable "encryption_in_transit_in_cluster" { default = null }
variable "enhanced_monitoring" { default = null }
variable "kafka_version" { default = null }
variable "cloudwatch_logs_enabled" { default = false }
variable "cloudwatch_log_group_class" { default = null }
variable "firehose_logs_enabled" { default = false }
variable "firehose_delivery_stream" { default = null }
variable "s3_logs_enabled" { default = false }
variable "s3_logs_bucket" { default = null }
variable "s3_logs_prefix" { default = null }
variable "number_of_broker_nodes" { default = null }
variable "jmx_exporter_enabled" { default = false }
variable "node_exporter_enabled" { default = false }
variable "storage_mode" { default = null }
variable "vpc_connections" { default = {} }
variable "create_configuration" { default = true }
variable "configuration_arn" { default = null }
variable "configuration_revision" { default = null }
variable "configuration_name" { default = null }
variable "configuration_description" { default = null }
variable "configuration_server_properties" { default = {} }
variable "create_scram_secret_association" { default = false }
variable "scram_secret_association_secret_arn_list" { default = [] }
variable "create_cluster_policy" { default = false }
variable "cluster_source_policy_documents" { default = null }
variable "cluster_override_policy_documents" { default = null }
variable "cluster_policy_statements" { default = null }
variable "create_cloudwatch_log_group" { default = true }
variable "cloudwatch_log_group_name" { default = null }
variable "cloudwatch_log_group_retention_in_days" { default = 0 }
variable "cloudwatch_log_group_kms_key_id" { default = null }
variable "enable_storage_autoscaling" { default = true }
variable "scaling_max_capacity" { default = 250 }
variable "scaling_role_arn" { default = null }
variable "scaling_target_value" { default = 70 }

# A number by chance stands behind the name of the settings.
variable "by_chance" {}

locals {
  storage   = try(var.broker_node_storage_info.ebs_storage_info, null)
  ways_in   = try(var.broker_node_connectivity_info.public_access, null)
  asked     = try(length(var.client_authentication), 0) > 0 ? [var.client_authentication] : []
  log_group = var.create && var.create_cloudwatch_log_group ? aws_cloudwatch_log_group.this[0].name : var.cloudwatch_log_group_name
  express   = try(startswith(var.broker_node_instance_type, "express"), false)
}

resource "aws_msk_cluster" "this" {
  count = var.create ? 1 : 0

  cluster_name           = var.name
  region                 = var.region
  enhanced_monitoring    = var.enhanced_monitoring
  kafka_version          = var.kafka_version
  number_of_broker_nodes = var.number_of_broker_nodes
  storage_mode           = var.storage_mode
  tags                   = var.tags

  broker_node_group_info {
    az_distribution = var.broker_node_az_distribution
    client_subnets  = var.broker_node_client_subnets
    instance_type   = var.broker_node_instance_type
    security_groups = var.broker_node_security_groups

    dynamic "connectivity_info" {
      for_each = local.ways_in != null ? [local.ways_in] : []

      content {
        public_access {
          type = connectivity_info.value.type
        }
      }
    }

    dynamic "storage_info" {
      for_each = local.storage != null ? [local.storage] : []

      content {
        ebs_storage_info {
          volume_size = try(storage_info.value.volume_size, null)
        }
      }
    }
  }

  dynamic "client_authentication" {
    for_each = local.asked

    content {
      dynamic "sasl" {
        for_each = try(client_authentication.value.sasl != null ? [client_authentication.value.sasl] : [], [])

        content {
          iam   = try(sasl.value.iam, null)
          scram = try(sasl.value.scram, null)
        }
      }

      dynamic "tls" {
        for_each = try(client_authentication.value.tls != null ? [client_authentication.value.tls] : [], [])

        content {
          certificate_authority_arns = try(tls.value.certificate_authority_arns, null)
        }
      }

      unauthenticated = try(client_authentication.value.unauthenticated, null)
    }
  }

  configuration_info {
    arn      = var.create_configuration ? aws_msk_configuration.this[0].arn : var.configuration_arn
    revision = var.create_configuration ? aws_msk_configuration.this[0].latest_revision : var.configuration_revision
  }

  encryption_info {
    encryption_at_rest_kms_key_arn = var.encryption_at_rest_kms_key_arn

    encryption_in_transit {
      client_broker = var.encryption_in_transit_client_broker
      in_cluster    = var.encryption_in_transit_in_cluster
    }
  }

  dynamic "logging_info" {
    for_each = local.express ? [] : [1]

    content {
      broker_logs {
        cloudwatch_logs {
          enabled   = var.cloudwatch_logs_enabled
          log_group = var.cloudwatch_logs_enabled ? local.log_group : null
        }

        firehose {
          enabled         = var.firehose_logs_enabled
          delivery_stream = var.firehose_delivery_stream
        }

        s3 {
          enabled = var.s3_logs_enabled
          bucket  = var.s3_logs_bucket
          prefix  = var.s3_logs_prefix
        }
      }
    }
  }

  open_monitoring {
    prometheus {
      jmx_exporter {
        enabled_in_broker = var.jmx_exporter_enabled
      }

      node_exporter {
        enabled_in_broker = var.node_exporter_enabled
      }
    }
  }

  lifecycle {
    ignore_changes = [
      broker_node_group_info[0].storage_info[0].ebs_storage_info[0].volume_size,
    ]
  }
}

resource "aws_msk_vpc_connection" "this" {
  for_each = { for key, each in var.vpc_connections : key => each if var.create }

  authentication     = each.value.authentication
  client_subnets     = each.value.client_subnets
  security_groups    = each.value.security_groups
  target_cluster_arn = aws_msk_cluster.this[0].arn
  vpc_id             = each.value.vpc_id
}

data "aws_iam_policy_document" "this" {
  count = var.create && var.create_cluster_policy ? 1 : 0

  source_policy_documents   = var.cluster_source_policy_documents
  override_policy_documents = var.cluster_override_policy_documents

  dynamic "statement" {
    for_each = var.cluster_policy_statements != null ? var.cluster_policy_statements : {}

    content {
      actions       = try(statement.value.actions, null)
      not_actions   = try(statement.value.not_actions, null)
      effect        = try(statement.value.effect, null)
      resources     = try(coalescelist(statement.value.resources), [aws_msk_cluster.this[0].arn])
      not_resources = try(statement.value.not_resources, null)

      dynamic "principals" {
        for_each = try(statement.value.principals != null ? statement.value.principals : [], [])

        content {
          type        = principals.value.type
          identifiers = principals.value.identifiers
        }
      }

      dynamic "condition" {
        for_each = try(statement.value.condition != null ? statement.value.condition : [], statement.value.conditions, [])

        content {
          test     = condition.value.test
          values   = condition.value.values
          variable = condition.value.variable
        }
      }
    }
  }
}

resource "aws_msk_cluster_policy" "this" {
  count = var.create && var.create_cluster_policy ? 1 : 0

  cluster_arn = aws_msk_cluster.this[0].arn
  policy      = data.aws_iam_policy_document.this[0].json
}

resource "aws_msk_configuration" "this" {
  count = var.create && var.create_configuration ? 1 : 0

  name              = "${try(coalesce(var.configuration_name, var.name), "")}-${var.by_chance}"
  description       = var.configuration_description
  kafka_versions    = [var.kafka_version]
  server_properties = join("\n", [for key, each in var.configuration_server_properties : "${key} = ${each}"])
}

resource "aws_msk_scram_secret_association" "this" {
  count = var.create && var.create_scram_secret_association && try(var.client_authentication.sasl.scram, false) ? 1 : 0

  cluster_arn     = aws_msk_cluster.this[0].arn
  secret_arn_list = var.scram_secret_association_secret_arn_list
}

resource "aws_cloudwatch_log_group" "this" {
  count = var.create && var.create_cloudwatch_log_group ? 1 : 0

  name              = try(coalesce(var.cloudwatch_log_group_name, "/aws/msk/${var.name}"), "/aws/msk/${var.name}")
  region            = var.region
  retention_in_days = var.cloudwatch_log_group_retention_in_days
  kms_key_id        = var.cloudwatch_log_group_kms_key_id
  log_group_class   = var.cloudwatch_log_group_class
  tags              = var.tags
}

resource "aws_appautoscaling_target" "this" {
  count = var.create && var.enable_storage_autoscaling ? 1 : 0

  min_capacity       = 1
  max_capacity       = var.scaling_max_capacity
  role_arn           = var.scaling_role_arn
  resource_id        = aws_msk_cluster.this[0].arn
  scalable_dimension = "kafka:broker-storage:VolumeSize"
  service_namespace  = "kafka"
}

resource "aws_appautoscaling_policy" "this" {
  count = var.create && var.enable_storage_autoscaling ? 1 : 0

  name               = "${var.name}-broker-storage-scaling"
  policy_type        = "TargetTrackingScaling"
  resource_id        = aws_msk_cluster.this[0].arn
  scalable_dimension = aws_appautoscaling_target.this[0].scalable_dimension
  service_namespace  = aws_appautoscaling_target.this[0].service_namespace

  target_tracking_scaling_policy_configuration {
    predefined_metric_specification {
      predefined_metric_type = "KafkaBrokerStorageUtilization"
    }

    target_value = var.scaling_target_value
  }
}

output "arn" {
  value = try(aws_msk_cluster.this[0].arn, null)
}

output "bootstrap_brokers_plaintext" {
  value = try(aws_msk_cluster.this[0].bootstrap_brokers, null)
}

output "bootstrap_brokers_sasl_iam" {
  value = try(aws_msk_cluster.this[0].bootstrap_brokers_sasl_iam, null)
}

output "bootstrap_brokers_sasl_scram" {
  value = try(aws_msk_cluster.this[0].bootstrap_brokers_sasl_scram, null)
}

output "bootstrap_brokers_tls" {
  value = try(aws_msk_cluster.this[0].bootstrap_brokers_tls, null)
}

output "cluster_name" {
  value = try(aws_msk_cluster.this[0].cluster_name, null)
}

output "cluster_uuid" {
  value = try(aws_msk_cluster.this[0].cluster_uuid, null)
}

output "configuration_arn" {
  value = try(aws_msk_configuration.this[0].arn, null)
}

output "log_group_arn" {
  value = try(aws_cloudwatch_log_group.this[0].arn, null)
}
