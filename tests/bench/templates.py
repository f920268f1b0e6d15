"""The texts that the generated estate is made of."""

from __future__ import annotations

from string import Template


class Text(Template):
    """A template whose places are written ``@name``, because ``$`` belongs to Terraform."""

    delimiter = "@"


ROOT = """\
terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

provider "aws" {
  region = var.region
}

locals {
  name = "${var.project}-${var.environment}"
  tags = merge(var.tags, { environment = var.environment })
}

resource "aws_vpc" "this" {
  cidr_block = var.cidr_block
  tags       = local.tags
}

resource "aws_subnet" "private" {
  for_each = var.zones

  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.cidr_block, 8, each.value)
  tags              = merge(local.tags, { Name = "${local.name}-${each.key}" })
}

resource "aws_ecs_cluster" "this" {
  name = local.name
}

resource "aws_sns_topic" "alerts" {
  name = "${local.name}-alerts"
}
"""

ROOT_VARIABLES = """\
variable "project" {
  type    = string
  default = "estate"
}

variable "environment" {
  type = string
}

variable "region" {
  type    = string
  default = "eu-central-1"
}

variable "cidr_block" {
  type    = string
  default = "10.0.0.0/16"
}

variable "zones" {
  type = map(number)
}

variable "tags" {
  type    = map(string)
  default = {}
}
"""

ROOT_VALUES = """\
environment = "production"
zones = {
  eu-central-1a = 1
  eu-central-1b = 2
}
"""

CALL = Text("""\
module "@label" {
  source = "./modules/@name"

  name               = "${local.name}-@name"
  vpc_id             = aws_vpc.this.id
  subnet_ids         = [for subnet in aws_subnet.private : subnet.id]
  cluster_id         = aws_ecs_cluster.this.id
  alerts_topic_arn   = aws_sns_topic.alerts.arn
  instance_class     = "@class"
  desired_count      = @copies
  upstream_queue_arn = @upstream
  tags               = local.tags
}
""")

MODULE_VARIABLES = Text("""\
variable "name" {
  type = string
}

variable "vpc_id" {
  type = string
}

variable "subnet_ids" {
  type = list(string)
}

variable "cluster_id" {
  type = string
}

variable "alerts_topic_arn" {
  type = string
}

variable "instance_class" {
  type    = string
  default = "db.t4g.micro"
}

variable "desired_count" {
  type    = number
  default = 2
}

variable "backup_days" {
  type    = number
  default = @backup
}

variable "port" {
  type    = number
  default = @port
}

variable "upstream_queue_arn" {
  type    = string
  default = null
}

variable "tags" {
  type    = map(string)
  default = {}
}
""")

MODULE_MAIN = Text("""\
locals {
  image = "registry.example/@name:1.0.${var.port}"
  alarms = {
    age   = { metric = "ApproximateAgeOfOldestMessage", threshold = 600 }
    depth = { metric = "ApproximateNumberOfMessagesVisible", threshold = 1000 }
  }
}

resource "aws_security_group" "this" {
  name        = var.name
  description = "Tasks and database of @name"
  vpc_id      = var.vpc_id
  tags        = var.tags

  ingress {
    protocol  = "tcp"
    from_port = 5432
    to_port   = 5432
    self      = true
  }

  ingress {
    protocol    = "tcp"
    from_port   = var.port
    to_port     = var.port
    cidr_blocks = ["10.0.0.0/8"]
  }
}

resource "aws_db_instance" "this" {
  identifier              = var.name
  engine                  = "postgres"
  engine_version          = "17"
  instance_class          = var.instance_class
  allocated_storage       = 20
  multi_az                = @protected
  storage_encrypted       = @protected
  deletion_protection     = @protected
  backup_retention_period = var.backup_days
  vpc_security_group_ids  = [aws_security_group.this.id]
  tags                    = var.tags
}

resource "aws_sqs_queue" "jobs" {
  name                       = "${var.name}-jobs"
  visibility_timeout_seconds = 60
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letter.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "dead_letter" {
  name                      = "${var.name}-dead-letter"
  message_retention_seconds = 1209600
}

resource "aws_cloudwatch_metric_alarm" "jobs" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  namespace           = "AWS/SQS"
  metric_name         = each.value.metric
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  period              = 60
  evaluation_periods  = 5
  alarm_actions       = [var.alerts_topic_arn]

  dimensions = {
    QueueName = aws_sqs_queue.jobs.name
  }
}

resource "aws_s3_bucket" "archive" {
  count = var.upstream_queue_arn == null ? 0 : 1

  bucket = "${var.name}-archive"
}

resource "aws_ecs_task_definition" "this" {
  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 512
  memory                   = 1024

  container_definitions = jsonencode([
    {
      name      = "app"
      image     = local.image
      essential = true
      command   = ["gunicorn", "app.main:app", "--workers", "@workers", "--bind", "0.0.0.0:${var.port}"]
      portMappings = [
        { containerPort = var.port }
      ]
      environment = concat(
        [
          { name = "DATABASE_HOST", value = aws_db_instance.this.address },
          { name = "QUEUE_URL", value = aws_sqs_queue.jobs.url },
        ],
        var.upstream_queue_arn == null ? [] : [{ name = "UPSTREAM", value = var.upstream_queue_arn }],
      )
    }
  ])
}

resource "aws_ecs_service" "this" {
  name            = var.name
  cluster         = var.cluster_id
  task_definition = aws_ecs_task_definition.this.arn
  desired_count   = var.desired_count
  launch_type     = "FARGATE"

  network_configuration {
    subnets         = var.subnet_ids
    security_groups = [aws_security_group.this.id]
  }
}
""")

MODULE_OUTPUTS = Text("""\
output "queue_arn" {
  description = "Jobs of @name."
  value       = aws_sqs_queue.jobs.arn
}

output "database_address" {
  value = aws_db_instance.this.address
}
""")

MANIFEST = Text("""\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: @name
  namespace: estate
spec:
  replicas: @copies
  selector:
    matchLabels:
      app: @name
  template:
    metadata:
      labels:
        app: @name
    spec:
      containers:
        - name: app
          image: registry.example/@name:1.0.0
          command: ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "@port"]
          ports:
            - name: http
              containerPort: @port
          env:
            - name: DATABASE_HOST
              value: estate-production-@name.abcdefghijkl.eu-central-1.rds.amazonaws.com
          readinessProbe:
            httpGet:
              path: /health
              port: http
          resources:
            requests:
              cpu: 250m
              memory: 256Mi
            limits:
              memory: 512Mi
---
apiVersion: v1
kind: Service
metadata:
  name: @name
  namespace: estate
spec:
  selector:
    app: @name
  ports:
    - port: 80
      targetPort: http
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: @name
  namespace: estate
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: @name
  minReplicas: @copies
  maxReplicas: @most
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: 70
""")

COMPOSE = Text("""\
services:
  web:
    image: registry.example/@name:1.0.0
    command: ["gunicorn", "app.main:app", "--workers", "@workers", "--bind", "0.0.0.0:@port"]
    environment:
      DATABASE_HOST: db
      REDIS_URL: redis://redis:6379/0
    ports:
      - "127.0.0.1:@port:@port"
    depends_on: [db, redis]

  worker:
    image: registry.example/@name:1.0.0
    command: ["celery", "-A", "app.tasks", "worker", "--concurrency=@workers"]
    environment:
      REDIS_URL: redis://redis:6379/0
    depends_on: [redis]

  db:
    image: postgres:17
    environment:
      POSTGRES_PASSWORD_FILE: /run/secrets/database
    volumes:
      - data:/var/lib/postgresql/data

  redis:
    image: redis:7.4

volumes:
  data:
""")
