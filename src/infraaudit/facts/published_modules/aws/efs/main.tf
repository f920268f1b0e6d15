# A file system of Amazon EFS with its mount targets, its group of rules, its policy and its backups.

variable "create" { default = true }
variable "name" { default = "" }
variable "region" { default = null }
variable "tags" { default = {} }
variable "availability_zone_name" { default = null }
variable "creation_token" { default = null }
variable "performance_mode" { default = null }
variable "encrypted" { default = true }
variable "kms_key_arn" { default = null }
variable "provisioned_throughput_in_mibps" { default = null }
variable "throughput_mode" { default = null }
variable "lifecycle_policy" { default = {} }
variable "protection" { default = {} }
variable "attach_policy" { default = true }
variable "bypass_policy_lockout_safety_check" { default = null }
variable "source_policy_documents" { default = [] }
variable "override_policy_documents" { default = [] }
variable "policy_statements" { default = null }
variable "deny_nonsecure_transport" { default = true }
variable "deny_nonsecure_transport_via_mount_target" { default = true }
variable "mount_targets" { default = {} }
variable "create_security_group" { default = true }
variable "security_group_name" { default = null }
variable "security_group_description" { default = null }
variable "security_group_use_name_prefix" { default = false }
variable "security_group_vpc_id" { default = null }
variable "access_points" { default = {} }
variable "create_backup_policy" { default = true }
variable "enable_backup_policy" { default = true }
variable "create_replication_configuration" { default = false }
variable "replication_configuration_destination" { default = {} }

# Rules of the versions before 2, each a resource of the older kind.
variable "security_group_rules" { default = {} }
variable "security_group_ingress_rules" { default = {} }
variable "security_group_egress_rules" { default = {} }

locals {
  group_name = try(coalesce(var.security_group_name, var.name), "")
  with_group = var.create && var.create_security_group && length(var.mount_targets) > 0
}

resource "aws_efs_file_system" "this" {
  count = var.create ? 1 : 0

  availability_zone_name          = var.availability_zone_name
  creation_token                  = var.creation_token
  performance_mode                = var.performance_mode
  encrypted                       = var.encrypted
  kms_key_id                      = var.kms_key_arn
  provisioned_throughput_in_mibps = var.provisioned_throughput_in_mibps
  throughput_mode                 = var.throughput_mode
  tags                            = merge(var.tags, { Name = var.name })
}

data "aws_iam_policy_document" "policy" {
  count = var.create && var.attach_policy ? 1 : 0

  source_policy_documents   = var.source_policy_documents
  override_policy_documents = var.override_policy_documents

  dynamic "statement" {
    for_each = var.policy_statements != null ? var.policy_statements : {}

    content {
      actions       = try(statement.value.actions, null)
      not_actions   = try(statement.value.not_actions, null)
      effect        = try(statement.value.effect, null)
      resources     = try(coalescelist(statement.value.resources), [aws_efs_file_system.this[0].arn])
      not_resources = try(statement.value.not_resources, null)

      dynamic "principals" {
        for_each = try(statement.value.principals != null ? statement.value.principals : [], [])

        content {
          type        = principals.value.type
          identifiers = principals.value.identifiers
        }
      }

      dynamic "condition" {
        for_each = try(statement.value.condition != null ? statement.value.condition : [], statement.value.conditions, [])

        content {
          test     = condition.value.test
          values   = condition.value.values
          variable = condition.value.variable
        }
      }
    }
  }

  dynamic "statement" {
    for_each = var.deny_nonsecure_transport ? [1] : []

    content {
      effect    = "Deny"
      actions   = ["*"]
      resources = [aws_efs_file_system.this[0].arn]

      principals {
        type        = "AWS"
        identifiers = ["*"]
      }

      condition {
        test     = "Bool"
        variable = "aws:SecureTransport"
        values   = ["false"]
      }
    }
  }

  dynamic "statement" {
    for_each = var.deny_nonsecure_transport_via_mount_target ? [1] : []

    content {
      effect = "Allow"
      actions = [
        "elasticfilesystem:ClientRootAccess",
        "elasticfilesystem:ClientWrite",
        "elasticfilesystem:ClientMount",
      ]
      resources = [aws_efs_file_system.this[0].arn]

      principals {
        type        = "AWS"
        identifiers = ["*"]
      }

      condition {
        test     = "Bool"
        variable = "elasticfilesystem:AccessedViaMountTarget"
        values   = ["true"]
      }
    }
  }
}

resource "aws_efs_file_system_policy" "this" {
  count = var.create && var.attach_policy ? 1 : 0

  file_system_id                     = aws_efs_file_system.this[0].id
  bypass_policy_lockout_safety_check = var.bypass_policy_lockout_safety_check
  policy                             = data.aws_iam_policy_document.policy[0].json
}

resource "aws_efs_mount_target" "this" {
  for_each = { for key, each in var.mount_targets : key => each if var.create }

  file_system_id  = aws_efs_file_system.this[0].id
  subnet_id       = each.value.subnet_id
  ip_address      = try(each.value.ip_address, null)
  security_groups = var.create_security_group ? concat([aws_security_group.this[0].id], try(each.value.security_groups, [])) : try(each.value.security_groups, null)
}

resource "aws_security_group" "this" {
  count = local.with_group ? 1 : 0

  name                   = var.security_group_use_name_prefix ? null : local.group_name
  name_prefix            = var.security_group_use_name_prefix ? "${local.group_name}-" : null
  description            = var.security_group_description
  revoke_rules_on_delete = true
  vpc_id                 = var.security_group_vpc_id
  tags                   = merge(var.tags, { Name = local.group_name })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_security_group_rule" "this" {
  for_each = { for key, each in var.security_group_rules : key => each if local.with_group }

  security_group_id        = aws_security_group.this[0].id
  description              = try(each.value.description, null)
  type                     = try(each.value.type, "ingress")
  from_port                = try(each.value.from_port, 2049)
  to_port                  = try(each.value.to_port, 2049)
  protocol                 = try(each.value.protocol, "tcp")
  cidr_blocks              = lookup(each.value, "cidr_blocks", null)
  ipv6_cidr_blocks         = lookup(each.value, "ipv6_cidr_blocks", null)
  prefix_list_ids          = lookup(each.value, "prefix_list_ids", null)
  self                     = try(each.value.self, null)
  source_security_group_id = lookup(each.value, "source_security_group_id", null)
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each = { for key, each in var.security_group_ingress_rules : key => each if var.security_group_ingress_rules != null && local.with_group }

  security_group_id            = aws_security_group.this[0].id
  description                  = try(each.value.description, null)
  ip_protocol                  = try(each.value.ip_protocol, "tcp")
  from_port                    = try(each.value.from_port, 2049)
  to_port                      = try(coalesce(each.value.to_port, each.value.from_port), 2049)
  cidr_ipv4                    = try(each.value.cidr_ipv4, null)
  cidr_ipv6                    = try(each.value.cidr_ipv6, null)
  prefix_list_id               = try(each.value.prefix_list_id, null)
  referenced_security_group_id = try(each.value.referenced_security_group_id == "self" ? aws_security_group.this[0].id : each.value.referenced_security_group_id, null)
}

resource "aws_vpc_security_group_egress_rule" "this" {
  for_each = { for key, each in var.security_group_egress_rules : key => each if var.security_group_egress_rules != null && local.with_group }

  security_group_id            = aws_security_group.this[0].id
  description                  = try(each.value.description, null)
  ip_protocol                  = try(each.value.ip_protocol, "tcp")
  from_port                    = try(coalesce(each.value.from_port, each.value.to_port), 2049)
  to_port                      = try(each.value.to_port, 2049)
  cidr_ipv4                    = try(each.value.cidr_ipv4, null)
  cidr_ipv6                    = try(each.value.cidr_ipv6, null)
  prefix_list_id               = try(each.value.prefix_list_id, null)
  referenced_security_group_id = try(each.value.referenced_security_group_id == "self" ? aws_security_group.this[0].id : each.value.referenced_security_group_id, null)
}

resource "aws_efs_access_point" "this" {
  for_each = { for key, each in var.access_points : key => each if var.create }

  file_system_id = aws_efs_file_system.this[0].id
}

resource "aws_efs_backup_policy" "this" {
  count = var.create && var.create_backup_policy ? 1 : 0

  file_system_id = aws_efs_file_system.this[0].id

  backup_policy {
    status = var.enable_backup_policy ? "ENABLED" : "DISABLED"
  }
}

resource "aws_efs_replication_configuration" "this" {
  count = var.create && var.create_replication_configuration ? 1 : 0

  source_file_system_id = aws_efs_file_system.this[0].id

  dynamic "destination" {
    for_each = var.replication_configuration_destination != null ? [var.replication_configuration_destination] : []

    content {
      availability_zone_name = try(destination.value.availability_zone_name, null)
      file_system_id         = try(destination.value.file_system_id, null)
      kms_key_id             = try(destination.value.kms_key_id, null)
      region                 = try(destination.value.region, null)
    }
  }
}

output "arn" {
  value = try(aws_efs_file_system.this[0].arn, null)
}

output "id" {
  value = try(aws_efs_file_system.this[0].id, null)
}

output "dns_name" {
  value = try(aws_efs_file_system.this[0].dns_name, null)
}

output "size_in_bytes" {
  value = try(aws_efs_file_system.this[0].size_in_bytes, null)
}

output "mount_targets" {
  value = aws_efs_mount_target.this
}

output "security_group_arn" {
  value = try(aws_security_group.this[0].arn, null)
}

output "security_group_id" {
  value = try(aws_security_group.this[0].id, null)
}

output "access_points" {
  value = aws_efs_access_point.this
}
