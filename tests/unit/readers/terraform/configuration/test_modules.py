"""Instances, modules and their variables: what becomes a resource, under which address, with which values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.model.node import Reference, Unresolved
from infraaudit.readers.reading import UnitState
from infraaudit.source.problem import ProblemKind
from tests.unit.readers.terraform.trees import at, body_of, emission_of, module_of, resources_of

if TYPE_CHECKING:
    from pathlib import Path

QUEUE = 'resource "aws_sqs_queue" "q" {{\n  {}\n}}\n'


# -- count and for_each --------------------------------------------------------------------------------------------


def test_equal_instances_are_one_resource_with_a_multiplicity(tmp_path: Path) -> None:
    (resource,) = resources_of(
        tmp_path, {"main.tf": QUEUE.format('count = 2 + 1\n  name = "q${count.index}"')}
    ).values()
    assert (resource.address, resource.multiplicity) == ("aws_sqs_queue.q", 3)
    assert resource.body["name"].content == "q0"
    assert resource.body["count"].is_absent


def test_a_count_of_zero_is_not_in_the_model(tmp_path: Path) -> None:
    emission = emission_of(tmp_path, {"main.tf": QUEUE.format("count = false ? 1 : 0")})
    assert (emission.resources, emission.perhaps) == ([], [])


def test_each_key_is_a_resource(tmp_path: Path) -> None:
    text = QUEUE.format("for_each = { b = 2, a = 1 }\n  name = each.key\n  delay = each.value")
    resources = resources_of(tmp_path, {"main.tf": text})
    assert list(resources) == ['aws_sqs_queue.q["a"]', 'aws_sqs_queue.q["b"]']
    body = resources['aws_sqs_queue.q["b"]'].body
    assert (body["name"].content, body["delay"].content) == ("b", 2)
    assert at(body["delay"].at) == ("main.tf", 2, 20)


@pytest.mark.parametrize(
    "repeat",
    ["count = var.open", "for_each = var.open", "for_each = toset([aws_x.y.id])", "for_each = merge(var.open, {})"],
)
def test_instances_that_cannot_be_told_are_perhaps_there(tmp_path: Path, repeat: str) -> None:
    text = (
        QUEUE.format(repeat)
        + 'variable "open" {}\nresource "aws_x" "y" {}\noutput "o" { value = aws_sqs_queue.q[0].arn }\n'
    )
    emission = emission_of(tmp_path, {"main.tf": text})
    assert [resource.address for resource in emission.perhaps] == ["aws_sqs_queue.q"]
    assert [resource.address for resource in emission.resources] == ["aws_x.y"]


@pytest.mark.parametrize(
    ("repeat", "expression", "expected"),
    [
        ("count = 2", "aws_sqs_queue.q[0].arn", Reference("aws_sqs_queue.q", "arn")),
        ("count = 2", "aws_sqs_queue.q.1.arn", Reference("aws_sqs_queue.q", "arn")),
        ("count = 2", "length(aws_sqs_queue.q)", 2),
        ("count = 2", "length(aws_sqs_queue.q[*].arn)", 2),
        ("count = 0", "length(aws_sqs_queue.q)", 0),
        ("count = 0", 'try(aws_sqs_queue.q[0].arn, "none")', "none"),
        ("count = 0", 'join("", aws_sqs_queue.q[*].arn)', ""),
        ("count = 1", "one(aws_sqs_queue.q[*].arn)", Reference("aws_sqs_queue.q", "arn")),
        ('for_each = toset(["a", "b"])', 'aws_sqs_queue.q["a"].arn', Reference('aws_sqs_queue.q["a"]', "arn")),
        ('for_each = toset(["a", "b"])', 'join(",", keys(aws_sqs_queue.q))', "a,b"),
        ('for_each = toset(["a"])', "values(aws_sqs_queue.q)[0].arn", Reference('aws_sqs_queue.q["a"]', "arn")),
        ("count = var.open", "aws_sqs_queue.q[0].arn", Reference("aws_sqs_queue.q", "arn")),
        ("for_each = var.open", 'aws_sqs_queue.q["x"].arn', Reference("aws_sqs_queue.q", "arn")),
    ],
)
def test_references_to_instances(tmp_path: Path, repeat: str, expression: str, expected: object) -> None:
    text = f'resource "a_first" "x" {{\n  v = {expression}\n}}\nvariable "open" {{}}\n' + QUEUE.format(repeat)
    assert body_of(tmp_path, text)["v"].content == expected


def test_a_splat_over_instances_that_cannot_be_told_keeps_the_reference(tmp_path: Path) -> None:
    head = 'resource "a_first" "x" {\n  v = aws_sqs_queue.q[*].arn\n}\nvariable "open" {}\n'
    node = body_of(tmp_path, head + QUEUE.format("count = var.open"))["v"]
    assert isinstance(node.content, Unresolved)
    assert node.mentions == ("aws_sqs_queue.q",)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("a_second.y.head[0].name", "shop"),
        ("a_second.y.head.0.name", "shop"),
        ("a_second.y.head[0].inner[1].size", 2),
        ("a_second.y.head[0].labels.app", "web"),
        ("a_second.y.head[1].name", Reference("a_second.y", "head[1].name")),
        ("a_second.y.head[0].id", Reference("a_second.y", "head[0].id")),
        ("a_second.made.head[0].name", Reference("a_second.made", "head[0].name")),
    ],
)
def test_an_argument_of_a_block_is_read_where_the_block_is_written(
    tmp_path: Path, expression: str, expected: object
) -> None:
    text = """
        resource "a_first" "x" {
          v = EXPRESSION
        }
        variable "open" {}
        resource "a_second" "y" {
          head {
            name   = "shop"
            labels = { app = "web" }
            inner { size = 1 }
            inner { size = 2 }
          }
        }
        resource "a_second" "made" {
          dynamic "head" {
            for_each = ["shop"]
            content { name = head.value }
          }
        }
        """
    assert body_of(tmp_path, text.replace("EXPRESSION", expression))["v"].content == expected


def test_an_argument_that_differs_between_instances_stays_a_reference(tmp_path: Path) -> None:
    head = 'resource "a_first" "x" {\n  v = aws_sqs_queue.q[1].name\n}\n'
    node = body_of(tmp_path, head + QUEUE.format('count = 2\n  name = "q${count.index}"'))["v"]
    assert node.content == Reference("aws_sqs_queue.q", "name")


# -- modules -------------------------------------------------------------------------------------------------------

MODULE = {
    "modules/queue/main.tf": """
        variable "name" {}
        variable "delay" {
          type    = number
          default = 5
        }
        resource "aws_sqs_queue" "this" {
          name          = "${var.name}-queue"
          delay_seconds = var.delay
        }
        output "arn" { value = aws_sqs_queue.this.arn }
        output "queue" { value = aws_sqs_queue.this }
        output "given" { value = var.name }
        """,
}


def test_a_module_is_evaluated_with_the_arguments_of_its_call(tmp_path: Path) -> None:
    files = {
        **MODULE,
        "main.tf": """
            module "jobs" {
              source = "./modules/queue"
              name   = local.prefix
              delay  = "9"
            }
            locals { prefix = "jobs" }
            resource "a" "x" {
              arn   = module.jobs.arn
              delay = module.jobs.queue.delay_seconds
              given = module.jobs.given
            }
            """,
    }
    resources = resources_of(tmp_path, files)
    queue = resources["module.jobs.aws_sqs_queue.this"]
    assert queue.body["name"].content == "jobs-queue"
    delay = queue.body["delay_seconds"]
    assert delay.content == 9
    assert at(delay.at) == ("main.tf", 5, 12)
    assert [step.what for step in delay.at.trail] == ["var.delay"]
    assert at(queue.at) == ("modules/queue/main.tf", 7, 1)
    user = resources["a.x"].body
    assert user["arn"].content == Reference("module.jobs.aws_sqs_queue.this", "arn")
    assert user["delay"].content == 9
    assert user["given"].content == "jobs"


def test_a_called_folder_is_judged_through_its_callers_alone(tmp_path: Path) -> None:
    files = {
        **MODULE,
        "a/main.tf": 'module "one" {\n  source = "../modules/queue"\n  name = "x"\n}\n',
        "b/main.tf": 'module "two" {\n  source = "../modules/queue"\n  name = "y"\n}\n',
    }
    assert resources_of(tmp_path, files, "a")["module.one.aws_sqs_queue.this"].body["name"].content == "x-queue"
    assert resources_of(tmp_path, files, "b")["module.two.aws_sqs_queue.this"].body["name"].content == "y-queue"


def test_instances_of_modules(tmp_path: Path) -> None:
    files = {
        **MODULE,
        "main.tf": """
            module "many" {
              source = "./modules/queue"
              count  = 3
              name   = "many"
            }
            module "keyed" {
              source   = "./modules/queue"
              for_each = { a = "x", b = "y" }
              name     = each.value
            }
            module "none" {
              source = "./modules/queue"
              count  = 0
              name   = "none"
            }
            module "perhaps" {
              source = "./modules/queue"
              count  = var.open
              name   = "perhaps"
            }
            variable "open" {}
            resource "a" "x" {
              keyed   = module.keyed["b"].arn
              every   = [for k, m in module.keyed : m.given]
              counted = module.many[0].given
              none    = length(module.none)
              splat   = module.many[*].arn
              perhaps = module.perhaps[0].given
              unknown = module.perhaps[*].given
            }
            """,
    }
    emission = emission_of(tmp_path, files)
    addresses = {resource.address: resource for resource in emission.resources}
    assert sorted(addresses) == [
        "a.x",
        'module.keyed["a"].aws_sqs_queue.this',
        'module.keyed["b"].aws_sqs_queue.this',
        "module.many.aws_sqs_queue.this",
    ]
    assert addresses["module.many.aws_sqs_queue.this"].multiplicity == 3
    assert [resource.address for resource in emission.perhaps] == ["module.perhaps.aws_sqs_queue.this"]
    body = addresses["a.x"].body
    assert body["keyed"].content == Reference('module.keyed["b"].aws_sqs_queue.this', "arn")
    assert [each.content for each in body["every"].each()] == ["x", "y"]
    assert (body["counted"].content, body["none"].content) == ("many", 0)
    assert len(body["splat"].each()) == 3
    assert body["perhaps"].content == "perhaps"
    assert isinstance(body["unknown"].content, Unresolved)


def test_modules_in_modules(tmp_path: Path) -> None:
    files = {
        **MODULE,
        "stack/main.tf": 'module "inner" {\n  source = "../modules/queue"\n  name = var.env\n}\n'
        'variable "env" {}\noutput "arn" { value = module.inner.arn }\noutput "path" { value = path.module }\n',
        "root/main.tf": 'module "outer" {\n  source = "../stack"\n  env = "prod"\n}\n'
        'resource "a" "x" {\n  arn = module.outer.arn\n  path = module.outer.path\n}\n',
    }
    resources = resources_of(tmp_path, files, "root")
    address = "module.outer.module.inner.aws_sqs_queue.this"
    assert resources[address].body["name"].content == "prod-queue"
    assert resources["a.x"].body["arn"].content == Reference(address, "arn")
    assert resources["a.x"].body["path"].content == "../stack"


def test_modules_may_need_each_other_as_long_as_their_values_do_not(tmp_path: Path) -> None:
    files = {
        **MODULE,
        "main.tf": 'module "a" {\n  source = "./modules/queue"\n  name = "a"\n  delay = length(module.b.given)\n}\n'
        'module "b" {\n  source = "./modules/queue"\n  name = "${module.a.given}b"\n}\n',
    }
    assert resources_of(tmp_path, files)["module.a.aws_sqs_queue.this"].body["delay_seconds"].content == 2


@pytest.mark.parametrize("source", ["someone/network/aws", "git::https://example.com/x.git", "../nowhere", "./empty"])
def test_a_module_that_is_not_in_the_tree_is_reported_once_and_leaves_its_outputs_open(
    tmp_path: Path, source: str
) -> None:
    call = f'module "net" {{\n  source = "{source}"\n  name = aws_x.y.id\n}}\n'
    text = call + 'resource "aws_x" "y" {\n  v = module.net.vpc_id\n}\n'
    module = module_of(tmp_path, {"main.tf": text, "empty/readme.md": "nothing"})
    emission = emission_of(tmp_path, {"main.tf": text})
    value = emission.resources[0].body["v"]
    assert isinstance(value.content, Unresolved)
    assert source in value.content.why
    assert value.mentions == ("module.net",)
    (missing,) = emission.missing
    assert (missing.address, missing.mentions) == ("module.net", ("aws_x.y",))
    assert module.called("net") is not None
    (problem,) = module.root.problems.values()
    assert problem.kind is ProblemKind.MISSING_MODULE
    assert at(problem.at) == ("main.tf", 2, 12)
    assert [unit.state for unit in module.root.units.values()] == [UnitState.MISSING]


def test_calls_that_fork_at_every_level_are_cut(tmp_path: Path) -> None:
    files = {
        f"m{level}/main.tf": "".join(f'module "{name}" {{\n  source = "../m{level + 1}"\n}}\n' for name in "ab")
        for level in range(18)
    }
    module = module_of(tmp_path, {**files, "m18/main.tf": QUEUE.format("")}, "m0")
    assert sum(1 for _ in module.descendants()) < 10_000
    assert module.root.problems


# -- variables -----------------------------------------------------------------------------------------------------


def test_variable_files_win_in_terraforms_order(tmp_path: Path) -> None:
    files = {
        "main.tf": 'variable "v" { default = 1 }\nresource "a" "x" {\n  v = var.v\n}\n',
        "terraform.tfvars": "v = 2\n",
        "b.auto.tfvars": "v = 4\n",
        "a.auto.tfvars": "v = 3\n",
        "prod.tfvars": "v = 9\n",
    }
    node = resources_of(tmp_path, files)["a.x"].body["v"]
    assert node.content == 4
    assert at(node.at) == ("b.auto.tfvars", 1, 5)
    assert [step.what for step in node.at.trail] == ["var.v", "b.auto.tfvars sets var.v"]


def test_values_in_json(tmp_path: Path) -> None:
    files = {"main.tf": 'variable "v" {}\nresource "a" "x" {\n  v = var.v\n}\n', "terraform.tfvars.json": '{"v": 7}'}
    assert resources_of(tmp_path, files)["a.x"].body["v"].content == 7


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({}, "var.v has no default and no tfvars file sets it"),
        (
            {"prod.tfvars": "v = 1\n", "env/dev.tfvars": "v = 2\n"},
            (
                "var.v has no default, and which of the variable files that set it is used cannot be told"
                " (env/dev.tfvars, prod.tfvars)"
            ),
        ),
    ],
)
def test_a_variable_without_a_value_says_what_would_settle_it(tmp_path: Path, files: dict[str, str], why: str) -> None:
    main = 'variable "v" {}\nresource "a" "x" {\n  v = var.v\n}\n'
    node = resources_of(tmp_path, {"main.tf": main, **files})["a.x"].body["v"]
    assert isinstance(node.content, Unresolved)
    assert node.content.why == why


def test_a_variable_that_the_call_leaves_out_says_so(tmp_path: Path) -> None:
    files = {**MODULE, "main.tf": 'module "m" {\n  source = "./modules/queue"\n}\n'}
    node = resources_of(tmp_path, files)["module.m.aws_sqs_queue.this"].body["name"]
    assert isinstance(node.content, Unresolved)
    assert node.content.why == "var.name has no default and the call of module.m does not set it"


@pytest.mark.parametrize(
    ("declaration", "expected"),
    [
        ('type = number\n  default = "3"', "3"),
        ("type = string\n  default = 3", '"3"'),
        ('type = bool\n  default = "true"', "true"),
        ("type = list(string)\n  default = [1, true]", '["1","true"]'),
        ('type = set(string)\n  default = ["b", "a", "b"]', '["a","b"]'),
        ('type = map(number)\n  default = { a = "1" }', '{"a":1}'),
        ('type = object({ a = number, b = optional(string, "x"), c = optional(bool) })\n  default = { a = "1", z = 2 }',
         '{"a":1,"b":"x","c":null}'),
        ("type = list(object({ a = optional(number, 5) }))\n  default = [{}]", '[{"a":5}]'),
        ('type = tuple([number, string])\n  default = ["1", 2]', '[1,"2"]'),
        ("type = any\n  default = [1]", "[1]"),
        ('type = "string"\n  default = 1', '"1"'),
    ],
)  # fmt: skip
def test_values_are_converted_to_the_type_of_their_variable(tmp_path: Path, declaration: str, expected: str) -> None:
    text = f'resource "a" "x" {{\n  v = jsonencode(var.v)\n}}\nvariable "v" {{\n  {declaration}\n}}\n'
    assert body_of(tmp_path, text)["v"].content == expected


def test_null_gives_way_to_the_default_where_null_is_refused(tmp_path: Path) -> None:
    files = {
        "m/main.tf": 'variable "v" {\n  default = 5\n  nullable = false\n}\nresource "a" "x" {\n  v = var.v\n}\n',
        "r/main.tf": 'module "m" {\n  source = "../m"\n  v = null\n}\n',
    }
    assert resources_of(tmp_path, files, "r")["module.m.a.x"].body["v"].content == 5


# -- files ---------------------------------------------------------------------------------------------------------


def test_files_are_read_inside_of_the_tree_alone(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("outside")
    files = {
        "main.tf": """
            resource "a" "x" {
              inside   = file("${path.module}/data/x.txt")
              rendered = templatefile("data/t.tftpl", { name = "n", list = [1, 2] })
              outside  = file("../secret.txt")
              absolute = file("/etc/hostname")
              missing  = fileexists("nothing.txt")
              there    = fileexists("data/x.txt")
            }
            """,
        "data/x.txt": "text\n",
        "data/t.tftpl": "Hello ${name}!\n%{ for v in list ~}\n- ${v}\n%{ endfor ~}\nend",
    }
    body = resources_of(tmp_path / "tree", files)["a.x"].body
    assert body["inside"].content == "text\n"
    assert body["inside"].at.path == "data/x.txt"
    assert body["rendered"].content == "Hello n!\n- 1\n- 2\nend"
    assert body["there"].content is True
    for name in ("outside", "absolute", "missing"):
        assert isinstance(body[name].content, Unresolved)


# -- overrides -----------------------------------------------------------------------------------------------------


def test_override_files_are_merged_in(tmp_path: Path) -> None:
    files = {
        "main.tf": 'resource "a" "x" {\n  v = 1\n  w = 1\n  b {\n    c = 1\n  }\n}\n',
        "main_override.tf": 'resource "a" "x" {\n  v = 2\n  b {\n    c = 2\n  }\n}\n',
    }
    body = resources_of(tmp_path, files)["a.x"].body
    assert (body["v"].content, body["w"].content) == (2, 1)
    assert [each["c"].content for each in body["b"].each()] == [2]


# -- places --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("inner", ["size = var.size", "size = tonumber(var.size)", "sizes = [1, var.size]"])
def test_a_value_through_modules_stands_at_the_caller_and_its_trail_names_each_use(tmp_path: Path, inner: str) -> None:
    passing = 'variable "size" {}\nmodule "n" {\n  source = "./n"\n  size = var.size\n}\n'
    files = {
        "main.tf": 'module "m" {\n  source = "./m"\n  size = 3\n}\n',
        "m/main.tf": passing,
        "m/n/main.tf": f'variable "size" {{}}\nresource "aws_x" "y" {{\n  {inner}\n}}\n',
    }
    (resource,) = resources_of(tmp_path, files).values()
    value = resource.body["sizes"].each()[1] if "sizes" in inner else resource.body["size"]
    assert at(value.at) == ("main.tf", 3, 10)
    assert [(step.what, *at(step.at)[:2]) for step in value.at.trail] == [
        ("var.size", "m/n/main.tf", 3),
        ("var.size", "m/main.tf", 4),
    ]


def test_the_elements_of_a_list_have_the_trail_of_the_list(tmp_path: Path) -> None:
    files = {
        "main.tf": 'module "m" {\n  source = "./m"\n  nets = ["a", "b"]\n}\n',
        "m/main.tf": 'variable "nets" {}\nresource "aws_x" "y" {\n  nets = var.nets\n}\n',
    }
    (resource,) = resources_of(tmp_path, files).values()
    second = resource.body["nets"].each()[1]
    assert at(second.at) == ("main.tf", 3, 16)
    assert [at(step.at) for step in second.at.trail] == [("m/main.tf", 3, 10)]


def test_a_value_of_each_names_its_use(tmp_path: Path) -> None:
    body = body_of(tmp_path, 'resource "aws_x" "y" {\n  for_each = { a = 1 }\n  size = each.value\n}\n')
    assert at(body["size"].at) == ("main.tf", 2, 20)
    assert [(step.what, *at(step.at)) for step in body["size"].at.trail] == [("each.value", "main.tf", 3, 10)]
