# A load balancer with its listeners, their rules, target groups, security group, names and firewall of web requests.
# Not shown: rewriting of requests, headers that listeners add, permissions of functions.

variable "create" { default = true }
variable "tags" { default = {} }
variable "client_keep_alive" { default = null }
variable "desync_mitigation_mode" { default = null }
variable "drop_invalid_header_fields" { default = true }
variable "enable_cross_zone_load_balancing" { default = true }
variable "enable_deletion_protection" { default = true }
variable "enable_http2" { default = null }
variable "enable_waf_fail_open" { default = null }
variable "enable_zonal_shift" { default = null }
variable "idle_timeout" { default = null }
variable "internal" { default = null }
variable "ip_address_type" { default = null }
variable "load_balancer_type" { default = "application" }
variable "name" { default = null }
variable "name_prefix" { default = null }
variable "preserve_host_header" { default = null }
variable "security_groups" { default = [] }
variable "xff_header_processing_mode" { default = null }
variable "default_port" { default = 80 }
variable "default_protocol" { default = "HTTP" }
variable "listeners" { default = {} }
variable "create_security_group" { default = true }
variable "security_group_name" { default = null }
variable "security_group_use_name_prefix" { default = true }
variable "vpc_id" { default = null }
variable "security_group_tags" { default = {} }
variable "associate_web_acl" { default = false }
variable "web_acl_arn" { default = null }

# Where nothing is given some versions say nothing and some say something empty.
variable "access_logs" { default = null }
variable "connection_logs" { default = null }
variable "subnet_mapping" { default = null }
variable "subnets" { default = null }
variable "target_groups" { default = null }
variable "additional_target_group_attachments" { default = null }
variable "security_group_ingress_rules" { default = null }
variable "security_group_egress_rules" { default = null }
variable "route53_records" { default = null }

# The versions name different policies of TLS where none is given.
variable "usual_ssl_policy" {}

locals {
  kinds      = ["authenticate_cognito", "authenticate_oidc", "jwt_validation", "fixed_response", "forward", "weighted_forward", "redirect"]
  own_group  = var.create && var.create_security_group
  group_name = try(coalesce(var.security_group_name, var.name, var.name_prefix), "")

  rules = flatten([
    for key, listener in var.listeners : [
      for name, rule in try(coalesce(listener.rules), {}) : merge(rule, { listener_key = key, rule_key = name })
    ]
  ])
}

resource "aws_lb" "this" {
  count = var.create ? 1 : 0

  name                             = var.name
  name_prefix                      = var.name_prefix
  load_balancer_type               = var.load_balancer_type
  internal                         = var.internal
  ip_address_type                  = var.ip_address_type
  subnets                          = var.subnets
  security_groups                  = local.own_group ? concat([aws_security_group.this[0].id], var.security_groups) : var.security_groups
  idle_timeout                     = var.idle_timeout
  client_keep_alive                = var.client_keep_alive
  desync_mitigation_mode           = var.desync_mitigation_mode
  drop_invalid_header_fields       = var.drop_invalid_header_fields
  enable_cross_zone_load_balancing = var.enable_cross_zone_load_balancing
  enable_deletion_protection       = var.enable_deletion_protection
  enable_http2                     = var.enable_http2
  enable_waf_fail_open             = var.enable_waf_fail_open
  enable_zonal_shift               = var.enable_zonal_shift
  preserve_host_header             = var.preserve_host_header
  xff_header_processing_mode       = var.xff_header_processing_mode

  dynamic "access_logs" {
    for_each = try(length(var.access_logs) > 0, false) ? [var.access_logs] : []
    content {
      bucket  = try(access_logs.value.bucket, null)
      enabled = try(coalesce(access_logs.value.enabled), true)
      prefix  = try(access_logs.value.prefix, null)
    }
  }

  dynamic "connection_logs" {
    for_each = try(length(var.connection_logs) > 0, false) ? [var.connection_logs] : []
    content {
      bucket  = try(connection_logs.value.bucket, null)
      enabled = try(coalesce(connection_logs.value.enabled), true)
    }
  }

  dynamic "subnet_mapping" {
    for_each = coalesce(var.subnet_mapping, [])
    content {
      subnet_id     = subnet_mapping.value.subnet_id
      allocation_id = try(subnet_mapping.value.allocation_id, null)
    }
  }

  tags = var.tags
}

resource "aws_lb_listener" "this" {
  for_each = { for name, listener in var.listeners : name => listener if var.create }

  load_balancer_arn = aws_lb.this[0].arn
  port              = try(coalesce(each.value.port), var.default_port)
  protocol          = try(coalesce(each.value.protocol), var.default_protocol)
  certificate_arn   = try(each.value.certificate_arn, null)
  alpn_policy       = try(each.value.alpn_policy, null)
  ssl_policy        = try(coalesce(each.value.ssl_policy), contains(["HTTPS", "TLS"], try(coalesce(each.value.protocol), var.default_protocol)) ? var.usual_ssl_policy : null)

  dynamic "default_action" {
    for_each = [for kind in local.kinds : { kind = kind, action = each.value[kind] } if try(each.value[kind] != null, false)]
    content {
      type             = replace(replace(default_action.value.kind, "_", "-"), "weighted-", "")
      order            = try(each.value.order, null)
      target_group_arn = default_action.value.kind == "forward" ? try(aws_lb_target_group.this[default_action.value.action.target_group_key].arn, default_action.value.action.target_group_arn, default_action.value.action.arn) : null

      dynamic "forward" {
        for_each = default_action.value.kind == "weighted_forward" ? [default_action.value.action] : []
        content {
          dynamic "target_group" {
            for_each = forward.value.target_groups
            content {
              arn    = try(aws_lb_target_group.this[target_group.value.target_group_key].arn, target_group.value.target_group_arn, target_group.value.arn)
              weight = try(target_group.value.weight, null)
            }
          }
        }
      }
      dynamic "redirect" {
        for_each = default_action.value.kind == "redirect" ? [default_action.value.action] : []
        content {
          port        = try(redirect.value.port, null)
          protocol    = try(redirect.value.protocol, null)
          status_code = redirect.value.status_code
        }
      }
    }
  }
}

resource "aws_lb_listener_rule" "this" {
  for_each = { for rule in local.rules : "${rule.listener_key}/${rule.rule_key}" => rule if var.create }

  listener_arn = try(aws_lb_listener.this[each.value.listener_key].arn, each.value.listener_arn)
  priority     = try(each.value.priority, null)

  dynamic "action" {
    for_each = each.value.actions
    content {
      type             = replace(try(coalesce(action.value.type), replace(one([for name in keys(action.value) : name if name != "order"]), "_", "-")), "weighted-", "")
      order            = try(action.value.order, null)
      target_group_arn = try(aws_lb_target_group.this[action.value.forward.target_group_key].arn, action.value.forward.target_group_arn, aws_lb_target_group.this[action.value.target_group_key].arn, action.value.target_group_arn, null)

      dynamic "forward" {
        for_each = try([coalesce(action.value.weighted_forward)], action.value.type == "weighted-forward" ? [action.value] : [], [])
        content {
          dynamic "target_group" {
            for_each = forward.value.target_groups
            content {
              arn    = try(aws_lb_target_group.this[target_group.value.target_group_key].arn, target_group.value.target_group_arn, target_group.value.arn)
              weight = try(target_group.value.weight, null)
            }
          }
        }
      }
    }
  }

  dynamic "condition" {
    for_each = each.value.conditions
    content {
      dynamic "host_header" {
        for_each = try([coalesce(condition.value.host_header)], [])
        content {
          values = host_header.value.values
        }
      }
      dynamic "path_pattern" {
        for_each = try([coalesce(condition.value.path_pattern)], [])
        content {
          values = path_pattern.value.values
        }
      }
      dynamic "http_header" {
        for_each = try([coalesce(condition.value.http_header)], [])
        content {
          http_header_name = http_header.value.http_header_name
          values           = http_header.value.values
        }
      }
      dynamic "http_request_method" {
        for_each = try([coalesce(condition.value.http_request_method)], [])
        content {
          values = http_request_method.value.values
        }
      }
      dynamic "source_ip" {
        for_each = try([coalesce(condition.value.source_ip)], [])
        content {
          values = source_ip.value.values
        }
      }
    }
  }
}

resource "aws_lb_listener_certificate" "this" {
  for_each = merge([for key, listener in var.listeners : { for index, arn in try(coalesce(listener.additional_certificate_arns), []) : "${key}/${index}" => { listener = key, arn = arn } if var.create }]...)

  listener_arn    = aws_lb_listener.this[each.value.listener].arn
  certificate_arn = each.value.arn
}

resource "aws_lb_target_group" "this" {
  for_each = { for name, group in coalesce(var.target_groups, {}) : name => group if var.create }

  name                              = try(each.value.name, null)
  name_prefix                       = try(each.value.name_prefix, null)
  target_type                       = try(each.value.target_type, null)
  port                              = try(each.value.target_type, null) == "lambda" ? null : try(coalesce(each.value.port), var.default_port)
  protocol                          = try(each.value.target_type, null) == "lambda" ? null : try(coalesce(each.value.protocol), var.default_protocol)
  protocol_version                  = try(each.value.protocol_version, null)
  vpc_id                            = try(coalesce(each.value.vpc_id), var.vpc_id)
  deregistration_delay              = try(each.value.deregistration_delay, null)
  slow_start                        = try(each.value.slow_start, null)
  load_balancing_algorithm_type     = try(each.value.load_balancing_algorithm_type, null)
  load_balancing_cross_zone_enabled = try(each.value.load_balancing_cross_zone_enabled, null)
  preserve_client_ip                = try(each.value.preserve_client_ip, null)
  proxy_protocol_v2                 = try(each.value.proxy_protocol_v2, null)
  connection_termination            = try(each.value.connection_termination, null)

  dynamic "health_check" {
    for_each = try([coalesce(each.value.health_check)], [])
    content {
      enabled             = try(health_check.value.enabled, null)
      healthy_threshold   = try(health_check.value.healthy_threshold, null)
      unhealthy_threshold = try(health_check.value.unhealthy_threshold, null)
      interval            = try(health_check.value.interval, null)
      timeout             = try(health_check.value.timeout, null)
      matcher             = try(health_check.value.matcher, null)
      path                = try(health_check.value.path, null)
      port                = try(health_check.value.port, null)
      protocol            = try(health_check.value.protocol, null)
    }
  }

  dynamic "stickiness" {
    for_each = try([coalesce(each.value.stickiness)], [])
    content {
      enabled         = try(stickiness.value.enabled, null)
      type            = try(stickiness.value.type, null)
      cookie_duration = try(stickiness.value.cookie_duration, null)
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lb_target_group_attachment" "this" {
  for_each = { for name, group in coalesce(var.target_groups, {}) : name => group if var.create && try(coalesce(group.create_attachment), true) }

  target_group_arn = aws_lb_target_group.this[each.key].arn
  target_id        = try(each.value.target_id, null)
  port             = try(each.value.target_type, null) == "lambda" ? null : try(coalesce(each.value.port), var.default_port)
}

resource "aws_lb_target_group_attachment" "additional" {
  for_each = { for name, attachment in coalesce(var.additional_target_group_attachments, {}) : name => attachment if var.create }

  target_group_arn = aws_lb_target_group.this[each.value.target_group_key].arn
  target_id        = each.value.target_id
  port             = try(each.value.target_type, null) == "lambda" ? null : try(coalesce(each.value.port), var.default_port)
}

resource "aws_security_group" "this" {
  count       = local.own_group ? 1 : 0
  name        = var.security_group_use_name_prefix ? null : local.group_name
  name_prefix = var.security_group_use_name_prefix ? "${local.group_name}-" : null
  vpc_id      = var.vpc_id
  tags        = merge(var.tags, var.security_group_tags)
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each = { for name, rule in coalesce(var.security_group_ingress_rules, {}) : name => rule if local.own_group }

  security_group_id            = aws_security_group.this[0].id
  ip_protocol                  = try(coalesce(each.value.ip_protocol), "tcp")
  from_port                    = try(each.value.from_port, null)
  to_port                      = try(coalesce(each.value.to_port), each.value.from_port, null)
  cidr_ipv4                    = try(each.value.cidr_ipv4, null)
  cidr_ipv6                    = try(each.value.cidr_ipv6, null)
  prefix_list_id               = try(each.value.prefix_list_id, null)
  referenced_security_group_id = try(each.value.referenced_security_group_id, null)
}

resource "aws_vpc_security_group_egress_rule" "this" {
  for_each = { for name, rule in coalesce(var.security_group_egress_rules, {}) : name => rule if local.own_group }

  security_group_id            = aws_security_group.this[0].id
  ip_protocol                  = try(coalesce(each.value.ip_protocol), "tcp")
  from_port                    = try(coalesce(each.value.from_port), each.value.to_port, null)
  to_port                      = try(each.value.to_port, null)
  cidr_ipv4                    = try(each.value.cidr_ipv4, null)
  cidr_ipv6                    = try(each.value.cidr_ipv6, null)
  prefix_list_id               = try(each.value.prefix_list_id, null)
  referenced_security_group_id = try(each.value.referenced_security_group_id, null)
}

resource "aws_route53_record" "this" {
  for_each = { for name, record in coalesce(var.route53_records, {}) : name => record if var.create }

  zone_id = each.value.zone_id
  name    = try(coalesce(each.value.name), each.key)
  type    = each.value.type
  alias {
    name                   = aws_lb.this[0].dns_name
    zone_id                = aws_lb.this[0].zone_id
    evaluate_target_health = try(each.value.evaluate_target_health, true)
  }
}

resource "aws_wafv2_web_acl_association" "this" {
  count        = var.associate_web_acl ? 1 : 0
  resource_arn = aws_lb.this[0].arn
  web_acl_arn  = var.web_acl_arn
}

output "id" { value = one(aws_lb.this[*].id) }
output "arn" { value = one(aws_lb.this[*].arn) }
output "arn_suffix" { value = one(aws_lb.this[*].arn_suffix) }
output "dns_name" { value = one(aws_lb.this[*].dns_name) }
output "zone_id" { value = one(aws_lb.this[*].zone_id) }
output "listeners" { value = aws_lb_listener.this }
output "listener_rules" { value = aws_lb_listener_rule.this }
output "target_groups" { value = aws_lb_target_group.this }
output "security_group_arn" { value = one(aws_security_group.this[*].arn) }
output "security_group_id" { value = one(aws_security_group.this[*].id) }
output "route53_records" { value = aws_route53_record.this }
