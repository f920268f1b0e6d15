# A cluster of Amazon Aurora, or of several zones of Amazon RDS, with its instances, its security group, its groups of
# parameters, its log groups and the role for monitoring. Not shown: endpoints and shards.

variable "create" { default = true }
variable "name" { default = "" }
variable "tags" { default = {} }
variable "create_db_subnet_group" { default = false }
variable "db_subnet_group_name" { default = "" }
variable "subnets" { default = [] }
variable "is_primary_cluster" { default = true }
variable "cluster_use_name_prefix" { default = false }
variable "allocated_storage" { default = null }
variable "allow_major_version_upgrade" { default = false }
variable "apply_immediately" { default = null }
variable "availability_zones" { default = null }
variable "backup_retention_period" { default = null }
variable "backtrack_window" { default = null }
variable "cluster_ca_cert_identifier" { default = null }
variable "cluster_members" { default = null }
variable "cluster_scalability_type" { default = null }
variable "cluster_performance_insights_enabled" { default = null }
variable "cluster_monitoring_interval" { default = 0 }
variable "create_monitoring_role" { default = true }
variable "monitoring_role_arn" { default = "" }
variable "iam_role_name" { default = null }
variable "iam_role_use_name_prefix" { default = false }
variable "iam_role_permissions_boundary" { default = null }
variable "database_insights_mode" { default = null }
variable "database_name" { default = null }
variable "cluster_instance_class" { default = null }
variable "delete_automated_backups" { default = null }
variable "deletion_protection" { default = null }
variable "enable_global_write_forwarding" { default = null }
variable "enabled_cloudwatch_logs_exports" { default = [] }
variable "enable_http_endpoint" { default = null }
variable "engine" { default = null }
variable "engine_mode" { default = "provisioned" }
variable "engine_version" { default = null }
variable "engine_lifecycle_support" { default = null }
variable "final_snapshot_identifier" { default = null }
variable "global_cluster_identifier" { default = null }
variable "iam_database_authentication_enabled" { default = null }
variable "iops" { default = null }
variable "kms_key_id" { default = null }
variable "manage_master_user_password" { default = true }
variable "master_password_wo" { default = null }
variable "master_username" { default = null }
variable "network_type" { default = null }
variable "port" { default = null }
variable "replication_source_identifier" { default = null }
variable "skip_final_snapshot" { default = false }
variable "snapshot_identifier" { default = null }
variable "source_region" { default = null }
variable "storage_encrypted" { default = true }
variable "storage_type" { default = null }
variable "cluster_tags" { default = {} }
variable "vpc_security_group_ids" { default = [] }
variable "instances" {
  default  = {}
  nullable = false
}
variable "instances_use_identifier_prefix" { default = false }
variable "autoscaling_enabled" { default = false }
variable "autoscaling_max_capacity" { default = 2 }
variable "autoscaling_min_capacity" { default = 0 }
variable "autoscaling_policy_name" { default = "target-metric" }
variable "predefined_metric_type" { default = "RDSReaderAverageCPUUtilization" }
variable "autoscaling_scale_in_cooldown" { default = 300 }
variable "autoscaling_scale_out_cooldown" { default = 300 }
variable "autoscaling_target_cpu" { default = 70 }
variable "autoscaling_target_connections" { default = 700 }
variable "create_security_group" { default = true }
variable "security_group_name" { default = "" }
variable "security_group_use_name_prefix" { default = true }
variable "vpc_id" { default = "" }
variable "security_group_ingress_rules" {
  default  = {}
  nullable = false
}
variable "security_group_egress_rules" {
  default  = {}
  nullable = false
}
variable "security_group_tags" { default = {} }
variable "cluster_parameter_group_name" { default = null }
variable "cluster_parameter_group" { default = null }
variable "db_parameter_group" { default = null }
variable "create_cloudwatch_log_group" { default = false }
variable "cloudwatch_log_group_retention_in_days" { default = 7 }
variable "cloudwatch_log_group_kms_key_id" { default = null }
variable "cloudwatch_log_group_skip_destroy" { default = null }
variable "cloudwatch_log_group_class" { default = null }
variable "cluster_activity_stream" { default = null }

# The versions differ in these by default.
variable "copy_tags_to_snapshot" {}
variable "preferred_backup_window" {}
variable "preferred_maintenance_window" {}

# Version 9 calls these otherwise, or has no such thing; what it is not given is null here.
variable "instance_class" { default = null }
variable "db_cluster_instance_class" { default = null }
variable "monitoring_interval" { default = 0 }
variable "performance_insights_enabled" { default = null }
variable "performance_insights_kms_key_id" { default = null }
variable "performance_insights_retention_period" { default = null }
variable "cluster_performance_insights_retention_period" { default = null }
variable "auto_minor_version_upgrade" { default = null }
variable "publicly_accessible" { default = null }
variable "ca_cert_identifier" { default = null }
variable "master_password" { default = null }
variable "security_group_rules" { default = {} }
variable "create_db_cluster_parameter_group" { default = false }
variable "db_cluster_parameter_group_name" { default = null }
variable "db_cluster_parameter_group_family" { default = "" }
variable "db_cluster_parameter_group_parameters" { default = [] }
variable "create_db_cluster_activity_stream" { default = false }
variable "db_cluster_activity_stream_mode" { default = null }
variable "db_cluster_activity_stream_kms_key_id" { default = null }
variable "create_db_parameter_group" { default = false }
variable "db_parameter_group_name" { default = null }
variable "db_parameter_group_family" { default = "" }
variable "db_parameter_group_parameters" { default = [] }

# Where nothing is given some versions say nothing and some say something empty.
variable "restore_to_point_in_time" { default = null }
variable "s3_import" { default = null }
variable "scaling_configuration" { default = null }
variable "serverlessv2_scaling_configuration" { default = null }

locals {
  serverless = var.engine_mode == "serverless"
  port       = coalesce(var.port, var.engine == "aurora-postgresql" || var.engine == "postgres" ? 5432 : 3306)
  managed    = var.manage_master_user_password && var.global_cluster_identifier == null
  subnets    = var.create_db_subnet_group ? one(aws_db_subnet_group.this[*].name) : try(coalesce(var.db_subnet_group_name, var.name), "")
  group_name = try(coalesce(var.security_group_name, var.name), "")

  of_cluster  = var.create && (var.create_db_cluster_parameter_group || var.cluster_parameter_group != null)
  of_instance = var.create && (var.create_db_parameter_group || var.db_parameter_group != null)
}

resource "aws_db_subnet_group" "this" {
  count      = var.create && var.create_db_subnet_group ? 1 : 0
  name       = try(coalesce(var.db_subnet_group_name, var.name), "")
  subnet_ids = var.subnets
}

resource "aws_rds_cluster" "this" {
  count = var.create ? 1 : 0

  cluster_identifier        = var.cluster_use_name_prefix ? null : var.name
  cluster_identifier_prefix = var.cluster_use_name_prefix ? "${var.name}-" : null
  engine                    = var.engine
  engine_mode               = var.cluster_scalability_type == "limitless" ? "" : var.engine_mode
  engine_version            = var.engine_version
  engine_lifecycle_support  = var.engine_lifecycle_support
  cluster_scalability_type  = var.cluster_scalability_type
  db_cluster_instance_class = var.db_cluster_instance_class != null ? var.db_cluster_instance_class : var.allocated_storage != null ? var.cluster_instance_class : null
  availability_zones        = var.availability_zones
  cluster_members           = var.cluster_members

  database_name                       = var.is_primary_cluster ? var.database_name : null
  master_username                     = var.is_primary_cluster ? var.master_username : null
  manage_master_user_password         = local.managed ? var.manage_master_user_password : null
  master_password                     = var.is_primary_cluster && !local.managed ? var.master_password : null
  master_password_wo                  = var.is_primary_cluster && !local.managed ? var.master_password_wo : null
  iam_database_authentication_enabled = var.iam_database_authentication_enabled
  port                                = local.port

  allocated_storage = var.allocated_storage
  storage_encrypted = var.storage_encrypted
  storage_type      = var.storage_type
  iops              = var.iops
  kms_key_id        = var.kms_key_id

  db_subnet_group_name            = local.subnets
  vpc_security_group_ids          = compact(concat(aws_security_group.this[*].id, var.vpc_security_group_ids))
  network_type                    = var.network_type
  db_cluster_parameter_group_name = local.of_cluster ? one(aws_rds_cluster_parameter_group.this[*].id) : var.db_cluster_parameter_group_name != null ? var.db_cluster_parameter_group_name : var.cluster_parameter_group_name
  ca_certificate_identifier       = var.cluster_ca_cert_identifier

  allow_major_version_upgrade  = var.allow_major_version_upgrade
  apply_immediately            = var.apply_immediately
  preferred_maintenance_window = var.preferred_maintenance_window
  preferred_backup_window      = local.serverless ? null : var.preferred_backup_window
  backup_retention_period      = var.backup_retention_period
  backtrack_window             = (var.engine == "aurora-mysql" || var.engine == "aurora") && !local.serverless ? var.backtrack_window : 0
  copy_tags_to_snapshot        = var.copy_tags_to_snapshot
  delete_automated_backups     = var.delete_automated_backups
  deletion_protection          = var.deletion_protection
  skip_final_snapshot          = var.skip_final_snapshot
  final_snapshot_identifier    = var.final_snapshot_identifier
  snapshot_identifier          = var.snapshot_identifier

  global_cluster_identifier      = var.global_cluster_identifier
  enable_global_write_forwarding = var.enable_global_write_forwarding
  replication_source_identifier  = var.replication_source_identifier
  source_region                  = var.source_region

  enabled_cloudwatch_logs_exports       = var.enabled_cloudwatch_logs_exports
  monitoring_interval                   = var.cluster_monitoring_interval
  monitoring_role_arn                   = var.create_monitoring_role && var.cluster_monitoring_interval > 0 ? one(aws_iam_role.rds_enhanced_monitoring[*].arn) : var.monitoring_role_arn
  performance_insights_enabled          = var.cluster_performance_insights_enabled
  performance_insights_retention_period = var.cluster_performance_insights_retention_period
  database_insights_mode                = var.database_insights_mode
  enable_http_endpoint                  = var.enable_http_endpoint

  dynamic "restore_to_point_in_time" {
    for_each = try(length(var.restore_to_point_in_time) > 0, false) ? [var.restore_to_point_in_time] : []
    content {
      source_cluster_identifier = try(restore_to_point_in_time.value.source_cluster_identifier, null)
    }
  }

  dynamic "scaling_configuration" {
    for_each = try(length(var.scaling_configuration) > 0, false) && local.serverless ? [var.scaling_configuration] : []
    content {
      auto_pause               = try(scaling_configuration.value.auto_pause, null)
      seconds_until_auto_pause = try(scaling_configuration.value.seconds_until_auto_pause, null)
      min_capacity             = try(scaling_configuration.value.min_capacity, null)
      max_capacity             = try(scaling_configuration.value.max_capacity, null)
    }
  }

  dynamic "serverlessv2_scaling_configuration" {
    for_each = try(length(var.serverlessv2_scaling_configuration) > 0, false) && var.engine_mode == "provisioned" ? [var.serverlessv2_scaling_configuration] : []
    content {
      seconds_until_auto_pause = try(serverlessv2_scaling_configuration.value.seconds_until_auto_pause, null)
      min_capacity             = try(serverlessv2_scaling_configuration.value.min_capacity, null)
      max_capacity             = try(serverlessv2_scaling_configuration.value.max_capacity, null)
    }
  }

  tags = merge(var.tags, var.cluster_tags)
}

resource "aws_rds_cluster_instance" "this" {
  for_each = { for name, instance in var.instances : name => instance if var.create && !local.serverless }

  cluster_identifier           = aws_rds_cluster.this[0].id
  identifier                   = var.instances_use_identifier_prefix ? null : try(coalesce(each.value.identifier), "${var.name}-${each.key}")
  identifier_prefix            = var.instances_use_identifier_prefix ? try(coalesce(each.value.identifier_prefix), "${var.name}-${each.key}-") : null
  instance_class               = try(coalesce(each.value.instance_class), coalesce(var.instance_class, var.cluster_instance_class), null)
  engine                       = var.engine
  engine_version               = var.engine_version
  availability_zone            = try(each.value.availability_zone, null)
  promotion_tier               = try(each.value.promotion_tier, null)
  publicly_accessible          = try(coalesce(each.value.publicly_accessible), var.publicly_accessible)
  db_subnet_group_name         = local.subnets
  db_parameter_group_name      = local.of_instance ? one(aws_db_parameter_group.this[*].id) : try(coalesce(each.value.db_parameter_group_name), var.db_parameter_group_name)
  ca_cert_identifier           = try(coalesce(each.value.ca_cert_identifier), var.ca_cert_identifier)
  apply_immediately            = try(coalesce(each.value.apply_immediately), var.apply_immediately)
  auto_minor_version_upgrade   = try(coalesce(each.value.auto_minor_version_upgrade), var.auto_minor_version_upgrade)
  preferred_maintenance_window = try(coalesce(each.value.preferred_maintenance_window), var.preferred_maintenance_window)
  copy_tags_to_snapshot        = try(coalesce(each.value.copy_tags_to_snapshot), var.copy_tags_to_snapshot)
  monitoring_interval          = try(coalesce(each.value.monitoring_interval), var.cluster_monitoring_interval > 0 ? var.cluster_monitoring_interval : var.monitoring_interval)
  monitoring_role_arn          = try(aws_iam_role.rds_enhanced_monitoring[0].arn, each.value.monitoring_role_arn, null)
  performance_insights_enabled = try(coalesce(each.value.performance_insights_enabled), coalesce(var.performance_insights_enabled, var.cluster_performance_insights_enabled), null)
  tags                         = merge(var.tags, try(coalesce(each.value.tags), {}))

  performance_insights_retention_period = try(coalesce(each.value.performance_insights_retention_period), coalesce(var.performance_insights_retention_period, var.cluster_performance_insights_retention_period), null)
}

locals {
  monitored = var.cluster_monitoring_interval > 0 || var.monitoring_interval > 0 || anytrue([for each in var.instances : try(each.monitoring_interval > 0, false)])
  watching  = var.create && var.create_monitoring_role && local.monitored
}

data "aws_partition" "current" {
  count = local.watching ? 1 : 0
}

resource "aws_iam_role" "rds_enhanced_monitoring" {
  count                = local.watching ? 1 : 0
  name                 = var.iam_role_use_name_prefix ? null : coalesce(var.iam_role_name, "${var.name}-monitor")
  name_prefix          = var.iam_role_use_name_prefix ? "${coalesce(var.iam_role_name, var.name)}-" : null
  permissions_boundary = var.iam_role_permissions_boundary
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "monitoring.rds.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy_attachment" "rds_enhanced_monitoring" {
  count      = local.watching ? 1 : 0
  role       = aws_iam_role.rds_enhanced_monitoring[0].name
  policy_arn = "arn:${data.aws_partition.current[0].partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}

resource "aws_appautoscaling_target" "this" {
  count              = var.create && var.autoscaling_enabled && !local.serverless ? 1 : 0
  min_capacity       = var.autoscaling_min_capacity
  max_capacity       = var.autoscaling_max_capacity
  resource_id        = "cluster:${aws_rds_cluster.this[0].cluster_identifier}"
  scalable_dimension = "rds:cluster:ReadReplicaCount"
  service_namespace  = "rds"
}

resource "aws_appautoscaling_policy" "this" {
  count              = var.create && var.autoscaling_enabled && !local.serverless ? 1 : 0
  name               = var.autoscaling_policy_name
  policy_type        = "TargetTrackingScaling"
  resource_id        = "cluster:${aws_rds_cluster.this[0].cluster_identifier}"
  scalable_dimension = "rds:cluster:ReadReplicaCount"
  service_namespace  = "rds"

  target_tracking_scaling_policy_configuration {
    scale_in_cooldown  = var.autoscaling_scale_in_cooldown
    scale_out_cooldown = var.autoscaling_scale_out_cooldown
    target_value       = var.predefined_metric_type == "RDSReaderAverageCPUUtilization" ? var.autoscaling_target_cpu : var.autoscaling_target_connections
    predefined_metric_specification {
      predefined_metric_type = var.predefined_metric_type
    }
  }
}

resource "aws_security_group" "this" {
  count       = var.create && var.create_security_group ? 1 : 0
  name        = var.security_group_use_name_prefix ? null : local.group_name
  name_prefix = var.security_group_use_name_prefix ? "${local.group_name}-" : null
  vpc_id      = var.vpc_id
  tags        = merge(var.tags, var.security_group_tags)
}

resource "aws_security_group_rule" "this" {
  for_each = { for name, rule in var.security_group_rules : name => rule if var.create && var.create_security_group }

  security_group_id        = aws_security_group.this[0].id
  type                     = try(each.value.type, "ingress")
  protocol                 = try(each.value.protocol, "tcp")
  from_port                = try(each.value.from_port, local.port)
  to_port                  = try(each.value.to_port, local.port)
  cidr_blocks              = try(each.value.cidr_blocks, null)
  ipv6_cidr_blocks         = try(each.value.ipv6_cidr_blocks, null)
  prefix_list_ids          = try(each.value.prefix_list_ids, null)
  source_security_group_id = try(each.value.source_security_group_id, null)
  self                     = try(each.value.self, null)
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each = { for name, rule in var.security_group_ingress_rules : name => rule if var.create && var.create_security_group }

  security_group_id            = aws_security_group.this[0].id
  ip_protocol                  = try(coalesce(each.value.ip_protocol), "tcp")
  from_port                    = try(coalesce(each.value.from_port), local.port)
  to_port                      = try(coalesce(each.value.to_port), coalesce(each.value.from_port), local.port)
  cidr_ipv4                    = try(each.value.cidr_ipv4, null)
  cidr_ipv6                    = try(each.value.cidr_ipv6, null)
  prefix_list_id               = try(each.value.prefix_list_id, null)
  referenced_security_group_id = try(each.value.referenced_security_group_id == "self" ? aws_security_group.this[0].id : each.value.referenced_security_group_id, null)
}

resource "aws_vpc_security_group_egress_rule" "this" {
  for_each = { for name, rule in var.security_group_egress_rules : name => rule if var.create && var.create_security_group }

  security_group_id            = aws_security_group.this[0].id
  ip_protocol                  = try(coalesce(each.value.ip_protocol), "tcp")
  from_port                    = try(coalesce(each.value.from_port), coalesce(each.value.to_port), local.port)
  to_port                      = try(coalesce(each.value.to_port), local.port)
  cidr_ipv4                    = try(each.value.cidr_ipv4, null)
  cidr_ipv6                    = try(each.value.cidr_ipv6, null)
  prefix_list_id               = try(each.value.prefix_list_id, null)
  referenced_security_group_id = try(each.value.referenced_security_group_id == "self" ? aws_security_group.this[0].id : each.value.referenced_security_group_id, null)
}

resource "aws_rds_cluster_parameter_group" "this" {
  count  = local.of_cluster ? 1 : 0
  family = try(var.cluster_parameter_group.family, var.db_cluster_parameter_group_family)

  dynamic "parameter" {
    for_each = try(coalesce(var.cluster_parameter_group.parameters), var.db_cluster_parameter_group_parameters)
    content {
      name         = try(coalesce(parameter.value.name), parameter.key)
      value        = parameter.value.value
      apply_method = try(parameter.value.apply_method, null)
    }
  }
}

resource "aws_db_parameter_group" "this" {
  count  = local.of_instance ? 1 : 0
  family = try(var.db_parameter_group.family, var.db_parameter_group_family)

  dynamic "parameter" {
    for_each = try(coalesce(var.db_parameter_group.parameters), var.db_parameter_group_parameters)
    content {
      name         = try(coalesce(parameter.value.name), parameter.key)
      value        = parameter.value.value
      apply_method = try(parameter.value.apply_method, null)
    }
  }
}

resource "aws_rds_cluster_activity_stream" "this" {
  count        = var.create && (var.create_db_cluster_activity_stream || var.cluster_activity_stream != null) ? 1 : 0
  resource_arn = aws_rds_cluster.this[0].arn
  mode         = try(var.cluster_activity_stream.mode, var.db_cluster_activity_stream_mode)
  kms_key_id   = try(var.cluster_activity_stream.kms_key_id, var.db_cluster_activity_stream_kms_key_id)
}

resource "aws_cloudwatch_log_group" "this" {
  for_each          = toset([for name in var.enabled_cloudwatch_logs_exports : name if var.create && var.create_cloudwatch_log_group && !var.cluster_use_name_prefix])
  name              = "/aws/rds/cluster/${var.name}/${each.value}"
  retention_in_days = var.cloudwatch_log_group_retention_in_days
  kms_key_id        = var.cloudwatch_log_group_kms_key_id
  skip_destroy      = var.cloudwatch_log_group_skip_destroy
  log_group_class   = var.cloudwatch_log_group_class
}

output "db_subnet_group_name" { value = local.subnets }
output "cluster_arn" { value = one(aws_rds_cluster.this[*].arn) }
output "cluster_id" { value = one(aws_rds_cluster.this[*].id) }
output "cluster_resource_id" { value = one(aws_rds_cluster.this[*].cluster_resource_id) }
output "cluster_endpoint" { value = one(aws_rds_cluster.this[*].endpoint) }
output "cluster_reader_endpoint" { value = one(aws_rds_cluster.this[*].reader_endpoint) }
output "cluster_database_name" { value = var.database_name }
output "cluster_port" { value = one(aws_rds_cluster.this[*].port) }
output "cluster_master_username" { value = one(aws_rds_cluster.this[*].master_username) }
output "cluster_master_user_secret" { value = one(aws_rds_cluster.this[*].master_user_secret) }
output "cluster_instances" { value = aws_rds_cluster_instance.this }
output "security_group_id" { value = one(aws_security_group.this[*].id) }
output "db_cluster_cloudwatch_log_groups" { value = aws_cloudwatch_log_group.this }
