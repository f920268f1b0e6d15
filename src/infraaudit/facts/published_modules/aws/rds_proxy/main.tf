# A proxy before a database of Amazon RDS, with its targets, its log and its role.

variable "create" { default = true }
variable "region" { default = null }
variable "tags" { default = {} }
variable "name" { default = "" }
variable "debug_logging" { default = false }
variable "default_auth_scheme" { default = null }
variable "endpoint_network_type" { default = null }
variable "engine_family" { default = "" }
variable "idle_client_timeout" { default = 1800 }
variable "require_tls" { default = true }
variable "role_arn" { default = "" }
variable "target_connection_network_type" { default = null }
variable "vpc_security_group_ids" { default = [] }
variable "vpc_subnet_ids" { default = [] }
variable "proxy_tags" { default = {} }
variable "connection_borrow_timeout" { default = null }
variable "init_query" { default = "" }
variable "max_connections_percent" { default = 90 }
variable "max_idle_connections_percent" { default = 50 }
variable "session_pinning_filters" { default = [] }
variable "target_db_instance" { default = false }
variable "db_instance_identifier" { default = "" }
variable "target_db_cluster" { default = false }
variable "db_cluster_identifier" { default = "" }
variable "endpoints" { default = {} }
variable "manage_log_group" { default = true }
variable "log_group_retention_in_days" { default = 30 }
variable "log_group_kms_key_id" { default = null }
variable "log_group_class" { default = null }
variable "log_group_tags" { default = {} }
variable "create_iam_role" { default = true }
variable "iam_role_name" { default = "" }
variable "use_role_name_prefix" { default = false }
variable "iam_role_path" { default = null }
variable "iam_role_max_session_duration" { default = 43200 }
variable "iam_role_permissions_boundary" { default = null }
variable "iam_role_tags" { default = {} }
variable "create_iam_policy" { default = true }
variable "iam_policy_name" { default = "" }
variable "use_policy_name_prefix" { default = false }
variable "kms_key_arns" { default = [] }

# Some versions ask for a login where none is given, some for none.
variable "auth" {}

variable "own_region" {}

locals {
  with_role   = var.create && var.create_iam_role
  role_name   = try(coalesce(var.iam_role_name, var.name), "")
  policy_name = try(coalesce(var.iam_policy_name, var.name), "")
}

resource "aws_db_proxy" "this" {
  count = var.create ? 1 : 0

  name                           = var.name
  region                         = var.region
  debug_logging                  = var.debug_logging
  default_auth_scheme            = var.default_auth_scheme
  endpoint_network_type          = var.endpoint_network_type
  engine_family                  = var.engine_family
  idle_client_timeout            = var.idle_client_timeout
  require_tls                    = var.require_tls
  role_arn                       = try(aws_iam_role.this[0].arn, var.role_arn)
  target_connection_network_type = var.target_connection_network_type
  vpc_security_group_ids         = var.vpc_security_group_ids
  vpc_subnet_ids                 = var.vpc_subnet_ids
  tags                           = merge(var.tags, var.proxy_tags)

  dynamic "auth" {
    for_each = var.auth

    content {
      auth_scheme               = try(auth.value.auth_scheme, null)
      client_password_auth_type = try(auth.value.client_password_auth_type, null)
      iam_auth                  = try(auth.value.iam_auth, null)
      secret_arn                = try(auth.value.secret_arn, null)
      username                  = try(auth.value.username, null)
    }
  }
}

resource "aws_db_proxy_default_target_group" "this" {
  count = var.create ? 1 : 0

  db_proxy_name = aws_db_proxy.this[0].name

  connection_pool_config {
    connection_borrow_timeout    = var.connection_borrow_timeout
    init_query                   = var.init_query
    max_connections_percent      = var.max_connections_percent
    max_idle_connections_percent = var.max_idle_connections_percent
    session_pinning_filters      = var.session_pinning_filters
  }
}

resource "aws_db_proxy_target" "db_instance" {
  count = var.create && var.target_db_instance ? 1 : 0

  db_proxy_name          = aws_db_proxy.this[0].name
  target_group_name      = aws_db_proxy_default_target_group.this[0].name
  db_instance_identifier = var.db_instance_identifier
}

resource "aws_db_proxy_target" "db_cluster" {
  count = var.create && var.target_db_cluster ? 1 : 0

  db_proxy_name         = aws_db_proxy.this[0].name
  target_group_name     = aws_db_proxy_default_target_group.this[0].name
  db_cluster_identifier = var.db_cluster_identifier
}

resource "aws_db_proxy_endpoint" "this" {
  for_each = { for key, each in var.endpoints : key => each if var.create }

  db_proxy_name          = aws_db_proxy.this[0].name
  db_proxy_endpoint_name = try(coalesce(each.value.name, each.key), each.key)
  vpc_subnet_ids         = try(each.value.vpc_subnet_ids, null)
  vpc_security_group_ids = try(each.value.vpc_security_group_ids, null)
  target_role            = try(each.value.target_role, null)
}

resource "aws_cloudwatch_log_group" "this" {
  count = var.create && var.manage_log_group ? 1 : 0

  name              = "/aws/rds/proxy/${var.name}"
  region            = var.region
  retention_in_days = var.log_group_retention_in_days
  kms_key_id        = var.log_group_kms_key_id
  log_group_class   = var.log_group_class
  tags              = merge(var.tags, var.log_group_tags)
}

data "aws_partition" "current" {
  count = local.with_role ? 1 : 0
}

data "aws_service_principal" "rds" {
  count = local.with_role ? 1 : 0

  service_name = "rds"
}

data "aws_iam_policy_document" "assume_role" {
  count = local.with_role ? 1 : 0

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = [data.aws_service_principal.rds[0].name]
    }
  }
}

resource "aws_iam_role" "this" {
  count = local.with_role ? 1 : 0

  name                 = var.use_role_name_prefix ? null : local.role_name
  name_prefix          = var.use_role_name_prefix ? "${local.role_name}-" : null
  path                 = var.iam_role_path
  assume_role_policy   = data.aws_iam_policy_document.assume_role[0].json
  max_session_duration = var.iam_role_max_session_duration
  permissions_boundary = var.iam_role_permissions_boundary
  tags                 = merge(var.tags, var.iam_role_tags)
}

data "aws_iam_policy_document" "this" {
  count = local.with_role && var.create_iam_policy ? 1 : 0

  statement {
    actions   = ["kms:Decrypt"]
    resources = coalescelist(var.kms_key_arns, ["arn:${data.aws_partition.current[0].partition}:kms:*:*:key/*"])

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["secretsmanager.${var.own_region}.amazonaws.com"]
    }
  }

  statement {
    actions   = ["secretsmanager:GetRandomPassword", "secretsmanager:ListSecrets"]
    resources = ["*"]
  }

  statement {
    actions = [
      "secretsmanager:GetResourcePolicy",
      "secretsmanager:GetSecretValue",
      "secretsmanager:DescribeSecret",
      "secretsmanager:ListSecretVersionIds",
    ]
    resources = distinct([for each in var.auth : each.secret_arn])
  }
}

resource "aws_iam_role_policy" "this" {
  count = local.with_role && var.create_iam_policy ? 1 : 0

  name        = var.use_policy_name_prefix ? null : local.policy_name
  name_prefix = var.use_policy_name_prefix ? "${local.policy_name}-" : null
  policy      = data.aws_iam_policy_document.this[0].json
  role        = aws_iam_role.this[0].id
}

output "proxy_id" {
  value = try(aws_db_proxy.this[0].id, null)
}

output "proxy_arn" {
  value = try(aws_db_proxy.this[0].arn, null)
}

output "proxy_endpoint" {
  value = try(aws_db_proxy.this[0].endpoint, null)
}

output "proxy_default_target_group_id" {
  value = try(aws_db_proxy_default_target_group.this[0].id, null)
}

output "proxy_default_target_group_arn" {
  value = try(aws_db_proxy_default_target_group.this[0].arn, null)
}

output "proxy_default_target_group_name" {
  value = try(aws_db_proxy_default_target_group.this[0].name, null)
}

output "proxy_target_endpoint" {
  value = try(aws_db_proxy_target.db_instance[0].endpoint, aws_db_proxy_target.db_cluster[0].endpoint, null)
}

output "proxy_target_port" {
  value = try(aws_db_proxy_target.db_instance[0].port, aws_db_proxy_target.db_cluster[0].port, null)
}

output "db_proxy_endpoints" {
  value = aws_db_proxy_endpoint.this
}

output "log_group_arn" {
  value = try(aws_cloudwatch_log_group.this[0].arn, null)
}

output "log_group_name" {
  value = try(aws_cloudwatch_log_group.this[0].name, null)
}

output "iam_role_arn" {
  value = try(aws_iam_role.this[0].arn, null)
}

output "iam_role_name" {
  value = try(aws_iam_role.this[0].name, null)
}
