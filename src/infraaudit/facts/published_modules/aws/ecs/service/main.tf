# A service of Amazon ECS with the definition of its task, the roles of both, its scaling and its security group. Not shown:
# the role that registers it with load balancers, sets of tasks, volumes of its own and what a mesh adds.

variable "create" {
  default  = true
  nullable = false
}
variable "create_service" {
  default  = true
  nullable = false
}
variable "tags" {
  default  = {}
  nullable = false
}
variable "name" { default = null }
variable "cluster_arn" {
  default  = ""
  nullable = false
}
variable "ignore_task_definition_changes" {
  default  = false
  nullable = false
}
variable "availability_zone_rebalancing" { default = null }
variable "capacity_provider_strategy" { default = null }
variable "deployment_circuit_breaker" { default = null }
variable "deployment_controller" { default = null }
variable "deployment_maximum_percent" {
  default  = 200
  nullable = false
}
variable "deployment_minimum_healthy_percent" {
  default  = 66
  nullable = false
}
variable "desired_count" {
  default  = 1
  nullable = false
}
variable "enable_execute_command" {
  default  = false
  nullable = false
}
variable "force_new_deployment" {
  default  = true
  nullable = false
}
variable "health_check_grace_period_seconds" { default = null }
variable "launch_type" {
  default  = "FARGATE"
  nullable = false
}
variable "load_balancer" { default = null }
variable "assign_public_ip" {
  default  = false
  nullable = false
}
variable "security_group_ids" {
  default  = []
  nullable = false
}
variable "subnet_ids" {
  default  = []
  nullable = false
}
variable "vpc_id" { default = null }
variable "ordered_placement_strategy" { default = null }
variable "placement_constraints" { default = null }
variable "platform_version" { default = null }
variable "scheduling_strategy" { default = null }
variable "service_connect_configuration" { default = null }
variable "service_registries" { default = null }
variable "service_tags" {
  default  = {}
  nullable = false
}
variable "create_task_definition" {
  default  = true
  nullable = false
}
variable "task_definition_arn" { default = null }
variable "container_definitions" {
  default  = {}
  nullable = false
}
variable "container_definition_defaults" {
  default  = {}
  nullable = false
}
variable "cpu" {
  default  = 1024
  nullable = false
}
variable "memory" {
  default  = 2048
  nullable = false
}
variable "ephemeral_storage" { default = null }
variable "family" { default = null }
variable "ipc_mode" { default = null }
variable "pid_mode" { default = null }
variable "network_mode" {
  default  = "awsvpc"
  nullable = false
}
variable "requires_compatibilities" {
  default  = ["FARGATE"]
  nullable = false
}
variable "runtime_platform" {
  default  = { operating_system_family = "LINUX", cpu_architecture = "X86_64" }
  nullable = false
}
variable "volume" { default = null }
variable "create_task_exec_iam_role" {
  default  = true
  nullable = false
}
variable "task_exec_iam_role_arn" { default = null }
variable "task_exec_iam_role_name" { default = null }
variable "task_exec_iam_role_use_name_prefix" {
  default  = true
  nullable = false
}
variable "task_exec_iam_role_policies" {
  default  = {}
  nullable = false
}
variable "create_task_exec_policy" {
  default  = true
  nullable = false
}
variable "task_exec_ssm_param_arns" { default = null }
variable "task_exec_secret_arns" { default = null }
variable "task_exec_iam_statements" { default = null }
variable "create_tasks_iam_role" {
  default  = true
  nullable = false
}
variable "tasks_iam_role_arn" { default = null }
variable "tasks_iam_role_name" { default = null }
variable "tasks_iam_role_use_name_prefix" {
  default  = true
  nullable = false
}
variable "tasks_iam_role_policies" {
  default  = {}
  nullable = false
}
variable "tasks_iam_role_statements" { default = null }
variable "enable_autoscaling" {
  default  = true
  nullable = false
}
variable "autoscaling_min_capacity" {
  default  = 1
  nullable = false
}
variable "autoscaling_max_capacity" {
  default  = 10
  nullable = false
}
variable "autoscaling_policies" {
  default = {
    cpu    = { policy_type = "TargetTrackingScaling", target_tracking_scaling_policy_configuration = { predefined_metric_specification = { predefined_metric_type = "ECSServiceAverageCPUUtilization" } } }
    memory = { policy_type = "TargetTrackingScaling", target_tracking_scaling_policy_configuration = { predefined_metric_specification = { predefined_metric_type = "ECSServiceAverageMemoryUtilization" } } }
  }
  nullable = false
}
variable "autoscaling_scheduled_actions" { default = null }
variable "create_security_group" {
  default  = true
  nullable = false
}
variable "security_group_name" { default = null }
variable "security_group_use_name_prefix" {
  default  = true
  nullable = false
}
variable "security_group_rules" {
  default  = {}
  nullable = false
}
variable "security_group_ingress_rules" {
  default  = {}
  nullable = false
}
variable "security_group_egress_rules" {
  default  = {}
  nullable = false
}
variable "security_group_tags" {
  default  = {}
  nullable = false
}

# What the role that starts a task may read differs by version where nothing is given.
variable "usual_parameters" {}
variable "usual_secrets" {}

locals {
  external   = try(var.deployment_controller.type, null) == "EXTERNAL"
  daemon     = var.scheduling_strategy == "DAEMON"
  alone      = local.daemon || local.external
  defined    = var.create && var.create_task_definition
  definition = local.defined ? one(aws_ecs_task_definition.this[*].arn) : var.task_definition_arn
  scaled     = var.create && var.create_service && var.enable_autoscaling && !local.daemon
  grouped    = var.create && var.create_security_group && var.network_mode == "awsvpc"
  group_name = try(coalesce(var.security_group_name, var.name), "")
  started    = local.defined && var.create_task_exec_iam_role
  acting     = local.defined && var.create_tasks_iam_role
  permitted  = local.acting && (try(length(var.tasks_iam_role_statements) > 0, false) || var.enable_execute_command)
}

resource "aws_ecs_service" "this" {
  count = var.create && var.create_service && !var.ignore_task_definition_changes ? 1 : 0

  name                               = var.name
  cluster                            = var.cluster_arn
  task_definition                    = local.definition
  availability_zone_rebalancing      = var.availability_zone_rebalancing
  desired_count                      = local.alone ? null : var.desired_count
  deployment_maximum_percent         = local.alone ? null : var.deployment_maximum_percent
  deployment_minimum_healthy_percent = local.alone ? null : var.deployment_minimum_healthy_percent
  enable_execute_command             = var.enable_execute_command
  force_new_deployment               = local.external ? null : var.force_new_deployment
  health_check_grace_period_seconds  = var.health_check_grace_period_seconds
  launch_type                        = local.external || try(length(var.capacity_provider_strategy) > 0, false) ? null : var.launch_type
  platform_version                   = var.launch_type == "FARGATE" && !local.external ? var.platform_version : null
  scheduling_strategy                = var.launch_type == "FARGATE" ? "REPLICA" : var.scheduling_strategy
  tags                               = merge(var.tags, var.service_tags)

  dynamic "capacity_provider_strategy" {
    for_each = local.external ? {} : try(coalesce(var.capacity_provider_strategy), {})
    content {
      capacity_provider = capacity_provider_strategy.value.capacity_provider
      base              = try(capacity_provider_strategy.value.base, null)
      weight            = try(coalesce(capacity_provider_strategy.value.weight), 1)
    }
  }
  dynamic "deployment_circuit_breaker" {
    for_each = try(length(var.deployment_circuit_breaker) > 0, false) ? [var.deployment_circuit_breaker] : []
    content {
      enable   = deployment_circuit_breaker.value.enable
      rollback = deployment_circuit_breaker.value.rollback
    }
  }
  dynamic "deployment_controller" {
    for_each = try(length(var.deployment_controller) > 0, false) ? [var.deployment_controller] : []
    content {
      type = try(deployment_controller.value.type, null)
    }
  }
  dynamic "load_balancer" {
    for_each = try(coalesce(var.load_balancer), {})
    content {
      container_name   = load_balancer.value.container_name
      container_port   = load_balancer.value.container_port
      elb_name         = try(load_balancer.value.elb_name, null)
      target_group_arn = try(load_balancer.value.target_group_arn, null)
    }
  }
  dynamic "network_configuration" {
    for_each = var.network_mode == "awsvpc" && !local.external ? [true] : []
    content {
      assign_public_ip = var.assign_public_ip
      security_groups  = flatten(concat(aws_security_group.this[*].id, var.security_group_ids))
      subnets          = var.subnet_ids
    }
  }
  dynamic "ordered_placement_strategy" {
    for_each = try(coalesce(var.ordered_placement_strategy), [])
    content {
      type  = ordered_placement_strategy.value.type
      field = try(ordered_placement_strategy.value.field, null)
    }
  }
  dynamic "placement_constraints" {
    for_each = try(coalesce(var.placement_constraints), {})
    content {
      type       = placement_constraints.value.type
      expression = try(placement_constraints.value.expression, null)
    }
  }
  dynamic "service_connect_configuration" {
    for_each = try(length(var.service_connect_configuration) > 0, false) ? [var.service_connect_configuration] : []
    content {
      enabled   = try(coalesce(service_connect_configuration.value.enabled), true)
      namespace = try(service_connect_configuration.value.namespace, null)
    }
  }
  dynamic "service_registries" {
    for_each = try(length(var.service_registries) > 0, false) ? [var.service_registries] : []
    content {
      registry_arn = service_registries.value.registry_arn
    }
  }

  lifecycle {
    ignore_changes = [desired_count]
  }
}

resource "aws_ecs_service" "ignore_task_definition" {
  count = var.create && var.create_service && var.ignore_task_definition_changes ? 1 : 0

  name                               = var.name
  cluster                            = var.cluster_arn
  task_definition                    = local.definition
  availability_zone_rebalancing      = var.availability_zone_rebalancing
  desired_count                      = local.alone ? null : var.desired_count
  deployment_maximum_percent         = local.alone ? null : var.deployment_maximum_percent
  deployment_minimum_healthy_percent = local.alone ? null : var.deployment_minimum_healthy_percent
  enable_execute_command             = var.enable_execute_command
  force_new_deployment               = local.external ? null : var.force_new_deployment
  health_check_grace_period_seconds  = var.health_check_grace_period_seconds
  launch_type                        = local.external || try(length(var.capacity_provider_strategy) > 0, false) ? null : var.launch_type
  platform_version                   = var.launch_type == "FARGATE" && !local.external ? var.platform_version : null
  scheduling_strategy                = var.launch_type == "FARGATE" ? "REPLICA" : var.scheduling_strategy
  tags                               = merge(var.tags, var.service_tags)

  dynamic "capacity_provider_strategy" {
    for_each = local.external ? {} : try(coalesce(var.capacity_provider_strategy), {})
    content {
      capacity_provider = capacity_provider_strategy.value.capacity_provider
      base              = try(capacity_provider_strategy.value.base, null)
      weight            = try(coalesce(capacity_provider_strategy.value.weight), 1)
    }
  }
  dynamic "deployment_circuit_breaker" {
    for_each = try(length(var.deployment_circuit_breaker) > 0, false) ? [var.deployment_circuit_breaker] : []
    content {
      enable   = deployment_circuit_breaker.value.enable
      rollback = deployment_circuit_breaker.value.rollback
    }
  }
  dynamic "deployment_controller" {
    for_each = try(length(var.deployment_controller) > 0, false) ? [var.deployment_controller] : []
    content {
      type = try(deployment_controller.value.type, null)
    }
  }
  dynamic "load_balancer" {
    for_each = try(coalesce(var.load_balancer), {})
    content {
      container_name   = load_balancer.value.container_name
      container_port   = load_balancer.value.container_port
      elb_name         = try(load_balancer.value.elb_name, null)
      target_group_arn = try(load_balancer.value.target_group_arn, null)
    }
  }
  dynamic "network_configuration" {
    for_each = var.network_mode == "awsvpc" && !local.external ? [true] : []
    content {
      assign_public_ip = var.assign_public_ip
      security_groups  = flatten(concat(aws_security_group.this[*].id, var.security_group_ids))
      subnets          = var.subnet_ids
    }
  }
  dynamic "ordered_placement_strategy" {
    for_each = try(coalesce(var.ordered_placement_strategy), [])
    content {
      type  = ordered_placement_strategy.value.type
      field = try(ordered_placement_strategy.value.field, null)
    }
  }
  dynamic "placement_constraints" {
    for_each = try(coalesce(var.placement_constraints), {})
    content {
      type       = placement_constraints.value.type
      expression = try(placement_constraints.value.expression, null)
    }
  }
  dynamic "service_connect_configuration" {
    for_each = try(length(var.service_connect_configuration) > 0, false) ? [var.service_connect_configuration] : []
    content {
      enabled   = try(coalesce(service_connect_configuration.value.enabled), true)
      namespace = try(service_connect_configuration.value.namespace, null)
    }
  }
  dynamic "service_registries" {
    for_each = try(length(var.service_registries) > 0, false) ? [var.service_registries] : []
    content {
      registry_arn = service_registries.value.registry_arn
    }
  }

  lifecycle {
    ignore_changes = [desired_count, task_definition, load_balancer]
  }
}

module "container_definition" {
  source   = "../container"
  for_each = { for name, each in var.container_definitions : name => merge(var.container_definition_defaults, each) if local.defined && try(coalesce(each.create), true) }

  key                    = each.key
  container              = each.value
  service                = var.name
  enable_execute_command = var.enable_execute_command
  linux                  = try(var.runtime_platform.operating_system_family, "LINUX") == "LINUX"
}

resource "aws_ecs_task_definition" "this" {
  count = local.defined ? 1 : 0

  family                   = try(coalesce(var.family, var.name), null)
  container_definitions    = jsonencode([for each in module.container_definition : each.container_definition])
  cpu                      = var.cpu
  memory                   = var.memory
  execution_role_arn       = local.started ? one(aws_iam_role.task_exec[*].arn) : var.task_exec_iam_role_arn
  task_role_arn            = local.acting ? one(aws_iam_role.tasks[*].arn) : var.tasks_iam_role_arn
  ipc_mode                 = var.ipc_mode
  pid_mode                 = var.pid_mode
  network_mode             = var.network_mode
  requires_compatibilities = var.requires_compatibilities

  dynamic "ephemeral_storage" {
    for_each = try(length(var.ephemeral_storage) > 0, false) ? [var.ephemeral_storage] : []
    content {
      size_in_gib = ephemeral_storage.value.size_in_gib
    }
  }
  runtime_platform {
    cpu_architecture        = try(var.runtime_platform.cpu_architecture, null)
    operating_system_family = try(var.runtime_platform.operating_system_family, null)
  }
  dynamic "volume" {
    for_each = try(coalesce(var.volume), {})
    content {
      name                = try(coalesce(volume.value.name), volume.key)
      host_path           = try(volume.value.host_path, null)
      configure_at_launch = try(volume.value.configure_at_launch, null)
      dynamic "docker_volume_configuration" {
        for_each = try([coalesce(volume.value.docker_volume_configuration)], [])
        content {
          scope         = try(docker_volume_configuration.value.scope, null)
          autoprovision = try(docker_volume_configuration.value.autoprovision, null)
          driver        = try(docker_volume_configuration.value.driver, null)
        }
      }
      dynamic "efs_volume_configuration" {
        for_each = try([coalesce(volume.value.efs_volume_configuration)], [])
        content {
          file_system_id     = efs_volume_configuration.value.file_system_id
          root_directory     = try(efs_volume_configuration.value.root_directory, null)
          transit_encryption = try(efs_volume_configuration.value.transit_encryption, null)
        }
      }
      dynamic "fsx_windows_file_server_volume_configuration" {
        for_each = try([coalesce(volume.value.fsx_windows_file_server_volume_configuration)], [])
        content {
          file_system_id = fsx_windows_file_server_volume_configuration.value.file_system_id
          root_directory = fsx_windows_file_server_volume_configuration.value.root_directory
        }
      }
    }
  }
}

data "aws_region" "current" {}
data "aws_caller_identity" "current" {}

data "aws_iam_policy_document" "task_exec_assume" {
  count = local.started ? 1 : 0
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "task_exec" {
  count              = local.started ? 1 : 0
  name               = var.task_exec_iam_role_use_name_prefix ? null : try(coalesce(var.task_exec_iam_role_name, var.name), null)
  name_prefix        = var.task_exec_iam_role_use_name_prefix ? "${try(coalesce(var.task_exec_iam_role_name, var.name), "")}-" : null
  assume_role_policy = data.aws_iam_policy_document.task_exec_assume[0].json
}

resource "aws_iam_role_policy_attachment" "task_exec_additional" {
  for_each   = { for name, arn in var.task_exec_iam_role_policies : name => arn if local.started }
  role       = aws_iam_role.task_exec[0].name
  policy_arn = each.value
}

data "aws_iam_policy_document" "task_exec" {
  count = local.started && var.create_task_exec_policy ? 1 : 0
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["*"]
  }
  statement {
    actions   = ["ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"]
    resources = ["*"]
  }
  dynamic "statement" {
    for_each = var.task_exec_ssm_param_arns == null ? var.usual_parameters : length(var.task_exec_ssm_param_arns) > 0 ? [true] : []
    content {
      actions   = ["ssm:GetParameters"]
      resources = var.task_exec_ssm_param_arns
    }
  }
  dynamic "statement" {
    for_each = var.task_exec_secret_arns == null ? var.usual_secrets : length(var.task_exec_secret_arns) > 0 ? [true] : []
    content {
      actions   = ["secretsmanager:GetSecretValue"]
      resources = var.task_exec_secret_arns
    }
  }
  dynamic "statement" {
    for_each = try(coalesce(var.task_exec_iam_statements), [])
    content {
      effect        = try(statement.value.effect, null)
      actions       = try(statement.value.actions, null)
      not_actions   = try(statement.value.not_actions, null)
      resources     = try(statement.value.resources, null)
      not_resources = try(statement.value.not_resources, null)
      dynamic "condition" {
        for_each = concat(try([for each in statement.value.condition : each], []), try([for each in statement.value.conditions : each], []))
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_iam_policy" "task_exec" {
  count  = local.started && var.create_task_exec_policy ? 1 : 0
  policy = data.aws_iam_policy_document.task_exec[0].json
}

resource "aws_iam_role_policy_attachment" "task_exec" {
  count      = local.started && var.create_task_exec_policy ? 1 : 0
  role       = aws_iam_role.task_exec[0].name
  policy_arn = aws_iam_policy.task_exec[0].arn
}

data "aws_iam_policy_document" "tasks_assume" {
  count = local.acting ? 1 : 0
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:aws:ecs:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:*"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

resource "aws_iam_role" "tasks" {
  count              = local.acting ? 1 : 0
  name               = var.tasks_iam_role_use_name_prefix ? null : try(coalesce(var.tasks_iam_role_name, var.name), null)
  name_prefix        = var.tasks_iam_role_use_name_prefix ? "${try(coalesce(var.tasks_iam_role_name, var.name), "")}-" : null
  assume_role_policy = data.aws_iam_policy_document.tasks_assume[0].json
}

resource "aws_iam_role_policy_attachment" "tasks" {
  for_each   = { for name, arn in var.tasks_iam_role_policies : name => arn if local.acting }
  role       = aws_iam_role.tasks[0].name
  policy_arn = each.value
}

data "aws_iam_policy_document" "tasks" {
  count = local.permitted ? 1 : 0
  dynamic "statement" {
    for_each = var.enable_execute_command ? [true] : []
    content {
      actions   = [for name in ["CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel"] : "ssmmessages:${name}"]
      resources = ["*"]
    }
  }
  dynamic "statement" {
    for_each = try(coalesce(var.tasks_iam_role_statements), [])
    content {
      effect        = try(statement.value.effect, null)
      actions       = try(statement.value.actions, null)
      not_actions   = try(statement.value.not_actions, null)
      resources     = try(statement.value.resources, null)
      not_resources = try(statement.value.not_resources, null)
      dynamic "condition" {
        for_each = concat(try([for each in statement.value.condition : each], []), try([for each in statement.value.conditions : each], []))
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_iam_policy" "tasks" {
  count  = local.permitted ? 1 : 0
  policy = data.aws_iam_policy_document.tasks[0].json
}

resource "aws_iam_role_policy_attachment" "tasks_internal" {
  count      = local.permitted ? 1 : 0
  role       = aws_iam_role.tasks[0].name
  policy_arn = aws_iam_policy.tasks[0].arn
}

resource "aws_appautoscaling_target" "this" {
  count              = local.scaled ? 1 : 0
  min_capacity       = min(var.autoscaling_min_capacity, var.desired_count)
  max_capacity       = max(var.autoscaling_max_capacity, var.desired_count)
  resource_id        = "service/${try(element(split("/", var.cluster_arn), 1), "")}/${try(aws_ecs_service.this[0].name, aws_ecs_service.ignore_task_definition[0].name)}"
  scalable_dimension = "ecs:service:DesiredCount"
  service_namespace  = "ecs"
}

resource "aws_appautoscaling_policy" "this" {
  for_each           = { for name, policy in var.autoscaling_policies : name => policy if local.scaled }
  name               = try(coalesce(each.value.name), each.key)
  policy_type        = try(each.value.policy_type, "TargetTrackingScaling")
  resource_id        = aws_appautoscaling_target.this[0].resource_id
  scalable_dimension = "ecs:service:DesiredCount"
  service_namespace  = "ecs"

  dynamic "target_tracking_scaling_policy_configuration" {
    for_each = try([coalesce(each.value.target_tracking_scaling_policy_configuration)], [])
    content {
      target_value       = try(coalesce(target_tracking_scaling_policy_configuration.value.target_value), 75)
      scale_in_cooldown  = try(coalesce(target_tracking_scaling_policy_configuration.value.scale_in_cooldown), 300)
      scale_out_cooldown = try(coalesce(target_tracking_scaling_policy_configuration.value.scale_out_cooldown), 60)
      disable_scale_in   = try(target_tracking_scaling_policy_configuration.value.disable_scale_in, null)

      dynamic "predefined_metric_specification" {
        for_each = try([coalesce(target_tracking_scaling_policy_configuration.value.predefined_metric_specification)], [])
        content {
          predefined_metric_type = predefined_metric_specification.value.predefined_metric_type
          resource_label         = try(predefined_metric_specification.value.resource_label, null)
        }
      }
      dynamic "customized_metric_specification" {
        for_each = try([coalesce(target_tracking_scaling_policy_configuration.value.customized_metric_specification)], [])
        content {
          metric_name = try(customized_metric_specification.value.metric_name, null)
          namespace   = try(customized_metric_specification.value.namespace, null)
          statistic   = try(customized_metric_specification.value.statistic, null)
        }
      }
    }
  }
  dynamic "step_scaling_policy_configuration" {
    for_each = try([coalesce(each.value.step_scaling_policy_configuration)], [])
    content {
      adjustment_type = try(step_scaling_policy_configuration.value.adjustment_type, null)
      cooldown        = try(step_scaling_policy_configuration.value.cooldown, null)
    }
  }
}

resource "aws_appautoscaling_scheduled_action" "this" {
  for_each           = { for name, action in try(coalesce(var.autoscaling_scheduled_actions), {}) : name => action if local.scaled }
  name               = try(coalesce(each.value.name), each.key)
  resource_id        = aws_appautoscaling_target.this[0].resource_id
  scalable_dimension = "ecs:service:DesiredCount"
  service_namespace  = "ecs"
  schedule           = each.value.schedule
  timezone           = try(each.value.timezone, null)
  scalable_target_action {
    min_capacity = each.value.min_capacity
    max_capacity = each.value.max_capacity
  }
}

data "aws_subnet" "this" {
  count = local.grouped ? 1 : 0
  id    = element(var.subnet_ids, 0)
}

resource "aws_security_group" "this" {
  count       = local.grouped ? 1 : 0
  name        = var.security_group_use_name_prefix ? null : local.group_name
  name_prefix = var.security_group_use_name_prefix ? "${local.group_name}-" : null
  vpc_id      = var.vpc_id != null ? var.vpc_id : data.aws_subnet.this[0].vpc_id
  tags        = merge(var.tags, var.security_group_tags)
}

resource "aws_security_group_rule" "this" {
  for_each = { for name, rule in var.security_group_rules : name => rule if local.grouped }

  security_group_id        = aws_security_group.this[0].id
  type                     = each.value.type
  protocol                 = each.value.protocol
  from_port                = each.value.from_port
  to_port                  = each.value.to_port
  cidr_blocks              = try(each.value.cidr_blocks, null)
  ipv6_cidr_blocks         = try(each.value.ipv6_cidr_blocks, null)
  prefix_list_ids          = try(each.value.prefix_list_ids, null)
  self                     = try(each.value.self, null)
  source_security_group_id = try(each.value.source_security_group_id, null)
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each = { for name, rule in var.security_group_ingress_rules : name => rule if local.grouped }

  security_group_id            = aws_security_group.this[0].id
  ip_protocol                  = try(coalesce(each.value.ip_protocol), "tcp")
  from_port                    = try(each.value.from_port, null)
  to_port                      = try(coalesce(each.value.to_port), each.value.from_port, null)
  cidr_ipv4                    = try(each.value.cidr_ipv4, null)
  cidr_ipv6                    = try(each.value.cidr_ipv6, null)
  prefix_list_id               = try(each.value.prefix_list_id, null)
  referenced_security_group_id = try(each.value.referenced_security_group_id == "self" ? aws_security_group.this[0].id : each.value.referenced_security_group_id, null)
}

resource "aws_vpc_security_group_egress_rule" "this" {
  for_each = { for name, rule in var.security_group_egress_rules : name => rule if local.grouped }

  security_group_id            = aws_security_group.this[0].id
  ip_protocol                  = try(coalesce(each.value.ip_protocol), "tcp")
  from_port                    = try(coalesce(each.value.from_port), each.value.to_port, null)
  to_port                      = try(each.value.to_port, null)
  cidr_ipv4                    = try(each.value.cidr_ipv4, null)
  cidr_ipv6                    = try(each.value.cidr_ipv6, null)
  prefix_list_id               = try(each.value.prefix_list_id, null)
  referenced_security_group_id = try(each.value.referenced_security_group_id == "self" ? aws_security_group.this[0].id : each.value.referenced_security_group_id, null)
}

output "id" { value = one(concat(aws_ecs_service.this[*].id, aws_ecs_service.ignore_task_definition[*].id)) }
output "name" { value = one(concat(aws_ecs_service.this[*].name, aws_ecs_service.ignore_task_definition[*].name)) }
output "task_definition_arn" { value = local.definition }
output "task_exec_iam_role_arn" { value = local.started ? one(aws_iam_role.task_exec[*].arn) : var.task_exec_iam_role_arn }
output "task_exec_iam_role_name" { value = one(aws_iam_role.task_exec[*].name) }
output "tasks_iam_role_arn" { value = local.acting ? one(aws_iam_role.tasks[*].arn) : var.tasks_iam_role_arn }
output "tasks_iam_role_name" { value = one(aws_iam_role.tasks[*].name) }
output "security_group_arn" { value = one(aws_security_group.this[*].arn) }
output "security_group_id" { value = one(aws_security_group.this[*].id) }
output "container_definitions" { value = module.container_definition }
