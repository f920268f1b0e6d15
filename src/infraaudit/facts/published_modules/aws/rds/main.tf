# A database of Amazon RDS, with its parameter group, its log groups and the role for monitoring. Not shown: the group of
# subnets and the options, which the module makes beside it.

variable "create_db_instance" { default = true }
variable "create_db_parameter_group" { default = true }
variable "identifier" {}
variable "instance_use_identifier_prefix" { default = false }
variable "engine" { default = null }
variable "engine_version" { default = null }
variable "engine_lifecycle_support" { default = null }
variable "instance_class" { default = null }
variable "allocated_storage" { default = null }
variable "max_allocated_storage" { default = 0 }
variable "storage_type" { default = null }
variable "storage_throughput" { default = null }
variable "storage_encrypted" { default = true }
variable "iops" { default = null }
variable "kms_key_id" { default = null }
variable "license_model" { default = null }
variable "db_name" { default = null }
variable "username" { default = null }
variable "password" { default = null }
variable "password_wo" { default = null }
variable "port" { default = null }
variable "manage_master_user_password" { default = true }
variable "iam_database_authentication_enabled" { default = false }
variable "vpc_security_group_ids" { default = [] }
variable "create_db_subnet_group" { default = false }
variable "db_subnet_group_name" { default = null }
variable "subnet_ids" { default = [] }
variable "network_type" { default = null }
variable "availability_zone" { default = null }
variable "multi_az" { default = false }
variable "publicly_accessible" { default = false }
variable "ca_cert_identifier" { default = null }
variable "allow_major_version_upgrade" { default = false }
variable "auto_minor_version_upgrade" { default = true }
variable "apply_immediately" { default = false }
variable "maintenance_window" { default = null }
variable "blue_green_update" { default = null }
variable "snapshot_identifier" { default = null }
variable "skip_final_snapshot" { default = false }
variable "performance_insights_enabled" { default = false }
variable "performance_insights_retention_period" { default = 7 }
variable "replicate_source_db" { default = null }
variable "backup_retention_period" { default = null }
variable "backup_window" { default = null }
variable "monitoring_interval" { default = 0 }
variable "monitoring_role_arn" { default = null }
variable "monitoring_role_name" { default = "rds-monitoring-role" }
variable "monitoring_role_use_name_prefix" { default = false }
variable "monitoring_role_permissions_boundary" { default = null }
variable "create_monitoring_role" { default = false }
variable "database_insights_mode" { default = null }
variable "enabled_cloudwatch_logs_exports" { default = [] }
variable "create_cloudwatch_log_group" { default = false }
variable "cloudwatch_log_group_retention_in_days" { default = 7 }
variable "cloudwatch_log_group_kms_key_id" { default = null }
variable "cloudwatch_log_group_skip_destroy" { default = null }
variable "cloudwatch_log_group_class" { default = null }
variable "deletion_protection" { default = false }
variable "delete_automated_backups" { default = true }
variable "family" { default = null }
variable "parameter_group_name" { default = null }
variable "parameters" { default = null }
variable "restore_to_point_in_time" { default = null }
variable "s3_import" { default = null }
variable "tags" { default = {} }
variable "db_instance_tags" { default = {} }

# The versions differ in what they copy by default.
variable "copy_tags_to_snapshot" {}

locals {
  is_replica = var.replicate_source_db != null
}

resource "aws_db_instance" "this" {
  count = var.create_db_instance ? 1 : 0

  identifier        = var.instance_use_identifier_prefix ? null : var.identifier
  identifier_prefix = var.instance_use_identifier_prefix ? "${var.identifier}-" : null

  engine                   = local.is_replica ? null : var.engine
  engine_version           = var.engine_version
  engine_lifecycle_support = var.engine_lifecycle_support
  license_model            = var.license_model
  ca_cert_identifier       = var.ca_cert_identifier

  instance_class        = var.instance_class
  allocated_storage     = var.allocated_storage
  max_allocated_storage = var.max_allocated_storage
  storage_type          = var.storage_type
  storage_throughput    = var.storage_throughput
  iops                  = var.iops

  db_name                             = var.db_name
  username                            = local.is_replica ? null : var.username
  password                            = local.is_replica || var.manage_master_user_password ? null : var.password
  password_wo                         = local.is_replica || var.manage_master_user_password ? null : var.password_wo
  manage_master_user_password         = !local.is_replica && var.manage_master_user_password ? true : null
  iam_database_authentication_enabled = var.iam_database_authentication_enabled
  port                                = var.port

  storage_encrypted      = var.storage_encrypted
  kms_key_id             = var.kms_key_id
  db_subnet_group_name   = var.create_db_subnet_group ? join(",", var.subnet_ids) : var.db_subnet_group_name
  vpc_security_group_ids = var.vpc_security_group_ids
  publicly_accessible    = var.publicly_accessible
  network_type           = var.network_type
  availability_zone      = var.availability_zone
  multi_az               = var.multi_az
  parameter_group_name   = var.create_db_parameter_group ? one(aws_db_parameter_group.this[*].id) : var.parameter_group_name

  allow_major_version_upgrade = var.allow_major_version_upgrade
  auto_minor_version_upgrade  = var.auto_minor_version_upgrade
  apply_immediately           = var.apply_immediately
  maintenance_window          = var.maintenance_window

  replicate_source_db       = var.replicate_source_db
  snapshot_identifier       = var.snapshot_identifier
  copy_tags_to_snapshot     = var.copy_tags_to_snapshot
  skip_final_snapshot       = var.skip_final_snapshot
  final_snapshot_identifier = var.skip_final_snapshot ? null : "final-${var.identifier}"
  delete_automated_backups  = var.delete_automated_backups
  backup_window             = var.backup_window
  backup_retention_period   = var.blue_green_update == null || var.blue_green_update == {} ? var.backup_retention_period : coalesce(var.backup_retention_period, 1)
  deletion_protection       = var.deletion_protection

  performance_insights_enabled          = var.performance_insights_enabled
  performance_insights_retention_period = var.performance_insights_enabled ? var.performance_insights_retention_period : null
  monitoring_interval                   = var.monitoring_interval
  monitoring_role_arn                   = var.monitoring_interval > 0 ? try(aws_iam_role.enhanced_monitoring[0].arn, var.monitoring_role_arn) : null
  database_insights_mode                = var.database_insights_mode
  enabled_cloudwatch_logs_exports       = var.enabled_cloudwatch_logs_exports

  dynamic "restore_to_point_in_time" {
    for_each = var.restore_to_point_in_time == null ? [] : [true]
    content {}
  }

  tags = merge(var.tags, var.db_instance_tags)
}

data "aws_partition" "current" {
  count = var.create_monitoring_role ? 1 : 0
}

resource "aws_iam_role" "enhanced_monitoring" {
  count                = var.create_monitoring_role ? 1 : 0
  name                 = var.monitoring_role_use_name_prefix ? null : var.monitoring_role_name
  name_prefix          = var.monitoring_role_use_name_prefix ? "${var.monitoring_role_name}-" : null
  permissions_boundary = var.monitoring_role_permissions_boundary
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "monitoring.rds.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy_attachment" "enhanced_monitoring" {
  count      = var.create_monitoring_role ? 1 : 0
  role       = aws_iam_role.enhanced_monitoring[0].name
  policy_arn = "arn:${data.aws_partition.current[0].partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}

resource "aws_db_parameter_group" "this" {
  count = var.create_db_parameter_group ? 1 : 0

  name   = var.parameter_group_name
  family = var.family

  dynamic "parameter" {
    for_each = coalesce(var.parameters, [])
    content {
      name         = parameter.value.name
      value        = parameter.value.value
      apply_method = lookup(parameter.value, "apply_method", null)
    }
  }
}

resource "aws_cloudwatch_log_group" "this" {
  for_each = toset([for name in var.enabled_cloudwatch_logs_exports : name if var.create_db_instance && var.create_cloudwatch_log_group && !var.instance_use_identifier_prefix])

  name              = "/aws/rds/instance/${var.identifier}/${each.value}"
  retention_in_days = var.cloudwatch_log_group_retention_in_days
  kms_key_id        = var.cloudwatch_log_group_kms_key_id
  skip_destroy      = var.cloudwatch_log_group_skip_destroy
  log_group_class   = var.cloudwatch_log_group_class
}

output "db_instance_address" { value = one(aws_db_instance.this[*].address) }
output "db_instance_endpoint" { value = one(aws_db_instance.this[*].endpoint) }
output "db_instance_arn" { value = one(aws_db_instance.this[*].arn) }
output "db_instance_identifier" { value = one(aws_db_instance.this[*].identifier) }
output "db_instance_name" { value = one(aws_db_instance.this[*].db_name) }
output "db_instance_username" { value = one(aws_db_instance.this[*].username) }
output "db_instance_port" { value = one(aws_db_instance.this[*].port) }
output "db_instance_engine" { value = one(aws_db_instance.this[*].engine) }
output "db_instance_resource_id" { value = one(aws_db_instance.this[*].resource_id) }
output "db_instance_master_user_secret_arn" { value = try(aws_db_instance.this[0].master_user_secret[0].secret_arn, null) }
output "db_parameter_group_id" { value = one(aws_db_parameter_group.this[*].id) }
