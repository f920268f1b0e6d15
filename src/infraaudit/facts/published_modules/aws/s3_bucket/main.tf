# A bucket of Amazon S3 with what stands beside it. Of its policy the part of the caller is shown and the demand of TLS,
# of what the module writes for deliverers of logs and of its other refusals nothing. Not shown: metrics, analyses, tiers.

variable "create_bucket" { default = true }
variable "attach_elb_log_delivery_policy" { default = false }
variable "attach_lb_log_delivery_policy" { default = false }
variable "attach_access_log_delivery_policy" { default = false }
variable "attach_cloudtrail_log_delivery_policy" { default = false }
variable "attach_deny_insecure_transport_policy" { default = false }
variable "attach_require_latest_tls_policy" { default = false }
variable "attach_policy" { default = false }
variable "attach_public_policy" { default = true }
variable "attach_inventory_destination_policy" { default = false }
variable "attach_analytics_destination_policy" { default = false }
variable "attach_deny_incorrect_encryption_headers" { default = false }
variable "attach_deny_incorrect_kms_key_sse" { default = false }
variable "attach_deny_unencrypted_object_uploads" { default = false }
variable "attach_deny_ssec_encrypted_object_uploads" { default = false }
variable "attach_waf_log_delivery_policy" { default = false }
variable "bucket" { default = null }
variable "bucket_prefix" { default = null }
variable "acl" { default = null }
variable "policy" { default = null }
variable "tags" { default = {} }
variable "force_destroy" { default = false }
variable "website" { default = {} }
variable "cors_rule" { default = [] }
variable "versioning" { default = {} }
variable "logging" { default = {} }
variable "grant" { default = [] }
variable "lifecycle_rule" { default = [] }
variable "replication_configuration" { default = {} }
variable "server_side_encryption_configuration" { default = {} }
variable "object_lock_configuration" { default = {} }
variable "inventory_configuration" { default = {} }
variable "object_lock_enabled" { default = false }
variable "block_public_acls" { default = true }
variable "block_public_policy" { default = true }
variable "ignore_public_acls" { default = true }
variable "restrict_public_buckets" { default = true }
variable "control_object_ownership" { default = false }
variable "object_ownership" { default = "BucketOwnerEnforced" }
variable "is_directory_bucket" { default = false }
variable "data_redundancy" { default = null }
variable "availability_zone_id" { default = null }

# What a policy says beside that.
variable "further_statements" {}

locals {
  ordinary  = var.create_bucket && !var.is_directory_bucket
  deliverer = var.attach_elb_log_delivery_policy || var.attach_lb_log_delivery_policy || var.attach_access_log_delivery_policy || var.attach_cloudtrail_log_delivery_policy || var.attach_waf_log_delivery_policy || var.attach_inventory_destination_policy || var.attach_analytics_destination_policy
  refusal   = var.attach_require_latest_tls_policy || var.attach_deny_incorrect_encryption_headers || var.attach_deny_incorrect_kms_key_sse || var.attach_deny_unencrypted_object_uploads || var.attach_deny_ssec_encrypted_object_uploads
  written   = var.create_bucket && (var.attach_policy || var.attach_deny_insecure_transport_policy || local.deliverer || local.refusal)
}

resource "aws_s3_bucket" "this" {
  count = local.ordinary ? 1 : 0

  bucket              = var.bucket
  bucket_prefix       = var.bucket_prefix
  force_destroy       = var.force_destroy
  object_lock_enabled = var.object_lock_enabled
  tags                = var.tags
}

resource "aws_s3_directory_bucket" "this" {
  count           = var.create_bucket && var.is_directory_bucket ? 1 : 0
  bucket          = "${var.bucket}--${var.availability_zone_id}--x-s3"
  data_redundancy = var.data_redundancy
  force_destroy   = var.force_destroy
}

resource "aws_s3_bucket_logging" "this" {
  count         = local.ordinary && length(keys(var.logging)) > 0 ? 1 : 0
  bucket        = aws_s3_bucket.this[0].id
  target_bucket = var.logging.target_bucket
  target_prefix = var.logging.target_prefix
}

resource "aws_s3_bucket_acl" "this" {
  count  = local.ordinary && ((var.acl != null && var.acl != "null") || length(var.grant) > 0) ? 1 : 0
  bucket = aws_s3_bucket.this[0].id
  acl    = var.acl == "null" ? null : var.acl

  dynamic "access_control_policy" {
    for_each = length(var.grant) > 0 ? [true] : []
    content {
      dynamic "grant" {
        for_each = var.grant
        content {
          permission = grant.value.permission
          grantee {
            type = grant.value.type
            id   = try(grant.value.id, null)
            uri  = try(grant.value.uri, null)
          }
        }
      }
    }
  }
}

resource "aws_s3_bucket_website_configuration" "this" {
  count  = local.ordinary && length(keys(var.website)) > 0 ? 1 : 0
  bucket = aws_s3_bucket.this[0].id

  dynamic "index_document" {
    for_each = try([var.website.index_document], [])
    content {
      suffix = index_document.value
    }
  }
  dynamic "redirect_all_requests_to" {
    for_each = try([var.website.redirect_all_requests_to], [])
    content {
      host_name = redirect_all_requests_to.value.host_name
    }
  }
}

resource "aws_s3_bucket_versioning" "this" {
  count  = local.ordinary && length(keys(var.versioning)) > 0 ? 1 : 0
  bucket = aws_s3_bucket.this[0].id

  versioning_configuration {
    status     = try(var.versioning.enabled, tobool(var.versioning.status), lower(var.versioning.status) == "enabled", true) ? "Enabled" : "Suspended"
    mfa_delete = try(tobool(var.versioning.mfa_delete) ? "Enabled" : "Disabled", title(lower(var.versioning.mfa_delete)), null)
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  count  = var.create_bucket && length(keys(var.server_side_encryption_configuration)) > 0 ? 1 : 0
  bucket = var.is_directory_bucket ? aws_s3_directory_bucket.this[0].bucket : aws_s3_bucket.this[0].id

  dynamic "rule" {
    for_each = try(flatten([var.server_side_encryption_configuration.rule]), [])
    content {
      bucket_key_enabled = try(rule.value.bucket_key_enabled, null)
      dynamic "apply_server_side_encryption_by_default" {
        for_each = try([rule.value.apply_server_side_encryption_by_default], [])
        content {
          sse_algorithm     = apply_server_side_encryption_by_default.value.sse_algorithm
          kms_master_key_id = try(apply_server_side_encryption_by_default.value.kms_master_key_id, null)
        }
      }
    }
  }
}

resource "aws_s3_bucket_cors_configuration" "this" {
  count  = local.ordinary && length(var.cors_rule) > 0 ? 1 : 0
  bucket = aws_s3_bucket.this[0].id

  dynamic "cors_rule" {
    for_each = var.cors_rule
    content {
      allowed_methods = cors_rule.value.allowed_methods
      allowed_origins = cors_rule.value.allowed_origins
      allowed_headers = try(cors_rule.value.allowed_headers, null)
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  count  = local.ordinary && length(var.lifecycle_rule) > 0 ? 1 : 0
  bucket = aws_s3_bucket.this[0].id

  dynamic "rule" {
    for_each = var.lifecycle_rule
    content {
      id     = try(rule.value.id, null)
      status = try(rule.value.enabled, tobool(rule.value.status), lower(rule.value.status) == "enabled") ? "Enabled" : "Disabled"

      dynamic "filter" {
        for_each = try(flatten([rule.value.filter]), [])
        content {
          prefix                   = try(filter.value.prefix, null)
          object_size_greater_than = try(filter.value.object_size_greater_than, null)
          object_size_less_than    = try(filter.value.object_size_less_than, null)
          and {
            tags = try(filter.value.tags, filter.value.tag, null)
          }
        }
      }
      dynamic "abort_incomplete_multipart_upload" {
        for_each = try([rule.value.abort_incomplete_multipart_upload_days], [])
        content {
          days_after_initiation = abort_incomplete_multipart_upload.value
        }
      }
      dynamic "expiration" {
        for_each = try(flatten([rule.value.expiration]), [])
        content {
          date                         = try(expiration.value.date, null)
          days                         = try(expiration.value.days, null)
          expired_object_delete_marker = try(expiration.value.expired_object_delete_marker, null)
        }
      }
      dynamic "transition" {
        for_each = try(flatten([rule.value.transition]), [])
        content {
          date          = try(transition.value.date, null)
          days          = try(transition.value.days, null)
          storage_class = transition.value.storage_class
        }
      }
      dynamic "noncurrent_version_expiration" {
        for_each = try(flatten([rule.value.noncurrent_version_expiration]), [])
        content {
          noncurrent_days           = try(noncurrent_version_expiration.value.days, noncurrent_version_expiration.value.noncurrent_days, null)
          newer_noncurrent_versions = try(noncurrent_version_expiration.value.newer_noncurrent_versions, null)
        }
      }
    }
  }
}

resource "aws_s3_bucket_object_lock_configuration" "this" {
  count  = local.ordinary && var.object_lock_enabled && try(var.object_lock_configuration.rule.default_retention, null) != null ? 1 : 0
  bucket = aws_s3_bucket.this[0].id

  rule {
    default_retention {
      mode  = var.object_lock_configuration.rule.default_retention.mode
      days  = try(var.object_lock_configuration.rule.default_retention.days, null)
      years = try(var.object_lock_configuration.rule.default_retention.years, null)
    }
  }
}

resource "aws_s3_bucket_replication_configuration" "this" {
  count  = local.ordinary && length(keys(var.replication_configuration)) > 0 ? 1 : 0
  bucket = aws_s3_bucket.this[0].id
  role   = var.replication_configuration.role

  dynamic "rule" {
    for_each = flatten(try([var.replication_configuration.rule], [var.replication_configuration.rules], []))
    content {
      id     = try(rule.value.id, null)
      status = try(tobool(rule.value.status), lower(rule.value.status) == "enabled", true) ? "Enabled" : "Disabled"

      dynamic "destination" {
        for_each = try(flatten([rule.value.destination]), [])
        content {
          bucket        = destination.value.bucket
          account       = try(destination.value.account_id, destination.value.account, null)
          storage_class = try(destination.value.storage_class, null)

          dynamic "encryption_configuration" {
            for_each = flatten([try(destination.value.encryption_configuration.replica_kms_key_id, destination.value.replica_kms_key_id, [])])
            content {
              replica_kms_key_id = encryption_configuration.value
            }
          }
        }
      }
    }
  }
}

resource "aws_s3_bucket_inventory" "this" {
  for_each = { for name, inventory in var.inventory_configuration : name => inventory if var.create_bucket }
  name     = each.key
  bucket   = try(each.value.bucket, aws_s3_bucket.this[0].id)

  destination {
    bucket {
      bucket_arn = try(each.value.destination.bucket_arn, aws_s3_bucket.this[0].arn)
      encryption {
        sse_kms {
          key_id = try(each.value.destination.encryption.kms_key_id, null)
        }
      }
    }
  }
}

data "aws_iam_policy_document" "combined" {
  count                   = local.written ? 1 : 0
  source_policy_documents = compact([var.attach_policy ? var.policy : ""])

  dynamic "statement" {
    for_each = var.attach_deny_insecure_transport_policy ? [true] : []
    content {
      effect    = "Deny"
      actions   = ["s3:*"]
      resources = [aws_s3_bucket.this[0].arn, "${aws_s3_bucket.this[0].arn}/*"]
      principals {
        type        = "*"
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
    for_each = local.deliverer || local.refusal ? var.further_statements : []
    content {}
  }
}

resource "aws_s3_bucket_policy" "this" {
  count  = local.written ? 1 : 0
  bucket = var.is_directory_bucket ? aws_s3_directory_bucket.this[0].bucket : aws_s3_bucket.this[0].id
  policy = data.aws_iam_policy_document.combined[0].json
}

resource "aws_s3_bucket_public_access_block" "this" {
  count                   = local.ordinary && var.attach_public_policy ? 1 : 0
  bucket                  = aws_s3_bucket.this[0].id
  block_public_acls       = var.block_public_acls
  block_public_policy     = var.block_public_policy
  ignore_public_acls      = var.ignore_public_acls
  restrict_public_buckets = var.restrict_public_buckets
}

resource "aws_s3_bucket_ownership_controls" "this" {
  count  = local.ordinary && var.control_object_ownership ? 1 : 0
  bucket = aws_s3_bucket.this[0].id

  rule {
    object_ownership = var.object_ownership
  }
}

output "s3_bucket_id" { value = one(aws_s3_bucket.this[*].id) }
output "s3_bucket_arn" { value = one(aws_s3_bucket.this[*].arn) }
output "s3_bucket_bucket_domain_name" { value = one(aws_s3_bucket.this[*].bucket_domain_name) }
output "s3_bucket_bucket_regional_domain_name" { value = one(aws_s3_bucket.this[*].bucket_regional_domain_name) }
output "s3_bucket_hosted_zone_id" { value = one(aws_s3_bucket.this[*].hosted_zone_id) }
output "s3_bucket_region" { value = one(aws_s3_bucket.this[*].region) }
output "s3_bucket_policy" { value = one(aws_s3_bucket_policy.this[*].policy) }
output "s3_bucket_website_endpoint" { value = one(aws_s3_bucket_website_configuration.this[*].website_endpoint) }
output "s3_bucket_website_domain" { value = one(aws_s3_bucket_website_configuration.this[*].website_domain) }
