# Nodes that EKS manages, with the template that they are started from and their role.

variable "key" {}
variable "group" {}
variable "old" {}
variable "cluster_name" {}
variable "cluster_version" {}
variable "cluster_group" {}
variable "family" {}
variable "subnet_ids" {}
variable "nodes" {}
variable "tags" {}

# Groups of a set of nodes alone, the interfaces that fast networks need, and what machines run first.
variable "own_groups" {}
variable "fast_interfaces" {}
variable "user_data" {}

locals {
  create     = try(coalesce(var.group.create), true)
  name       = try(coalesce(var.group.name), var.key)
  custom     = try(coalesce(var.group.use_custom_launch_template), true)
  template   = local.create && local.custom && try(coalesce(var.group.create_launch_template), true)
  started    = try(coalesce(var.group.launch_template_name), var.key)
  capacity   = try(coalesce(var.group.capacity_type), "ON_DEMAND")
  own_role   = local.create && try(coalesce(var.group.create_iam_role), true)
  role_name  = try(coalesce(var.group.iam_role_name), "${local.name}-eks-node-group")
  role_start = try(coalesce(var.group.iam_role_use_name_prefix), true)
  statements = try(coalesce(var.group.iam_role_policy_statements), [])
  interfaces = try(coalesce(var.group.enable_efa_support), false) ? var.fast_interfaces : try(coalesce(var.group.network_interfaces), [])
  alone      = try(length(var.group.security_group_ingress_rules) > 0, false) || try(length(var.group.security_group_egress_rules) > 0, false)
  cni        = try(coalesce(var.group.iam_role_attach_cni_policy), true) && var.family == "ipv4" ? ["AmazonEKS_CNI_Policy"] : []

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

  name                    = try(coalesce(var.group.launch_template_use_name_prefix), true) ? null : local.started
  name_prefix             = try(coalesce(var.group.launch_template_use_name_prefix), true) ? "${local.started}-" : null
  image_id                = try(var.group.ami_id, "")
  instance_type           = local.capacity == "CAPACITY_BLOCK" ? element(var.group.instance_types, 0) : null
  key_name                = try(var.group.key_name, null)
  ebs_optimized           = try(var.group.ebs_optimized, null)
  disable_api_termination = try(var.group.disable_api_termination, null)
  user_data               = var.user_data
  vpc_security_group_ids  = length(local.interfaces) > 0 ? [] : local.groups

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
          iops        = try(ebs.value.iops, null)
          throughput  = try(ebs.value.throughput, null)
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

  tags = var.tags
}

resource "aws_eks_node_group" "this" {
  count = local.create ? 1 : 0

  cluster_name           = var.cluster_name
  node_group_name        = try(coalesce(var.group.use_name_prefix), true) ? null : local.name
  node_group_name_prefix = try(coalesce(var.group.use_name_prefix), true) ? "${local.name}-" : null
  node_role_arn          = local.own_role ? aws_iam_role.this[0].arn : try(var.group.iam_role_arn, null)
  subnet_ids             = try(coalesce(var.group.subnet_ids), var.subnet_ids)
  version                = try(coalesce(var.group.ami_id), "") != "" ? null : try(coalesce(var.group.kubernetes_version), coalesce(var.group.cluster_version), var.cluster_version)
  ami_type               = try(coalesce(var.group.ami_id), "") != "" ? null : try(coalesce(var.group.ami_type), var.old ? null : "AL2023_x86_64_STANDARD")
  capacity_type          = local.capacity
  disk_size              = local.custom ? null : try(var.group.disk_size, null)
  force_update_version   = try(var.group.force_update_version, null)
  instance_types         = local.capacity == "CAPACITY_BLOCK" ? null : try(var.group.instance_types, null)
  labels                 = try(var.group.labels, null)
  tags                   = var.tags

  scaling_config {
    min_size     = try(coalesce(var.group.min_size), 1)
    max_size     = try(coalesce(var.group.max_size), 3)
    desired_size = try(coalesce(var.group.desired_size), 1)
  }

  dynamic "launch_template" {
    for_each = local.custom ? [true] : []
    content {
      id = local.template ? aws_launch_template.this[0].id : var.group.launch_template_id
    }
  }

  dynamic "remote_access" {
    for_each = try(length(var.group.remote_access) > 0, false) ? [var.group.remote_access] : []
    content {
      ec2_ssh_key               = try(remote_access.value.ec2_ssh_key, null)
      source_security_group_ids = try(remote_access.value.source_security_group_ids, null)
    }
  }

  dynamic "taint" {
    for_each = try(coalesce(var.group.taints), {})
    content {
      key    = taint.value.key
      value  = try(taint.value.value, null)
      effect = taint.value.effect
    }
  }

  update_config {
    max_unavailable            = try(var.group.update_config.max_unavailable, null)
    max_unavailable_percentage = try(var.group.update_config.max_unavailable_percentage, can(var.group.update_config.max_unavailable) ? null : 33)
  }

  lifecycle {
    ignore_changes = [scaling_config[0].desired_size]
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
      effect        = try(statement.value.effect, null)
      actions       = try(statement.value.actions, null)
      not_actions   = try(statement.value.not_actions, null)
      resources     = try(statement.value.resources, null)
      not_resources = try(statement.value.not_resources, null)
      dynamic "condition" {
        for_each = try(coalesce(try(statement.value.condition, statement.value.conditions)), [])
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_iam_role_policy" "this" {
  count       = local.own_role && length(local.statements) > 0 ? 1 : 0
  name        = local.role_start ? null : local.role_name
  name_prefix = local.role_start ? "${local.role_name}-" : null
  role        = aws_iam_role.this[0].id
  policy      = data.aws_iam_policy_document.role[0].json
}

output "node_group_arn" { value = one(aws_eks_node_group.this[*].arn) }
output "node_group_id" { value = one(aws_eks_node_group.this[*].id) }
output "node_group_autoscaling_group_names" { value = try(flatten(aws_eks_node_group.this[0].resources[*].autoscaling_groups[*].name), []) }
output "iam_role_name" { value = one(aws_iam_role.this[*].name) }
output "iam_role_arn" { value = local.own_role ? one(aws_iam_role.this[*].arn) : try(var.group.iam_role_arn, null) }
output "launch_template_id" { value = one(aws_launch_template.this[*].id) }
