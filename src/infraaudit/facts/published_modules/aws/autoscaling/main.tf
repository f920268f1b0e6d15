# A group of machines of Amazon EC2 that is scaled, with the template that they are started from, what scales it and their
# role. Not shown: pools kept warm, hooks, and how instances are refreshed.

variable "create" { default = true }
variable "tags" { default = {} }
variable "availability_zones" { default = null }
variable "capacity_rebalance" { default = null }
variable "default_instance_warmup" { default = null }
variable "desired_capacity" { default = null }
variable "enabled_metrics" { default = [] }
variable "health_check_grace_period" { default = null }
variable "health_check_type" { default = null }
variable "ignore_desired_capacity_changes" { default = false }
variable "launch_template_id" { default = null }
variable "max_instance_lifetime" { default = null }
variable "max_size" { default = null }
variable "min_size" { default = null }
variable "use_mixed_instances_policy" { default = false }
variable "mixed_instances_policy" { default = null }
variable "name" {}
variable "use_name_prefix" { default = true }
variable "placement_group" { default = null }
variable "protect_from_scale_in" { default = false }
variable "suspended_processes" { default = [] }
variable "autoscaling_group_tags" { default = {} }
variable "instance_name" { default = "" }
variable "termination_policies" { default = [] }
variable "vpc_zone_identifier" { default = null }
variable "create_launch_template" { default = true }
variable "disable_api_termination" { default = null }
variable "ebs_optimized" { default = null }
variable "instance_type" { default = null }
variable "key_name" { default = null }
variable "launch_template_name" { default = "" }
variable "launch_template_use_name_prefix" { default = true }
variable "enable_monitoring" { default = true }
variable "user_data" { default = null }
variable "security_groups" { default = [] }
variable "create_iam_instance_profile" { default = false }
variable "iam_instance_profile_arn" { default = null }
variable "iam_instance_profile_name" { default = null }
variable "iam_role_name" { default = null }
variable "iam_role_use_name_prefix" { default = true }
variable "iam_role_path" { default = null }
variable "iam_role_permissions_boundary" { default = null }
variable "iam_role_policies" { default = {} }

# The versions differ in these by default.
variable "image_id" {}

# Where nothing is given some versions say nothing and some say something empty.
variable "instance_refresh" { default = null }
variable "block_device_mappings" { default = null }
variable "network_interfaces" { default = null }
variable "instance_market_options" { default = null }
variable "instance_requirements" { default = null }
variable "metadata_options" { default = {} }
variable "traffic_source_attachments" { default = null }
variable "schedules" { default = null }
variable "scaling_policies" { default = null }
variable "create_scaling_policy" { default = true }
variable "create_schedule" { default = true }

# What is asked of the metadata of machines differs by version where nothing is given.
variable "usual_metadata_options" {}

locals {
  template = var.create_launch_template ? one(aws_launch_template.this[*].id) : var.launch_template_id
  started  = coalesce(var.launch_template_name, var.name)
  groups   = concat(aws_autoscaling_group.this[*], aws_autoscaling_group.idc[*])
  own_role = var.create && var.create_iam_instance_profile
}

resource "aws_autoscaling_group" "this" {
  count = var.create && !var.ignore_desired_capacity_changes ? 1 : 0

  name                      = var.use_name_prefix ? null : var.name
  name_prefix               = var.use_name_prefix ? "${var.name}-" : null
  availability_zones        = var.availability_zones
  vpc_zone_identifier       = var.vpc_zone_identifier
  min_size                  = var.min_size
  max_size                  = var.max_size
  desired_capacity          = var.desired_capacity
  capacity_rebalance        = var.capacity_rebalance
  default_instance_warmup   = var.default_instance_warmup
  enabled_metrics           = var.enabled_metrics
  health_check_type         = var.health_check_type
  health_check_grace_period = var.health_check_grace_period
  max_instance_lifetime     = var.max_instance_lifetime
  placement_group           = var.placement_group
  protect_from_scale_in     = var.protect_from_scale_in
  suspended_processes       = var.suspended_processes
  termination_policies      = var.termination_policies

  dynamic "launch_template" {
    for_each = var.use_mixed_instances_policy ? [] : [true]
    content {
      id = local.template
    }
  }

  dynamic "mixed_instances_policy" {
    for_each = var.use_mixed_instances_policy ? [try(coalesce(var.mixed_instances_policy), {})] : []
    content {
      dynamic "instances_distribution" {
        for_each = try([coalesce(mixed_instances_policy.value.instances_distribution)], [])
        content {
          on_demand_base_capacity                  = try(instances_distribution.value.on_demand_base_capacity, null)
          on_demand_percentage_above_base_capacity = try(instances_distribution.value.on_demand_percentage_above_base_capacity, null)
          spot_allocation_strategy                 = try(instances_distribution.value.spot_allocation_strategy, null)
        }
      }
      launch_template {
        launch_template_specification {
          launch_template_id = local.template
        }
        dynamic "override" {
          for_each = try(coalesce(mixed_instances_policy.value.launch_template.override), coalesce(mixed_instances_policy.value.override), [])
          content {
            instance_type = try(override.value.instance_type, null)
          }
        }
      }
    }
  }

  dynamic "instance_refresh" {
    for_each = try(length(var.instance_refresh) > 0, false) ? [var.instance_refresh] : []
    content {
      strategy = try(instance_refresh.value.strategy, "Rolling")
    }
  }

  dynamic "tag" {
    for_each = merge(var.tags, { Name = coalesce(var.instance_name, var.name) }, var.autoscaling_group_tags)
    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }

  lifecycle {
    ignore_changes = [load_balancers, target_group_arns]
  }
}

resource "aws_autoscaling_group" "idc" {
  count = var.create && var.ignore_desired_capacity_changes ? 1 : 0

  name                      = var.use_name_prefix ? null : var.name
  name_prefix               = var.use_name_prefix ? "${var.name}-" : null
  availability_zones        = var.availability_zones
  vpc_zone_identifier       = var.vpc_zone_identifier
  min_size                  = var.min_size
  max_size                  = var.max_size
  desired_capacity          = var.desired_capacity
  capacity_rebalance        = var.capacity_rebalance
  default_instance_warmup   = var.default_instance_warmup
  enabled_metrics           = var.enabled_metrics
  health_check_type         = var.health_check_type
  health_check_grace_period = var.health_check_grace_period
  max_instance_lifetime     = var.max_instance_lifetime
  placement_group           = var.placement_group
  protect_from_scale_in     = var.protect_from_scale_in
  suspended_processes       = var.suspended_processes
  termination_policies      = var.termination_policies

  dynamic "launch_template" {
    for_each = var.use_mixed_instances_policy ? [] : [true]
    content {
      id = local.template
    }
  }

  dynamic "mixed_instances_policy" {
    for_each = var.use_mixed_instances_policy ? [try(coalesce(var.mixed_instances_policy), {})] : []
    content {
      dynamic "instances_distribution" {
        for_each = try([coalesce(mixed_instances_policy.value.instances_distribution)], [])
        content {
          on_demand_base_capacity                  = try(instances_distribution.value.on_demand_base_capacity, null)
          on_demand_percentage_above_base_capacity = try(instances_distribution.value.on_demand_percentage_above_base_capacity, null)
          spot_allocation_strategy                 = try(instances_distribution.value.spot_allocation_strategy, null)
        }
      }
      launch_template {
        launch_template_specification {
          launch_template_id = local.template
        }
        dynamic "override" {
          for_each = try(coalesce(mixed_instances_policy.value.launch_template.override), coalesce(mixed_instances_policy.value.override), [])
          content {
            instance_type = try(override.value.instance_type, null)
          }
        }
      }
    }
  }

  dynamic "instance_refresh" {
    for_each = try(length(var.instance_refresh) > 0, false) ? [var.instance_refresh] : []
    content {
      strategy = try(instance_refresh.value.strategy, "Rolling")
    }
  }

  dynamic "tag" {
    for_each = merge(var.tags, { Name = coalesce(var.instance_name, var.name) }, var.autoscaling_group_tags)
    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }

  lifecycle {
    ignore_changes = [desired_capacity, load_balancers, target_group_arns]
  }
}

resource "aws_launch_template" "this" {
  count = var.create_launch_template ? 1 : 0

  name                    = var.launch_template_use_name_prefix ? null : local.started
  name_prefix             = var.launch_template_use_name_prefix ? "${local.started}-" : null
  image_id                = var.image_id
  instance_type           = var.instance_type
  key_name                = var.key_name
  user_data               = var.user_data
  ebs_optimized           = var.ebs_optimized
  disable_api_termination = var.disable_api_termination
  vpc_security_group_ids  = try(length(var.network_interfaces) > 0, false) ? [] : var.security_groups
  tags                    = var.tags

  dynamic "block_device_mappings" {
    for_each = try(coalesce(var.block_device_mappings), [])
    content {
      device_name = try(block_device_mappings.value.device_name, null)
      dynamic "ebs" {
        for_each = try([coalesce(block_device_mappings.value.ebs)], [])
        content {
          encrypted   = try(ebs.value.encrypted, null)
          kms_key_id  = try(ebs.value.kms_key_id, null)
          snapshot_id = try(ebs.value.snapshot_id, null)
          volume_size = try(ebs.value.volume_size, null)
          volume_type = try(ebs.value.volume_type, null)
        }
      }
    }
  }
  dynamic "instance_market_options" {
    for_each = try(length(var.instance_market_options) > 0, false) ? [var.instance_market_options] : []
    content {
      market_type = try(instance_market_options.value.market_type, null)
    }
  }
  dynamic "metadata_options" {
    for_each = length(var.metadata_options) > 0 ? [var.metadata_options] : var.usual_metadata_options
    content {
      http_endpoint               = try(metadata_options.value.http_endpoint, null)
      http_tokens                 = try(metadata_options.value.http_tokens, null)
      http_put_response_hop_limit = try(metadata_options.value.http_put_response_hop_limit, null)
    }
  }
  monitoring {
    enabled = var.enable_monitoring
  }
  dynamic "network_interfaces" {
    for_each = try(coalesce(var.network_interfaces), [])
    content {
      associate_public_ip_address = try(network_interfaces.value.associate_public_ip_address, null)
      security_groups             = compact(concat(try(coalesce(network_interfaces.value.security_groups), []), var.security_groups))
    }
  }
  dynamic "iam_instance_profile" {
    for_each = var.create_iam_instance_profile || var.iam_instance_profile_arn != null || var.iam_instance_profile_name != null ? [true] : []
    content {
      name = local.own_role ? null : var.iam_instance_profile_name
      arn  = local.own_role ? aws_iam_instance_profile.this[0].arn : var.iam_instance_profile_arn
    }
  }
}

resource "aws_autoscaling_traffic_source_attachment" "this" {
  for_each               = { for name, each in try(coalesce(var.traffic_source_attachments), {}) : name => each if var.create }
  autoscaling_group_name = one(local.groups[*].id)
  traffic_source {
    identifier = each.value.traffic_source_identifier
    type       = try(coalesce(each.value.traffic_source_type), "elbv2")
  }
}

resource "aws_autoscaling_schedule" "this" {
  for_each               = { for name, each in try(coalesce(var.schedules), {}) : name => each if var.create && var.create_schedule }
  scheduled_action_name  = try(coalesce(each.value.scheduled_action_name), each.key)
  autoscaling_group_name = one(local.groups[*].name)
  min_size               = try(each.value.min_size, null)
  max_size               = try(each.value.max_size, null)
  desired_capacity       = try(each.value.desired_capacity, null)
  recurrence             = try(each.value.recurrence, null)
}

resource "aws_autoscaling_policy" "this" {
  for_each               = { for name, each in try(coalesce(var.scaling_policies), {}) : name => each if var.create && var.create_scaling_policy }
  name                   = try(coalesce(each.value.name), each.key)
  autoscaling_group_name = one(local.groups[*].name)
  policy_type            = try(each.value.policy_type, null)
  adjustment_type        = try(each.value.adjustment_type, null)
  scaling_adjustment     = try(each.value.scaling_adjustment, null)
  cooldown               = try(each.value.cooldown, null)

  dynamic "target_tracking_configuration" {
    for_each = try([coalesce(each.value.target_tracking_configuration)], [])
    content {
      target_value = try(target_tracking_configuration.value.target_value, null)
      dynamic "predefined_metric_specification" {
        for_each = try([coalesce(target_tracking_configuration.value.predefined_metric_specification)], [])
        content {
          predefined_metric_type = predefined_metric_specification.value.predefined_metric_type
        }
      }
    }
  }
}

data "aws_iam_policy_document" "assume_role_policy" {
  count = local.own_role ? 1 : 0
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "this" {
  count                = local.own_role ? 1 : 0
  name                 = var.iam_role_use_name_prefix ? null : coalesce(var.iam_role_name, var.name)
  name_prefix          = var.iam_role_use_name_prefix ? "${coalesce(var.iam_role_name, var.name)}-" : null
  path                 = var.iam_role_path
  assume_role_policy   = data.aws_iam_policy_document.assume_role_policy[0].json
  permissions_boundary = var.iam_role_permissions_boundary
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each   = { for name, arn in var.iam_role_policies : name => arn if local.own_role }
  role       = aws_iam_role.this[0].name
  policy_arn = each.value
}

resource "aws_iam_instance_profile" "this" {
  count = local.own_role ? 1 : 0
  role  = aws_iam_role.this[0].name
}

output "launch_template_id" { value = one(aws_launch_template.this[*].id) }
output "autoscaling_group_id" { value = one(local.groups[*].id) }
output "autoscaling_group_name" { value = one(local.groups[*].name) }
output "autoscaling_group_arn" { value = one(local.groups[*].arn) }
output "iam_role_name" { value = one(aws_iam_role.this[*].name) }
output "iam_role_arn" { value = one(aws_iam_role.this[*].arn) }
