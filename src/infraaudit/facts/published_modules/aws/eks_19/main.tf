# A cluster of Amazon EKS as version 19 makes it, with its log group, its role, its security groups and its nodes. Not shown:
# addons, the map of who may enter, providers of identity, the roles of pods.

variable "create" { default = true }
variable "prefix_separator" { default = "-" }
variable "tags" { default = {} }
variable "name" { default = "" }
variable "kubernetes_version" { default = null }
variable "enabled_log_types" { default = ["audit", "api", "authenticator"] }
variable "deletion_protection" { default = null }
variable "upgrade_policy" { default = null }
variable "additional_security_group_ids" { default = [] }
variable "control_plane_subnet_ids" { default = [] }
variable "subnet_ids" { default = [] }
variable "endpoint_private_access" { default = true }
variable "endpoint_public_access" { default = false }
variable "endpoint_public_access_cidrs" { default = ["0.0.0.0/0"] }
variable "ip_family" { default = "ipv4" }
variable "service_ipv4_cidr" { default = null }
variable "attach_encryption_policy" { default = true }
variable "cluster_tags" { default = {} }
variable "create_kms_key" { default = true }
variable "kms_key_deletion_window_in_days" { default = null }
variable "enable_kms_key_rotation" { default = true }
variable "kms_key_enable_default_policy" { default = false }
variable "kms_key_owners" { default = [] }
variable "kms_key_administrators" { default = [] }
variable "kms_key_users" { default = [] }
variable "kms_key_service_users" { default = [] }
variable "kms_key_source_policy_documents" { default = [] }
variable "kms_key_override_policy_documents" { default = [] }
variable "kms_key_aliases" { default = [] }
variable "create_cloudwatch_log_group" { default = true }
variable "cloudwatch_log_group_retention_in_days" { default = 90 }
variable "cloudwatch_log_group_kms_key_id" { default = null }
variable "cloudwatch_log_group_class" { default = null }
variable "create_security_group" { default = true }
variable "security_group_id" { default = "" }
variable "vpc_id" { default = null }
variable "security_group_name" { default = null }
variable "security_group_use_name_prefix" { default = true }
variable "security_group_additional_rules" { default = {} }
variable "create_node_security_group" { default = true }
variable "node_security_group_id" { default = "" }
variable "node_security_group_name" { default = null }
variable "node_security_group_use_name_prefix" { default = true }
variable "node_security_group_additional_rules" { default = {} }
variable "node_security_group_enable_recommended_rules" { default = true }
variable "enable_irsa" { default = true }
variable "openid_connect_audiences" { default = [] }
variable "create_iam_role" { default = true }
variable "iam_role_arn" { default = null }
variable "iam_role_name" { default = null }
variable "iam_role_use_name_prefix" { default = true }
variable "iam_role_path" { default = null }
variable "iam_role_permissions_boundary" { default = null }
variable "iam_role_additional_policies" { default = {} }
variable "enable_auto_mode_custom_tags" { default = true }
variable "create_auto_mode_iam_resources" { default = false }
variable "create_node_iam_role" { default = true }
variable "node_iam_role_name" { default = null }
variable "node_iam_role_use_name_prefix" { default = true }
variable "node_iam_role_permissions_boundary" { default = null }
variable "node_iam_role_additional_policies" { default = {} }
variable "bootstrap_self_managed_addons" { default = null }
variable "eks_managed_node_group_defaults" { default = {} }
variable "fargate_profile_defaults" { default = {} }
variable "self_managed_node_group_defaults" { default = {} }

# Version 21 calls these without the word before; what version 20 is not given is null here.
variable "cluster_name" { default = null }
variable "cluster_version" { default = null }
variable "cluster_enabled_log_types" { default = null }
variable "cluster_additional_security_group_ids" { default = null }
variable "cluster_endpoint_private_access" { default = null }
variable "cluster_endpoint_public_access" { default = null }
variable "cluster_endpoint_public_access_cidrs" { default = null }
variable "cluster_ip_family" { default = null }
variable "cluster_service_ipv4_cidr" { default = null }
variable "cluster_encryption_config" { default = null }
variable "cluster_compute_config" { default = null }
variable "cluster_upgrade_policy" { default = null }
variable "cluster_security_group_id" { default = null }
variable "cluster_security_group_name" { default = null }
variable "cluster_security_group_use_name_prefix" { default = null }
variable "cluster_security_group_additional_rules" { default = null }
variable "create_cluster_security_group" { default = null }
variable "attach_cluster_encryption_policy" { default = null }

# Where nothing is given some versions say nothing and some say something empty.
variable "outpost_config" { default = null }
variable "compute_config" { default = null }
variable "encryption_config" { default = {} }
variable "fargate_profiles" { default = null }
variable "eks_managed_node_groups" { default = null }
variable "self_managed_node_groups" { default = null }

# Who runs Terraform, and what machines that EKS starts by itself may be tagged with.
variable "whoever_applies" {}
variable "custom_policy" {}

locals {
  old     = var.cluster_name != null
  name    = coalesce(var.cluster_name, var.name)
  version = var.kubernetes_version != null ? var.kubernetes_version : var.cluster_version
  family  = coalesce(var.cluster_ip_family, var.ip_family)
  role    = var.create && var.create_iam_role ? one(aws_iam_role.this[*].arn) : var.iam_role_arn
  auto    = try(local.compute.enabled, false) == true || var.create_auto_mode_iam_resources
  by_rule = var.create && var.create_iam_role && (var.attach_cluster_encryption_policy != null ? var.attach_cluster_encryption_policy : var.attach_encryption_policy) && local.encrypted
  outpost = try(length(var.outpost_config) > 0, false)
  compute = var.compute_config != null ? var.compute_config : var.cluster_compute_config

  encryption = try(length(var.cluster_encryption_config) > 0, false) ? var.cluster_encryption_config : var.encryption_config
  encrypted  = !local.outpost && var.encryption_config != null && (var.cluster_encryption_config == null || try(length(var.cluster_encryption_config) > 0, false))

  own_group   = var.create && (var.create_cluster_security_group != null ? var.create_cluster_security_group : var.create_security_group)
  group       = local.own_group ? one(aws_security_group.cluster[*].id) : coalesce(var.cluster_security_group_id, var.security_group_id)
  group_name  = coalesce(var.cluster_security_group_name, var.security_group_name, "${local.name}-cluster")
  group_start = var.cluster_security_group_use_name_prefix != null ? var.cluster_security_group_use_name_prefix : var.security_group_use_name_prefix
  own_nodes   = var.create && var.create_node_security_group
  nodes       = local.own_nodes ? one(aws_security_group.node[*].id) : var.node_security_group_id
  nodes_name  = coalesce(var.node_security_group_name, "${local.name}-node")

  to_cluster = { for name, rule in {
    ingress_nodes_443 = { protocol = "tcp", from_port = 443, to_port = 443, type = "ingress", source_node_security_group = true }
  } : name => rule if local.own_nodes }
  to_nodes = {
    ingress_cluster_443      = { protocol = "tcp", from_port = 443, to_port = 443, type = "ingress", source_cluster_security_group = true }
    ingress_cluster_kubelet  = { protocol = "tcp", from_port = 10250, to_port = 10250, type = "ingress", source_cluster_security_group = true }
    ingress_self_coredns_tcp = { protocol = "tcp", from_port = 53, to_port = 53, type = "ingress", self = true }
    ingress_self_coredns_udp = { protocol = "udp", from_port = 53, to_port = 53, type = "ingress", self = true }
  }
  recommended = { for name, rule in {
    ingress_nodes_ephemeral      = { protocol = "tcp", from_port = 1025, to_port = 65535, type = "ingress", self = true }
    ingress_cluster_4443_webhook = { protocol = "tcp", from_port = 4443, to_port = 4443, type = "ingress", source_cluster_security_group = true }
    ingress_cluster_6443_webhook = { protocol = "tcp", from_port = 6443, to_port = 6443, type = "ingress", source_cluster_security_group = true }
    ingress_cluster_8443_webhook = { protocol = "tcp", from_port = 8443, to_port = 8443, type = "ingress", source_cluster_security_group = true }
    ingress_cluster_9443_webhook = { protocol = "tcp", from_port = 9443, to_port = 9443, type = "ingress", source_cluster_security_group = true }
    egress_all                   = { protocol = "-1", from_port = 0, to_port = 0, type = "egress", cidr_blocks = ["0.0.0.0/0"], ipv6_cidr_blocks = local.family == "ipv6" ? ["::/0"] : null }
  } : name => rule if var.node_security_group_enable_recommended_rules }
}

data "aws_partition" "current" {}

resource "aws_eks_cluster" "this" {
  count = var.create ? 1 : 0

  name                          = local.name
  version                       = local.version
  role_arn                      = local.role
  enabled_cluster_log_types     = var.cluster_enabled_log_types != null ? var.cluster_enabled_log_types : var.enabled_log_types
  deletion_protection           = var.deletion_protection
  bootstrap_self_managed_addons = local.old ? var.bootstrap_self_managed_addons : false

  vpc_config {
    security_group_ids      = compact(distinct(concat(var.cluster_additional_security_group_ids != null ? var.cluster_additional_security_group_ids : var.additional_security_group_ids, [local.group])))
    subnet_ids              = coalescelist(var.control_plane_subnet_ids, var.subnet_ids)
    endpoint_private_access = var.cluster_endpoint_private_access != null ? var.cluster_endpoint_private_access : var.endpoint_private_access
    endpoint_public_access  = var.cluster_endpoint_public_access != null ? var.cluster_endpoint_public_access : var.endpoint_public_access
    public_access_cidrs     = var.cluster_endpoint_public_access_cidrs != null ? var.cluster_endpoint_public_access_cidrs : var.endpoint_public_access_cidrs
  }

  kubernetes_network_config {
    ip_family         = local.outpost ? null : local.family
    service_ipv4_cidr = local.outpost ? null : var.cluster_service_ipv4_cidr != null ? var.cluster_service_ipv4_cidr : var.service_ipv4_cidr
  }

  dynamic "encryption_config" {
    for_each = local.encrypted ? [local.encryption] : []
    content {
      resources = try(encryption_config.value.resources, ["secrets"])
      provider {
        key_arn = var.create_kms_key ? module.kms.key_arn : encryption_config.value.provider_key_arn
      }
    }
  }

  tags = merge(var.tags, var.cluster_tags)
}

resource "aws_cloudwatch_log_group" "this" {
  count = var.create && var.create_cloudwatch_log_group ? 1 : 0

  name              = "/aws/eks/${local.name}/cluster"
  retention_in_days = var.cloudwatch_log_group_retention_in_days
  kms_key_id        = var.cloudwatch_log_group_kms_key_id
  log_group_class   = var.cloudwatch_log_group_class
}

module "kms" {
  source = "../kms"

  create                    = var.create && var.create_kms_key && local.encrypted
  key_usage                 = "ENCRYPT_DECRYPT"
  deletion_window_in_days   = var.kms_key_deletion_window_in_days
  enable_key_rotation       = var.enable_kms_key_rotation
  enable_default_policy     = var.kms_key_enable_default_policy
  key_owners                = var.kms_key_owners
  key_administrators        = length(var.kms_key_administrators) > 0 ? var.kms_key_administrators : [var.whoever_applies]
  key_users                 = concat([local.role], var.kms_key_users)
  key_service_users         = var.kms_key_service_users
  source_policy_documents   = var.kms_key_source_policy_documents
  override_policy_documents = var.kms_key_override_policy_documents
  aliases                   = var.kms_key_aliases
  computed_aliases          = { cluster = { name = "eks/${local.name}" } }
  tags                      = var.tags
}

resource "aws_security_group" "cluster" {
  count = local.own_group ? 1 : 0

  name        = local.group_start ? null : local.group_name
  name_prefix = local.group_start ? "${local.group_name}${var.prefix_separator}" : null
  vpc_id      = var.vpc_id
  tags        = var.tags
}

resource "aws_security_group_rule" "cluster" {
  for_each = { for name, rule in merge(local.to_cluster, var.cluster_security_group_additional_rules != null ? var.cluster_security_group_additional_rules : var.security_group_additional_rules) : name => rule if local.own_group }

  security_group_id        = aws_security_group.cluster[0].id
  type                     = try(each.value.type, "ingress")
  protocol                 = try(each.value.protocol, "tcp")
  from_port                = each.value.from_port
  to_port                  = each.value.to_port
  cidr_blocks              = try(each.value.cidr_blocks, null)
  ipv6_cidr_blocks         = try(each.value.ipv6_cidr_blocks, null)
  prefix_list_ids          = try(each.value.prefix_list_ids, null)
  self                     = try(each.value.self, null)
  source_security_group_id = try(each.value.source_node_security_group, false) ? local.nodes : try(each.value.source_security_group_id, null)
}

resource "aws_security_group" "node" {
  count = local.own_nodes ? 1 : 0

  name        = var.node_security_group_use_name_prefix ? null : local.nodes_name
  name_prefix = var.node_security_group_use_name_prefix ? "${local.nodes_name}${var.prefix_separator}" : null
  vpc_id      = var.vpc_id
  tags        = merge(var.tags, { "kubernetes.io/cluster/${local.name}" = "owned" })
}

resource "aws_security_group_rule" "node" {
  for_each = { for name, rule in merge(local.to_nodes, local.recommended, var.node_security_group_additional_rules) : name => rule if local.own_nodes }

  security_group_id        = aws_security_group.node[0].id
  type                     = try(each.value.type, "ingress")
  protocol                 = try(each.value.protocol, "tcp")
  from_port                = each.value.from_port
  to_port                  = each.value.to_port
  cidr_blocks              = try(each.value.cidr_blocks, null)
  ipv6_cidr_blocks         = try(each.value.ipv6_cidr_blocks, null)
  prefix_list_ids          = try(each.value.prefix_list_ids, null)
  self                     = try(each.value.self, null)
  source_security_group_id = try(each.value.source_cluster_security_group, false) ? local.group : try(each.value.source_security_group_id, null)
}

data "aws_iam_policy_document" "assume_role_policy" {
  count = var.create && var.create_iam_role ? 1 : 0
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["eks.${data.aws_partition.current.dns_suffix}"]
    }
    dynamic "principals" {
      for_each = local.outpost ? [true] : []
      content {
        type        = "Service"
        identifiers = ["ec2.${data.aws_partition.current.dns_suffix}"]
      }
    }
  }
}

resource "aws_iam_role" "this" {
  count = var.create && var.create_iam_role ? 1 : 0

  name                 = var.iam_role_use_name_prefix ? null : coalesce(var.iam_role_name, "${local.name}-cluster")
  name_prefix          = var.iam_role_use_name_prefix ? "${coalesce(var.iam_role_name, "${local.name}-cluster")}${var.prefix_separator}" : null
  path                 = var.iam_role_path
  assume_role_policy   = data.aws_iam_policy_document.assume_role_policy[0].json
  permissions_boundary = var.iam_role_permissions_boundary
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each   = { for name in concat(["AmazonEKSClusterPolicy"], local.auto ? ["AmazonEKSComputePolicy", "AmazonEKSBlockStoragePolicy", "AmazonEKSLoadBalancingPolicy", "AmazonEKSNetworkingPolicy"] : []) : name => name if var.create && var.create_iam_role }
  role       = aws_iam_role.this[0].name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/${each.value}"
}

resource "aws_iam_role_policy_attachment" "additional" {
  for_each   = { for name, arn in var.iam_role_additional_policies : name => arn if var.create && var.create_iam_role }
  role       = aws_iam_role.this[0].name
  policy_arn = each.value
}

resource "aws_iam_policy" "cluster_encryption" {
  count = local.by_rule ? 1 : 0
  policy = jsonencode({
    Statement = [{
      Effect   = "Allow"
      Action   = ["kms:Encrypt", "kms:Decrypt", "kms:ListGrants", "kms:DescribeKey"]
      Resource = var.create_kms_key ? module.kms.key_arn : local.encryption.provider_key_arn
    }]
  })
}

resource "aws_iam_role_policy_attachment" "cluster_encryption" {
  count      = local.by_rule ? 1 : 0
  role       = aws_iam_role.this[0].name
  policy_arn = aws_iam_policy.cluster_encryption[0].arn
}

resource "aws_iam_policy" "custom" {
  count  = var.create && var.create_iam_role && local.auto && var.enable_auto_mode_custom_tags ? 1 : 0
  policy = var.custom_policy
}

resource "aws_iam_role_policy_attachment" "custom" {
  count      = var.create && var.create_iam_role && local.auto && var.enable_auto_mode_custom_tags ? 1 : 0
  role       = aws_iam_role.this[0].name
  policy_arn = aws_iam_policy.custom[0].arn
}

data "aws_iam_policy_document" "node_assume_role_policy" {
  count = var.create && var.create_node_iam_role && local.auto ? 1 : 0
  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "eks_auto" {
  count = var.create && var.create_node_iam_role && local.auto ? 1 : 0

  name                 = var.node_iam_role_use_name_prefix ? null : coalesce(var.node_iam_role_name, "${local.name}-eks-auto")
  name_prefix          = var.node_iam_role_use_name_prefix ? "${coalesce(var.node_iam_role_name, "${local.name}-eks-auto")}-" : null
  assume_role_policy   = data.aws_iam_policy_document.node_assume_role_policy[0].json
  permissions_boundary = var.node_iam_role_permissions_boundary
}

resource "aws_iam_role_policy_attachment" "eks_auto" {
  for_each   = { for name in ["AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly"] : name => name if var.create && var.create_node_iam_role && local.auto }
  role       = aws_iam_role.eks_auto[0].name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/${each.value}"
}

resource "aws_iam_role_policy_attachment" "eks_auto_additional" {
  for_each   = { for name, arn in var.node_iam_role_additional_policies : name => arn if var.create && var.create_node_iam_role && local.auto }
  role       = aws_iam_role.eks_auto[0].name
  policy_arn = each.value
}

resource "aws_iam_openid_connect_provider" "oidc_provider" {
  count          = var.create && var.enable_irsa && !local.outpost ? 1 : 0
  client_id_list = distinct(compact(concat(["sts.amazonaws.com"], var.openid_connect_audiences)))
  url            = aws_eks_cluster.this[0].identity[0].oidc[0].issuer
}

module "eks_managed_node_group" {
  source   = "../eks/managed"
  for_each = { for name, group in coalesce(var.eks_managed_node_groups, {}) : name => merge(var.eks_managed_node_group_defaults, group) if var.create && !local.outpost }

  key             = each.key
  group           = each.value
  old             = local.old
  cluster_name    = aws_eks_cluster.this[0].name
  cluster_version = local.version
  cluster_group   = aws_eks_cluster.this[0].vpc_config[0].cluster_security_group_id
  family          = local.family
  subnet_ids      = var.subnet_ids
  nodes           = local.nodes
  tags            = var.tags
}

module "self_managed_node_group" {
  source   = "../eks/self_managed"
  for_each = { for name, group in coalesce(var.self_managed_node_groups, {}) : name => merge(var.self_managed_node_group_defaults, group) if var.create }

  key           = each.key
  group         = each.value
  old           = local.old
  cluster_name  = aws_eks_cluster.this[0].name
  cluster_group = aws_eks_cluster.this[0].vpc_config[0].cluster_security_group_id
  family        = local.family
  subnet_ids    = var.subnet_ids
  nodes         = local.nodes
  tags          = var.tags
}

module "fargate_profile" {
  source   = "../eks/fargate"
  for_each = { for name, profile in coalesce(var.fargate_profiles, {}) : name => merge(var.fargate_profile_defaults, profile) if var.create && !local.outpost }

  key          = each.key
  profile      = each.value
  cluster_name = aws_eks_cluster.this[0].name
  subnet_ids   = var.subnet_ids
  tags         = var.tags
}

output "cluster_arn" { value = one(aws_eks_cluster.this[*].arn) }
output "cluster_certificate_authority_data" { value = try(aws_eks_cluster.this[0].certificate_authority[0].data, null) }
output "cluster_endpoint" { value = one(aws_eks_cluster.this[*].endpoint) }
output "cluster_id" { value = one(aws_eks_cluster.this[*].cluster_id) }
output "cluster_name" { value = one(aws_eks_cluster.this[*].name) }
output "cluster_oidc_issuer_url" { value = try(aws_eks_cluster.this[0].identity[0].oidc[0].issuer, null) }
output "cluster_version" { value = one(aws_eks_cluster.this[*].version) }
output "cluster_status" { value = one(aws_eks_cluster.this[*].status) }
output "cluster_primary_security_group_id" { value = try(aws_eks_cluster.this[0].vpc_config[0].cluster_security_group_id, null) }
output "cluster_security_group_arn" { value = one(aws_security_group.cluster[*].arn) }
output "cluster_security_group_id" { value = one(aws_security_group.cluster[*].id) }
output "node_security_group_arn" { value = one(aws_security_group.node[*].arn) }
output "node_security_group_id" { value = one(aws_security_group.node[*].id) }
output "kms_key_arn" { value = module.kms.key_arn }
output "kms_key_id" { value = module.kms.key_id }
output "cluster_iam_role_name" { value = one(aws_iam_role.this[*].name) }
output "cluster_iam_role_arn" { value = one(aws_iam_role.this[*].arn) }
output "node_iam_role_name" { value = one(aws_iam_role.eks_auto[*].name) }
output "node_iam_role_arn" { value = one(aws_iam_role.eks_auto[*].arn) }
output "oidc_provider_arn" { value = one(aws_iam_openid_connect_provider.oidc_provider[*].arn) }
output "oidc_provider" { value = try(replace(aws_eks_cluster.this[0].identity[0].oidc[0].issuer, "https://", ""), null) }
output "cloudwatch_log_group_name" { value = one(aws_cloudwatch_log_group.this[*].name) }
output "cloudwatch_log_group_arn" { value = one(aws_cloudwatch_log_group.this[*].arn) }
output "eks_managed_node_groups" { value = module.eks_managed_node_group }
output "self_managed_node_groups" { value = module.self_managed_node_group }
output "fargate_profiles" { value = module.fargate_profile }
