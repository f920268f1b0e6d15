# A cluster of Amazon ECS with its services.

variable "create" {
  default  = true
  nullable = false
}
variable "tags" {
  default  = {}
  nullable = false
}
variable "cluster_name" { default = null }
variable "cluster_settings" { default = null }
variable "cluster_configuration" { default = null }
variable "create_cloudwatch_log_group" { default = null }
variable "cloudwatch_log_group_name" { default = null }
variable "cloudwatch_log_group_retention_in_days" { default = null }
variable "cloudwatch_log_group_kms_key_id" { default = null }
variable "cloudwatch_log_group_class" { default = null }
variable "cluster_capacity_providers" { default = null }
variable "capacity_providers" { default = null }
variable "default_capacity_provider_strategy" { default = null }
variable "autoscaling_capacity_providers" { default = null }
variable "fargate_capacity_providers" { default = null }
variable "default_capacity_provider_use_fargate" { default = null }
variable "cluster_setting" { default = null }
variable "services" {
  default  = {}
  nullable = false
}
variable "cluster_tags" {
  default  = {}
  nullable = false
}

module "cluster" {
  source = "./cluster"

  name                                   = var.cluster_name
  setting                                = var.cluster_setting
  configuration                          = var.cluster_configuration
  create                                 = var.create
  cluster_settings                       = var.cluster_settings
  create_cloudwatch_log_group            = var.create_cloudwatch_log_group
  cloudwatch_log_group_name              = var.cloudwatch_log_group_name
  cloudwatch_log_group_retention_in_days = var.cloudwatch_log_group_retention_in_days
  cloudwatch_log_group_kms_key_id        = var.cloudwatch_log_group_kms_key_id
  cloudwatch_log_group_class             = var.cloudwatch_log_group_class
  cluster_capacity_providers             = var.cluster_capacity_providers
  capacity_providers                     = var.capacity_providers
  default_capacity_provider_strategy     = var.default_capacity_provider_strategy
  autoscaling_capacity_providers         = var.autoscaling_capacity_providers
  fargate_capacity_providers             = var.fargate_capacity_providers
  default_capacity_provider_use_fargate  = var.default_capacity_provider_use_fargate
  tags                                   = merge(var.tags, var.cluster_tags)
}

module "service" {
  source   = "./service"
  for_each = { for name, service in var.services : name => service if var.create }

  name                               = try(coalesce(each.value.name), each.key)
  cluster_arn                        = module.cluster.arn
  tags                               = merge(var.tags, try(coalesce(each.value.tags), {}))
  create                             = try(each.value.create, null)
  create_service                     = try(each.value.create_service, null)
  ignore_task_definition_changes     = try(each.value.ignore_task_definition_changes, null)
  availability_zone_rebalancing      = try(each.value.availability_zone_rebalancing, null)
  capacity_provider_strategy         = try(each.value.capacity_provider_strategy, null)
  deployment_circuit_breaker         = try(each.value.deployment_circuit_breaker, null)
  deployment_controller              = try(each.value.deployment_controller, null)
  deployment_maximum_percent         = try(each.value.deployment_maximum_percent, null)
  deployment_minimum_healthy_percent = try(each.value.deployment_minimum_healthy_percent, null)
  desired_count                      = try(each.value.desired_count, null)
  enable_execute_command             = try(each.value.enable_execute_command, null)
  force_new_deployment               = try(each.value.force_new_deployment, null)
  health_check_grace_period_seconds  = try(each.value.health_check_grace_period_seconds, null)
  launch_type                        = try(each.value.launch_type, null)
  load_balancer                      = try(each.value.load_balancer, null)
  assign_public_ip                   = try(each.value.assign_public_ip, null)
  security_group_ids                 = try(each.value.security_group_ids, null)
  subnet_ids                         = try(each.value.subnet_ids, null)
  vpc_id                             = try(each.value.vpc_id, null)
  ordered_placement_strategy         = try(each.value.ordered_placement_strategy, null)
  placement_constraints              = try(each.value.placement_constraints, null)
  platform_version                   = try(each.value.platform_version, null)
  scheduling_strategy                = try(each.value.scheduling_strategy, null)
  service_connect_configuration      = try(each.value.service_connect_configuration, null)
  service_registries                 = try(each.value.service_registries, null)
  service_tags                       = try(each.value.service_tags, null)
  create_task_definition             = try(each.value.create_task_definition, null)
  task_definition_arn                = try(each.value.task_definition_arn, null)
  container_definitions              = try(each.value.container_definitions, null)
  container_definition_defaults      = try(each.value.container_definition_defaults, null)
  cpu                                = try(each.value.cpu, null)
  memory                             = try(each.value.memory, null)
  ephemeral_storage                  = try(each.value.ephemeral_storage, null)
  family                             = try(each.value.family, null)
  ipc_mode                           = try(each.value.ipc_mode, null)
  pid_mode                           = try(each.value.pid_mode, null)
  network_mode                       = try(each.value.network_mode, null)
  requires_compatibilities           = try(each.value.requires_compatibilities, null)
  runtime_platform                   = try(each.value.runtime_platform, null)
  volume                             = try(each.value.volume, null)
  create_task_exec_iam_role          = try(each.value.create_task_exec_iam_role, null)
  task_exec_iam_role_arn             = try(each.value.task_exec_iam_role_arn, null)
  task_exec_iam_role_name            = try(each.value.task_exec_iam_role_name, null)
  task_exec_iam_role_use_name_prefix = try(each.value.task_exec_iam_role_use_name_prefix, null)
  task_exec_iam_role_policies        = try(each.value.task_exec_iam_role_policies, null)
  create_task_exec_policy            = try(each.value.create_task_exec_policy, null)
  task_exec_ssm_param_arns           = try(each.value.task_exec_ssm_param_arns, null)
  task_exec_secret_arns              = try(each.value.task_exec_secret_arns, null)
  task_exec_iam_statements           = try(each.value.task_exec_iam_statements, null)
  create_tasks_iam_role              = try(each.value.create_tasks_iam_role, null)
  tasks_iam_role_arn                 = try(each.value.tasks_iam_role_arn, null)
  tasks_iam_role_name                = try(each.value.tasks_iam_role_name, null)
  tasks_iam_role_use_name_prefix     = try(each.value.tasks_iam_role_use_name_prefix, null)
  tasks_iam_role_policies            = try(each.value.tasks_iam_role_policies, null)
  tasks_iam_role_statements          = try(each.value.tasks_iam_role_statements, null)
  enable_autoscaling                 = try(each.value.enable_autoscaling, null)
  autoscaling_min_capacity           = try(each.value.autoscaling_min_capacity, null)
  autoscaling_max_capacity           = try(each.value.autoscaling_max_capacity, null)
  autoscaling_policies               = try(each.value.autoscaling_policies, null)
  autoscaling_scheduled_actions      = try(each.value.autoscaling_scheduled_actions, null)
  create_security_group              = try(each.value.create_security_group, null)
  security_group_name                = try(each.value.security_group_name, null)
  security_group_use_name_prefix     = try(each.value.security_group_use_name_prefix, null)
  security_group_rules               = try(each.value.security_group_rules, null)
  security_group_ingress_rules       = try(each.value.security_group_ingress_rules, null)
  security_group_egress_rules        = try(each.value.security_group_egress_rules, null)
  security_group_tags                = try(each.value.security_group_tags, null)
}

output "cluster_arn" { value = module.cluster.arn }
output "cluster_id" { value = module.cluster.id }
output "cluster_name" { value = module.cluster.name }
output "services" { value = module.service }
