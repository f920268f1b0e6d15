"""Writes large Terraform configurations: many modules, many instances, many keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_RESOURCE = """\
resource "aws_sqs_queue" "queue_{number}" {{
  name                       = "${{var.name}}-{number}"
  delay_seconds              = var.delay
  visibility_timeout_seconds = local.timeouts[{number} % length(local.timeouts)]
  message_retention_seconds  = lookup(var.retention, "queue_{number}", 345600)
  kms_master_key_id          = var.key
  tags                       = merge(var.tags, {{ Number = {number}, Module = var.name }})
}}
"""
_VARIABLES = """\
variable "name" {{
  type = string
}}

variable "delay" {{
  type    = number
  default = {number}
}}

variable "key" {{
  type    = string
  default = null
}}

variable "retention" {{
  type    = map(number)
  default = {{}}
}}

variable "tags" {{
  type    = map(string)
  default = {{}}
}}

locals {{
  timeouts = [for factor in range(1, 4) : factor * 30 if factor != {number}]
  tags     = merge(var.tags, {{ Depth = "{number}" }})
}}

output "name" {{
  value = var.name
}}
"""
_CALL = """\
module "child_{number}" {{
  source = "{source}"
  name   = "${{var.name}}-{number}"
  delay  = var.delay
  tags   = local.tags
}}
"""


def write_modules(target: Path, modules: int, depth: int = 6, queues: int = 2) -> int:
    """Write folders of modules that call each other, at most ``depth`` deep; return the number of lines.

    Each folder is called once, so that there are as many instances as folders.
    """
    width = 2
    while sum(width**level for level in range(depth + 1)) < modules:
        width += 1
    lines = 0
    children: dict[int, list[int]] = {}
    level_of = {0: 0}
    waiting, made = [0], 1
    while waiting:
        here = waiting.pop(0)
        children[here] = []
        while level_of[here] < depth and len(children[here]) < width and made < modules:
            level_of[made] = level_of[here] + 1
            children[here].append(made)
            waiting.append(made)
            made += 1
    for number, below in children.items():
        folder = target / (f"m{number}" if number else "root")
        folder.mkdir(parents=True)
        calls = "".join(_CALL.format(number=each, source=f"../m{each}") for each in below)
        default = "" if number else '\nvariable "unused" {\n  default = 1\n}\n'
        variables = _VARIABLES.format(number=number % 7)
        if not number:
            variables = variables.replace('variable "name" {\n  type = string', 'variable "name" {\n  default = "shop"')
        text = variables + default + calls + "".join(_RESOURCE.format(number=each) for each in range(queues))
        (folder / "main.tf").write_text(text, encoding="utf-8")
        lines += text.count("\n")
    return lines


def write_instances(target: Path, copies: int) -> None:
    """Write resources and a module that ``count`` makes many of."""
    (target / "module").mkdir(parents=True)
    call = f'module "many" {{\n  source = "./module"\n  count  = {copies}\n  name   = "shop"\n}}\n'
    many = _RESOURCE.format(number=0).replace("{\n", "{\n  count = " + str(copies) + "\n", 1)
    head = _VARIABLES.format(number=1).replace("type = string", 'default = "shop"', 1)
    (target / "main.tf").write_text(head + call + many, encoding="utf-8")
    body = _VARIABLES.format(number=2) + "".join(_RESOURCE.format(number=each) for each in range(100))
    (target / "module" / "main.tf").write_text(body, encoding="utf-8")


def write_keys(target: Path, keys: int, *, distinct: bool = False) -> None:
    """Write one resource with a ``for_each`` of many keys, all alike or none."""
    target.mkdir(parents=True, exist_ok=True)
    names = f'toset([for number in range({keys}) : "key-${{number}}"])'
    numbers = f'{{ for number in range({keys}) : "key-${{number}}" => number }}'
    body = _RESOURCE.format(number=0).replace("{\n", f"{{\n  for_each = {numbers if distinct else names}\n", 1)
    body = body.replace("= var.delay", "= each.value" if distinct else "= var.delay")
    head = _VARIABLES.format(number=1).replace("type = string", 'default = "shop"', 1)
    (target / "main.tf").write_text(head + body, encoding="utf-8")
