# A topic of Amazon SNS with its policy and its subscriptions. What it protects is not shown.

variable "create" { default = true }
variable "tags" { default = {} }
variable "name" { default = null }
variable "use_name_prefix" { default = false }
variable "application_feedback" { default = {} }
variable "content_based_deduplication" { default = false }
variable "delivery_policy" { default = null }
variable "display_name" { default = null }
variable "fifo_topic" { default = false }
variable "firehose_feedback" { default = {} }
variable "http_feedback" { default = {} }
variable "kms_master_key_id" { default = null }
variable "lambda_feedback" { default = {} }
variable "topic_policy" { default = null }
variable "sqs_feedback" { default = {} }
variable "signature_version" { default = null }
variable "tracing_config" { default = null }
variable "archive_policy" { default = null }
variable "create_topic_policy" { default = true }
variable "source_topic_policy_documents" { default = [] }
variable "override_topic_policy_documents" { default = [] }
variable "enable_default_topic_policy" { default = true }
variable "create_subscription" { default = true }
variable "subscriptions" { default = {} }

# Where nothing is given some versions say nothing and some an empty map.
variable "topic_policy_statements" { default = null }

locals {
  topic_name = try(trimsuffix(var.name, ".fifo"), "")
}

resource "aws_sns_topic" "this" {
  count = var.create ? 1 : 0

  name                        = var.use_name_prefix ? null : "${local.topic_name}${var.fifo_topic ? ".fifo" : ""}"
  name_prefix                 = var.use_name_prefix ? "${local.topic_name}-" : null
  fifo_topic                  = var.fifo_topic
  content_based_deduplication = var.content_based_deduplication
  delivery_policy             = var.delivery_policy
  display_name                = var.display_name
  kms_master_key_id           = var.kms_master_key_id
  policy                      = var.create_topic_policy ? null : var.topic_policy
  signature_version           = var.fifo_topic ? null : var.signature_version
  tracing_config              = var.tracing_config
  archive_policy              = try(var.archive_policy, null)
  tags                        = var.tags

  application_failure_feedback_role_arn = try(var.application_feedback.failure_role_arn, null)
  firehose_failure_feedback_role_arn    = try(var.firehose_feedback.failure_role_arn, null)
  http_failure_feedback_role_arn        = try(var.http_feedback.failure_role_arn, null)
  lambda_failure_feedback_role_arn      = try(var.lambda_feedback.failure_role_arn, null)
  sqs_failure_feedback_role_arn         = try(var.sqs_feedback.failure_role_arn, null)
}

data "aws_caller_identity" "current" {}

data "aws_iam_policy_document" "this" {
  count                     = var.create && var.create_topic_policy ? 1 : 0
  source_policy_documents   = var.source_topic_policy_documents
  override_policy_documents = var.override_topic_policy_documents

  dynamic "statement" {
    for_each = var.enable_default_topic_policy ? [true] : []
    content {
      actions   = [for name in ["Subscribe", "SetTopicAttributes", "RemovePermission", "Publish", "ListSubscriptionsByTopic", "GetTopicAttributes", "DeleteTopic", "AddPermission"] : "sns:${name}"]
      resources = [aws_sns_topic.this[0].arn]
      principals {
        type        = "AWS"
        identifiers = ["*"]
      }
      condition {
        test     = "StringEquals"
        variable = "AWS:SourceAccount"
        values   = [data.aws_caller_identity.current.account_id]
      }
    }
  }

  dynamic "statement" {
    for_each = coalesce(var.topic_policy_statements, {})
    content {
      effect        = try(statement.value.effect, null)
      actions       = try(statement.value.actions, null)
      not_actions   = try(statement.value.not_actions, null)
      resources     = try(coalesce(statement.value.resources), [aws_sns_topic.this[0].arn])
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

resource "aws_sns_topic_policy" "this" {
  count  = var.create && var.create_topic_policy ? 1 : 0
  arn    = aws_sns_topic.this[0].arn
  policy = data.aws_iam_policy_document.this[0].json
}

resource "aws_sns_topic_subscription" "this" {
  for_each = { for name, subscription in var.subscriptions : name => subscription if var.create && var.create_subscription }

  topic_arn              = aws_sns_topic.this[0].arn
  protocol               = each.value.protocol
  endpoint               = each.value.endpoint
  endpoint_auto_confirms = try(each.value.endpoint_auto_confirms, null)
  delivery_policy        = try(each.value.delivery_policy, null)
  filter_policy          = try(each.value.filter_policy, null)
  filter_policy_scope    = try(each.value.filter_policy_scope, null)
  raw_message_delivery   = try(each.value.raw_message_delivery, null)
  redrive_policy         = try(each.value.redrive_policy, null)
  subscription_role_arn  = try(each.value.subscription_role_arn, null)
}

output "topic_arn" { value = one(aws_sns_topic.this[*].arn) }
output "topic_id" { value = one(aws_sns_topic.this[*].id) }
output "topic_name" { value = one(aws_sns_topic.this[*].name) }
output "topic_owner" { value = one(aws_sns_topic.this[*].owner) }
output "subscriptions" { value = aws_sns_topic_subscription.this }
