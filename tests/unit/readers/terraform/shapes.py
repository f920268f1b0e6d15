"""Shapes of configurations that scanners get wrong, each with what one policy should say of it."""

# ruff: noqa: E501 - configurations are written as text, a line of text for a block

from __future__ import annotations

from dataclasses import dataclass

ADMIN = "networking/world-open-admin-port"
PUBLIC = "networking/datastore-publicly-reachable"
BACKUP = "data/datastore-backup-disabled"
MUTE = "observability/alarm-without-action"
LETTERS = "resilience/queue-without-dead-letter"

FINDING, SILENCE, UNKNOWN = "finding", "silence", "unknown"


@dataclass(frozen=True, slots=True)
class Shape:
    """One small tree; ``place`` is where the finding stands, as path and the text of that place."""

    title: str
    policy: str
    expected: str
    files: dict[str, str]
    place: tuple[str, str] | None = None


def group(cidrs: str, port: str = "22") -> str:
    """Return a security group with one rule."""
    return (
        'resource "aws_security_group" "this" {\n  ingress {\n'
        f'    from_port   = {port}\n    to_port     = {port}\n    protocol    = "tcp"\n    cidr_blocks = {cidrs}\n  }}\n}}\n'
    )


def rule(cidrs: str, group_id: str = "aws_security_group.this.id", more: str = "") -> str:
    """Return a rule beside its security group."""
    return (
        f'resource "aws_security_group_rule" "this" {{\n  {more}\n  type = "ingress"\n  from_port = 22\n  to_port = 22\n'
        f'  protocol = "tcp"\n  cidr_blocks = {cidrs}\n  security_group_id = {group_id}\n}}\n'
    )


def dynamic(for_each: str, cidrs: str = "ingress.value.cidrs", before: str = "") -> str:
    """Return a security group with a dynamic block."""
    return (
        f'resource "aws_security_group" "this" {{\n{before}  dynamic "ingress" {{\n    for_each = {for_each}\n    content {{\n'
        f'      from_port = 22\n      to_port = 22\n      protocol = "tcp"\n      cidr_blocks = {cidrs}\n    }}\n  }}\n}}\n'
    )


def database(public: str = "false", retention: str = "7", more: str = "") -> str:
    """Return a database."""
    return (
        f'resource "aws_db_instance" "this" {{\n  {more}\n  engine = "postgres"\n  publicly_accessible = {public}\n'
        f"  backup_retention_period = {retention}\n}}\n"
    )


def queue(policy: str) -> str:
    """Return two queues, the first with a redrive policy."""
    return (
        f'resource "aws_sqs_queue" "jobs" {{\n  redrive_policy = {policy}\n}}\n'
        'resource "aws_sqs_queue" "dead" {\n  redrive_allow_policy = jsonencode({ redrivePermission = "allowAll" })\n}\n'
    )


def variable(name: str, default: str = "", type_: str = "") -> str:
    """Return a variable."""
    lines = [f"  type = {type_}\n" if type_ else "", f"  default = {default}\n" if default else ""]
    return f'variable "{name}" {{\n{"".join(lines)}}}\n'


def call(arguments: str, source: str = "./m", name: str = "m") -> str:
    """Return a call of a module."""
    return f'module "{name}" {{\n  source = "{source}"\n  {arguments}\n}}\n'


WORLD, INSIDE = '["0.0.0.0/0"]', '["10.0.0.0/8"]'
CIDRS = variable("cidrs", type_="list(string)")
M_GROUP = CIDRS + group("var.cidrs")
RULES = variable("rules", type_='list(object({ cidrs = optional(list(string), ["10.0.0.0/8"]) }))')
FREE = variable("free")

SHAPES = (
    # -- variables -------------------------------------------------------------------------------------------------
    Shape(
        "a default in another file",
        ADMIN,
        FINDING,
        {"a.tf": group("var.c"), "v.tf": variable("c", WORLD)},
        ("v.tf", '"0.0.0.0/0"'),
    ),
    Shape(
        "a harmless default in another file", ADMIN, SILENCE, {"a.tf": group("var.c"), "v.tf": variable("c", INSIDE)}
    ),
    Shape("a variable that nobody sets", ADMIN, UNKNOWN, {"a.tf": CIDRS + group("var.cidrs")}),
    Shape(
        "terraform.tfvars over the default",
        ADMIN,
        FINDING,
        {"a.tf": variable("c", INSIDE) + group("var.c"), "terraform.tfvars": f"c = {WORLD}\n"},
        ("terraform.tfvars", '"0.0.0.0/0"'),
    ),
    Shape(
        "tfvars in JSON",
        ADMIN,
        FINDING,
        {"a.tf": CIDRS + group("var.cidrs"), "terraform.tfvars.json": f'{{"cidrs": {WORLD}}}\n'},
        ("terraform.tfvars.json", '"0.0.0.0/0"'),
    ),
    Shape(
        "tfvars in JSON, loaded by their name",
        ADMIN,
        SILENCE,
        {"a.tf": variable("c", WORLD) + group("var.c"), "x.auto.tfvars.json": f'{{"c": {INSIDE}}}\n'},
    ),
    Shape(
        "tfvars that must be named are not used",
        ADMIN,
        UNKNOWN,
        {"a.tf": CIDRS + group("var.cidrs"), "prod.tfvars": f"cidrs = {WORLD}\n"},
    ),
    Shape("text for a boolean", PUBLIC, FINDING, {"a.tf": variable("p", '"true"', "bool") + database("var.p")}),
    Shape("text for a boolean argument", PUBLIC, FINDING, {"a.tf": database('"true"')}),
    Shape("text for a number", BACKUP, FINDING, {"a.tf": variable("r", '"0"') + database(retention="var.r")}),
    Shape(
        "an optional attribute left out",
        ADMIN,
        SILENCE,
        {"a.tf": RULES + dynamic("var.rules"), "terraform.tfvars": "rules = [{}]\n"},
    ),
    Shape(
        "an optional attribute given",
        ADMIN,
        FINDING,
        {"a.tf": RULES + dynamic("var.rules"), "terraform.tfvars": f"rules = [{{ cidrs = {WORLD} }}]\n"},
    ),
    Shape(
        "an optional attribute with a bad default",
        BACKUP,
        FINDING,
        {"a.tf": variable("db", "{}", "object({ days = optional(number, 0) })") + database(retention="var.db.days")},
    ),
    # -- modules ---------------------------------------------------------------------------------------------------
    Shape(
        "an argument of a module",
        ADMIN,
        FINDING,
        {"a.tf": call(f"cidrs = {WORLD}"), "m/a.tf": M_GROUP},
        ("a.tf", '"0.0.0.0/0"'),
    ),
    Shape(
        "a chain of three modules",
        ADMIN,
        FINDING,
        {
            "a.tf": call(f"cidrs = {WORLD}"),
            "m/a.tf": CIDRS + call("cidrs = var.cidrs", "./n"),
            "m/n/a.tf": CIDRS + call("cidrs = var.cidrs", "../../o"),
            "o/a.tf": M_GROUP,
        },
        ("a.tf", '"0.0.0.0/0"'),
    ),
    Shape(
        "a harmless chain of three modules",
        ADMIN,
        SILENCE,
        {
            "a.tf": call(f"cidrs = {INSIDE}"),
            "m/a.tf": CIDRS + call("cidrs = var.cidrs", "./n"),
            "m/n/a.tf": CIDRS + call("cidrs = var.cidrs", "../../o"),
            "o/a.tf": M_GROUP,
        },
    ),
    Shape(
        "a sibling in the same folder",
        PUBLIC,
        FINDING,
        {"live/a.tf": call("p = true", "../m"), "m/a.tf": variable("p", "false") + database("var.p")},
        ("live/a.tf", "true"),
    ),
    Shape(
        "an output of a sibling",
        ADMIN,
        FINDING,
        {
            "a.tf": call("", "./c", "c") + call("cidrs = module.c.cidrs"),
            "c/a.tf": f'output "cidrs" {{\n  value = {WORLD}\n}}\n',
            "m/a.tf": M_GROUP,
        },
        ("c/a.tf", '"0.0.0.0/0"'),
    ),
    Shape(
        "one source twice, one call bad",
        ADMIN,
        FINDING,
        {"a.tf": call(f"cidrs = {INSIDE}", name="good") + call(f"cidrs = {WORLD}", name="bad"), "m/a.tf": M_GROUP},
        ("a.tf", '"0.0.0.0/0"'),
    ),
    Shape(
        "one source twice, both good",
        ADMIN,
        SILENCE,
        {
            "a.tf": call(f"cidrs = {INSIDE}", name="good") + call('cidrs = ["10.1.0.0/16"]', name="better"),
            "m/a.tf": M_GROUP,
        },
    ),
    Shape(
        "create = false",
        PUBLIC,
        SILENCE,
        {
            "a.tf": call("create = false"),
            "m/a.tf": variable("create", "true") + database("true", more="count = var.create ? 1 : 0"),
        },
    ),
    Shape(
        "create = true",
        PUBLIC,
        FINDING,
        {
            "a.tf": call("create = true"),
            "m/a.tf": variable("create", "false") + database("true", more="count = var.create ? 1 : 0"),
        },
    ),
    Shape(
        "create through a local and for_each",
        PUBLIC,
        SILENCE,
        {
            "a.tf": call("create = false"),
            "m/a.tf": variable("create", "true")
            + "locals {\n  on = var.create && true\n}\n"
            + database("true", more="for_each = local.on ? { a = 1 } : {}"),
        },
    ),
    Shape("a module called zero times", PUBLIC, SILENCE, {"a.tf": call("count = 0"), "m/a.tf": database("true")}),
    Shape(
        "a module for each of none", PUBLIC, SILENCE, {"a.tf": call("for_each = toset([])"), "m/a.tf": database("true")}
    ),
    Shape(
        "null for an argument with a default",
        BACKUP,
        SILENCE,
        {
            "a.tf": call("days = null"),
            "m/a.tf": 'variable "days" {\n  default  = 7\n  nullable = false\n}\n' + database(retention="var.days"),
        },
    ),
    Shape(
        "an object for a module",
        BACKUP,
        FINDING,
        {
            "a.tf": call('db = { days = 0, name = "x" }'),
            "m/a.tf": variable("db", type_="object({ days = number, name = string })")
            + database(retention="var.db.days"),
        },
        ("a.tf", "0"),
    ),
    Shape(
        "a map for a module, by each",
        BACKUP,
        FINDING,
        {
            "a.tf": call("dbs = { a = { days = 7 }, b = { days = 0 } }"),
            "m/a.tf": variable("dbs", type_="map(object({ days = number }))")
            + database(retention="each.value.days", more="for_each = var.dbs"),
        },
        ("a.tf", "0"),
    ),
    Shape(
        "an absent attribute in a module",
        BACKUP,
        FINDING,
        {"a.tf": call("days = 0"), "m/a.tf": variable("days") + database(retention="coalesce(var.days, 7)")},
        ("a.tf", "0"),
    ),
    Shape(
        "an argument that may replace a default",
        BACKUP,
        FINDING,
        {
            "a.tf": call("over = { days = 0 }"),
            "m/a.tf": variable("over", "{}")
            + "locals {\n  all = merge({ days = 7 }, var.over)\n}\n"
            + database(retention="local.all.days"),
        },
        ("a.tf", "0"),
    ),
    Shape(
        "a text built from an argument",
        ADMIN,
        FINDING,
        {"a.tf": call('net = "0.0.0.0"'), "m/a.tf": variable("net") + group('["${var.net}/0"]')},
    ),
    Shape(
        "what is absent in a module",
        "security/unencrypted-at-rest",
        FINDING,
        {"a.tf": call("days = 7"), "m/a.tf": variable("days") + database(retention="var.days")},
        ("m/a.tf", 'resource "aws_db_instance" "this"'),
    ),
    Shape(
        "null for what is absent in a module",
        "security/unencrypted-at-rest",
        FINDING,
        {"a.tf": call("kms = null"), "m/a.tf": variable("kms") + database(more="storage_encrypted = var.kms")},
    ),
    # -- functions -------------------------------------------------------------------------------------------------
    Shape(
        "lookup by a local",
        ADMIN,
        FINDING,
        {
            "a.tf": variable("nets", f"{{ prod = {WORLD}, dev = {INSIDE} }}")
            + 'locals {\n  stage = "prod"\n}\n'
            + group("var.nets[local.stage]")
        },
    ),
    Shape(
        "lookup by a local, the other one",
        ADMIN,
        SILENCE,
        {
            "a.tf": variable("nets", f"{{ prod = {WORLD}, dev = {INSIDE} }}")
            + 'locals {\n  stage = "dev"\n}\n'
            + group("var.nets[local.stage]")
        },
    ),
    Shape("lookup with a default", BACKUP, FINDING, {"a.tf": database(retention='lookup({ a = 7 }, "b", 0)')}),
    Shape("merge, the later wins", BACKUP, SILENCE, {"a.tf": database(retention='merge({ d = 0 }, { d = 7 })["d"]')}),
    Shape(
        "merge with an unknown map",
        BACKUP,
        UNKNOWN,
        {"a.tf": FREE + database(retention='merge({ d = 0 }, var.free)["d"]')},
    ),
    Shape(
        "try over a missing attribute",
        BACKUP,
        FINDING,
        {"a.tf": "locals {\n  s = { a = 1 }\n}\n" + database(retention="try(local.s.days, 0)")},
    ),
    Shape(
        "try over a given attribute",
        BACKUP,
        SILENCE,
        {"a.tf": "locals {\n  s = { days = 3 }\n}\n" + database(retention="try(local.s.days, 0)")},
    ),
    Shape(
        "coalesce over null",
        BACKUP,
        FINDING,
        {"a.tf": variable("d", "null", "number") + database(retention="coalesce(var.d, 0)")},
    ),
    Shape("concat", ADMIN, FINDING, {"a.tf": group(f"concat({INSIDE}, {WORLD})")}, ("a.tf", '"0.0.0.0/0"')),
    Shape("concat with an unknown list", ADMIN, FINDING, {"a.tf": FREE + group(f"concat(var.free, {WORLD})")}),
    Shape("flatten", ADMIN, FINDING, {"a.tf": group(f"flatten([{INSIDE}, [{WORLD}]])")}),
    Shape(
        "compact and distinct", ADMIN, SILENCE, {"a.tf": group('distinct(compact(["", "10.0.0.0/8", "10.0.0.0/8"]))')}
    ),
    Shape("a network by cidrsubnet", ADMIN, SILENCE, {"a.tf": group('[cidrsubnet("10.0.0.0/16", 8, 1)]')}),
    Shape(
        "jsonencode",
        LETTERS,
        SILENCE,
        {"a.tf": queue("jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn, maxReceiveCount = 5 })")},
    ),
    Shape(
        "a policy in a heredoc",
        LETTERS,
        SILENCE,
        {
            "a.tf": queue(
                '<<EOF\n{\n  "deadLetterTargetArn": "${aws_sqs_queue.dead.arn}",\n  "maxReceiveCount": 5\n}\nEOF'
            )
        },
    ),
    Shape(
        "a policy in a template file",
        LETTERS,
        SILENCE,
        {
            "a.tf": queue('templatefile("${path.module}/p.json", { arn = aws_sqs_queue.dead.arn })'),
            "p.json": '{"deadLetterTargetArn": "${arn}", "maxReceiveCount": 5}\n',
        },
    ),
    Shape(
        "a network in a template file",
        ADMIN,
        FINDING,
        {"a.tf": group('jsondecode(templatefile("nets.tpl", { size = 0 }))'), "nets.tpl": '["0.0.0.0/${size}"]\n'},
    ),
    Shape(
        "settings in a YAML file",
        ADMIN,
        FINDING,
        {"a.tf": group('yamldecode(file("s.yaml")).open'), "s.yaml": "open:\n  - 0.0.0.0/0\n"},
    ),
    # -- instances and blocks --------------------------------------------------------------------------------------
    Shape(
        "for_each over toset",
        ADMIN,
        FINDING,
        {"a.tf": group(INSIDE) + rule("[each.value]", more='for_each = toset(["10.0.0.0/8", "0.0.0.0/0"])')},
    ),
    Shape(
        "count over a list",
        ADMIN,
        SILENCE,
        {
            "a.tf": variable("nets", "[]", "list(string)")
            + group(INSIDE)
            + rule("[var.nets[count.index]]", more="count = length(var.nets)")
        },
    ),
    Shape(
        "count over a list of one",
        ADMIN,
        FINDING,
        {
            "a.tf": variable("nets", WORLD, "list(string)")
            + group(INSIDE)
            + rule("[var.nets[count.index]]", more="count = length(var.nets)")
        },
    ),
    Shape(
        "a group attached by concat and condition",
        ADMIN,
        FINDING,
        {
            "a.tf": variable("extra", "[]")
            + "locals {\n  groups = concat([aws_security_group.this.id], var.extra)\n  group  = length(local.groups) > 0 ? local.groups[0] : null\n}\n"
            + group(INSIDE)
            + rule(WORLD, "local.group")
        },
    ),
    Shape("a dynamic block", ADMIN, FINDING, {"a.tf": dynamic(f"[{{ cidrs = {WORLD} }}]")}, ("a.tf", '"0.0.0.0/0"')),
    Shape("a dynamic block of nothing", ADMIN, SILENCE, {"a.tf": dynamic("[]", WORLD)}),
    Shape(
        "a dynamic block beside a static one",
        ADMIN,
        FINDING,
        {
            "a.tf": dynamic(
                "[1]",
                WORLD,
                '  ingress {\n    from_port = 443\n    to_port = 443\n    protocol = "tcp"\n    cidr_blocks = ["0.0.0.0/0"]\n  }\n',
            )
        },
    ),
    Shape(
        "a dynamic block under a condition",
        ADMIN,
        SILENCE,
        {"a.tf": variable("ssh", "false") + dynamic("var.ssh ? [1] : []", WORLD)},
    ),
    Shape(
        "a dynamic block whose list is unknown", ADMIN, UNKNOWN, {"a.tf": FREE + dynamic("var.free", "[ingress.value]")}
    ),
    Shape(
        "rules by a for expression",
        ADMIN,
        FINDING,
        {"a.tf": dynamic(f"{{ for net in {WORLD} : net => [net] }}", "ingress.value")},
    ),
    # -- files -----------------------------------------------------------------------------------------------------
    Shape(
        "configuration in JSON",
        PUBLIC,
        FINDING,
        {
            "a.tf.json": '{"resource": {"aws_db_instance": {"this": {"engine": "postgres", "publicly_accessible": true}}}}\n'
        },
        ("a.tf.json", "true"),
    ),
    Shape(
        "a template in JSON",
        PUBLIC,
        SILENCE,
        {
            "a.tf.json": '{"variable": {"p": {"default": false}}, "resource": {"aws_db_instance": {"this": {"engine": "postgres", "publicly_accessible": "${var.p}"}}}}\n'
        },
    ),
    Shape(
        "an override mends it",
        PUBLIC,
        SILENCE,
        {
            "a.tf": database("true"),
            "override.tf": 'resource "aws_db_instance" "this" {\n  publicly_accessible = false\n}\n',
        },
    ),
    Shape(
        "an override breaks it",
        PUBLIC,
        FINDING,
        {"a.tf": database(), "x_override.tf": 'resource "aws_db_instance" "this" {\n  publicly_accessible = true\n}\n'},
        ("x_override.tf", "true"),
    ),
    Shape(
        "a local in another file",
        PUBLIC,
        FINDING,
        {"a.tf": database("local.p"), "l.tf": "locals {\n  p = true\n}\n"},
        ("l.tf", "true"),
    ),
    Shape(
        "a condition that cannot be told, both arms bad",
        PUBLIC,
        FINDING,
        {"a.tf": FREE + database("var.free ? true : true")},
    ),
    Shape("a condition that cannot be told", PUBLIC, UNKNOWN, {"a.tf": FREE + database("var.free")}),
    Shape(
        "the environment by the workspace",
        BACKUP,
        UNKNOWN,
        {"a.tf": database(retention='terraform.workspace == "prod" ? 7 : 0')},
    ),
    Shape(
        "a condition whose arms are both fine",
        BACKUP,
        SILENCE,
        {"a.tf": database(retention='terraform.workspace == "prod" ? 7 : 1')},
    ),
)
