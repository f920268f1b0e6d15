# A certificate of AWS Certificate Manager, with the records by which it is validated.

variable "create_certificate" { default = true }
variable "create_route53_records_only" { default = false }
variable "validate_certificate" { default = true }
variable "validation_allow_overwrite_records" { default = true }
variable "wait_for_validation" { default = true }
variable "certificate_transparency_logging_preference" { default = true }
variable "domain_name" { default = "" }
variable "region" { default = null }
variable "subject_alternative_names" { default = [] }
variable "validation_method" { default = null }
variable "validation_option" { default = {} }
variable "create_route53_records" { default = true }
variable "validation_record_fqdns" { default = [] }
variable "zone_id" { default = "" }
variable "zones" { default = {} }
variable "tags" { default = {} }
variable "dns_ttl" { default = 60 }
variable "acm_certificate_domain_validation_options" { default = {} }
variable "distinct_domain_names" { default = [] }
variable "key_algorithm" { default = null }
variable "export" { default = null }
variable "private_authority_arn" { default = null }

# What ACM asks to be written into the zone is known when the certificate is made.
variable "asked_of_the_zone" {}

locals {
  bare    = distinct([for name in concat([var.domain_name], var.subject_alternative_names) : replace(name, "*.", "")])
  names   = coalescelist(var.distinct_domain_names, local.bare)
  records = var.create_certificate || var.create_route53_records_only
  told    = var.create_route53_records && var.validation_method == "DNS"
  wanted  = var.validate_certificate || var.create_route53_records_only
}

resource "aws_acm_certificate" "this" {
  count = var.create_certificate ? 1 : 0

  domain_name               = var.domain_name
  subject_alternative_names = var.subject_alternative_names
  validation_method         = var.validation_method
  key_algorithm             = var.key_algorithm
  region                    = var.region
  certificate_authority_arn = var.private_authority_arn
  tags                      = var.tags

  options {
    certificate_transparency_logging_preference = var.certificate_transparency_logging_preference ? "ENABLED" : "DISABLED"
    export                                      = var.export
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "validation" {
  count = local.records && local.told && local.wanted ? length(local.names) : 0

  zone_id         = lookup(var.zones, var.asked_of_the_zone, var.zone_id)
  name            = var.asked_of_the_zone
  type            = var.asked_of_the_zone
  records         = [var.asked_of_the_zone]
  ttl             = var.dns_ttl
  allow_overwrite = var.validation_allow_overwrite_records
}

resource "aws_acm_certificate_validation" "this" {
  count = var.create_certificate && var.validation_method != null && var.validate_certificate && var.wait_for_validation ? 1 : 0

  certificate_arn         = aws_acm_certificate.this[0].arn
  region                  = var.region
  validation_record_fqdns = flatten([aws_route53_record.validation[*].fqdn, var.validation_record_fqdns])
}

output "acm_certificate_arn" {
  value = try(aws_acm_certificate_validation.this[0].certificate_arn, aws_acm_certificate.this[0].arn, "")
}

output "acm_certificate_domain_validation_options" {
  value = flatten(aws_acm_certificate.this[*].domain_validation_options)
}

output "acm_certificate_status" {
  value = try(aws_acm_certificate.this[0].status, "")
}

output "acm_certificate_validation_emails" {
  value = flatten(aws_acm_certificate.this[*].validation_emails)
}

output "validation_route53_record_fqdns" {
  value = aws_route53_record.validation[*].fqdn
}

output "distinct_domain_names" {
  value = local.names
}

output "validation_domains" {
  value = var.asked_of_the_zone
}
