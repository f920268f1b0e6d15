# A table of Amazon DynamoDB with the scaling of its capacity and its policy. Not shown: local indexes, imports, what the
# scaling aims at.

variable "create_table" { default = true }
variable "name" { default = null }
variable "hash_key" { default = null }
variable "range_key" { default = null }
variable "billing_mode" { default = "PAY_PER_REQUEST" }
variable "write_capacity" { default = null }
variable "read_capacity" { default = null }
variable "point_in_time_recovery_enabled" { default = false }
variable "point_in_time_recovery_period_in_days" { default = null }
variable "ttl_enabled" { default = false }
variable "ttl_attribute_name" { default = "" }
variable "global_secondary_indexes" { default = [] }
variable "replica_regions" { default = [] }
variable "stream_enabled" { default = false }
variable "stream_view_type" { default = null }
variable "server_side_encryption_enabled" { default = false }
variable "server_side_encryption_kms_key_arn" { default = null }
variable "tags" { default = {} }
variable "autoscaling_enabled" { default = false }
variable "autoscaling_read" { default = {} }
variable "autoscaling_write" { default = {} }
variable "autoscaling_indexes" { default = {} }
variable "table_class" { default = null }
variable "deletion_protection_enabled" { default = null }
variable "ignore_changes_global_secondary_index" { default = false }
variable "on_demand_throughput" { default = {} }
variable "restore_source_name" { default = null }
variable "restore_source_table_arn" { default = null }
variable "resource_policy" { default = null }

locals {
  table = concat(aws_dynamodb_table.this[*], aws_dynamodb_table.autoscaled[*], aws_dynamodb_table.autoscaled_gsi_ignore[*])
}

resource "aws_dynamodb_table" "this" {
  count = var.create_table && !var.autoscaling_enabled ? 1 : 0

  name                        = var.name
  billing_mode                = var.billing_mode
  hash_key                    = var.hash_key
  range_key                   = var.range_key
  read_capacity               = var.read_capacity
  write_capacity              = var.write_capacity
  stream_enabled              = var.stream_enabled
  stream_view_type            = var.stream_view_type
  table_class                 = var.table_class
  deletion_protection_enabled = var.deletion_protection_enabled
  restore_source_name         = var.restore_source_name
  restore_source_table_arn    = var.restore_source_table_arn
  tags                        = var.tags

  ttl {
    enabled        = var.ttl_enabled
    attribute_name = var.ttl_attribute_name
  }

  point_in_time_recovery {
    enabled                 = var.point_in_time_recovery_enabled
    recovery_period_in_days = var.point_in_time_recovery_period_in_days
  }

  server_side_encryption {
    enabled     = var.server_side_encryption_enabled
    kms_key_arn = var.server_side_encryption_kms_key_arn
  }

  dynamic "global_secondary_index" {
    for_each = var.global_secondary_indexes
    content {
      name           = global_secondary_index.value.name
      hash_key       = try(global_secondary_index.value.hash_key, null)
      range_key      = try(global_secondary_index.value.range_key, null)
      read_capacity  = try(global_secondary_index.value.read_capacity, null)
      write_capacity = try(global_secondary_index.value.write_capacity, null)
    }
  }

  dynamic "replica" {
    for_each = var.replica_regions
    content {
      region_name                 = replica.value.region_name
      kms_key_arn                 = try(replica.value.kms_key_arn, null)
      point_in_time_recovery      = try(replica.value.point_in_time_recovery, null)
      deletion_protection_enabled = try(replica.value.deletion_protection_enabled, null)
    }
  }

  dynamic "on_demand_throughput" {
    for_each = length(var.on_demand_throughput) > 0 ? [var.on_demand_throughput] : []
    content {
      max_read_request_units  = try(on_demand_throughput.value.max_read_request_units, null)
      max_write_request_units = try(on_demand_throughput.value.max_write_request_units, null)
    }
  }
}

resource "aws_dynamodb_table" "autoscaled" {
  count = var.create_table && var.autoscaling_enabled && !var.ignore_changes_global_secondary_index ? 1 : 0

  name                        = var.name
  billing_mode                = var.billing_mode
  hash_key                    = var.hash_key
  range_key                   = var.range_key
  read_capacity               = var.read_capacity
  write_capacity              = var.write_capacity
  stream_enabled              = var.stream_enabled
  stream_view_type            = var.stream_view_type
  table_class                 = var.table_class
  deletion_protection_enabled = var.deletion_protection_enabled
  restore_source_name         = var.restore_source_name
  restore_source_table_arn    = var.restore_source_table_arn
  tags                        = var.tags

  ttl {
    enabled        = var.ttl_enabled
    attribute_name = var.ttl_attribute_name
  }

  point_in_time_recovery {
    enabled                 = var.point_in_time_recovery_enabled
    recovery_period_in_days = var.point_in_time_recovery_period_in_days
  }

  server_side_encryption {
    enabled     = var.server_side_encryption_enabled
    kms_key_arn = var.server_side_encryption_kms_key_arn
  }

  dynamic "global_secondary_index" {
    for_each = var.global_secondary_indexes
    content {
      name           = global_secondary_index.value.name
      hash_key       = try(global_secondary_index.value.hash_key, null)
      range_key      = try(global_secondary_index.value.range_key, null)
      read_capacity  = try(global_secondary_index.value.read_capacity, null)
      write_capacity = try(global_secondary_index.value.write_capacity, null)
    }
  }

  dynamic "replica" {
    for_each = var.replica_regions
    content {
      region_name                 = replica.value.region_name
      kms_key_arn                 = try(replica.value.kms_key_arn, null)
      point_in_time_recovery      = try(replica.value.point_in_time_recovery, null)
      deletion_protection_enabled = try(replica.value.deletion_protection_enabled, null)
    }
  }

  dynamic "on_demand_throughput" {
    for_each = length(var.on_demand_throughput) > 0 ? [var.on_demand_throughput] : []
    content {
      max_read_request_units  = try(on_demand_throughput.value.max_read_request_units, null)
      max_write_request_units = try(on_demand_throughput.value.max_write_request_units, null)
    }
  }

  lifecycle {
    ignore_changes = [read_capacity, write_capacity]
  }
}

resource "aws_dynamodb_table" "autoscaled_gsi_ignore" {
  count = var.create_table && var.autoscaling_enabled && var.ignore_changes_global_secondary_index ? 1 : 0

  name                        = var.name
  billing_mode                = var.billing_mode
  hash_key                    = var.hash_key
  range_key                   = var.range_key
  read_capacity               = var.read_capacity
  write_capacity              = var.write_capacity
  stream_enabled              = var.stream_enabled
  stream_view_type            = var.stream_view_type
  table_class                 = var.table_class
  deletion_protection_enabled = var.deletion_protection_enabled
  restore_source_name         = var.restore_source_name
  restore_source_table_arn    = var.restore_source_table_arn
  tags                        = var.tags

  ttl {
    enabled        = var.ttl_enabled
    attribute_name = var.ttl_attribute_name
  }

  point_in_time_recovery {
    enabled                 = var.point_in_time_recovery_enabled
    recovery_period_in_days = var.point_in_time_recovery_period_in_days
  }

  server_side_encryption {
    enabled     = var.server_side_encryption_enabled
    kms_key_arn = var.server_side_encryption_kms_key_arn
  }

  dynamic "global_secondary_index" {
    for_each = var.global_secondary_indexes
    content {
      name           = global_secondary_index.value.name
      hash_key       = try(global_secondary_index.value.hash_key, null)
      range_key      = try(global_secondary_index.value.range_key, null)
      read_capacity  = try(global_secondary_index.value.read_capacity, null)
      write_capacity = try(global_secondary_index.value.write_capacity, null)
    }
  }

  dynamic "replica" {
    for_each = var.replica_regions
    content {
      region_name                 = replica.value.region_name
      kms_key_arn                 = try(replica.value.kms_key_arn, null)
      point_in_time_recovery      = try(replica.value.point_in_time_recovery, null)
      deletion_protection_enabled = try(replica.value.deletion_protection_enabled, null)
    }
  }

  dynamic "on_demand_throughput" {
    for_each = length(var.on_demand_throughput) > 0 ? [var.on_demand_throughput] : []
    content {
      max_read_request_units  = try(on_demand_throughput.value.max_read_request_units, null)
      max_write_request_units = try(on_demand_throughput.value.max_write_request_units, null)
    }
  }

  lifecycle {
    ignore_changes = [global_secondary_index, read_capacity, write_capacity]
  }
}

resource "aws_appautoscaling_target" "table_read" {
  count              = var.create_table && var.autoscaling_enabled && length(var.autoscaling_read) > 0 ? 1 : 0
  min_capacity       = var.read_capacity
  max_capacity       = var.autoscaling_read.max_capacity
  resource_id        = "table/${try(aws_dynamodb_table.autoscaled[0].name, aws_dynamodb_table.autoscaled_gsi_ignore[0].name)}"
  scalable_dimension = "dynamodb:table:ReadCapacityUnits"
  service_namespace  = "dynamodb"
}

resource "aws_appautoscaling_target" "table_write" {
  count              = var.create_table && var.autoscaling_enabled && length(var.autoscaling_write) > 0 ? 1 : 0
  min_capacity       = var.write_capacity
  max_capacity       = var.autoscaling_write.max_capacity
  resource_id        = "table/${try(aws_dynamodb_table.autoscaled[0].name, aws_dynamodb_table.autoscaled_gsi_ignore[0].name)}"
  scalable_dimension = "dynamodb:table:WriteCapacityUnits"
  service_namespace  = "dynamodb"
}

resource "aws_appautoscaling_target" "index_read" {
  for_each           = { for name, index in var.autoscaling_indexes : name => index if var.create_table && var.autoscaling_enabled }
  min_capacity       = each.value.read_min_capacity
  max_capacity       = each.value.read_max_capacity
  resource_id        = "table/${try(aws_dynamodb_table.autoscaled[0].name, aws_dynamodb_table.autoscaled_gsi_ignore[0].name)}/index/${each.key}"
  scalable_dimension = "dynamodb:index:ReadCapacityUnits"
  service_namespace  = "dynamodb"
}

resource "aws_appautoscaling_target" "index_write" {
  for_each           = { for name, index in var.autoscaling_indexes : name => index if var.create_table && var.autoscaling_enabled }
  min_capacity       = each.value.write_min_capacity
  max_capacity       = each.value.write_max_capacity
  resource_id        = "table/${try(aws_dynamodb_table.autoscaled[0].name, aws_dynamodb_table.autoscaled_gsi_ignore[0].name)}/index/${each.key}"
  scalable_dimension = "dynamodb:index:WriteCapacityUnits"
  service_namespace  = "dynamodb"
}

resource "aws_appautoscaling_policy" "table_read_policy" {
  count              = var.create_table && var.autoscaling_enabled && length(var.autoscaling_read) > 0 ? 1 : 0
  name               = "DynamoDBReadCapacityUtilization:${aws_appautoscaling_target.table_read[0].resource_id}"
  policy_type        = "TargetTrackingScaling"
  resource_id        = aws_appautoscaling_target.table_read[0].resource_id
  scalable_dimension = aws_appautoscaling_target.table_read[0].scalable_dimension
  service_namespace  = aws_appautoscaling_target.table_read[0].service_namespace

  target_tracking_scaling_policy_configuration {
    predefined_metric_specification {
      predefined_metric_type = "DynamoDBReadCapacityUtilization"
    }
  }
}

resource "aws_appautoscaling_policy" "table_write_policy" {
  count              = var.create_table && var.autoscaling_enabled && length(var.autoscaling_write) > 0 ? 1 : 0
  name               = "DynamoDBWriteCapacityUtilization:${aws_appautoscaling_target.table_write[0].resource_id}"
  policy_type        = "TargetTrackingScaling"
  resource_id        = aws_appautoscaling_target.table_write[0].resource_id
  scalable_dimension = aws_appautoscaling_target.table_write[0].scalable_dimension
  service_namespace  = aws_appautoscaling_target.table_write[0].service_namespace

  target_tracking_scaling_policy_configuration {
    predefined_metric_specification {
      predefined_metric_type = "DynamoDBWriteCapacityUtilization"
    }
  }
}

resource "aws_appautoscaling_policy" "index_read_policy" {
  for_each           = { for name, index in var.autoscaling_indexes : name => index if var.create_table && var.autoscaling_enabled }
  name               = "DynamoDBReadCapacityUtilization:${aws_appautoscaling_target.index_read[each.key].resource_id}"
  policy_type        = "TargetTrackingScaling"
  resource_id        = aws_appautoscaling_target.index_read[each.key].resource_id
  scalable_dimension = aws_appautoscaling_target.index_read[each.key].scalable_dimension
  service_namespace  = aws_appautoscaling_target.index_read[each.key].service_namespace

  target_tracking_scaling_policy_configuration {
    predefined_metric_specification {
      predefined_metric_type = "DynamoDBReadCapacityUtilization"
    }
  }
}

resource "aws_appautoscaling_policy" "index_write_policy" {
  for_each           = { for name, index in var.autoscaling_indexes : name => index if var.create_table && var.autoscaling_enabled }
  name               = "DynamoDBWriteCapacityUtilization:${aws_appautoscaling_target.index_write[each.key].resource_id}"
  policy_type        = "TargetTrackingScaling"
  resource_id        = aws_appautoscaling_target.index_write[each.key].resource_id
  scalable_dimension = aws_appautoscaling_target.index_write[each.key].scalable_dimension
  service_namespace  = aws_appautoscaling_target.index_write[each.key].service_namespace

  target_tracking_scaling_policy_configuration {
    predefined_metric_specification {
      predefined_metric_type = "DynamoDBWriteCapacityUtilization"
    }
  }
}

resource "aws_dynamodb_resource_policy" "this" {
  count        = var.create_table && var.resource_policy != null ? 1 : 0
  resource_arn = local.table[0].arn
  policy       = var.resource_policy
}

output "dynamodb_table_arn" { value = one(local.table[*].arn) }
output "dynamodb_table_id" { value = one(local.table[*].id) }
output "dynamodb_table_stream_arn" { value = one(local.table[*].stream_arn) }
output "dynamodb_table_stream_label" { value = one(local.table[*].stream_label) }
