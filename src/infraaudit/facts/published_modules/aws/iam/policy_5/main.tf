# A policy of AWS IAM.

variable "create_policy" { default = true }
variable "name" { default = null }
variable "name_prefix" { default = null }
variable "path" { default = "/" }
variable "description" { default = "IAM Policy" }
variable "policy" { default = "" }
variable "tags" { default = {} }

resource "aws_iam_policy" "policy" {
  count = var.create_policy ? 1 : 0

  name        = var.name
  name_prefix = var.name_prefix
  path        = var.path
  description = var.description
  policy      = var.policy
  tags        = var.tags
}

output "id" {
  value = try(aws_iam_policy.policy[0].id, "")
}

output "arn" {
  value = try(aws_iam_policy.policy[0].arn, "")
}

output "name" {
  value = try(aws_iam_policy.policy[0].name, "")
}

output "policy" {
  value = try(aws_iam_policy.policy[0].policy, "")
}
