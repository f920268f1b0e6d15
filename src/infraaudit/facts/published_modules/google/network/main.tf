# A network of Google Cloud with its subnets, its routes and its rules of firewalls. Not shown: the connection to
# services of the platform.

variable "project_id" {}
variable "network_name" {}
variable "routing_mode" { default = "GLOBAL" }
variable "shared_vpc_host" { default = false }
variable "subnets_region" { default = null }
variable "subnets" {}
variable "secondary_ranges" { default = {} }
variable "routes" { default = [] }
variable "firewall_rules" { default = [] }
variable "delete_default_internet_gateway_routes" { default = false }
variable "description" { default = "" }
variable "auto_create_subnetworks" { default = false }
variable "mtu" { default = 0 }
variable "ingress_rules" { default = [] }
variable "egress_rules" { default = [] }
variable "enable_ipv6_ula" { default = false }
variable "internal_ipv6_range" { default = null }
variable "network_firewall_policy_enforcement_order" { default = null }

locals {
  either  = concat([for each in var.ingress_rules : merge(each, { direction = "INGRESS" })], [for each in var.egress_rules : merge(each, { direction = "EGRESS" })])
  subnets = { for each in var.subnets : "${var.subnets_region != null ? var.subnets_region : try(each.subnet_region, "undefined")}/${each.subnet_name}" => each }
}

resource "google_compute_network" "network" {
  name                                      = var.network_name
  project                                   = var.project_id
  description                               = var.description
  auto_create_subnetworks                   = var.auto_create_subnetworks
  routing_mode                              = var.routing_mode
  delete_default_routes_on_create           = var.delete_default_internet_gateway_routes
  mtu                                       = var.mtu
  enable_ula_internal_ipv6                  = var.enable_ipv6_ula
  internal_ipv6_range                       = var.internal_ipv6_range
  network_firewall_policy_enforcement_order = var.network_firewall_policy_enforcement_order
}

resource "google_compute_shared_vpc_host_project" "shared_vpc_host" {
  count = var.shared_vpc_host ? 1 : 0

  project = var.project_id
}

resource "google_compute_subnetwork" "subnetwork" {
  for_each = local.subnets

  name                       = each.value.subnet_name
  network                    = google_compute_network.network.name
  project                    = var.project_id
  ip_cidr_range              = each.value.subnet_ip
  region                     = var.subnets_region != null ? var.subnets_region : each.value.subnet_region
  private_ip_google_access   = try(coalesce(each.value.subnet_private_access, "false"), "false")
  private_ipv6_google_access = try(each.value.subnet_private_ipv6_access, null)
  description                = try(each.value.description, null)
  purpose                    = try(each.value.purpose, null)
  role                       = try(each.value.role, null)
  stack_type                 = try(each.value.stack_type, null)
  ipv6_access_type           = try(each.value.ipv6_access_type, null)

  dynamic "log_config" {
    for_each = try(tobool(coalesce(each.value.subnet_flow_logs, false)), false) ? [each.value] : []

    content {
      aggregation_interval = try(log_config.value.subnet_flow_logs_interval, "INTERVAL_5_SEC")
      flow_sampling        = try(log_config.value.subnet_flow_logs_sampling, "0.5")
      metadata             = try(log_config.value.subnet_flow_logs_metadata, "INCLUDE_ALL_METADATA")
    }
  }

  dynamic "secondary_ip_range" {
    for_each = try(var.secondary_ranges[each.value.subnet_name], [])

    content {
      range_name    = secondary_ip_range.value.range_name
      ip_cidr_range = try(secondary_ip_range.value.ip_cidr_range, null)
    }
  }
}

resource "google_compute_firewall" "rules" {
  for_each = { for each in var.firewall_rules : each.name => each }

  name                    = each.value.name
  network                 = google_compute_network.network.name
  project                 = var.project_id
  description             = try(each.value.description, null)
  direction               = try(coalesce(each.value.direction, "INGRESS"), "INGRESS")
  disabled                = try(each.value.disabled, null)
  priority                = try(each.value.priority, null)
  source_ranges           = try(coalesce(each.value.direction, "INGRESS"), "INGRESS") == "INGRESS" ? try(each.value.ranges, []) : null
  destination_ranges      = try(each.value.direction, "INGRESS") == "EGRESS" ? try(each.value.ranges, []) : null
  source_tags             = try(each.value.source_tags, null)
  source_service_accounts = try(each.value.source_service_accounts, null)
  target_tags             = try(each.value.target_tags, null)
  target_service_accounts = try(each.value.target_service_accounts, null)

  dynamic "log_config" {
    for_each = try(each.value.log_config != null ? [each.value.log_config] : [], [])

    content {
      metadata = log_config.value.metadata
    }
  }

  dynamic "allow" {
    for_each = try(each.value.allow != null ? each.value.allow : [], [])

    content {
      protocol = allow.value.protocol
      ports    = try(allow.value.ports, null)
    }
  }

  dynamic "deny" {
    for_each = try(each.value.deny != null ? each.value.deny : [], [])

    content {
      protocol = deny.value.protocol
      ports    = try(deny.value.ports, null)
    }
  }
}

resource "google_compute_firewall" "rules_ingress_egress" {
  for_each = length(var.firewall_rules) > 0 ? {} : { for each in local.either : each.name => each }

  name                    = each.value.name
  network                 = google_compute_network.network.name
  project                 = var.project_id
  description             = try(each.value.description, null)
  direction               = each.value.direction
  disabled                = try(each.value.disabled, null)
  priority                = try(each.value.priority, null)
  source_ranges           = try(each.value.source_ranges, [])
  destination_ranges      = try(each.value.destination_ranges, [])
  source_tags             = try(each.value.source_tags, null)
  source_service_accounts = try(each.value.source_service_accounts, null)
  target_tags             = try(each.value.target_tags, null)
  target_service_accounts = try(each.value.target_service_accounts, null)

  dynamic "log_config" {
    for_each = try(each.value.log_config != null ? [each.value.log_config] : [], [])

    content {
      metadata = log_config.value.metadata
    }
  }

  dynamic "allow" {
    for_each = try(each.value.allow != null ? each.value.allow : [], [])

    content {
      protocol = allow.value.protocol
      ports    = try(allow.value.ports, null)
    }
  }

  dynamic "deny" {
    for_each = try(each.value.deny != null ? each.value.deny : [], [])

    content {
      protocol = deny.value.protocol
      ports    = try(deny.value.ports, null)
    }
  }
}

output "network" {
  value = {
    network           = google_compute_network.network
    network_name      = google_compute_network.network.name
    network_id        = google_compute_network.network.id
    network_self_link = google_compute_network.network.self_link
    project_id        = google_compute_network.network.project
  }
}

output "network_name" {
  value = google_compute_network.network.name
}

output "network_id" {
  value = google_compute_network.network.id
}

output "network_self_link" {
  value = google_compute_network.network.self_link
}

output "project_id" {
  value = google_compute_network.network.project
}

output "subnets" {
  value = google_compute_subnetwork.subnetwork
}

output "subnets_names" {
  value = [for each in google_compute_subnetwork.subnetwork : each.name]
}

output "subnets_ids" {
  value = [for each in google_compute_subnetwork.subnetwork : each.id]
}

output "subnets_ips" {
  value = [for each in google_compute_subnetwork.subnetwork : each.ip_cidr_range]
}

output "subnets_self_links" {
  value = [for each in google_compute_subnetwork.subnetwork : each.self_link]
}

output "subnets_regions" {
  value = [for each in google_compute_subnetwork.subnetwork : each.region]
}
