# A queue of Amazon SQS with its dead-letter queue and the policies of both.

variable "create" { default = true }
variable "tags" { default = {} }
variable "content_based_deduplication" { default = null }
variable "deduplication_scope" { default = null }
variable "delay_seconds" { default = null }
variable "fifo_queue" { default = false }
variable "fifo_throughput_limit" { default = null }
variable "kms_data_key_reuse_period_seconds" { default = null }
variable "kms_master_key_id" { default = null }
variable "max_message_size" { default = null }
variable "message_retention_seconds" { default = null }
variable "name" { default = null }
variable "use_name_prefix" { default = false }
variable "receive_wait_time_seconds" { default = null }
variable "redrive_allow_policy" { default = {} }
variable "redrive_policy" { default = {} }
variable "sqs_managed_sse_enabled" { default = true }
variable "visibility_timeout_seconds" { default = null }
variable "create_queue_policy" { default = false }
variable "source_queue_policy_documents" { default = [] }
variable "override_queue_policy_documents" { default = [] }
variable "create_dlq" { default = false }
variable "dlq_content_based_deduplication" { default = null }
variable "dlq_deduplication_scope" { default = null }
variable "dlq_delay_seconds" { default = null }
variable "dlq_kms_data_key_reuse_period_seconds" { default = null }
variable "dlq_kms_master_key_id" { default = null }
variable "dlq_message_retention_seconds" { default = null }
variable "dlq_name" { default = null }
variable "dlq_receive_wait_time_seconds" { default = null }
variable "create_dlq_redrive_allow_policy" { default = true }
variable "dlq_redrive_allow_policy" { default = {} }
variable "dlq_sqs_managed_sse_enabled" { default = true }
variable "dlq_visibility_timeout_seconds" { default = null }
variable "dlq_tags" { default = {} }
variable "create_dlq_queue_policy" { default = false }
variable "source_dlq_queue_policy_documents" { default = [] }
variable "override_dlq_queue_policy_documents" { default = [] }

# Where nothing is given some versions say nothing and some an empty map.
variable "queue_policy_statements" { default = null }
variable "dlq_queue_policy_statements" { default = null }

locals {
  # A name that ends as those of ordered queues do is taken without that end.
  queue_name = try(trimsuffix(var.name, ".fifo"), "")
  ending     = var.fifo_queue ? ".fifo" : ""
  failed     = try(coalesce(try(trimsuffix(var.dlq_name, ".fifo"), null), "${local.queue_name}-dlq"), "")
  failed_key = try(coalesce(var.dlq_kms_master_key_id, var.kms_master_key_id), null)
}

resource "aws_sqs_queue" "this" {
  count = var.create ? 1 : 0

  name                              = var.use_name_prefix ? null : "${local.queue_name}${local.ending}"
  name_prefix                       = var.use_name_prefix ? "${local.queue_name}-" : null
  fifo_queue                        = var.fifo_queue
  content_based_deduplication       = var.content_based_deduplication
  deduplication_scope               = var.deduplication_scope
  fifo_throughput_limit             = var.fifo_throughput_limit
  delay_seconds                     = var.delay_seconds
  max_message_size                  = var.max_message_size
  message_retention_seconds         = var.message_retention_seconds
  receive_wait_time_seconds         = var.receive_wait_time_seconds
  visibility_timeout_seconds        = var.visibility_timeout_seconds
  kms_master_key_id                 = var.kms_master_key_id
  kms_data_key_reuse_period_seconds = var.kms_data_key_reuse_period_seconds
  sqs_managed_sse_enabled           = var.kms_master_key_id != null ? null : var.sqs_managed_sse_enabled
  tags                              = var.tags
}

resource "aws_sqs_queue" "dlq" {
  count = var.create && var.create_dlq ? 1 : 0

  name                              = var.use_name_prefix ? null : "${local.failed}${local.ending}"
  name_prefix                       = var.use_name_prefix ? "${local.failed}-" : null
  fifo_queue                        = var.fifo_queue
  content_based_deduplication       = try(coalesce(var.dlq_content_based_deduplication, var.content_based_deduplication), null)
  deduplication_scope               = try(coalesce(var.dlq_deduplication_scope, var.deduplication_scope), null)
  delay_seconds                     = try(coalesce(var.dlq_delay_seconds, var.delay_seconds), null)
  max_message_size                  = var.max_message_size
  message_retention_seconds         = try(coalesce(var.dlq_message_retention_seconds, var.message_retention_seconds), null)
  receive_wait_time_seconds         = try(coalesce(var.dlq_receive_wait_time_seconds, var.receive_wait_time_seconds), null)
  visibility_timeout_seconds        = try(coalesce(var.dlq_visibility_timeout_seconds, var.visibility_timeout_seconds), null)
  kms_master_key_id                 = local.failed_key
  kms_data_key_reuse_period_seconds = try(coalesce(var.dlq_kms_data_key_reuse_period_seconds, var.kms_data_key_reuse_period_seconds), null)
  sqs_managed_sse_enabled           = local.failed_key != null ? null : coalesce(var.dlq_sqs_managed_sse_enabled, var.sqs_managed_sse_enabled)
  tags                              = merge(var.tags, var.dlq_tags)
}

data "aws_iam_policy_document" "this" {
  count                     = var.create && var.create_queue_policy ? 1 : 0
  source_policy_documents   = var.source_queue_policy_documents
  override_policy_documents = var.override_queue_policy_documents

  dynamic "statement" {
    for_each = coalesce(var.queue_policy_statements, {})
    content {
      effect        = try(statement.value.effect, null)
      actions       = try(statement.value.actions, null)
      not_actions   = try(statement.value.not_actions, null)
      resources     = try(coalesce(statement.value.resources), [aws_sqs_queue.this[0].arn])
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

resource "aws_sqs_queue_policy" "this" {
  count     = var.create && var.create_queue_policy ? 1 : 0
  queue_url = aws_sqs_queue.this[0].url
  policy    = data.aws_iam_policy_document.this[0].json
}

data "aws_iam_policy_document" "dlq" {
  count                     = var.create && var.create_dlq && var.create_dlq_queue_policy ? 1 : 0
  source_policy_documents   = var.source_dlq_queue_policy_documents
  override_policy_documents = var.override_dlq_queue_policy_documents

  dynamic "statement" {
    for_each = coalesce(var.dlq_queue_policy_statements, {})
    content {
      effect        = try(statement.value.effect, null)
      actions       = try(statement.value.actions, null)
      not_actions   = try(statement.value.not_actions, null)
      resources     = try(coalesce(statement.value.resources), [aws_sqs_queue.dlq[0].arn])
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

resource "aws_sqs_queue_policy" "dlq" {
  count     = var.create && var.create_dlq && var.create_dlq_queue_policy ? 1 : 0
  queue_url = aws_sqs_queue.dlq[0].url
  policy    = data.aws_iam_policy_document.dlq[0].json
}

resource "aws_sqs_queue_redrive_policy" "this" {
  count          = var.create && !var.create_dlq && length(var.redrive_policy) > 0 ? 1 : 0
  queue_url      = aws_sqs_queue.this[0].url
  redrive_policy = jsonencode(var.redrive_policy)
}

resource "aws_sqs_queue_redrive_policy" "dlq" {
  count          = var.create && var.create_dlq ? 1 : 0
  queue_url      = aws_sqs_queue.this[0].url
  redrive_policy = jsonencode(merge({ deadLetterTargetArn = aws_sqs_queue.dlq[0].arn, maxReceiveCount = 5 }, var.redrive_policy))
}

resource "aws_sqs_queue_redrive_allow_policy" "this" {
  count                = var.create && !var.create_dlq && length(var.redrive_allow_policy) > 0 ? 1 : 0
  queue_url            = aws_sqs_queue.this[0].url
  redrive_allow_policy = jsonencode(var.redrive_allow_policy)
}

resource "aws_sqs_queue_redrive_allow_policy" "dlq" {
  count                = var.create && var.create_dlq && var.create_dlq_redrive_allow_policy ? 1 : 0
  queue_url            = aws_sqs_queue.dlq[0].url
  redrive_allow_policy = jsonencode(merge({ redrivePermission = "byQueue", sourceQueueArns = [aws_sqs_queue.this[0].arn] }, var.dlq_redrive_allow_policy))
}

output "queue_id" { value = one(aws_sqs_queue.this[*].id) }
output "queue_arn" { value = one(aws_sqs_queue.this[*].arn) }
output "queue_url" { value = one(aws_sqs_queue.this[*].url) }
output "queue_name" { value = one(aws_sqs_queue.this[*].name) }
output "dead_letter_queue_id" { value = one(aws_sqs_queue.dlq[*].id) }
output "dead_letter_queue_arn" { value = one(aws_sqs_queue.dlq[*].arn) }
output "dead_letter_queue_url" { value = one(aws_sqs_queue.dlq[*].url) }
output "dead_letter_queue_name" { value = one(aws_sqs_queue.dlq[*].name) }
