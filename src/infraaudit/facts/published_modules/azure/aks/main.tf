# A cluster of Azure Kubernetes Service with its pools of nodes and the workspace of its logs. Not shown: assignments of
# roles, gateways for ingress.

variable "location" {}
variable "resource_group_name" {}
variable "agents_availability_zones" { default = null }
variable "agents_count" { default = 2 }
variable "agents_labels" { default = {} }
variable "agents_max_count" { default = null }
variable "agents_max_pods" { default = null }
variable "agents_min_count" { default = null }
variable "agents_pool_drain_timeout_in_minutes" { default = null }
variable "agents_pool_max_surge" { default = "10%" }
variable "agents_pool_name" {
  default  = "nodepool"
  nullable = false
}
variable "agents_pool_node_soak_duration_in_minutes" { default = 0 }
variable "agents_size" { default = "Standard_D2s_v3" }
variable "agents_type" { default = "VirtualMachineScaleSets" }
variable "api_server_authorized_ip_ranges" { default = null }
variable "api_server_vnet_integration_enabled" { default = false }
variable "api_server_subnet_id" { default = null }
variable "automatic_channel_upgrade" { default = null }
variable "azure_policy_enabled" { default = false }
variable "client_id" {
  default  = ""
  nullable = false
}
variable "client_secret" {
  default  = ""
  nullable = false
}
variable "cluster_log_analytics_workspace_name" { default = null }
variable "cluster_name" { default = null }
variable "cluster_name_random_suffix" {
  default  = false
  nullable = false
}
variable "disk_encryption_set_id" { default = null }
variable "ebpf_data_plane" { default = null }
variable "auto_scaling_enabled" { default = false }
variable "host_encryption_enabled" { default = false }
variable "node_public_ip_enabled" { default = false }
variable "identity_ids" { default = null }
variable "identity_type" { default = "SystemAssigned" }
variable "key_vault_secrets_provider_enabled" {
  default  = false
  nullable = false
}
variable "kms_enabled" {
  default  = false
  nullable = false
}
variable "kms_key_vault_key_id" { default = null }
variable "kms_key_vault_network_access" { default = "Public" }
variable "kubernetes_version" { default = null }
variable "load_balancer_sku" { default = "standard" }
variable "local_account_disabled" { default = null }
variable "log_analytics_workspace" { default = null }
variable "log_analytics_workspace_enabled" {
  default  = true
  nullable = false
}
variable "log_analytics_workspace_resource_group_name" { default = null }
variable "log_analytics_workspace_sku" { default = "PerGB2018" }
variable "log_retention_in_days" { default = 30 }
variable "maintenance_window" { default = null }
variable "maintenance_window_auto_upgrade" { default = null }
variable "maintenance_window_node_os" { default = null }
variable "microsoft_defender_enabled" {
  default  = false
  nullable = false
}
variable "net_profile_dns_service_ip" { default = null }
variable "net_profile_outbound_type" { default = "loadBalancer" }
variable "net_profile_pod_cidr" { default = null }
variable "net_profile_service_cidr" { default = null }
variable "network_plugin" {
  default  = "kubenet"
  nullable = false
}
variable "network_plugin_mode" { default = null }
variable "network_policy" { default = null }
variable "node_provisioning_profile" { default = null }
variable "node_os_channel_upgrade" { default = null }
variable "node_pools" {
  default  = {}
  nullable = false
}
variable "oidc_issuer_enabled" { default = false }
variable "oms_agent_enabled" {
  default  = true
  nullable = false
}
variable "only_critical_addons_enabled" { default = null }
variable "orchestrator_version" { default = null }
variable "os_disk_size_gb" { default = 50 }
variable "os_disk_type" {
  default  = "Managed"
  nullable = false
}
variable "os_sku" { default = null }
variable "pod_subnet" { default = null }
variable "prefix" { default = "" }
variable "private_cluster_enabled" { default = false }
variable "private_cluster_public_fqdn_enabled" { default = false }
variable "private_dns_zone_id" { default = null }
variable "rbac_aad_admin_group_object_ids" { default = null }
variable "rbac_aad_azure_rbac_enabled" { default = null }
variable "role_based_access_control_enabled" {
  default  = false
  nullable = false
}
variable "run_command_enabled" { default = true }
variable "secret_rotation_enabled" {
  default  = false
  nullable = false
}
variable "secret_rotation_interval" {
  default  = "2m"
  nullable = false
}
variable "sku_tier" { default = "Free" }
variable "support_plan" { default = "KubernetesOfficial" }
variable "tags" { default = {} }
variable "vnet_subnet" { default = null }
variable "workload_identity_enabled" { default = false }

# Version 10 says so with another word.
variable "enable_auto_scaling" { default = false }
variable "enable_host_encryption" { default = false }
variable "enable_node_public_ip" { default = false }

# A part of a name that is drawn anew each time.
variable "random_part" {}

locals {
  scaled = var.auto_scaling_enabled || var.enable_auto_scaling
  name   = try(coalesce(var.cluster_name, trim("${var.prefix}-aks", "-")), "aks")
}

resource "azurerm_kubernetes_cluster" "main" {
  name                                = var.cluster_name_random_suffix ? "${local.name}${var.random_part}" : local.name
  location                            = var.location
  resource_group_name                 = var.resource_group_name
  kubernetes_version                  = var.kubernetes_version
  automatic_upgrade_channel           = var.automatic_channel_upgrade
  node_os_upgrade_channel             = var.node_os_channel_upgrade
  azure_policy_enabled                = var.azure_policy_enabled
  disk_encryption_set_id              = var.disk_encryption_set_id
  local_account_disabled              = var.local_account_disabled
  oidc_issuer_enabled                 = var.oidc_issuer_enabled
  private_cluster_enabled             = var.private_cluster_enabled
  private_cluster_public_fqdn_enabled = var.private_cluster_public_fqdn_enabled
  private_dns_zone_id                 = var.private_dns_zone_id
  role_based_access_control_enabled   = var.role_based_access_control_enabled
  run_command_enabled                 = var.run_command_enabled
  sku_tier                            = var.sku_tier
  support_plan                        = var.support_plan
  workload_identity_enabled           = var.workload_identity_enabled
  tags                                = var.tags

  default_node_pool {
    name                         = var.agents_pool_name
    vm_size                      = var.agents_size
    type                         = var.agents_type
    auto_scaling_enabled         = local.scaled
    min_count                    = local.scaled ? var.agents_min_count : null
    max_count                    = local.scaled ? var.agents_max_count : null
    node_count                   = local.scaled ? null : var.agents_count
    max_pods                     = var.agents_max_pods
    host_encryption_enabled      = var.host_encryption_enabled || var.enable_host_encryption
    node_public_ip_enabled       = var.node_public_ip_enabled || var.enable_node_public_ip
    node_labels                  = var.agents_labels
    only_critical_addons_enabled = var.only_critical_addons_enabled
    orchestrator_version         = var.orchestrator_version
    os_disk_size_gb              = var.os_disk_size_gb
    os_disk_type                 = var.os_disk_type
    os_sku                       = var.os_sku
    vnet_subnet_id               = try(var.vnet_subnet.id, null)
    pod_subnet_id                = try(var.pod_subnet.id, null)
    zones                        = var.agents_availability_zones
    upgrade_settings {
      max_surge                     = var.agents_pool_max_surge
      drain_timeout_in_minutes      = var.agents_pool_drain_timeout_in_minutes
      node_soak_duration_in_minutes = var.agents_pool_node_soak_duration_in_minutes
    }
  }

  dynamic "api_server_access_profile" {
    for_each = var.api_server_authorized_ip_ranges != null || var.api_server_vnet_integration_enabled ? [true] : []
    content {
      authorized_ip_ranges = var.api_server_authorized_ip_ranges
      subnet_id            = var.api_server_subnet_id
    }
  }
  dynamic "azure_active_directory_role_based_access_control" {
    for_each = var.role_based_access_control_enabled ? [true] : []
    content {
      admin_group_object_ids = var.rbac_aad_admin_group_object_ids
      azure_rbac_enabled     = var.rbac_aad_azure_rbac_enabled
    }
  }
  dynamic "identity" {
    for_each = var.client_id == "" || var.client_secret == "" ? [true] : []
    content {
      type         = var.identity_type
      identity_ids = var.identity_ids
    }
  }
  dynamic "service_principal" {
    for_each = var.client_id != "" && var.client_secret != "" ? [true] : []
    content {
      client_id     = var.client_id
      client_secret = var.client_secret
    }
  }
  dynamic "key_management_service" {
    for_each = var.kms_enabled ? [true] : []
    content {
      key_vault_key_id         = var.kms_key_vault_key_id
      key_vault_network_access = var.kms_key_vault_network_access
    }
  }
  dynamic "key_vault_secrets_provider" {
    for_each = var.key_vault_secrets_provider_enabled ? [true] : []
    content {
      secret_rotation_enabled  = var.secret_rotation_enabled
      secret_rotation_interval = var.secret_rotation_interval
    }
  }
  dynamic "oms_agent" {
    for_each = var.log_analytics_workspace_enabled && var.oms_agent_enabled ? [true] : []
    content {
      log_analytics_workspace_id = try(coalesce(var.log_analytics_workspace.id), one(azurerm_log_analytics_workspace.main[*].id))
    }
  }
  dynamic "microsoft_defender" {
    for_each = var.microsoft_defender_enabled && var.log_analytics_workspace_enabled ? [true] : []
    content {
      log_analytics_workspace_id = try(coalesce(var.log_analytics_workspace.id), one(azurerm_log_analytics_workspace.main[*].id))
    }
  }
  dynamic "node_provisioning_profile" {
    for_each = var.node_provisioning_profile == null ? [] : [var.node_provisioning_profile]
    content {
      mode = try(node_provisioning_profile.value.mode, null)
    }
  }

  dynamic "maintenance_window" {
    for_each = var.maintenance_window != null ? [var.maintenance_window] : []
    content {
      dynamic "allowed" {
        for_each = try(coalesce(maintenance_window.value.allowed), [])
        content {
          day   = allowed.value.day
          hours = allowed.value.hours
        }
      }
    }
  }
  dynamic "maintenance_window_auto_upgrade" {
    for_each = var.maintenance_window_auto_upgrade == null ? [] : [var.maintenance_window_auto_upgrade]
    content {
      duration  = try(maintenance_window_auto_upgrade.value.duration, null)
      frequency = try(maintenance_window_auto_upgrade.value.frequency, null)
      interval  = try(maintenance_window_auto_upgrade.value.interval, null)
    }
  }
  dynamic "maintenance_window_node_os" {
    for_each = var.maintenance_window_node_os == null ? [] : [var.maintenance_window_node_os]
    content {
      duration  = try(maintenance_window_node_os.value.duration, null)
      frequency = try(maintenance_window_node_os.value.frequency, null)
      interval  = try(maintenance_window_node_os.value.interval, null)
    }
  }

  network_profile {
    network_plugin      = var.network_plugin
    network_plugin_mode = var.network_plugin_mode
    network_policy      = var.network_policy
    network_data_plane  = var.ebpf_data_plane
    load_balancer_sku   = var.load_balancer_sku
    outbound_type       = var.net_profile_outbound_type
    pod_cidr            = var.net_profile_pod_cidr
    service_cidr        = var.net_profile_service_cidr
    dns_service_ip      = var.net_profile_dns_service_ip
  }

  lifecycle {
    ignore_changes = [kubernetes_version]
  }
}

resource "azurerm_log_analytics_workspace" "main" {
  count               = var.log_analytics_workspace_enabled && var.log_analytics_workspace == null ? 1 : 0
  name                = try(coalesce(var.cluster_log_analytics_workspace_name, trim("${var.prefix}-workspace", "-")), "workspace")
  location            = var.location
  resource_group_name = coalesce(var.log_analytics_workspace_resource_group_name, var.resource_group_name)
  sku                 = var.log_analytics_workspace_sku
  retention_in_days   = var.log_retention_in_days
}

resource "azurerm_kubernetes_cluster_node_pool" "node_pool_create_before_destroy" {
  for_each                = { for name, pool in var.node_pools : name => pool if try(coalesce(pool.create_before_destroy), true) }
  kubernetes_cluster_id   = azurerm_kubernetes_cluster.main.id
  vm_size                 = try(each.value.vm_size, null)
  node_count              = try(each.value.node_count, null)
  min_count               = try(each.value.min_count, null)
  max_count               = try(each.value.max_count, null)
  max_pods                = try(each.value.max_pods, null)
  mode                    = try(each.value.mode, null)
  priority                = try(coalesce(each.value.priority), "Regular")
  eviction_policy         = try(each.value.eviction_policy, null)
  node_labels             = try(each.value.node_labels, null)
  node_taints             = try(each.value.node_taints, null)
  orchestrator_version    = try(each.value.orchestrator_version, null)
  os_disk_size_gb         = try(each.value.os_disk_size_gb, null)
  os_disk_type            = try(each.value.os_disk_type, null)
  os_sku                  = try(each.value.os_sku, null)
  os_type                 = try(each.value.os_type, null)
  zones                   = try(each.value.zones, null)
  auto_scaling_enabled    = try(coalesce(each.value.auto_scaling_enabled), each.value.enable_auto_scaling, null)
  host_encryption_enabled = try(coalesce(each.value.host_encryption_enabled), each.value.enable_host_encryption, null)
  node_public_ip_enabled  = try(coalesce(each.value.node_public_ip_enabled), each.value.enable_node_public_ip, null)
  vnet_subnet_id          = try(each.value.vnet_subnet.id, null)
  pod_subnet_id           = try(each.value.pod_subnet.id, null)
  name                    = "${each.value.name}${var.random_part}"
}

resource "azurerm_kubernetes_cluster_node_pool" "node_pool_create_after_destroy" {
  for_each                = { for name, pool in var.node_pools : name => pool if !try(coalesce(pool.create_before_destroy), true) }
  kubernetes_cluster_id   = azurerm_kubernetes_cluster.main.id
  vm_size                 = try(each.value.vm_size, null)
  node_count              = try(each.value.node_count, null)
  min_count               = try(each.value.min_count, null)
  max_count               = try(each.value.max_count, null)
  max_pods                = try(each.value.max_pods, null)
  mode                    = try(each.value.mode, null)
  priority                = try(coalesce(each.value.priority), "Regular")
  eviction_policy         = try(each.value.eviction_policy, null)
  node_labels             = try(each.value.node_labels, null)
  node_taints             = try(each.value.node_taints, null)
  orchestrator_version    = try(each.value.orchestrator_version, null)
  os_disk_size_gb         = try(each.value.os_disk_size_gb, null)
  os_disk_type            = try(each.value.os_disk_type, null)
  os_sku                  = try(each.value.os_sku, null)
  os_type                 = try(each.value.os_type, null)
  zones                   = try(each.value.zones, null)
  auto_scaling_enabled    = try(coalesce(each.value.auto_scaling_enabled), each.value.enable_auto_scaling, null)
  host_encryption_enabled = try(coalesce(each.value.host_encryption_enabled), each.value.enable_host_encryption, null)
  node_public_ip_enabled  = try(coalesce(each.value.node_public_ip_enabled), each.value.enable_node_public_ip, null)
  vnet_subnet_id          = try(each.value.vnet_subnet.id, null)
  pod_subnet_id           = try(each.value.pod_subnet.id, null)
  name                    = each.value.name
}

output "aks_id" { value = azurerm_kubernetes_cluster.main.id }
output "aks_name" { value = azurerm_kubernetes_cluster.main.name }
output "host" { value = azurerm_kubernetes_cluster.main.kube_config[0].host }
output "cluster_fqdn" { value = azurerm_kubernetes_cluster.main.fqdn }
output "cluster_identity" { value = try(azurerm_kubernetes_cluster.main.identity[0], null) }
output "kubelet_identity" { value = azurerm_kubernetes_cluster.main.kubelet_identity }
output "location" { value = azurerm_kubernetes_cluster.main.location }
output "node_resource_group" { value = azurerm_kubernetes_cluster.main.node_resource_group }
output "oidc_issuer_url" { value = azurerm_kubernetes_cluster.main.oidc_issuer_url }
