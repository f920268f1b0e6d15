# Nodes in a scaling group of their own, with the template that they are started from and their role.

variable "key" {}
variable "group" {}
variable "old" {}
variable "cluster_name" {}
variable "cluster_group" {}
variable "family" {}
variable "subnet_ids" {}
variable "nodes" {}
variable "tags" {}

# Groups of a set of nodes alone, the interfaces that fast networks need, the image and what machines run first.
variable "own_groups" {}
variable "fast_interfaces" {}
variable "image" {}
variable "user_data" {}

locals {
  create     = try(coalesce(var.group.create), true)
  name       = try(coalesce(var.group.name), var.key)
  template   = local.create && try(coalesce(var.group.create_launch_template), true)
  started    = try(coalesce(var.group.launch_template_name), var.key)
  mixed      = try(coalesce(var.group.use_mixed_instances_policy), false)
  own_role   = local.create && try(coalesce(var.group.create_iam_instance_profile), true)
  role_name  = try(coalesce(var.group.iam_role_name), "${local.name}-node-group")
  role_start = try(coalesce(var.group.iam_role_use_name_prefix), true)
  statements = try(coalesce(var.group.iam_role_policy_statements), [])
  interfaces = try(coalesce(var.group.enable_efa_support), false) ? var.fast_interfaces : try(coalesce(var.group.network_interfaces), [])
  alone      = try(length(var.group.security_group_ingress_rules) > 0, false) || try(length(var.group.security_group_egress_rules) > 0, false)
  cni        = try(coalesce(var.group.iam_role_attach_cni_policy), true) && var.family == "ipv4" ? ["AmazonEKS_CNI_Policy"] : []
  chosen     = local.template ? one(aws_launch_template.this[*].id) : try(var.group.launch_template_id, null)

  groups = compact(concat(
    try(coalesce(var.group.attach_cluster_primary_security_group), false) ? [var.cluster_group] : [],
    [var.nodes],
    try(coalesce(var.group.vpc_security_group_ids), []),
    local.alone ? var.own_groups : [],
  ))
}

data "aws_partition" "current" {}

resource "aws_launch_template" "this" {
  count = local.template ? 1 : 0

  name                   = try(coalesce(var.group.launch_template_use_name_prefix), true) ? null : local.started
  name_prefix            = try(coalesce(var.group.launch_template_use_name_prefix), true) ? "${local.started}-" : null
  image_id               = try(coalesce(var.group.ami_id), var.image)
  instance_type          = try(coalesce(var.group.instance_requirements), null) != null ? null : try(coalesce(var.group.instance_type), "m6i.large")
  key_name               = try(var.group.key_name, null)
  ebs_optimized          = try(var.group.ebs_optimized, null)
  user_data              = var.user_data
  vpc_security_group_ids = length(local.interfaces) > 0 ? [] : local.groups

  dynamic "block_device_mappings" {
    for_each = try(coalesce(var.group.block_device_mappings), {})
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
    for_each = try([coalesce(var.group.instance_market_options)], [])
    content {
      market_type = try(instance_market_options.value.market_type, null)
    }
  }

  metadata_options {
    http_endpoint               = try(coalesce(var.group.metadata_options.http_endpoint), "enabled")
    http_tokens                 = try(coalesce(var.group.metadata_options.http_tokens), "required")
    http_put_response_hop_limit = try(coalesce(var.group.metadata_options.http_put_response_hop_limit), var.old ? 2 : 1)
  }

  dynamic "monitoring" {
    for_each = try(coalesce(var.group.enable_monitoring), var.old) ? [true] : []
    content {
      enabled = true
    }
  }

  dynamic "network_interfaces" {
    for_each = local.interfaces
    content {
      associate_public_ip_address = try(network_interfaces.value.associate_public_ip_address, null)
      security_groups             = compact(concat(try(coalesce(network_interfaces.value.security_groups), []), local.groups))
    }
  }

  dynamic "iam_instance_profile" {
    for_each = local.own_role ? [true] : []
    content {
      arn = aws_iam_instance_profile.this[0].arn
    }
  }

  tags = var.tags
}

resource "aws_autoscaling_group" "this" {
  count = local.create && try(coalesce(var.group.create_autoscaling_group), true) ? 1 : 0

  name                      = try(coalesce(var.group.use_name_prefix), true) ? null : local.name
  name_prefix               = try(coalesce(var.group.use_name_prefix), true) ? "${local.name}-" : null
  availability_zones        = try(var.group.availability_zones, null)
  vpc_zone_identifier       = try(coalesce(var.group.subnet_ids), var.subnet_ids)
  min_size                  = try(coalesce(var.group.min_size), var.old ? 0 : 1)
  max_size                  = try(coalesce(var.group.max_size), 3)
  desired_capacity          = try(coalesce(var.group.desired_size), 1)
  capacity_rebalance        = try(var.group.capacity_rebalance, null)
  health_check_type         = try(var.group.health_check_type, null)
  health_check_grace_period = try(var.group.health_check_grace_period, null)
  protect_from_scale_in     = try(var.group.protect_from_scale_in, null)
  suspended_processes       = try(var.group.suspended_processes, null)
  target_group_arns         = try(var.group.target_group_arns, null)

  dynamic "launch_template" {
    for_each = local.mixed ? [] : [true]
    content {
      id = local.chosen
    }
  }

  dynamic "mixed_instances_policy" {
    for_each = local.mixed ? [try(coalesce(var.group.mixed_instances_policy), {})] : []
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
          launch_template_id = local.chosen
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

  dynamic "tag" {
    for_each = merge({ Name = local.name, "kubernetes.io/cluster/${var.cluster_name}" = "owned", "k8s.io/cluster/${var.cluster_name}" = "owned" }, var.tags)
    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }

  lifecycle {
    ignore_changes = [desired_capacity]
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
  count = local.own_role ? 1 : 0

  name                 = local.role_start ? null : local.role_name
  name_prefix          = local.role_start ? "${local.role_name}-" : null
  path                 = try(var.group.iam_role_path, null)
  assume_role_policy   = data.aws_iam_policy_document.assume_role_policy[0].json
  permissions_boundary = try(var.group.iam_role_permissions_boundary, null)
}

resource "aws_iam_instance_profile" "this" {
  count = local.own_role ? 1 : 0
  role  = aws_iam_role.this[0].name
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each   = { for name in concat(["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryReadOnly"], local.cni) : name => name if local.own_role }
  role       = aws_iam_role.this[0].name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/${each.value}"
}

resource "aws_iam_role_policy_attachment" "additional" {
  for_each   = { for name, arn in try(coalesce(var.group.iam_role_additional_policies), {}) : name => arn if local.own_role }
  role       = aws_iam_role.this[0].name
  policy_arn = each.value
}

data "aws_iam_policy_document" "role" {
  count = local.own_role && length(local.statements) > 0 ? 1 : 0
  dynamic "statement" {
    for_each = local.statements
    content {
      effect    = try(statement.value.effect, null)
      actions   = try(statement.value.actions, null)
      resources = try(statement.value.resources, null)
    }
  }
}

resource "aws_iam_role_policy" "this" {
  count  = local.own_role && length(local.statements) > 0 ? 1 : 0
  role   = aws_iam_role.this[0].id
  policy = data.aws_iam_policy_document.role[0].json
}

output "autoscaling_group_name" { value = one(aws_autoscaling_group.this[*].name) }
output "autoscaling_group_arn" { value = one(aws_autoscaling_group.this[*].arn) }
output "iam_role_name" { value = one(aws_iam_role.this[*].name) }
output "iam_role_arn" { value = one(aws_iam_role.this[*].arn) }
output "launch_template_id" { value = one(aws_launch_template.this[*].id) }
