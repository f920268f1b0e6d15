# A topic of Amazon SNS with its subscriptions. Its policy and what it protects are not shown.

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
variable "create_subscription" { default = true }
variable "subscriptions" { default = {} }

variable "written_policy" {}

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

resource "aws_sns_topic_policy" "this" {
  count  = var.create && var.create_topic_policy ? 1 : 0
  arn    = aws_sns_topic.this[0].arn
  policy = var.written_policy
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
