# A key of AWS KMS with its policy and its aliases. Grants are not shown.

variable "create" { default = true }
variable "tags" { default = {} }
variable "create_external" { default = false }
variable "bypass_policy_lockout_safety_check" { default = null }
variable "customer_master_key_spec" { default = null }
variable "custom_key_store_id" { default = null }
variable "deletion_window_in_days" { default = null }
variable "enable_key_rotation" { default = true }
variable "is_enabled" { default = null }
variable "key_usage" { default = null }
variable "multi_region" { default = false }
variable "policy" { default = null }
variable "valid_to" { default = null }
variable "enable_default_policy" { default = true }
variable "key_owners" { default = [] }
variable "key_administrators" { default = [] }
variable "key_users" { default = [] }
variable "key_service_users" { default = [] }
variable "key_service_roles_for_autoscaling" { default = [] }
variable "key_symmetric_encryption_users" { default = [] }
variable "key_hmac_users" { default = [] }
variable "key_asymmetric_public_encryption_users" { default = [] }
variable "key_asymmetric_sign_verify_users" { default = [] }
variable "source_policy_documents" { default = [] }
variable "override_policy_documents" { default = [] }
variable "enable_route53_dnssec" { default = false }
variable "rotation_period_in_days" { default = null }
variable "create_replica" { default = false }
variable "primary_key_arn" { default = null }
variable "create_replica_external" { default = false }
variable "primary_external_key_arn" { default = null }
variable "aliases" { default = [] }
variable "computed_aliases" { default = {} }
variable "aliases_use_name_prefix" { default = false }

# Where nothing is given some versions say nothing and some say an empty list.
variable "key_statements" { default = null }
variable "route53_dnssec_sources" { default = null }

locals {
  own     = var.create && !var.create_external && !var.create_replica && !var.create_replica_external
  written = coalesce(var.policy, one(data.aws_iam_policy_document.this[*].json))
  key_id  = one(concat(aws_kms_key.this[*].key_id, aws_kms_external_key.this[*].id, aws_kms_replica_key.this[*].key_id, aws_kms_replica_external_key.this[*].key_id))
  account = "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root"
  zones   = "dnssec-route53.${data.aws_partition.current.dns_suffix}"

  # Who may do what, in the order of the statements; some of it only when a service of AWS asks.
  admitted = [
    { when = var.enable_default_policy, people = [local.account], may = ["*"] },
    { people = var.key_owners, may = ["*"] },
    { people = var.key_administrators, may = ["Create*", "Describe*", "Enable*", "List*", "Put*", "Update*", "Revoke*", "Disable*", "Get*", "Delete*", "TagResource", "UntagResource", "ScheduleKeyDeletion", "CancelKeyDeletion", "ReplicateKey", "ImportKeyMaterial"] },
    { people = var.key_users, may = ["Encrypt", "Decrypt", "ReEncrypt*", "GenerateDataKey*", "DescribeKey"] },
    { people = var.key_service_users, may = ["CreateGrant", "ListGrants", "RevokeGrant"], asked = true },
    { people = var.key_service_roles_for_autoscaling, may = ["Encrypt", "Decrypt", "ReEncrypt*", "GenerateDataKey*", "DescribeKey"] },
    { people = var.key_service_roles_for_autoscaling, may = ["CreateGrant"], asked = true },
    { people = var.key_symmetric_encryption_users, may = ["Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey*", "ReEncrypt*"] },
    { people = var.key_hmac_users, may = ["DescribeKey", "GenerateMac", "VerifyMac"] },
    { people = var.key_asymmetric_public_encryption_users, may = ["Encrypt", "Decrypt", "ReEncrypt*", "DescribeKey", "GetPublicKey"] },
    { people = var.key_asymmetric_sign_verify_users, may = ["DescribeKey", "GetPublicKey", "Sign", "Verify"] },
  ]
}

data "aws_partition" "current" {}
data "aws_caller_identity" "current" {}

resource "aws_kms_key" "this" {
  count = local.own ? 1 : 0

  customer_master_key_spec           = var.customer_master_key_spec
  custom_key_store_id                = var.custom_key_store_id
  deletion_window_in_days            = var.deletion_window_in_days
  enable_key_rotation                = var.enable_key_rotation
  rotation_period_in_days            = var.rotation_period_in_days
  is_enabled                         = var.is_enabled
  key_usage                          = var.key_usage
  multi_region                       = var.multi_region
  bypass_policy_lockout_safety_check = var.bypass_policy_lockout_safety_check
  policy                             = local.written
  tags                               = var.tags
}

resource "aws_kms_external_key" "this" {
  count = var.create && var.create_external && !var.create_replica && !var.create_replica_external ? 1 : 0

  deletion_window_in_days = var.deletion_window_in_days
  enabled                 = var.is_enabled
  multi_region            = var.multi_region
  policy                  = local.written
  valid_to                = var.valid_to
  tags                    = var.tags
}

resource "aws_kms_replica_key" "this" {
  count = var.create && var.create_replica && !var.create_external && !var.create_replica_external ? 1 : 0

  deletion_window_in_days = var.deletion_window_in_days
  primary_key_arn         = var.primary_key_arn
  enabled                 = var.is_enabled
  policy                  = local.written
  tags                    = var.tags
}

resource "aws_kms_replica_external_key" "this" {
  count = var.create && var.create_replica_external && !var.create_external && !var.create_replica ? 1 : 0

  deletion_window_in_days = var.deletion_window_in_days
  primary_key_arn         = var.primary_external_key_arn
  enabled                 = var.is_enabled
  policy                  = local.written
  tags                    = var.tags
}

data "aws_iam_policy_document" "this" {
  count                     = var.create ? 1 : 0
  source_policy_documents   = var.source_policy_documents
  override_policy_documents = var.override_policy_documents

  dynamic "statement" {
    for_each = [for each in local.admitted : each if try(each.when, true) && length(each.people) > 0]
    content {
      actions   = [for name in statement.value.may : "kms:${name}"]
      resources = ["*"]
      principals {
        type        = "AWS"
        identifiers = statement.value.people
      }
      dynamic "condition" {
        for_each = try(statement.value.asked, false) ? [true] : []
        content {
          test     = "Bool"
          variable = "kms:GrantIsForAWSResource"
          values   = ["true"]
        }
      }
    }
  }

  dynamic "statement" {
    for_each = var.enable_route53_dnssec ? [true] : []
    content {
      actions   = ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"]
      resources = ["*"]
      principals {
        type        = "Service"
        identifiers = [local.zones]
      }
    }
  }

  dynamic "statement" {
    for_each = var.enable_route53_dnssec ? [true] : []
    content {
      actions   = ["kms:CreateGrant"]
      resources = ["*"]
      principals {
        type        = "Service"
        identifiers = [local.zones]
      }
      condition {
        test     = "Bool"
        variable = "kms:GrantIsForAWSResource"
        values   = ["true"]
      }
      dynamic "condition" {
        for_each = coalesce(var.route53_dnssec_sources, [])
        content {
          test     = "StringEquals"
          variable = "aws:SourceAccount"
          values   = try(coalesce(condition.value.account_ids), [data.aws_caller_identity.current.account_id])
        }
      }
      dynamic "condition" {
        for_each = coalesce(var.route53_dnssec_sources, [])
        content {
          test     = "ArnLike"
          variable = "aws:SourceArn"
          values   = [try(coalesce(condition.value.hosted_zone_arn), "arn:${data.aws_partition.current.partition}:route53:::hostedzone/*")]
        }
      }
    }
  }

  dynamic "statement" {
    for_each = coalesce(var.key_statements, [])
    content {
      effect        = try(statement.value.effect, null)
      actions       = try(statement.value.actions, null)
      not_actions   = try(statement.value.not_actions, null)
      resources     = try(statement.value.resources, null)
      not_resources = try(statement.value.not_resources, null)

      dynamic "principals" {
        for_each = try([for each in statement.value.principals : each], [])
        content {
          type        = principals.value.type
          identifiers = principals.value.identifiers
        }
      }
      dynamic "not_principals" {
        for_each = try([for each in statement.value.not_principals : each], [])
        content {
          type        = not_principals.value.type
          identifiers = not_principals.value.identifiers
        }
      }
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

resource "aws_kms_alias" "this" {
  for_each = { for key, alias in merge({ for name in toset(var.aliases) : name => { name = name } }, var.computed_aliases) : key => alias if var.create }

  name          = var.aliases_use_name_prefix ? null : "alias/${each.value.name}"
  name_prefix   = var.aliases_use_name_prefix ? "alias/${each.value.name}-" : null
  target_key_id = local.key_id
}

output "key_arn" { value = one(concat(aws_kms_key.this[*].arn, aws_kms_external_key.this[*].arn, aws_kms_replica_key.this[*].arn, aws_kms_replica_external_key.this[*].arn)) }
output "key_id" { value = local.key_id }
output "key_policy" { value = one(concat(aws_kms_key.this[*].policy, aws_kms_external_key.this[*].policy, aws_kms_replica_key.this[*].policy)) }
output "aliases" { value = aws_kms_alias.this }
