# A cluster of Amazon ECS with its providers of capacity and its log group. Not shown: its roles, and machines that ECS
# itself keeps.

variable "create" {
  default  = true
  nullable = false
}
variable "tags" {
  default  = {}
  nullable = false
}
variable "name" { default = null }
variable "cluster_name" { default = null }
variable "setting" {
  default  = [{ name = "containerInsights", value = "enabled" }]
  nullable = false
}
variable "cluster_settings" { default = null }
variable "configuration" { default = null }
variable "cluster_configuration" { default = null }
variable "create_cloudwatch_log_group" {
  default  = true
  nullable = false
}
variable "cloudwatch_log_group_name" { default = null }
variable "cloudwatch_log_group_retention_in_days" {
  default  = 90
  nullable = false
}
variable "cloudwatch_log_group_kms_key_id" { default = null }
variable "cloudwatch_log_group_class" { default = null }
variable "cluster_capacity_providers" {
  default  = []
  nullable = false
}
variable "capacity_providers" {
  default  = {}
  nullable = false
}
variable "default_capacity_provider_strategy" {
  default  = {}
  nullable = false
}
variable "autoscaling_capacity_providers" {
  default  = {}
  nullable = false
}
variable "fargate_capacity_providers" {
  default  = {}
  nullable = false
}
variable "default_capacity_provider_use_fargate" {
  default  = true
  nullable = false
}

# Where no log group is made, versions differ in whether sessions are logged as tasks are.
variable "usual_logging" {}

locals {
  name    = try(coalesce(var.name, var.cluster_name), "")
  written = try(coalesce(var.configuration), var.cluster_configuration, {})
  groups  = merge(var.autoscaling_capacity_providers, { for name, each in var.capacity_providers : name => merge(each, each.auto_scaling_group_provider) if try(each.auto_scaling_group_provider != null, false) })
  old     = { for name, each in merge(var.default_capacity_provider_use_fargate ? var.fargate_capacity_providers : {}, var.default_capacity_provider_use_fargate ? {} : var.autoscaling_capacity_providers) : name => merge({ name = name }, try(each.default_capacity_provider_strategy, {})) }
}

resource "aws_ecs_cluster" "this" {
  count = var.create ? 1 : 0
  name  = local.name
  tags  = var.tags

  dynamic "setting" {
    for_each = flatten([try(coalesce(var.cluster_settings), var.setting)])
    content {
      name  = setting.value.name
      value = setting.value.value
    }
  }
  configuration {
    execute_command_configuration {
      kms_key_id = try(local.written.execute_command_configuration.kms_key_id, null)
      logging    = try(coalesce(local.written.execute_command_configuration.logging), var.create_cloudwatch_log_group ? "OVERRIDE" : var.usual_logging)
    }
  }
}

resource "aws_cloudwatch_log_group" "this" {
  count             = var.create && var.create_cloudwatch_log_group ? 1 : 0
  name              = try(coalesce(var.cloudwatch_log_group_name), "/aws/ecs/${local.name}")
  retention_in_days = var.cloudwatch_log_group_retention_in_days
  kms_key_id        = var.cloudwatch_log_group_kms_key_id
  log_group_class   = var.cloudwatch_log_group_class
}

resource "aws_ecs_capacity_provider" "this" {
  for_each = { for name, each in local.groups : name => each if var.create }
  name     = try(coalesce(each.value.name), each.key)

  auto_scaling_group_provider {
    auto_scaling_group_arn         = each.value.auto_scaling_group_arn
    managed_termination_protection = try(each.value.managed_termination_protection, null)
    dynamic "managed_scaling" {
      for_each = try([coalesce(each.value.managed_scaling)], [])
      content {
        status          = try(managed_scaling.value.status, null)
        target_capacity = try(managed_scaling.value.target_capacity, null)
      }
    }
  }
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  count              = var.create ? 1 : 0
  cluster_name       = aws_ecs_cluster.this[0].name
  capacity_providers = distinct(concat(var.cluster_capacity_providers, [for name, each in var.fargate_capacity_providers : try(each.name, name)], [for name, each in local.groups : aws_ecs_capacity_provider.this[name].name]))

  dynamic "default_capacity_provider_strategy" {
    for_each = merge(local.old, var.default_capacity_provider_strategy)
    content {
      capacity_provider = try(coalesce(default_capacity_provider_strategy.value.name), default_capacity_provider_strategy.key)
      base              = try(default_capacity_provider_strategy.value.base, null)
      weight            = try(coalesce(default_capacity_provider_strategy.value.weight), 1)
    }
  }
}

output "arn" { value = one(aws_ecs_cluster.this[*].arn) }
output "id" { value = one(aws_ecs_cluster.this[*].id) }
output "name" { value = one(aws_ecs_cluster.this[*].name) }
output "cloudwatch_log_group_name" { value = one(aws_cloudwatch_log_group.this[*].name) }
output "cloudwatch_log_group_arn" { value = one(aws_cloudwatch_log_group.this[*].arn) }
output "autoscaling_capacity_providers" { value = aws_ecs_capacity_provider.this }
