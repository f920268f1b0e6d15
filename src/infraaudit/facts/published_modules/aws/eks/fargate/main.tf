# A profile of pods that run without nodes of the caller's, with its role.

variable "key" {}
variable "profile" {}
variable "cluster_name" {}
variable "subnet_ids" {}
variable "tags" {}

locals {
  create     = try(coalesce(var.profile.create), true)
  name       = try(coalesce(var.profile.name), var.key)
  own_role   = local.create && try(coalesce(var.profile.create_iam_role), true)
  role_name  = try(coalesce(var.profile.iam_role_name), local.name)
  role_start = try(coalesce(var.profile.iam_role_use_name_prefix), true)
  cni        = try(coalesce(var.profile.iam_role_attach_cni_policy), true) ? ["AmazonEKS_CNI_Policy"] : []
}

data "aws_partition" "current" {}

resource "aws_eks_fargate_profile" "this" {
  count = local.create ? 1 : 0

  cluster_name           = var.cluster_name
  fargate_profile_name   = local.name
  pod_execution_role_arn = local.own_role ? aws_iam_role.this[0].arn : try(var.profile.iam_role_arn, null)
  subnet_ids             = try(coalesce(var.profile.subnet_ids), var.subnet_ids)
  tags                   = var.tags

  dynamic "selector" {
    for_each = try(coalesce(var.profile.selectors), [])
    content {
      namespace = try(selector.value.namespace, null)
      labels    = try(selector.value.labels, null)
    }
  }
}

data "aws_iam_policy_document" "assume_role_policy" {
  count = local.own_role ? 1 : 0
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["eks-fargate-pods.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "this" {
  count = local.own_role ? 1 : 0

  name                 = local.role_start ? null : local.role_name
  name_prefix          = local.role_start ? "${local.role_name}-" : null
  path                 = try(var.profile.iam_role_path, null)
  assume_role_policy   = data.aws_iam_policy_document.assume_role_policy[0].json
  permissions_boundary = try(var.profile.iam_role_permissions_boundary, null)
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each   = { for name in concat(["AmazonEKSFargatePodExecutionRolePolicy"], local.cni) : name => name if local.own_role }
  role       = aws_iam_role.this[0].name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/${each.value}"
}

output "fargate_profile_arn" { value = one(aws_eks_fargate_profile.this[*].arn) }
output "iam_role_arn" { value = one(aws_iam_role.this[*].arn) }
output "iam_role_name" { value = one(aws_iam_role.this[*].name) }
