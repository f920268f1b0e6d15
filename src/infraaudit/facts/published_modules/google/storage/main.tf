# Buckets of Google Cloud Storage with those who may use them. Not shown: folders, keys for machines of others.

variable "project_id" {}
variable "prefix" { default = "" }
variable "names" {}
variable "randomize_suffix" { default = false }
variable "location" { default = "EU" }
variable "storage_class" { default = "STANDARD" }
variable "force_destroy" { default = {} }
variable "versioning" { default = {} }
variable "autoclass" { default = {} }
variable "encryption_key_names" { default = {} }
variable "bucket_policy_only" { default = {} }
variable "default_event_based_hold" { default = {} }
variable "admins" { default = [] }
variable "creators" { default = [] }
variable "viewers" { default = [] }
variable "bucket_admins" { default = {} }
variable "bucket_creators" { default = {} }
variable "bucket_viewers" { default = {} }
variable "labels" { default = {} }
variable "set_admin_roles" { default = false }
variable "set_creator_roles" { default = false }
variable "set_viewer_roles" { default = false }
variable "lifecycle_rules" { default = [] }
variable "bucket_lifecycle_rules" { default = {} }
variable "website" { default = {} }
variable "retention_policy" { default = {} }
variable "logging" { default = {} }
variable "public_access_prevention" { default = "inherited" }
variable "soft_delete_policy" { default = {} }

locals {
  suffix = var.randomize_suffix ? one(random_id.bucket_suffix[*].hex) : ""
}

resource "random_id" "bucket_suffix" {
  count       = var.randomize_suffix ? 1 : 0
  byte_length = 2
}

resource "google_storage_bucket" "buckets" {
  for_each = toset(var.names)

  name                        = join("-", compact([var.prefix, each.value, local.suffix]))
  project                     = var.project_id
  location                    = var.location
  storage_class               = var.storage_class
  labels                      = var.labels
  public_access_prevention    = var.public_access_prevention
  force_destroy               = lookup(var.force_destroy, lower(each.value), false)
  uniform_bucket_level_access = lookup(var.bucket_policy_only, lower(each.value), true)
  default_event_based_hold    = lookup(var.default_event_based_hold, lower(each.value), false)

  versioning {
    enabled = lookup(var.versioning, lower(each.value), false)
  }
  autoclass {
    enabled = lookup(var.autoclass, lower(each.value), false)
  }
  dynamic "encryption" {
    for_each = trimspace(lookup(var.encryption_key_names, lower(each.value), "")) != "" ? [true] : []
    content {
      default_kms_key_name = trimspace(var.encryption_key_names[lower(each.value)])
    }
  }
  dynamic "retention_policy" {
    for_each = try([coalesce(var.retention_policy[each.value])], [])
    content {
      is_locked        = try(retention_policy.value.is_locked, null)
      retention_period = try(retention_policy.value.retention_period, null)
    }
  }
  dynamic "logging" {
    for_each = try([coalesce(var.logging[each.value])], [])
    content {
      log_bucket        = try(logging.value.log_bucket, null)
      log_object_prefix = try(logging.value.log_object_prefix, null)
    }
  }
  soft_delete_policy {
    retention_duration_seconds = try(var.soft_delete_policy[each.value].retention_duration_seconds, null)
  }
  dynamic "website" {
    for_each = try(coalesce(var.website.main_page_suffix, var.website.not_found_page), null) != null ? [var.website] : []
    content {
      main_page_suffix = try(website.value.main_page_suffix, null)
      not_found_page   = try(website.value.not_found_page, null)
    }
  }
  dynamic "lifecycle_rule" {
    for_each = setunion(var.lifecycle_rules, lookup(var.bucket_lifecycle_rules, each.value, toset([])))
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

resource "google_storage_bucket_iam_binding" "admins" {
  for_each = toset([for name in var.names : name if var.set_admin_roles])
  bucket   = google_storage_bucket.buckets[each.value].name
  role     = "roles/storage.objectAdmin"
  members  = compact(concat(var.admins, split(",", try(var.bucket_admins[each.value], ""))))
}

resource "google_storage_bucket_iam_binding" "creators" {
  for_each = toset([for name in var.names : name if var.set_creator_roles])
  bucket   = google_storage_bucket.buckets[each.value].name
  role     = "roles/storage.objectCreator"
  members  = compact(concat(var.creators, split(",", try(var.bucket_creators[each.value], ""))))
}

resource "google_storage_bucket_iam_binding" "viewers" {
  for_each = toset([for name in var.names : name if var.set_viewer_roles])
  bucket   = google_storage_bucket.buckets[each.value].name
  role     = "roles/storage.objectViewer"
  members  = compact(concat(var.viewers, split(",", try(var.bucket_viewers[each.value], ""))))
}

output "bucket" { value = google_storage_bucket.buckets[var.names[0]] }
output "name" { value = google_storage_bucket.buckets[var.names[0]].name }
output "url" { value = google_storage_bucket.buckets[var.names[0]].url }
output "buckets" { value = [for name in var.names : google_storage_bucket.buckets[name]] }
output "buckets_map" { value = google_storage_bucket.buckets }
output "names" { value = { for name, each in google_storage_bucket.buckets : name => each.name } }
output "urls" { value = { for name, each in google_storage_bucket.buckets : name => each.url } }
output "names_list" { value = [for name in var.names : google_storage_bucket.buckets[name].name] }
