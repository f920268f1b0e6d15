# A bucket of Google Cloud Storage with those who may use it. Not shown: a key that it makes for itself.

variable "project_id" {}
variable "location" {}
variable "name" {}
variable "force_destroy" { default = false }
variable "iam_members" { default = [] }
variable "storage_class" { default = null }
variable "labels" { default = null }
variable "bucket_policy_only" { default = true }
variable "versioning" { default = true }
variable "autoclass" { default = false }
variable "retention_policy" { default = null }
variable "encryption" { default = null }
variable "lifecycle_rules" { default = [] }
variable "log_bucket" { default = null }
variable "log_object_prefix" { default = null }
variable "website" { default = {} }
variable "public_access_prevention" { default = "inherited" }
variable "soft_delete_policy" { default = {} }
variable "internal_encryption_config" { default = {} }

variable "own_key" {}

resource "google_storage_bucket" "bucket" {
  name                        = var.name
  project                     = var.project_id
  location                    = var.location
  storage_class               = var.storage_class
  labels                      = var.labels
  force_destroy               = var.force_destroy
  public_access_prevention    = var.public_access_prevention
  uniform_bucket_level_access = var.bucket_policy_only

  versioning {
    enabled = var.versioning
  }
  autoclass {
    enabled = var.autoclass
  }
  dynamic "retention_policy" {
    for_each = var.retention_policy == null ? [] : [var.retention_policy]
    content {
      is_locked        = try(retention_policy.value.is_locked, null)
      retention_period = retention_policy.value.retention_period
    }
  }
  dynamic "encryption" {
    for_each = try(coalesce(var.internal_encryption_config.create_encryption_key), false) || var.encryption != null ? [true] : []
    content {
      default_kms_key_name = try(coalesce(var.internal_encryption_config.create_encryption_key), false) ? var.own_key : var.encryption.default_kms_key_name
    }
  }
  dynamic "logging" {
    for_each = var.log_bucket == null ? [] : [true]
    content {
      log_bucket        = var.log_bucket
      log_object_prefix = var.log_object_prefix
    }
  }
  soft_delete_policy {
    retention_duration_seconds = try(var.soft_delete_policy.retention_duration_seconds, null)
  }
  dynamic "website" {
    for_each = try(coalesce(var.website.main_page_suffix, var.website.not_found_page), null) != null ? [var.website] : []
    content {
      main_page_suffix = try(website.value.main_page_suffix, null)
      not_found_page   = try(website.value.not_found_page, null)
    }
  }
  dynamic "lifecycle_rule" {
    for_each = var.lifecycle_rules
    content {
      action {
        type          = lifecycle_rule.value.action.type
        storage_class = try(lifecycle_rule.value.action.storage_class, null)
      }
      condition {
        age                        = try(lifecycle_rule.value.condition.age, null)
        created_before             = try(lifecycle_rule.value.condition.created_before, null)
        with_state                 = try(coalesce(lifecycle_rule.value.condition.with_state), tobool(lifecycle_rule.value.condition.is_live) ? "LIVE" : null, null)
        matches_storage_class      = try(split(",", lifecycle_rule.value.condition.matches_storage_class), null)
        matches_prefix             = try(split(",", lifecycle_rule.value.condition.matches_prefix), null)
        matches_suffix             = try(split(",", lifecycle_rule.value.condition.matches_suffix), null)
        num_newer_versions         = try(lifecycle_rule.value.condition.num_newer_versions, null)
        custom_time_before         = try(lifecycle_rule.value.condition.custom_time_before, null)
        days_since_custom_time     = try(lifecycle_rule.value.condition.days_since_custom_time, null)
        days_since_noncurrent_time = try(lifecycle_rule.value.condition.days_since_noncurrent_time, null)
        noncurrent_time_before     = try(lifecycle_rule.value.condition.noncurrent_time_before, null)
      }
    }
  }
}

resource "google_storage_bucket_iam_member" "members" {
  for_each = { for number, each in var.iam_members : number => each }
  bucket   = google_storage_bucket.bucket.name
  role     = each.value.role
  member   = each.value.member
}

output "bucket" { value = google_storage_bucket.bucket }
output "name" { value = google_storage_bucket.bucket.name }
output "url" { value = google_storage_bucket.bucket.url }
