# A secret of AWS Secrets Manager with its policy, its value and its rotation.

variable "create" { default = true }
variable "region" { default = null }
variable "tags" { default = {} }
variable "description" { default = null }
variable "force_overwrite_replica_secret" { default = null }
variable "kms_key_id" { default = null }
variable "name" { default = null }
variable "name_prefix" { default = null }
variable "recovery_window_in_days" { default = null }
variable "create_policy" { default = false }
variable "source_policy_documents" { default = [] }
variable "override_policy_documents" { default = [] }
variable "block_public_policy" { default = null }
variable "ignore_secret_changes" { default = false }
variable "secret_binary" { default = null }
variable "secret_string" { default = null }
variable "secret_string_wo" { default = null }
variable "secret_string_wo_version" { default = null }
variable "version_stages" { default = null }
variable "enable_rotation" { default = false }
variable "rotate_immediately" { default = null }
variable "rotation_lambda_arn" { default = "" }

# Where nothing is given some versions say nothing and some an empty map.
variable "replica" { default = null }
variable "policy_statements" { default = null }
variable "rotation_rules" { default = null }

# A password by chance is made anew in each run, and kept nowhere.
variable "create_random_password" { default = false }
variable "made_by_chance" {}

locals {
  changed_by_others = var.enable_rotation || var.ignore_secret_changes
}

resource "aws_secretsmanager_secret" "this" {
  count = var.create ? 1 : 0

  name                           = var.name
  name_prefix                    = var.name_prefix
  region                         = var.region
  description                    = var.description
  force_overwrite_replica_secret = var.force_overwrite_replica_secret
  kms_key_id                     = var.kms_key_id
  recovery_window_in_days        = var.recovery_window_in_days
  tags                           = var.tags

  dynamic "replica" {
    for_each = var.replica != null ? var.replica : {}

    content {
      kms_key_id = try(replica.value.kms_key_id, null)
      region     = try(coalesce(replica.value.region, replica.key), replica.key)
    }
  }
}

data "aws_iam_policy_document" "this" {
  count = var.create && var.create_policy ? 1 : 0

  source_policy_documents   = var.source_policy_documents
  override_policy_documents = var.override_policy_documents

  dynamic "statement" {
    for_each = var.policy_statements != null ? var.policy_statements : {}

    content {
      sid           = try(statement.value.sid, null)
      actions       = try(statement.value.actions, null)
      not_actions   = try(statement.value.not_actions, null)
      effect        = try(statement.value.effect, null)
      resources     = try(statement.value.resources, null)
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
}

resource "aws_secretsmanager_secret_policy" "this" {
  count = var.create && var.create_policy ? 1 : 0

  secret_arn          = aws_secretsmanager_secret.this[0].arn
  policy              = data.aws_iam_policy_document.this[0].json
  block_public_policy = var.block_public_policy
}

resource "aws_secretsmanager_secret_version" "this" {
  count = var.create && !local.changed_by_others ? 1 : 0

  secret_id                = aws_secretsmanager_secret.this[0].id
  secret_binary            = var.secret_binary
  secret_string            = var.secret_string
  secret_string_wo         = var.create_random_password ? var.made_by_chance : var.secret_string_wo
  secret_string_wo_version = var.secret_string_wo_version
  version_stages           = var.version_stages
}

resource "aws_secretsmanager_secret_version" "ignore_changes" {
  count = var.create && local.changed_by_others ? 1 : 0

  secret_id                = aws_secretsmanager_secret.this[0].id
  secret_binary            = var.secret_binary
  secret_string            = var.secret_string
  secret_string_wo         = var.create_random_password ? var.made_by_chance : var.secret_string_wo
  secret_string_wo_version = var.secret_string_wo_version
  version_stages           = var.version_stages

  lifecycle {
    ignore_changes = [secret_string, secret_binary, version_stages]
  }
}

resource "aws_secretsmanager_secret_rotation" "this" {
  count = var.create && var.enable_rotation ? 1 : 0

  secret_id           = aws_secretsmanager_secret.this[0].id
  rotate_immediately  = var.rotate_immediately
  rotation_lambda_arn = var.rotation_lambda_arn

  dynamic "rotation_rules" {
    for_each = var.rotation_rules != null ? [var.rotation_rules] : []

    content {
      automatically_after_days = try(rotation_rules.value.automatically_after_days, null)
      duration                 = try(rotation_rules.value.duration, null)
      schedule_expression      = try(rotation_rules.value.schedule_expression, null)
    }
  }
}

output "secret_arn" {
  value = try(aws_secretsmanager_secret.this[0].arn, null)
}

output "secret_id" {
  value = try(aws_secretsmanager_secret.this[0].id, null)
}

output "secret_name" {
  value = try(aws_secretsmanager_secret.this[0].name, null)
}

output "secret_replica" {
  value = try(aws_secretsmanager_secret.this[0].replica, null)
}

output "secret_string" {
  value = try(aws_secretsmanager_secret_version.this[0].secret_string, aws_secretsmanager_secret_version.ignore_changes[0].secret_string, null)
}

output "secret_version_id" {
  value = try(aws_secretsmanager_secret_version.this[0].version_id, aws_secretsmanager_secret_version.ignore_changes[0].version_id, null)
}
