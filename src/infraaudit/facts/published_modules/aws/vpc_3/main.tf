# A network as version 3 makes it: its subnets in tiers, their routes, the NAT gateways, the groups of subnets, the default
# security group and the flow log. Not shown: network ACLs, VPN gateways, options of DHCP and subnets of outposts.

variable "create_vpc" { default = true }
variable "tags" { default = {} }
variable "name" { default = "" }
variable "cidr" { default = "0.0.0.0/0" }
variable "secondary_cidr_blocks" { default = [] }
variable "instance_tenancy" { default = "default" }
variable "azs" { default = [] }
variable "enable_dns_hostnames" { default = false }
variable "enable_dns_support" { default = true }
variable "use_ipam_pool" { default = false }
variable "ipv4_ipam_pool_id" { default = null }
variable "ipv4_netmask_length" { default = null }
variable "enable_ipv6" { default = false }
variable "ipv6_cidr" { default = null }
variable "ipv6_ipam_pool_id" { default = null }
variable "vpc_tags" { default = {} }
variable "public_subnets" { default = [] }
variable "public_subnet_assign_ipv6_address_on_creation" { default = null }
variable "create_multiple_public_route_tables" { default = false }
variable "public_subnet_ipv6_prefixes" { default = [] }
variable "public_subnet_ipv6_native" { default = false }
variable "map_public_ip_on_launch" { default = true }
variable "public_subnet_tags" { default = {} }
variable "public_subnet_tags_per_az" { default = {} }
variable "private_subnets" { default = [] }
variable "private_subnet_assign_ipv6_address_on_creation" { default = null }
variable "private_subnet_ipv6_prefixes" { default = [] }
variable "private_subnet_ipv6_native" { default = false }
variable "create_private_nat_gateway_route" { default = true }
variable "private_subnet_tags" { default = {} }
variable "private_subnet_tags_per_az" { default = {} }
variable "database_subnets" { default = [] }
variable "database_subnet_assign_ipv6_address_on_creation" { default = null }
variable "database_subnet_ipv6_prefixes" { default = [] }
variable "database_subnet_ipv6_native" { default = false }
variable "create_database_subnet_route_table" { default = false }
variable "create_database_internet_gateway_route" { default = false }
variable "create_database_nat_gateway_route" { default = false }
variable "database_subnet_tags" { default = {} }
variable "create_database_subnet_group" { default = true }
variable "database_subnet_group_name" { default = null }
variable "redshift_subnets" { default = [] }
variable "redshift_subnet_assign_ipv6_address_on_creation" { default = null }
variable "redshift_subnet_ipv6_prefixes" { default = [] }
variable "redshift_subnet_ipv6_native" { default = false }
variable "enable_public_redshift" { default = false }
variable "create_redshift_subnet_route_table" { default = false }
variable "redshift_subnet_tags" { default = {} }
variable "create_redshift_subnet_group" { default = true }
variable "redshift_subnet_group_name" { default = null }
variable "elasticache_subnets" { default = [] }
variable "elasticache_subnet_assign_ipv6_address_on_creation" { default = null }
variable "elasticache_subnet_ipv6_prefixes" { default = [] }
variable "elasticache_subnet_ipv6_native" { default = false }
variable "elasticache_subnet_tags" { default = {} }
variable "create_elasticache_subnet_route_table" { default = false }
variable "create_elasticache_subnet_group" { default = true }
variable "elasticache_subnet_group_name" { default = null }
variable "intra_subnets" { default = [] }
variable "intra_subnet_assign_ipv6_address_on_creation" { default = null }
variable "create_multiple_intra_route_tables" { default = false }
variable "intra_subnet_ipv6_prefixes" { default = [] }
variable "intra_subnet_ipv6_native" { default = false }
variable "intra_subnet_tags" { default = {} }
variable "create_igw" { default = true }
variable "enable_nat_gateway" { default = false }
variable "nat_gateway_destination_cidr_block" { default = "0.0.0.0/0" }
variable "single_nat_gateway" { default = false }
variable "one_nat_gateway_per_az" { default = false }
variable "reuse_nat_ips" { default = false }
variable "external_nat_ip_ids" { default = [] }
variable "external_nat_ips" { default = [] }
variable "manage_default_vpc" { default = false }
variable "default_vpc_enable_dns_support" { default = true }
variable "default_vpc_enable_dns_hostnames" { default = false }
variable "manage_default_security_group" { default = false }
variable "default_security_group_ingress" { default = [] }
variable "default_security_group_egress" { default = [] }
variable "manage_default_route_table" { default = false }
variable "default_route_table_routes" { default = [] }
variable "enable_flow_log" { default = false }
variable "vpc_flow_log_iam_role_name" { default = "vpc-flow-log-role" }
variable "vpc_flow_log_iam_role_use_name_prefix" { default = true }
variable "vpc_flow_log_permissions_boundary" { default = null }
variable "vpc_flow_log_iam_policy_name" { default = "vpc-flow-log-to-cloudwatch" }
variable "vpc_flow_log_iam_policy_use_name_prefix" { default = true }
variable "flow_log_max_aggregation_interval" { default = 600 }
variable "flow_log_traffic_type" { default = "ALL" }
variable "flow_log_destination_type" { default = "cloud-watch-logs" }
variable "flow_log_destination_arn" { default = "" }
variable "create_flow_log_cloudwatch_log_group" { default = false }
variable "create_flow_log_cloudwatch_iam_role" { default = false }
variable "flow_log_cloudwatch_iam_role_conditions" { default = [] }
variable "flow_log_cloudwatch_iam_role_arn" { default = "" }
variable "flow_log_cloudwatch_log_group_name_prefix" { default = "/aws/vpc-flow-log/" }
variable "flow_log_cloudwatch_log_group_name_suffix" { default = "" }
variable "flow_log_cloudwatch_log_group_retention_in_days" { default = null }
variable "flow_log_cloudwatch_log_group_kms_key_id" { default = null }
variable "flow_log_cloudwatch_log_group_skip_destroy" { default = false }
variable "flow_log_cloudwatch_log_group_class" { default = null }

# The groups of logs, which the module knows by their names.
variable "flow_log_group_arns" {}

locals {
  public_count      = max(length(var.public_subnets), length(var.public_subnet_ipv6_prefixes))
  private_count     = max(length(var.private_subnets), length(var.private_subnet_ipv6_prefixes))
  database_count    = max(length(var.database_subnets), length(var.database_subnet_ipv6_prefixes))
  elasticache_count = max(length(var.elasticache_subnets), length(var.elasticache_subnet_ipv6_prefixes))
  redshift_count    = max(length(var.redshift_subnets), length(var.redshift_subnet_ipv6_prefixes))
  intra_count       = max(length(var.intra_subnets), length(var.intra_subnet_ipv6_prefixes))

  widest   = max(local.public_count, local.private_count, local.database_count, local.elasticache_count, local.redshift_count)
  gateways = var.single_nat_gateway ? 1 : var.one_nat_gateway_per_az ? length(var.azs) : local.widest

  vpc_id = one(aws_vpc.this[*].id)

  public_tables   = var.create_multiple_public_route_tables ? local.public_count : min(local.public_count, 1)
  intra_tables    = var.create_multiple_intra_route_tables ? local.intra_count : min(local.intra_count, 1)
  database_shared = var.single_nat_gateway || var.create_database_internet_gateway_route
  database_tables = !var.create_database_subnet_route_table ? 0 : local.database_shared ? min(local.database_count, 1) : local.database_count

  logs_to_group = var.create_vpc && var.enable_flow_log && var.flow_log_destination_type != "s3"
}

resource "aws_vpc" "this" {
  count = var.create_vpc ? 1 : 0

  cidr_block                       = var.use_ipam_pool ? null : var.cidr
  ipv4_ipam_pool_id                = var.ipv4_ipam_pool_id
  ipv4_netmask_length              = var.ipv4_netmask_length
  assign_generated_ipv6_cidr_block = var.enable_ipv6 && !var.use_ipam_pool ? true : null
  ipv6_cidr_block                  = var.ipv6_cidr
  ipv6_ipam_pool_id                = var.ipv6_ipam_pool_id
  instance_tenancy                 = var.instance_tenancy
  enable_dns_hostnames             = var.enable_dns_hostnames
  enable_dns_support               = var.enable_dns_support
  tags                             = merge({ Name = var.name }, var.tags, var.vpc_tags)
}

resource "aws_vpc_ipv4_cidr_block_association" "this" {
  count      = var.create_vpc ? length(var.secondary_cidr_blocks) : 0
  vpc_id     = local.vpc_id
  cidr_block = var.secondary_cidr_blocks[count.index]
}

resource "aws_internet_gateway" "this" {
  count  = var.create_vpc && var.create_igw ? min(local.public_count, 1) : 0
  vpc_id = local.vpc_id
}

resource "aws_eip" "nat" {
  count  = var.create_vpc && var.enable_nat_gateway && !var.reuse_nat_ips ? local.gateways : 0
  domain = "vpc"
}

resource "aws_nat_gateway" "this" {
  count         = var.create_vpc && var.enable_nat_gateway ? local.gateways : 0
  allocation_id = element(var.reuse_nat_ips ? var.external_nat_ip_ids : aws_eip.nat[*].id, var.single_nat_gateway ? 0 : count.index)
  subnet_id     = element(aws_subnet.public[*].id, var.single_nat_gateway ? 0 : count.index)
}

resource "aws_subnet" "public" {
  count = var.create_vpc && (!var.one_nat_gateway_per_az || local.public_count >= length(var.azs)) ? local.public_count : 0

  vpc_id                          = local.vpc_id
  availability_zone               = element(var.azs, count.index)
  cidr_block                      = var.public_subnet_ipv6_native ? null : element(concat(var.public_subnets, [""]), count.index)
  ipv6_native                     = var.enable_ipv6 && var.public_subnet_ipv6_native
  assign_ipv6_address_on_creation = var.enable_ipv6 && var.public_subnet_ipv6_native ? true : var.public_subnet_assign_ipv6_address_on_creation
  map_public_ip_on_launch         = var.map_public_ip_on_launch
  tags                            = merge(var.tags, var.public_subnet_tags, lookup(var.public_subnet_tags_per_az, element(var.azs, count.index), {}))
}

resource "aws_route_table" "public" {
  count  = var.create_vpc ? local.public_tables : 0
  vpc_id = local.vpc_id
}

resource "aws_route_table_association" "public" {
  count          = var.create_vpc ? local.public_count : 0
  subnet_id      = element(aws_subnet.public[*].id, count.index)
  route_table_id = element(aws_route_table.public[*].id, var.create_multiple_public_route_tables ? count.index : 0)
}

resource "aws_route" "public_internet_gateway" {
  count                  = var.create_vpc && var.create_igw ? local.public_tables : 0
  route_table_id         = aws_route_table.public[count.index].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this[0].id
}

resource "aws_subnet" "private" {
  count = var.create_vpc ? local.private_count : 0

  vpc_id                          = local.vpc_id
  availability_zone               = element(var.azs, count.index)
  cidr_block                      = var.private_subnet_ipv6_native ? null : element(concat(var.private_subnets, [""]), count.index)
  ipv6_native                     = var.enable_ipv6 && var.private_subnet_ipv6_native
  assign_ipv6_address_on_creation = var.enable_ipv6 && var.private_subnet_ipv6_native ? true : var.private_subnet_assign_ipv6_address_on_creation
  tags                            = merge(var.tags, var.private_subnet_tags, lookup(var.private_subnet_tags_per_az, element(var.azs, count.index), {}))
}

resource "aws_route_table" "private" {
  count  = var.create_vpc && local.private_count > 0 ? local.gateways : 0
  vpc_id = local.vpc_id
}

resource "aws_route_table_association" "private" {
  count          = var.create_vpc ? local.private_count : 0
  subnet_id      = element(aws_subnet.private[*].id, count.index)
  route_table_id = element(aws_route_table.private[*].id, var.single_nat_gateway ? 0 : count.index)
}

resource "aws_route" "private_nat_gateway" {
  count                  = var.create_vpc && var.enable_nat_gateway && var.create_private_nat_gateway_route ? local.gateways : 0
  route_table_id         = element(aws_route_table.private[*].id, count.index)
  destination_cidr_block = var.nat_gateway_destination_cidr_block
  nat_gateway_id         = element(aws_nat_gateway.this[*].id, count.index)
}

resource "aws_subnet" "database" {
  count = var.create_vpc ? local.database_count : 0

  vpc_id                          = local.vpc_id
  availability_zone               = element(var.azs, count.index)
  cidr_block                      = var.database_subnet_ipv6_native ? null : element(concat(var.database_subnets, [""]), count.index)
  ipv6_native                     = var.enable_ipv6 && var.database_subnet_ipv6_native
  assign_ipv6_address_on_creation = var.enable_ipv6 && var.database_subnet_ipv6_native ? true : var.database_subnet_assign_ipv6_address_on_creation
  tags                            = merge(var.tags, var.database_subnet_tags)
}

resource "aws_route_table" "database" {
  count  = var.create_vpc ? local.database_tables : 0
  vpc_id = local.vpc_id
}

resource "aws_route_table_association" "database" {
  count          = var.create_vpc ? local.database_count : 0
  subnet_id      = element(aws_subnet.database[*].id, count.index)
  route_table_id = element(coalescelist(aws_route_table.database[*].id, aws_route_table.private[*].id), var.create_database_subnet_route_table && local.database_shared ? 0 : count.index)
}

resource "aws_route" "database_internet_gateway" {
  count                  = var.create_vpc && var.create_igw && var.create_database_internet_gateway_route && !var.create_database_nat_gateway_route ? local.database_tables : 0
  route_table_id         = aws_route_table.database[0].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this[0].id
}

resource "aws_route" "database_nat_gateway" {
  count                  = var.create_vpc && var.enable_nat_gateway && var.create_database_nat_gateway_route && !var.create_database_internet_gateway_route ? local.database_tables : 0
  route_table_id         = element(aws_route_table.database[*].id, count.index)
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = element(aws_nat_gateway.this[*].id, count.index)
}

resource "aws_db_subnet_group" "database" {
  count      = var.create_vpc && var.create_database_subnet_group ? min(local.database_count, 1) : 0
  name       = lower(coalesce(var.database_subnet_group_name, var.name))
  subnet_ids = aws_subnet.database[*].id
}

resource "aws_subnet" "elasticache" {
  count = var.create_vpc ? local.elasticache_count : 0

  vpc_id                          = local.vpc_id
  availability_zone               = element(var.azs, count.index)
  cidr_block                      = var.elasticache_subnet_ipv6_native ? null : element(concat(var.elasticache_subnets, [""]), count.index)
  ipv6_native                     = var.enable_ipv6 && var.elasticache_subnet_ipv6_native
  assign_ipv6_address_on_creation = var.enable_ipv6 && var.elasticache_subnet_ipv6_native ? true : var.elasticache_subnet_assign_ipv6_address_on_creation
  tags                            = merge(var.tags, var.elasticache_subnet_tags)
}

resource "aws_route_table" "elasticache" {
  count  = var.create_vpc && var.create_elasticache_subnet_route_table ? min(local.elasticache_count, 1) : 0
  vpc_id = local.vpc_id
}

resource "aws_route_table_association" "elasticache" {
  count          = var.create_vpc ? local.elasticache_count : 0
  subnet_id      = element(aws_subnet.elasticache[*].id, count.index)
  route_table_id = element(coalescelist(aws_route_table.elasticache[*].id, aws_route_table.private[*].id), var.single_nat_gateway || var.create_elasticache_subnet_route_table ? 0 : count.index)
}

resource "aws_elasticache_subnet_group" "elasticache" {
  count      = var.create_vpc && var.create_elasticache_subnet_group ? min(local.elasticache_count, 1) : 0
  name       = coalesce(var.elasticache_subnet_group_name, var.name)
  subnet_ids = aws_subnet.elasticache[*].id
}

resource "aws_subnet" "redshift" {
  count = var.create_vpc ? local.redshift_count : 0

  vpc_id                          = local.vpc_id
  availability_zone               = element(var.azs, count.index)
  cidr_block                      = var.redshift_subnet_ipv6_native ? null : element(concat(var.redshift_subnets, [""]), count.index)
  ipv6_native                     = var.enable_ipv6 && var.redshift_subnet_ipv6_native
  assign_ipv6_address_on_creation = var.enable_ipv6 && var.redshift_subnet_ipv6_native ? true : var.redshift_subnet_assign_ipv6_address_on_creation
  tags                            = merge(var.tags, var.redshift_subnet_tags)
}

resource "aws_route_table" "redshift" {
  count  = var.create_vpc && var.create_redshift_subnet_route_table ? min(local.redshift_count, 1) : 0
  vpc_id = local.vpc_id
}

resource "aws_route_table_association" "redshift" {
  count          = var.create_vpc && !var.enable_public_redshift ? local.redshift_count : 0
  subnet_id      = element(aws_subnet.redshift[*].id, count.index)
  route_table_id = element(coalescelist(aws_route_table.redshift[*].id, aws_route_table.private[*].id), var.single_nat_gateway || var.create_redshift_subnet_route_table ? 0 : count.index)
}

resource "aws_route_table_association" "redshift_public" {
  count          = var.create_vpc && var.enable_public_redshift ? local.redshift_count : 0
  subnet_id      = element(aws_subnet.redshift[*].id, count.index)
  route_table_id = element(coalescelist(aws_route_table.redshift[*].id, aws_route_table.public[*].id), var.single_nat_gateway || var.create_redshift_subnet_route_table ? 0 : count.index)
}

resource "aws_redshift_subnet_group" "redshift" {
  count      = var.create_vpc && var.create_redshift_subnet_group ? min(local.redshift_count, 1) : 0
  name       = lower(coalesce(var.redshift_subnet_group_name, var.name))
  subnet_ids = aws_subnet.redshift[*].id
}

resource "aws_subnet" "intra" {
  count = var.create_vpc ? local.intra_count : 0

  vpc_id                          = local.vpc_id
  availability_zone               = element(var.azs, count.index)
  cidr_block                      = var.intra_subnet_ipv6_native ? null : element(concat(var.intra_subnets, [""]), count.index)
  ipv6_native                     = var.enable_ipv6 && var.intra_subnet_ipv6_native
  assign_ipv6_address_on_creation = var.enable_ipv6 && var.intra_subnet_ipv6_native ? true : var.intra_subnet_assign_ipv6_address_on_creation
  tags                            = merge(var.tags, var.intra_subnet_tags)
}

resource "aws_route_table" "intra" {
  count  = var.create_vpc ? local.intra_tables : 0
  vpc_id = local.vpc_id
}

resource "aws_route_table_association" "intra" {
  count          = var.create_vpc ? local.intra_count : 0
  subnet_id      = element(aws_subnet.intra[*].id, count.index)
  route_table_id = element(aws_route_table.intra[*].id, var.create_multiple_intra_route_tables ? count.index : 0)
}

resource "aws_default_vpc" "this" {
  count                = var.manage_default_vpc ? 1 : 0
  enable_dns_support   = var.default_vpc_enable_dns_support
  enable_dns_hostnames = var.default_vpc_enable_dns_hostnames
}

resource "aws_default_security_group" "this" {
  count  = var.create_vpc && var.manage_default_security_group ? 1 : 0
  vpc_id = local.vpc_id

  dynamic "ingress" {
    for_each = var.default_security_group_ingress
    content {
      self             = lookup(ingress.value, "self", null)
      cidr_blocks      = compact(split(",", lookup(ingress.value, "cidr_blocks", "")))
      ipv6_cidr_blocks = compact(split(",", lookup(ingress.value, "ipv6_cidr_blocks", "")))
      prefix_list_ids  = compact(split(",", lookup(ingress.value, "prefix_list_ids", "")))
      security_groups  = compact(split(",", lookup(ingress.value, "security_groups", "")))
      from_port        = lookup(ingress.value, "from_port", 0)
      to_port          = lookup(ingress.value, "to_port", 0)
      protocol         = lookup(ingress.value, "protocol", "-1")
    }
  }

  dynamic "egress" {
    for_each = var.default_security_group_egress
    content {
      self             = lookup(egress.value, "self", null)
      cidr_blocks      = compact(split(",", lookup(egress.value, "cidr_blocks", "")))
      ipv6_cidr_blocks = compact(split(",", lookup(egress.value, "ipv6_cidr_blocks", "")))
      prefix_list_ids  = compact(split(",", lookup(egress.value, "prefix_list_ids", "")))
      security_groups  = compact(split(",", lookup(egress.value, "security_groups", "")))
      from_port        = lookup(egress.value, "from_port", 0)
      to_port          = lookup(egress.value, "to_port", 0)
      protocol         = lookup(egress.value, "protocol", "-1")
    }
  }
}

resource "aws_default_route_table" "default" {
  count                  = var.create_vpc && var.manage_default_route_table ? 1 : 0
  default_route_table_id = aws_vpc.this[0].default_route_table_id

  dynamic "route" {
    for_each = var.default_route_table_routes
    content {
      cidr_block                = route.value.cidr_block
      ipv6_cidr_block           = lookup(route.value, "ipv6_cidr_block", null)
      egress_only_gateway_id    = lookup(route.value, "egress_only_gateway_id", null)
      gateway_id                = lookup(route.value, "gateway_id", null)
      nat_gateway_id            = lookup(route.value, "nat_gateway_id", null)
      network_interface_id      = lookup(route.value, "network_interface_id", null)
      transit_gateway_id        = lookup(route.value, "transit_gateway_id", null)
      vpc_endpoint_id           = lookup(route.value, "vpc_endpoint_id", null)
      vpc_peering_connection_id = lookup(route.value, "vpc_peering_connection_id", null)
    }
  }
}

resource "aws_flow_log" "this" {
  count                    = var.create_vpc && var.enable_flow_log ? 1 : 0
  vpc_id                   = local.vpc_id
  traffic_type             = var.flow_log_traffic_type
  log_destination_type     = var.flow_log_destination_type
  log_destination          = local.logs_to_group && var.create_flow_log_cloudwatch_log_group ? aws_cloudwatch_log_group.flow_log[0].arn : var.flow_log_destination_arn
  iam_role_arn             = local.logs_to_group && var.create_flow_log_cloudwatch_iam_role ? aws_iam_role.vpc_flow_log_cloudwatch[0].arn : var.flow_log_cloudwatch_iam_role_arn
  max_aggregation_interval = var.flow_log_max_aggregation_interval
}

resource "aws_cloudwatch_log_group" "flow_log" {
  count             = local.logs_to_group && var.create_flow_log_cloudwatch_log_group ? 1 : 0
  name              = "${var.flow_log_cloudwatch_log_group_name_prefix}${var.flow_log_cloudwatch_log_group_name_suffix == "" ? local.vpc_id : var.flow_log_cloudwatch_log_group_name_suffix}"
  retention_in_days = var.flow_log_cloudwatch_log_group_retention_in_days
  kms_key_id        = var.flow_log_cloudwatch_log_group_kms_key_id
  skip_destroy      = var.flow_log_cloudwatch_log_group_skip_destroy
  log_group_class   = var.flow_log_cloudwatch_log_group_class
}

data "aws_iam_policy_document" "flow_log_cloudwatch_assume_role" {
  count = local.logs_to_group && var.create_flow_log_cloudwatch_iam_role ? 1 : 0
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["vpc-flow-logs.amazonaws.com"]
    }
    dynamic "condition" {
      for_each = var.flow_log_cloudwatch_iam_role_conditions
      content {
        test     = condition.value.test
        variable = condition.value.variable
        values   = condition.value.values
      }
    }
  }
}

data "aws_iam_policy_document" "vpc_flow_log_cloudwatch" {
  count = local.logs_to_group && var.create_flow_log_cloudwatch_iam_role ? 1 : 0
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogGroups", "logs:DescribeLogStreams"]
    resources = var.flow_log_group_arns
  }
}

resource "aws_iam_role" "vpc_flow_log_cloudwatch" {
  count                = local.logs_to_group && var.create_flow_log_cloudwatch_iam_role ? 1 : 0
  name                 = var.vpc_flow_log_iam_role_use_name_prefix ? null : var.vpc_flow_log_iam_role_name
  name_prefix          = var.vpc_flow_log_iam_role_use_name_prefix ? "${var.vpc_flow_log_iam_role_name}-" : null
  assume_role_policy   = data.aws_iam_policy_document.flow_log_cloudwatch_assume_role[0].json
  permissions_boundary = var.vpc_flow_log_permissions_boundary
}

resource "aws_iam_policy" "vpc_flow_log_cloudwatch" {
  count       = local.logs_to_group && var.create_flow_log_cloudwatch_iam_role ? 1 : 0
  name        = var.vpc_flow_log_iam_policy_use_name_prefix ? null : var.vpc_flow_log_iam_policy_name
  name_prefix = var.vpc_flow_log_iam_policy_use_name_prefix ? "${var.vpc_flow_log_iam_policy_name}-" : null
  policy      = data.aws_iam_policy_document.vpc_flow_log_cloudwatch[0].json
}

resource "aws_iam_role_policy_attachment" "vpc_flow_log_cloudwatch" {
  count      = local.logs_to_group && var.create_flow_log_cloudwatch_iam_role ? 1 : 0
  role       = aws_iam_role.vpc_flow_log_cloudwatch[0].name
  policy_arn = aws_iam_policy.vpc_flow_log_cloudwatch[0].arn
}

output "vpc_id" { value = local.vpc_id }
output "vpc_arn" { value = one(aws_vpc.this[*].arn) }
output "vpc_cidr_block" { value = one(aws_vpc.this[*].cidr_block) }
output "vpc_ipv6_cidr_block" { value = one(aws_vpc.this[*].ipv6_cidr_block) }
output "vpc_main_route_table_id" { value = one(aws_vpc.this[*].main_route_table_id) }
output "vpc_owner_id" { value = one(aws_vpc.this[*].owner_id) }
output "vpc_secondary_cidr_blocks" { value = compact(aws_vpc_ipv4_cidr_block_association.this[*].cidr_block) }
output "default_security_group_id" { value = one(aws_vpc.this[*].default_security_group_id) }
output "default_network_acl_id" { value = one(aws_vpc.this[*].default_network_acl_id) }
output "default_route_table_id" { value = one(aws_vpc.this[*].default_route_table_id) }
output "igw_id" { value = one(aws_internet_gateway.this[*].id) }
output "igw_arn" { value = one(aws_internet_gateway.this[*].arn) }
output "natgw_ids" { value = aws_nat_gateway.this[*].id }
output "nat_ids" { value = aws_eip.nat[*].id }
output "nat_public_ips" { value = var.reuse_nat_ips ? var.external_nat_ips : aws_eip.nat[*].public_ip }
output "private_nat_gateway_route_ids" { value = aws_route.private_nat_gateway[*].id }
output "database_subnet_group" { value = one(aws_db_subnet_group.database[*].id) }
output "database_subnet_group_name" { value = one(aws_db_subnet_group.database[*].name) }
output "elasticache_subnet_group" { value = one(aws_elasticache_subnet_group.elasticache[*].id) }
output "elasticache_subnet_group_name" { value = one(aws_elasticache_subnet_group.elasticache[*].name) }
output "redshift_subnet_group" { value = one(aws_redshift_subnet_group.redshift[*].id) }
output "public_route_table_ids" { value = aws_route_table.public[*].id }
output "intra_route_table_ids" { value = aws_route_table.intra[*].id }
output "vpc_flow_log_id" { value = one(aws_flow_log.this[*].id) }
output "azs" { value = var.azs }
output "name" { value = var.name }
output "default_vpc_id" { value = one(aws_default_vpc.this[*].id) }
output "default_vpc_cidr_block" { value = one(aws_default_vpc.this[*].cidr_block) }
output "private_route_table_ids" { value = aws_route_table.private[*].id }
output "public_subnets" { value = aws_subnet.public[*].id }
output "public_subnet_objects" { value = aws_subnet.public }
output "public_subnet_arns" { value = aws_subnet.public[*].arn }
output "public_subnets_cidr_blocks" { value = compact(aws_subnet.public[*].cidr_block) }
output "private_subnets" { value = aws_subnet.private[*].id }
output "private_subnet_objects" { value = aws_subnet.private }
output "private_subnet_arns" { value = aws_subnet.private[*].arn }
output "private_subnets_cidr_blocks" { value = compact(aws_subnet.private[*].cidr_block) }
output "database_subnets" { value = aws_subnet.database[*].id }
output "database_subnet_objects" { value = aws_subnet.database }
output "database_subnet_arns" { value = aws_subnet.database[*].arn }
output "database_subnets_cidr_blocks" { value = compact(aws_subnet.database[*].cidr_block) }
output "elasticache_subnets" { value = aws_subnet.elasticache[*].id }
output "elasticache_subnet_objects" { value = aws_subnet.elasticache }
output "elasticache_subnet_arns" { value = aws_subnet.elasticache[*].arn }
output "elasticache_subnets_cidr_blocks" { value = compact(aws_subnet.elasticache[*].cidr_block) }
output "redshift_subnets" { value = aws_subnet.redshift[*].id }
output "redshift_subnet_objects" { value = aws_subnet.redshift }
output "redshift_subnet_arns" { value = aws_subnet.redshift[*].arn }
output "redshift_subnets_cidr_blocks" { value = compact(aws_subnet.redshift[*].cidr_block) }
output "intra_subnets" { value = aws_subnet.intra[*].id }
output "intra_subnet_objects" { value = aws_subnet.intra }
output "intra_subnet_arns" { value = aws_subnet.intra[*].arn }
output "intra_subnets_cidr_blocks" { value = compact(aws_subnet.intra[*].cidr_block) }
output "database_route_table_ids" { value = try(coalescelist(aws_route_table.database[*].id, aws_route_table.private[*].id), []) }
output "elasticache_route_table_ids" { value = try(coalescelist(aws_route_table.elasticache[*].id, aws_route_table.private[*].id), []) }
