# A function of AWS Lambda with its role, its log group, what triggers it and its address. Not shown: how its package is
# built and stored, and layers.

variable "create" { default = true }
variable "create_function" { default = true }
variable "create_layer" { default = false }
variable "create_role" { default = true }
variable "create_lambda_function_url" { default = false }
variable "lambda_at_edge" { default = false }
variable "function_name" { default = "" }
variable "handler" { default = "" }
variable "runtime" { default = "" }
variable "lambda_role" { default = "" }
variable "code_signing_config_arn" { default = null }
variable "layers" { default = null }
variable "architectures" { default = null }
variable "kms_key_arn" { default = null }
variable "memory_size" { default = 128 }
variable "ephemeral_storage_size" { default = 512 }
variable "publish" { default = false }
variable "reserved_concurrent_executions" { default = -1 }
variable "timeout" { default = 3 }
variable "dead_letter_target_arn" { default = null }
variable "environment_variables" { default = {} }
variable "tracing_mode" { default = null }
variable "vpc_subnet_ids" { default = null }
variable "vpc_security_group_ids" { default = null }
variable "tags" { default = {} }
variable "function_tags" { default = {} }
variable "package_type" { default = "Zip" }
variable "image_uri" { default = null }
variable "image_config_entry_point" { default = [] }
variable "image_config_command" { default = [] }
variable "image_config_working_directory" { default = null }
variable "snap_start" { default = false }
variable "create_unqualified_alias_lambda_function_url" { default = true }
variable "authorization_type" { default = "NONE" }
variable "cors" { default = {} }
variable "invoke_mode" { default = null }
variable "create_async_event_config" { default = false }
variable "create_current_version_async_event_config" { default = true }
variable "create_unqualified_alias_async_event_config" { default = true }
variable "maximum_event_age_in_seconds" { default = null }
variable "maximum_retry_attempts" { default = null }
variable "destination_on_failure" { default = null }
variable "destination_on_success" { default = null }
variable "provisioned_concurrent_executions" { default = -1 }
variable "create_current_version_allowed_triggers" { default = true }
variable "create_unqualified_alias_allowed_triggers" { default = true }
variable "allowed_triggers" { default = {} }
variable "event_source_mapping" { default = {} }
variable "use_existing_cloudwatch_log_group" { default = false }
variable "cloudwatch_logs_retention_in_days" { default = null }
variable "cloudwatch_logs_kms_key_id" { default = null }
variable "cloudwatch_logs_skip_destroy" { default = false }
variable "cloudwatch_logs_log_group_class" { default = null }
variable "role_name" { default = null }
variable "role_path" { default = null }
variable "role_permissions_boundary" { default = null }
variable "attach_cloudwatch_logs_policy" { default = true }
variable "attach_create_log_group_permission" { default = true }
variable "attach_dead_letter_policy" { default = false }
variable "attach_network_policy" { default = false }
variable "attach_tracing_policy" { default = false }
variable "attach_async_event_policy" { default = false }
variable "attach_policy_json" { default = false }
variable "attach_policy_jsons" { default = false }
variable "attach_policy" { default = false }
variable "attach_policies" { default = false }
variable "number_of_policy_jsons" { default = 0 }
variable "number_of_policies" { default = 0 }
variable "attach_policy_statements" { default = false }
variable "trusted_entities" { default = [] }
variable "assume_role_policy_statements" { default = {} }
variable "policy_json" { default = null }
variable "policy_jsons" { default = [] }
variable "policy" { default = null }
variable "policies" { default = [] }
variable "policy_statements" { default = {} }
variable "file_system_arn" { default = null }
variable "file_system_local_mount_path" { default = null }
variable "local_existing_package" { default = null }
variable "s3_existing_package" { default = null }
variable "store_on_s3" { default = false }
variable "s3_bucket" { default = null }
variable "logging_log_format" { default = "Text" }
variable "logging_log_group" { default = null }

# The formats of logs differ in their levels by version, and what AWS's own policies say is theirs.
variable "policies_of_aws" {}
variable "package" {}

# Whether the part of the cloud is one in which functions can be told how to log.
variable "partitions_with_logging" {}

locals {
  function  = var.create && var.create_function && !var.create_layer
  own_role  = local.function && var.create_role
  role_name = local.own_role ? coalesce(var.role_name, var.function_name, "*") : null
  logs      = try(data.aws_cloudwatch_log_group.lambda[0].arn, aws_cloudwatch_log_group.lambda[0].arn, "")
  log_name  = coalesce(var.logging_log_group, "/aws/lambda/${var.lambda_at_edge ? "us-east-1." : ""}${var.function_name}")
  triggers  = { for name, trigger in var.allowed_triggers : name => trigger if local.function }
}

resource "aws_lambda_function" "this" {
  count = local.function ? 1 : 0

  function_name                  = var.function_name
  role                           = local.own_role ? aws_iam_role.lambda[0].arn : var.lambda_role
  package_type                   = var.package_type
  handler                        = var.package_type != "Zip" ? null : var.handler
  runtime                        = var.package_type != "Zip" ? null : var.runtime
  image_uri                      = var.image_uri
  filename                       = var.local_existing_package != null ? var.local_existing_package : var.store_on_s3 ? null : var.package
  s3_bucket                      = var.s3_existing_package != null ? try(var.s3_existing_package.bucket, null) : var.store_on_s3 ? var.s3_bucket : null
  s3_key                         = var.s3_existing_package != null ? try(var.s3_existing_package.key, null) : var.store_on_s3 ? var.package : null
  layers                         = var.layers
  architectures                  = var.architectures
  kms_key_arn                    = var.kms_key_arn
  memory_size                    = var.memory_size
  timeout                        = var.lambda_at_edge ? min(var.timeout, 30) : var.timeout
  reserved_concurrent_executions = var.reserved_concurrent_executions
  publish                        = var.lambda_at_edge || var.snap_start ? true : var.publish
  code_signing_config_arn        = var.code_signing_config_arn
  tags                           = merge(var.tags, var.function_tags)

  dynamic "ephemeral_storage" {
    for_each = var.ephemeral_storage_size == null ? [] : [true]
    content {
      size = var.ephemeral_storage_size
    }
  }
  dynamic "image_config" {
    for_each = length(var.image_config_entry_point) > 0 || length(var.image_config_command) > 0 || var.image_config_working_directory != null ? [true] : []
    content {
      entry_point       = var.image_config_entry_point
      command           = var.image_config_command
      working_directory = var.image_config_working_directory
    }
  }
  dynamic "environment" {
    for_each = length(keys(var.environment_variables)) == 0 ? [] : [true]
    content {
      variables = var.environment_variables
    }
  }
  dynamic "dead_letter_config" {
    for_each = var.dead_letter_target_arn == null ? [] : [true]
    content {
      target_arn = var.dead_letter_target_arn
    }
  }
  dynamic "tracing_config" {
    for_each = var.tracing_mode == null ? [] : [true]
    content {
      mode = var.tracing_mode
    }
  }
  dynamic "vpc_config" {
    for_each = var.vpc_subnet_ids != null && var.vpc_security_group_ids != null ? [true] : []
    content {
      subnet_ids         = var.vpc_subnet_ids
      security_group_ids = var.vpc_security_group_ids
    }
  }
  dynamic "file_system_config" {
    for_each = var.file_system_arn != null && var.file_system_local_mount_path != null ? [true] : []
    content {
      arn              = var.file_system_arn
      local_mount_path = var.file_system_local_mount_path
    }
  }
  dynamic "snap_start" {
    for_each = var.snap_start ? [true] : []
    content {
      apply_on = "PublishedVersions"
    }
  }
  dynamic "logging_config" {
    for_each = var.partitions_with_logging
    content {
      log_group  = var.logging_log_group
      log_format = var.logging_log_format
    }
  }
}

data "aws_cloudwatch_log_group" "lambda" {
  count = local.function && var.use_existing_cloudwatch_log_group ? 1 : 0
  name  = local.log_name
}

resource "aws_cloudwatch_log_group" "lambda" {
  count             = local.function && !var.use_existing_cloudwatch_log_group ? 1 : 0
  name              = local.log_name
  retention_in_days = var.cloudwatch_logs_retention_in_days
  kms_key_id        = var.cloudwatch_logs_kms_key_id
  skip_destroy      = var.cloudwatch_logs_skip_destroy
  log_group_class   = var.cloudwatch_logs_log_group_class
}

resource "aws_lambda_provisioned_concurrency_config" "current_version" {
  count                             = local.function && var.provisioned_concurrent_executions > -1 ? 1 : 0
  function_name                     = aws_lambda_function.this[0].function_name
  qualifier                         = aws_lambda_function.this[0].version
  provisioned_concurrent_executions = var.provisioned_concurrent_executions
}

resource "aws_lambda_function_event_invoke_config" "this" {
  for_each = toset([for name, wanted in {
    current_version   = var.create_current_version_async_event_config
    unqualified_alias = var.create_unqualified_alias_async_event_config
  } : name if wanted && local.function && var.create_async_event_config])

  function_name                = aws_lambda_function.this[0].function_name
  qualifier                    = each.key == "current_version" ? aws_lambda_function.this[0].version : null
  maximum_event_age_in_seconds = var.maximum_event_age_in_seconds
  maximum_retry_attempts       = var.maximum_retry_attempts

  dynamic "destination_config" {
    for_each = var.destination_on_failure != null || var.destination_on_success != null ? [true] : []
    content {
      dynamic "on_failure" {
        for_each = var.destination_on_failure != null ? [true] : []
        content {
          destination = var.destination_on_failure
        }
      }
      dynamic "on_success" {
        for_each = var.destination_on_success != null ? [true] : []
        content {
          destination = var.destination_on_success
        }
      }
    }
  }
}

resource "aws_lambda_permission" "current_version_triggers" {
  for_each = { for name, trigger in local.triggers : name => trigger if var.create_current_version_allowed_triggers }

  function_name          = aws_lambda_function.this[0].function_name
  qualifier              = aws_lambda_function.this[0].version
  action                 = try(each.value.action, "lambda:InvokeFunction")
  principal              = try(each.value.principal, format("%s.amazonaws.com", try(each.value.service, "")))
  principal_org_id       = try(each.value.principal_org_id, null)
  source_arn             = try(each.value.source_arn, null)
  source_account         = try(each.value.source_account, null)
  event_source_token     = try(each.value.event_source_token, null)
  function_url_auth_type = try(each.value.function_url_auth_type, null)
}

resource "aws_lambda_permission" "unqualified_alias_triggers" {
  for_each = { for name, trigger in local.triggers : name => trigger if var.create_unqualified_alias_allowed_triggers }

  function_name          = aws_lambda_function.this[0].function_name
  action                 = try(each.value.action, "lambda:InvokeFunction")
  principal              = try(each.value.principal, format("%s.amazonaws.com", try(each.value.service, "")))
  principal_org_id       = try(each.value.principal_org_id, null)
  source_arn             = try(each.value.source_arn, null)
  source_account         = try(each.value.source_account, null)
  event_source_token     = try(each.value.event_source_token, null)
  function_url_auth_type = try(each.value.function_url_auth_type, null)
}

resource "aws_lambda_event_source_mapping" "this" {
  for_each = { for name, mapping in var.event_source_mapping : name => mapping if local.function && var.create_unqualified_alias_allowed_triggers }

  function_name                      = aws_lambda_function.this[0].arn
  event_source_arn                   = try(each.value.event_source_arn, null)
  batch_size                         = try(each.value.batch_size, null)
  maximum_batching_window_in_seconds = try(each.value.maximum_batching_window_in_seconds, null)
  enabled                            = try(each.value.enabled, true)
  starting_position                  = try(each.value.starting_position, null)
  parallelization_factor             = try(each.value.parallelization_factor, null)
  maximum_retry_attempts             = try(each.value.maximum_retry_attempts, null)
  maximum_record_age_in_seconds      = try(each.value.maximum_record_age_in_seconds, null)
  bisect_batch_on_function_error     = try(each.value.bisect_batch_on_function_error, null)
  topics                             = try(each.value.topics, null)
  queues                             = try(each.value.queues, null)
  function_response_types            = try(each.value.function_response_types, null)
  tumbling_window_in_seconds         = try(each.value.tumbling_window_in_seconds, null)

  dynamic "destination_config" {
    for_each = try(each.value.destination_arn_on_failure, null) != null ? [true] : []
    content {
      on_failure {
        destination_arn = each.value.destination_arn_on_failure
      }
    }
  }
  dynamic "scaling_config" {
    for_each = try([each.value.scaling_config], [])
    content {
      maximum_concurrency = try(scaling_config.value.maximum_concurrency, null)
    }
  }
  dynamic "self_managed_event_source" {
    for_each = try(each.value.self_managed_event_source, [])
    content {
      endpoints = self_managed_event_source.value.endpoints
    }
  }
}

resource "aws_lambda_function_url" "this" {
  count              = local.function && var.create_lambda_function_url ? 1 : 0
  function_name      = aws_lambda_function.this[0].function_name
  qualifier          = var.create_unqualified_alias_lambda_function_url ? null : aws_lambda_function.this[0].version
  authorization_type = var.authorization_type
  invoke_mode        = var.invoke_mode

  dynamic "cors" {
    for_each = length(keys(var.cors)) == 0 ? [] : [var.cors]
    content {
      allow_credentials = try(cors.value.allow_credentials, null)
      allow_methods     = try(cors.value.allow_methods, null)
      allow_origins     = try(cors.value.allow_origins, null)
      allow_headers     = try(cors.value.allow_headers, null)
      expose_headers    = try(cors.value.expose_headers, null)
      max_age           = try(cors.value.max_age, null)
    }
  }
}

data "aws_iam_policy_document" "assume_role" {
  count = local.own_role ? 1 : 0

  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = distinct(concat(slice(["lambda.amazonaws.com", "edgelambda.amazonaws.com"], 0, var.lambda_at_edge ? 2 : 1), [for each in var.trusted_entities : each if can(tostring(each))]))
    }
    dynamic "principals" {
      for_each = [for each in var.trusted_entities : each if !can(tostring(each))]
      content {
        type        = principals.value.type
        identifiers = principals.value.identifiers
      }
    }
  }

  dynamic "statement" {
    for_each = var.assume_role_policy_statements
    content {
      effect  = try(statement.value.effect, null)
      actions = try(statement.value.actions, null)
      dynamic "principals" {
        for_each = try(statement.value.principals, [])
        content {
          type        = principals.value.type
          identifiers = principals.value.identifiers
        }
      }
      dynamic "condition" {
        for_each = try(statement.value.condition, [])
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_iam_role" "lambda" {
  count                = local.own_role ? 1 : 0
  name                 = local.role_name
  path                 = var.role_path
  assume_role_policy   = data.aws_iam_policy_document.assume_role[0].json
  permissions_boundary = var.role_permissions_boundary
}

data "aws_iam_policy_document" "logs" {
  count = local.own_role && var.attach_cloudwatch_logs_policy ? 1 : 0
  statement {
    actions   = concat(!var.use_existing_cloudwatch_log_group && var.attach_create_log_group_permission ? ["logs:CreateLogGroup"] : [], ["logs:CreateLogStream", "logs:PutLogEvents"])
    resources = ["${local.logs}:*", "${local.logs}:*:*"]
  }
}

resource "aws_iam_role_policy" "logs" {
  count  = local.own_role && var.attach_cloudwatch_logs_policy ? 1 : 0
  role   = aws_iam_role.lambda[0].name
  policy = data.aws_iam_policy_document.logs[0].json
}

data "aws_iam_policy_document" "dead_letter" {
  count = local.own_role && var.attach_dead_letter_policy ? 1 : 0
  statement {
    actions   = ["sns:Publish", "sqs:SendMessage"]
    resources = [var.dead_letter_target_arn]
  }
}

resource "aws_iam_role_policy" "dead_letter" {
  count  = local.own_role && var.attach_dead_letter_policy ? 1 : 0
  role   = aws_iam_role.lambda[0].name
  policy = data.aws_iam_policy_document.dead_letter[0].json
}

data "aws_iam_policy_document" "async" {
  count = local.own_role && var.attach_async_event_policy ? 1 : 0
  statement {
    actions   = ["sns:Publish", "sqs:SendMessage", "events:PutEvents", "lambda:InvokeFunction"]
    resources = compact(distinct([var.destination_on_failure, var.destination_on_success]))
  }
}

resource "aws_iam_role_policy" "async" {
  count  = local.own_role && var.attach_async_event_policy ? 1 : 0
  role   = aws_iam_role.lambda[0].name
  policy = data.aws_iam_policy_document.async[0].json
}

resource "aws_iam_role_policy" "vpc" {
  count  = local.own_role && var.attach_network_policy ? 1 : 0
  role   = aws_iam_role.lambda[0].name
  policy = var.policies_of_aws
}

resource "aws_iam_role_policy" "tracing" {
  count  = local.own_role && var.attach_tracing_policy ? 1 : 0
  role   = aws_iam_role.lambda[0].name
  policy = var.policies_of_aws
}

resource "aws_iam_role_policy" "additional_json" {
  count  = local.own_role && var.attach_policy_json ? 1 : 0
  role   = aws_iam_role.lambda[0].name
  policy = var.policy_json
}

resource "aws_iam_role_policy" "additional_jsons" {
  count  = local.own_role && var.attach_policy_jsons ? var.number_of_policy_jsons : 0
  role   = aws_iam_role.lambda[0].name
  policy = var.policy_jsons[count.index]
}

resource "aws_iam_role_policy_attachment" "additional_one" {
  count      = local.own_role && var.attach_policy ? 1 : 0
  role       = aws_iam_role.lambda[0].name
  policy_arn = var.policy
}

resource "aws_iam_role_policy_attachment" "additional_many" {
  count      = local.own_role && var.attach_policies ? var.number_of_policies : 0
  role       = aws_iam_role.lambda[0].name
  policy_arn = var.policies[count.index]
}

data "aws_iam_policy_document" "additional_inline" {
  count = local.own_role && var.attach_policy_statements ? 1 : 0

  dynamic "statement" {
    for_each = var.policy_statements
    content {
      effect        = try(statement.value.effect, null)
      actions       = try(statement.value.actions, null)
      not_actions   = try(statement.value.not_actions, null)
      resources     = try(statement.value.resources, null)
      not_resources = try(statement.value.not_resources, null)
      dynamic "condition" {
        for_each = try(statement.value.condition, [])
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_iam_role_policy" "additional_inline" {
  count  = local.own_role && var.attach_policy_statements ? 1 : 0
  role   = aws_iam_role.lambda[0].name
  policy = data.aws_iam_policy_document.additional_inline[0].json
}

output "lambda_function_arn" { value = one(aws_lambda_function.this[*].arn) }
output "lambda_function_invoke_arn" { value = one(aws_lambda_function.this[*].invoke_arn) }
output "lambda_function_name" { value = one(aws_lambda_function.this[*].function_name) }
output "lambda_function_qualified_arn" { value = one(aws_lambda_function.this[*].qualified_arn) }
output "lambda_function_version" { value = one(aws_lambda_function.this[*].version) }
output "lambda_function_url" { value = one(aws_lambda_function_url.this[*].function_url) }
output "lambda_role_arn" { value = one(aws_iam_role.lambda[*].arn) }
output "lambda_role_name" { value = one(aws_iam_role.lambda[*].name) }
output "lambda_cloudwatch_log_group_arn" { value = local.logs }
output "lambda_cloudwatch_log_group_name" { value = try(data.aws_cloudwatch_log_group.lambda[0].name, aws_cloudwatch_log_group.lambda[0].name, "") }
