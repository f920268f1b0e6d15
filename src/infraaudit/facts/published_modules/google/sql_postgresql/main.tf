# A database of PostgreSQL in Google Cloud SQL with its replicas. Not shown: users, databases inside it, keys that it has made.

variable "project_id" {}
variable "region" { default = "us-central1" }
variable "name" {}
variable "edition" { default = null }
variable "database_version" {}
variable "availability_type" { default = "ZONAL" }
variable "root_password" { default = null }
variable "deletion_protection" { default = true }
variable "database_flags" { default = [] }
variable "master_instance_name" { default = null }
variable "instance_type" { default = "CLOUD_SQL_INSTANCE" }
variable "random_instance_name" { default = false }
variable "tier" { default = "db-f1-micro" }
variable "zone" { default = null }
variable "secondary_zone" { default = null }
variable "activation_policy" { default = "ALWAYS" }
variable "deletion_protection_enabled" { default = false }
variable "read_replica_deletion_protection_enabled" { default = false }
variable "disk_autoresize" { default = true }
variable "disk_autoresize_limit" { default = 0 }
variable "disk_size" { default = 10 }
variable "disk_type" { default = "PD_SSD" }
variable "maintenance_window_day" { default = 1 }
variable "maintenance_window_hour" { default = 23 }
variable "maintenance_window_update_track" { default = "canary" }
variable "user_labels" { default = {} }
variable "backup_configuration" { default = {} }
variable "final_backup_config" { default = null }
variable "insights_config" { default = null }
variable "ip_configuration" { default = {} }
variable "read_replicas" { default = [] }
variable "read_replica_name_suffix" { default = "" }
variable "encryption_key_name" { default = null }
variable "read_replica_deletion_protection" { default = false }
variable "connector_enforcement" { default = false }
variable "use_autokey" { default = false }
variable "retain_backups_on_delete" { default = false }
variable "connection_pool_config" { default = null }

variable "own_key" {}
variable "some_zone" {}

locals {
  name    = var.random_instance_name ? "${var.name}-${one(random_id.suffix[*].hex)}" : var.name
  replica = var.master_instance_name != null
}

resource "random_id" "suffix" {
  count       = var.random_instance_name ? 1 : 0
  byte_length = 4
}

resource "google_sql_database_instance" "default" {
  project              = var.project_id
  name                 = local.name
  database_version     = can(regex("\\d", substr(var.database_version, 0, 1))) ? "POSTGRES_${var.database_version}" : replace(var.database_version, substr(var.database_version, 0, 8), "POSTGRES")
  region               = var.region
  master_instance_name = var.master_instance_name
  instance_type        = local.replica ? "READ_REPLICA_INSTANCE" : var.instance_type
  encryption_key_name  = var.encryption_key_name != null ? var.encryption_key_name : var.use_autokey ? var.own_key : null
  deletion_protection  = var.deletion_protection
  root_password        = var.root_password

  settings {
    tier                        = var.tier
    edition                     = var.edition
    activation_policy           = var.activation_policy
    availability_type           = var.availability_type
    deletion_protection_enabled = var.deletion_protection_enabled
    connector_enforcement       = var.connector_enforcement ? "REQUIRED" : "NOT_REQUIRED"
    retain_backups_on_delete    = var.retain_backups_on_delete
    disk_autoresize             = var.disk_autoresize
    disk_autoresize_limit       = var.disk_autoresize_limit
    disk_size                   = var.disk_size
    disk_type                   = var.disk_type
    user_labels                 = var.user_labels

    dynamic "backup_configuration" {
      for_each = local.replica ? [] : [true]
      content {
        enabled                        = try(coalesce(var.backup_configuration.enabled), false)
        point_in_time_recovery_enabled = try(coalesce(var.backup_configuration.point_in_time_recovery_enabled), false)
        location                       = try(var.backup_configuration.location, null)
        transaction_log_retention_days = try(var.backup_configuration.transaction_log_retention_days, null)
        dynamic "backup_retention_settings" {
          for_each = try(coalesce(var.backup_configuration.retained_backups), null) != null || try(coalesce(var.backup_configuration.retention_unit), null) != null ? [true] : []
          content {
            retained_backups = try(var.backup_configuration.retained_backups, null)
            retention_unit   = try(var.backup_configuration.retention_unit, null)
          }
        }
      }
    }
    ip_configuration {
      ipv4_enabled    = try(coalesce(var.ip_configuration.ipv4_enabled), true)
      private_network = try(var.ip_configuration.private_network, null)
      ssl_mode        = try(var.ip_configuration.ssl_mode, null)
      dynamic "authorized_networks" {
        for_each = try(coalesce(var.ip_configuration.authorized_networks), [])
        content {
          name  = try(authorized_networks.value.name, null)
          value = try(authorized_networks.value.value, null)
        }
      }
      dynamic "psc_config" {
        for_each = try(var.ip_configuration.psc_enabled, false) ? [true] : []
        content {
          psc_enabled = true
        }
      }
    }

    dynamic "insights_config" {
      for_each = var.insights_config != null ? [true] : []
      content {
        query_insights_enabled = true
      }
    }
    dynamic "final_backup_config" {
      for_each = var.final_backup_config != null ? [var.final_backup_config] : []
      content {
        enabled        = try(coalesce(final_backup_config.value.enabled), false)
        retention_days = try(final_backup_config.value.retention_days, null)
      }
    }
    dynamic "connection_pool_config" {
      for_each = var.connection_pool_config != null ? [var.connection_pool_config] : []
      content {
        connection_pooling_enabled = try(connection_pool_config.value.enabled, null)
      }
    }
    dynamic "database_flags" {
      for_each = var.database_flags
      content {
        name  = database_flags.value.name
        value = database_flags.value.value
      }
    }
    dynamic "location_preference" {
      for_each = var.zone != null ? [true] : []
      content {
        zone           = var.zone
        secondary_zone = local.replica ? null : var.secondary_zone
      }
    }
    maintenance_window {
      day          = local.replica ? null : var.maintenance_window_day
      hour         = local.replica ? null : var.maintenance_window_hour
      update_track = local.replica ? null : var.maintenance_window_update_track
    }
  }
}

resource "google_sql_database_instance" "replicas" {
  for_each = { for each in var.read_replicas : "${var.name}-replica${var.read_replica_name_suffix}${each.name}" => each }

  project              = var.project_id
  name                 = try(coalesce(each.value.name_override), "${local.name}-replica${var.read_replica_name_suffix}${each.value.name}")
  database_version     = var.database_version
  region               = join("-", slice(split("-", try(coalesce(each.value.zone), coalesce(var.zone), var.some_zone)), 0, 2))
  master_instance_name = google_sql_database_instance.default.name
  encryption_key_name  = try(each.value.encryption_key_name, null)
  deletion_protection  = var.read_replica_deletion_protection

  settings {
    tier                        = try(coalesce(each.value.tier), var.tier)
    edition                     = try(coalesce(each.value.edition), var.edition)
    activation_policy           = "ALWAYS"
    availability_type           = try(coalesce(each.value.availability_type), var.availability_type)
    deletion_protection_enabled = var.read_replica_deletion_protection_enabled
    disk_autoresize             = try(each.value.disk_autoresize, null)
    disk_size                   = try(each.value.disk_size, null)
    disk_type                   = try(each.value.disk_type, null)

    ip_configuration {
      ipv4_enabled    = try(coalesce(each.value.ip_configuration.ipv4_enabled), true)
      private_network = try(each.value.ip_configuration.private_network, null)
      ssl_mode        = try(each.value.ip_configuration.ssl_mode, null)
      dynamic "authorized_networks" {
        for_each = try(coalesce(each.value.ip_configuration.authorized_networks), [])
        content {
          name  = try(authorized_networks.value.name, null)
          value = try(authorized_networks.value.value, null)
        }
      }
      dynamic "psc_config" {
        for_each = try(each.value.ip_configuration.psc_enabled, false) ? [true] : []
        content {
          psc_enabled = true
        }
      }
    }

    dynamic "database_flags" {
      for_each = try(coalesce(each.value.database_flags), [])
      content {
        name  = database_flags.value.name
        value = database_flags.value.value
      }
    }
    location_preference {
      zone = try(coalesce(each.value.zone), coalesce(var.zone), var.some_zone)
    }
  }
}

output "instance_name" { value = google_sql_database_instance.default.name }
output "public_ip_address" { value = google_sql_database_instance.default.public_ip_address }
output "private_ip_address" { value = google_sql_database_instance.default.private_ip_address }
output "instance_ip_address" { value = google_sql_database_instance.default.ip_address }
output "instance_first_ip_address" { value = google_sql_database_instance.default.first_ip_address }
output "instance_connection_name" { value = google_sql_database_instance.default.connection_name }
output "instance_self_link" { value = google_sql_database_instance.default.self_link }
output "primary" { value = google_sql_database_instance.default }
