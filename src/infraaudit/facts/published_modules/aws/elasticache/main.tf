# A cache of Amazon ElastiCache, as a replication group or a cluster, with its security group, its group of parameters and
# its log groups.

variable "create" { default = true }
variable "tags" { default = {} }
variable "create_cluster" { default = false }
variable "apply_immediately" { default = null }
variable "auto_minor_version_upgrade" { default = null }
variable "automatic_failover_enabled" { default = null }
variable "availability_zone" { default = null }
variable "az_mode" { default = null }
variable "cluster_id" { default = "" }
variable "engine" { default = "redis" }
variable "engine_version" { default = null }
variable "final_snapshot_identifier" { default = null }
variable "log_delivery_configuration" { default = {
  slow-log = {
    destination_type = "cloudwatch-logs"
    log_format       = "json"
  }
} }
variable "maintenance_window" { default = null }
variable "network_type" { default = null }
variable "node_type" { default = null }
variable "notification_topic_arn" { default = null }
variable "num_cache_nodes" { default = 1 }
variable "port" { default = null }
variable "preferred_availability_zones" { default = [] }
variable "security_group_ids" { default = [] }
variable "snapshot_arns" { default = [] }
variable "snapshot_name" { default = null }
variable "snapshot_retention_limit" { default = null }
variable "snapshot_window" { default = null }
variable "transit_encryption_enabled" { default = true }
variable "transit_encryption_mode" { default = null }
variable "create_replication_group" { default = true }
variable "auth_token" { default = null }
variable "at_rest_encryption_enabled" { default = true }
variable "data_tiering_enabled" { default = null }
variable "description" { default = null }
variable "global_replication_group_id" { default = null }
variable "kms_key_arn" { default = null }
variable "multi_az_enabled" { default = false }
variable "num_cache_clusters" { default = null }
variable "num_node_groups" { default = null }
variable "preferred_cache_cluster_azs" { default = [] }
variable "replicas_per_node_group" { default = null }
variable "cluster_mode" { default = null }
variable "replication_group_id" { default = null }
variable "user_group_ids" { default = null }
variable "cluster_mode_enabled" { default = false }
variable "create_primary_global_replication_group" { default = false }
variable "create_secondary_global_replication_group" { default = false }
variable "create_parameter_group" { default = false }
variable "parameter_group_family" { default = "" }
variable "parameter_group_name" { default = null }
variable "parameters" { default = [] }
variable "create_subnet_group" { default = true }
variable "subnet_group_name" { default = null }
variable "subnet_ids" { default = [] }
variable "create_security_group" { default = true }
variable "security_group_name" { default = null }
variable "security_group_use_name_prefix" { default = true }
variable "vpc_id" { default = null }
variable "security_group_rules" { default = {} }
variable "security_group_tags" { default = {} }

locals {
  port       = var.engine == "memcached" ? 11211 : 6379
  global     = var.create_primary_global_replication_group || var.create_secondary_global_replication_group
  member     = var.replication_group_id != null
  shards     = var.cluster_mode_enabled ? var.num_node_groups : null
  groups     = var.create && var.create_security_group ? concat(var.security_group_ids, [aws_security_group.this[0].id]) : var.security_group_ids
  group_name = try(coalesce(var.security_group_name, var.cluster_id, var.replication_group_id), "")
  subnets    = var.create && var.create_subnet_group ? aws_elasticache_subnet_group.this[0].name : var.subnet_group_name
  parameters = var.create && var.create_parameter_group ? aws_elasticache_parameter_group.this[0].id : var.parameter_group_name
}

resource "aws_elasticache_cluster" "this" {
  count = var.create && var.create_cluster ? 1 : 0

  cluster_id                   = var.cluster_id
  replication_group_id         = var.create_replication_group ? aws_elasticache_replication_group.this[0].id : var.replication_group_id
  engine                       = local.member ? null : var.engine
  engine_version               = local.member ? null : var.engine_version
  node_type                    = local.member ? null : var.node_type
  num_cache_nodes              = local.member ? null : var.num_cache_nodes
  port                         = local.member ? null : coalesce(var.port, local.port)
  availability_zone            = var.availability_zone
  az_mode                      = local.member ? null : var.az_mode
  preferred_availability_zones = var.preferred_availability_zones
  parameter_group_name         = local.member ? null : local.parameters
  subnet_group_name            = local.member ? null : local.subnets
  security_group_ids           = local.member ? null : local.groups
  snapshot_retention_limit     = local.member ? null : var.snapshot_retention_limit
  snapshot_window              = local.member ? null : var.snapshot_window
  snapshot_name                = local.member ? null : var.snapshot_name
  snapshot_arns                = local.member ? null : var.snapshot_arns
  final_snapshot_identifier    = var.final_snapshot_identifier
  maintenance_window           = local.member ? null : var.maintenance_window
  transit_encryption_enabled   = var.engine == "memcached" ? var.transit_encryption_enabled : null
  apply_immediately            = var.apply_immediately
  auto_minor_version_upgrade   = var.auto_minor_version_upgrade
  tags                         = var.tags

  dynamic "log_delivery_configuration" {
    for_each = { for name, each in var.log_delivery_configuration : name => each if var.engine != "memcached" && !local.member }
    content {
      destination_type = log_delivery_configuration.value.destination_type
      log_format       = log_delivery_configuration.value.log_format
      log_type         = try(log_delivery_configuration.value.log_type, log_delivery_configuration.key)
    }
  }
}

resource "aws_elasticache_replication_group" "this" {
  count = var.create && var.create_replication_group && !local.global ? 1 : 0

  replication_group_id        = var.replication_group_id
  description                 = coalesce(var.description, "Replication group")
  global_replication_group_id = var.global_replication_group_id
  engine                      = var.engine
  engine_version              = var.engine_version
  node_type                   = var.node_type
  port                        = coalesce(var.port, local.port)
  cluster_mode                = var.cluster_mode
  num_cache_clusters          = var.cluster_mode_enabled ? null : var.num_cache_clusters
  num_node_groups             = local.shards
  replicas_per_node_group     = var.replicas_per_node_group
  automatic_failover_enabled  = var.multi_az_enabled || var.cluster_mode_enabled ? true : var.automatic_failover_enabled
  multi_az_enabled            = var.multi_az_enabled
  preferred_cache_cluster_azs = var.preferred_cache_cluster_azs
  parameter_group_name        = local.parameters
  subnet_group_name           = local.subnets
  security_group_ids          = local.groups
  network_type                = var.network_type
  data_tiering_enabled        = var.data_tiering_enabled
  at_rest_encryption_enabled  = var.at_rest_encryption_enabled
  transit_encryption_enabled  = var.transit_encryption_enabled
  transit_encryption_mode     = var.transit_encryption_mode
  kms_key_id                  = var.at_rest_encryption_enabled ? var.kms_key_arn : null
  auth_token                  = var.auth_token
  user_group_ids              = var.user_group_ids
  snapshot_retention_limit    = var.snapshot_retention_limit
  snapshot_window             = var.snapshot_window
  snapshot_name               = var.snapshot_name
  snapshot_arns               = var.snapshot_arns
  final_snapshot_identifier   = var.final_snapshot_identifier
  maintenance_window          = var.maintenance_window
  apply_immediately           = var.apply_immediately
  auto_minor_version_upgrade  = var.auto_minor_version_upgrade
  notification_topic_arn      = var.notification_topic_arn
  tags                        = var.tags

  dynamic "log_delivery_configuration" {
    for_each = { for name, each in var.log_delivery_configuration : name => each if var.engine != "memcached" }
    content {
      destination      = try(log_delivery_configuration.value.create_cloudwatch_log_group, true) && log_delivery_configuration.value.destination_type == "cloudwatch-logs" ? aws_cloudwatch_log_group.this[log_delivery_configuration.key].name : log_delivery_configuration.value.destination
      destination_type = log_delivery_configuration.value.destination_type
      log_format       = log_delivery_configuration.value.log_format
      log_type         = try(log_delivery_configuration.value.log_type, log_delivery_configuration.key)
    }
  }
}

resource "aws_elasticache_replication_group" "global" {
  count = var.create && var.create_replication_group && local.global ? 1 : 0

  replication_group_id        = var.replication_group_id
  description                 = coalesce(var.description, "Replication group")
  global_replication_group_id = var.create_secondary_global_replication_group ? var.global_replication_group_id : null
  engine                      = var.create_secondary_global_replication_group ? null : var.engine
  engine_version              = var.create_secondary_global_replication_group ? null : var.engine_version
  node_type                   = var.node_type
  port                        = coalesce(var.port, local.port)
  cluster_mode                = var.cluster_mode
  num_cache_clusters          = var.cluster_mode_enabled ? null : var.num_cache_clusters
  num_node_groups             = var.create_secondary_global_replication_group ? null : local.shards
  replicas_per_node_group     = var.replicas_per_node_group
  automatic_failover_enabled  = var.multi_az_enabled || var.cluster_mode_enabled ? true : var.automatic_failover_enabled
  multi_az_enabled            = var.multi_az_enabled
  preferred_cache_cluster_azs = var.preferred_cache_cluster_azs
  parameter_group_name        = var.create_secondary_global_replication_group ? null : local.parameters
  subnet_group_name           = local.subnets
  security_group_ids          = local.groups
  network_type                = var.network_type
  data_tiering_enabled        = var.data_tiering_enabled
  at_rest_encryption_enabled  = var.create_secondary_global_replication_group ? null : var.at_rest_encryption_enabled
  transit_encryption_enabled  = var.create_secondary_global_replication_group ? null : var.transit_encryption_enabled
  transit_encryption_mode     = null
  kms_key_id                  = var.at_rest_encryption_enabled ? var.kms_key_arn : null
  auth_token                  = var.auth_token
  user_group_ids              = var.user_group_ids
  snapshot_retention_limit    = var.snapshot_retention_limit
  snapshot_window             = var.snapshot_window
  snapshot_name               = var.create_secondary_global_replication_group ? null : var.snapshot_name
  snapshot_arns               = var.create_secondary_global_replication_group ? null : var.snapshot_arns
  final_snapshot_identifier   = var.final_snapshot_identifier
  maintenance_window          = var.maintenance_window
  apply_immediately           = var.apply_immediately
  auto_minor_version_upgrade  = var.auto_minor_version_upgrade
  notification_topic_arn      = var.notification_topic_arn
  tags                        = var.tags

  dynamic "log_delivery_configuration" {
    for_each = { for name, each in var.log_delivery_configuration : name => each if var.engine != "memcached" }
    content {
      destination      = try(log_delivery_configuration.value.create_cloudwatch_log_group, true) && log_delivery_configuration.value.destination_type == "cloudwatch-logs" ? aws_cloudwatch_log_group.this[log_delivery_configuration.key].name : log_delivery_configuration.value.destination
      destination_type = log_delivery_configuration.value.destination_type
      log_format       = log_delivery_configuration.value.log_format
      log_type         = try(log_delivery_configuration.value.log_type, log_delivery_configuration.key)
    }
  }
}

resource "aws_elasticache_parameter_group" "this" {
  count  = var.create && var.create_parameter_group ? 1 : 0
  family = var.parameter_group_family
  name   = var.parameter_group_name

  dynamic "parameter" {
    for_each = concat(var.cluster_mode_enabled ? [{ name = "cluster-enabled", value = "yes" }] : [], var.parameters)
    content {
      name  = parameter.value.name
      value = parameter.value.value
    }
  }
}

resource "aws_elasticache_subnet_group" "this" {
  count      = var.create && var.create_subnet_group ? 1 : 0
  name       = try(coalesce(var.subnet_group_name, var.cluster_id, var.replication_group_id), "")
  subnet_ids = var.subnet_ids
}

resource "aws_cloudwatch_log_group" "this" {
  for_each          = { for name, each in var.log_delivery_configuration : name => each if var.create && var.engine != "memcached" && try(each.create_cloudwatch_log_group, true) && try(each.destination_type, "") == "cloudwatch-logs" }
  name              = "/aws/elasticache/${try(each.value.cloudwatch_log_group_name, coalesce(var.cluster_id, var.replication_group_id), "")}"
  retention_in_days = try(each.value.cloudwatch_log_group_retention_in_days, 14)
  kms_key_id        = try(each.value.cloudwatch_log_group_kms_key_id, null)
  skip_destroy      = try(each.value.cloudwatch_log_group_skip_destroy, null)
  log_group_class   = try(each.value.cloudwatch_log_group_class, null)
}

resource "aws_security_group" "this" {
  count       = var.create && var.create_security_group ? 1 : 0
  name        = var.security_group_use_name_prefix ? null : local.group_name
  name_prefix = var.security_group_use_name_prefix ? "${local.group_name}-" : null
  vpc_id      = var.vpc_id
  tags        = merge(var.tags, var.security_group_tags)
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each = { for name, rule in var.security_group_rules : name => rule if var.create && var.create_security_group && try(rule.type, "ingress") == "ingress" }

  security_group_id            = aws_security_group.this[0].id
  ip_protocol                  = try(each.value.ip_protocol, "tcp")
  from_port                    = try(each.value.from_port, local.port)
  to_port                      = try(each.value.to_port, local.port)
  cidr_ipv4                    = try(each.value.cidr_ipv4, null)
  cidr_ipv6                    = try(each.value.cidr_ipv6, null)
  prefix_list_id               = try(each.value.prefix_list_id, null)
  referenced_security_group_id = try(each.value.referenced_security_group_id == "self" ? aws_security_group.this[0].id : each.value.referenced_security_group_id, null)
}

resource "aws_vpc_security_group_egress_rule" "this" {
  for_each = { for name, rule in var.security_group_rules : name => rule if var.create && var.create_security_group && try(rule.type, "ingress") == "egress" }

  security_group_id            = aws_security_group.this[0].id
  ip_protocol                  = try(each.value.ip_protocol, "tcp")
  from_port                    = try(each.value.from_port, null)
  to_port                      = try(each.value.to_port, null)
  cidr_ipv4                    = try(each.value.cidr_ipv4, null)
  cidr_ipv6                    = try(each.value.cidr_ipv6, null)
  prefix_list_id               = try(each.value.prefix_list_id, null)
  referenced_security_group_id = try(each.value.referenced_security_group_id == "self" ? aws_security_group.this[0].id : each.value.referenced_security_group_id, null)
}

output "cluster_arn" { value = one(aws_elasticache_cluster.this[*].arn) }
output "cluster_address" { value = one(aws_elasticache_cluster.this[*].cluster_address) }
output "cluster_configuration_endpoint" { value = one(aws_elasticache_cluster.this[*].configuration_endpoint) }
output "replication_group_arn" { value = one(concat(aws_elasticache_replication_group.this[*].arn, aws_elasticache_replication_group.global[*].arn)) }
output "replication_group_id" { value = one(concat(aws_elasticache_replication_group.this[*].id, aws_elasticache_replication_group.global[*].id)) }
output "replication_group_port" { value = one(concat(aws_elasticache_replication_group.this[*].port, aws_elasticache_replication_group.global[*].port)) }
output "replication_group_primary_endpoint_address" { value = one(concat(aws_elasticache_replication_group.this[*].primary_endpoint_address, aws_elasticache_replication_group.global[*].primary_endpoint_address)) }
output "replication_group_reader_endpoint_address" { value = one(concat(aws_elasticache_replication_group.this[*].reader_endpoint_address, aws_elasticache_replication_group.global[*].reader_endpoint_address)) }
output "replication_group_configuration_endpoint_address" { value = one(concat(aws_elasticache_replication_group.this[*].configuration_endpoint_address, aws_elasticache_replication_group.global[*].configuration_endpoint_address)) }
output "security_group_arn" { value = one(aws_security_group.this[*].arn) }
output "security_group_id" { value = one(aws_security_group.this[*].id) }
output "subnet_group_name" { value = local.subnets }
