# A container of a task of Amazon ECS with its log group.

variable "key" {}
variable "container" {}
variable "service" {}
variable "enable_execute_command" {}
variable "linux" {}

# The user where none is given, which is that of the image in some versions and root in others.
variable "usual_user" {}

locals {
  name    = try(coalesce(var.container.name), var.key)
  logged  = try(coalesce(var.container.create_cloudwatch_log_group), true)
  group   = local.logged && try(coalesce(var.container.enable_cloudwatch_logging), true)
  start   = try(coalesce(var.container.cloudwatch_log_group_use_name_prefix), false)
  path    = try(coalesce(var.container.cloudwatch_log_group_name), "/aws/ecs/${var.service}/${local.name}")
  written = { for name, value in try(coalesce(var.container.logConfiguration), var.container.log_configuration, {}) : name => value if value != null }
  own_log = { for name, value in {
    logDriver = "awslogs"
    options = {
      awslogs-group         = try(aws_cloudwatch_log_group.this[0].name, "")
      awslogs-region        = data.aws_region.current.name
      awslogs-stream-prefix = "ecs"
    }
  } : name => value if local.logged }

  definition = {
    name                   = local.name
    command                = try(var.container.command, null)
    cpu                    = try(var.container.cpu, null)
    credentialSpecs        = try(coalesce(var.container.credentialSpecs), var.container.credential_specs, null)
    dependsOn              = try(coalesce(var.container.dependsOn), var.container.dependencies, null)
    disableNetworking      = try(coalesce(var.container.disableNetworking), var.container.disable_networking, null)
    dnsSearchDomains       = try(coalesce(var.container.dnsSearchDomains), var.container.dns_search_domains, null)
    dnsServers             = try(coalesce(var.container.dnsServers), var.container.dns_servers, null)
    dockerLabels           = try(coalesce(var.container.dockerLabels), var.container.docker_labels, null)
    dockerSecurityOptions  = try(coalesce(var.container.dockerSecurityOptions), var.container.docker_security_options, null)
    entrypoint             = try(var.container.entrypoint, null)
    environment            = try(var.container.environment, null)
    environmentFiles       = try(coalesce(var.container.environmentFiles), var.container.environment_files, null)
    essential              = try(var.container.essential, null)
    extraHosts             = try(coalesce(var.container.extraHosts), var.container.extra_hosts, null)
    firelensConfiguration  = try(coalesce(var.container.firelensConfiguration), var.container.firelens_configuration, null)
    healthCheck            = try(merge({ interval = 30, retries = 3, timeout = 5 }, { for name, value in try(coalesce(var.container.healthCheck), coalesce(var.container.health_check)) : name => value if value != null }), null)
    hostname               = try(var.container.hostname, null)
    image                  = try(var.container.image, null)
    interactive            = try(var.container.interactive, null)
    links                  = try(var.container.links, null)
    memory                 = try(var.container.memory, null)
    memoryReservation      = try(coalesce(var.container.memoryReservation), var.container.memory_reservation, null)
    mountPoints            = try(coalesce(var.container.mountPoints), var.container.mount_points, null)
    portMappings           = try(coalesce(var.container.portMappings), var.container.port_mappings, null)
    pseudoTerminal         = try(coalesce(var.container.pseudoTerminal), var.container.pseudo_terminal, null)
    repositoryCredentials  = try(coalesce(var.container.repositoryCredentials), var.container.repository_credentials, null)
    resourceRequirements   = try(coalesce(var.container.resourceRequirements), var.container.resource_requirements, null)
    secrets                = try(var.container.secrets, null)
    systemControls         = try(coalesce(var.container.systemControls), var.container.system_controls, null)
    ulimits                = try(var.container.ulimits, null)
    volumesFrom            = try(coalesce(var.container.volumesFrom), var.container.volumes_from, null)
    workingDirectory       = try(coalesce(var.container.workingDirectory), var.container.working_directory, null)
    privileged             = var.linux ? try(coalesce(var.container.privileged), false) : null
    readonlyRootFilesystem = var.linux ? try(coalesce(var.container.readonlyRootFilesystem), coalesce(var.container.readonly_root_filesystem), true) : null
    user                   = var.linux ? try(coalesce(var.container.user), var.usual_user) : null
    startTimeout           = try(coalesce(var.container.startTimeout), coalesce(var.container.start_timeout), 30)
    stopTimeout            = try(coalesce(var.container.stopTimeout), coalesce(var.container.stop_timeout), 120)
    linuxParameters        = var.linux ? merge({ initProcessEnabled = var.enable_execute_command }, try(coalesce(var.container.linuxParameters), var.container.linux_parameters, {})) : null
    logConfiguration       = length(merge(local.own_log, local.written)) > 0 ? merge(local.own_log, local.written) : null
  }
}

data "aws_region" "current" {}

resource "aws_cloudwatch_log_group" "this" {
  count             = local.group ? 1 : 0
  name              = local.start ? null : local.path
  name_prefix       = local.start ? "${local.path}-" : null
  retention_in_days = try(coalesce(var.container.cloudwatch_log_group_retention_in_days), 14)
  kms_key_id        = try(var.container.cloudwatch_log_group_kms_key_id, null)
  log_group_class   = try(var.container.cloudwatch_log_group_class, null)
}

output "container_definition" { value = local.definition }
output "cloudwatch_log_group_name" { value = one(aws_cloudwatch_log_group.this[*].name) }
output "cloudwatch_log_group_arn" { value = one(aws_cloudwatch_log_group.this[*].arn) }
