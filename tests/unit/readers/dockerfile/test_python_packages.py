"""The Python packages of an image, by the commands of its build and the files that they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.readers.dockerfile.images import image_of, images_of, reading_of

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.model import Image

PYPROJECT = """\
[project]
name = "shop"
dependencies = ["SQLAlchemy[asyncio]>=2", "Flask_Thing == 1.2 ; python_version > '3'"]
[project.optional-dependencies]
pg = ["psycopg[pool]"]
dev = ["pytest"]
"""
POETRY = """\
[tool.poetry]
name = "shop"
[tool.poetry.dependencies]
python = "^3.12"
django = "==5.1"
psycopg = {version = "^3", extras = ["pool"]}
asyncpg = {version = "*", optional = true}
[tool.poetry.extras]
fast = ["asyncpg"]
[tool.poetry.group.dev.dependencies]
pytest = "*"
"""
UV_LOCK = """\
version = 1
[[package]]
name = "shop"
source = { virtual = "." }
dependencies = [{ name = "sqlalchemy", extra = ["asyncio"] }]
[package.optional-dependencies]
pg = [{ name = "psycopg" }]
[package.dev-dependencies]
dev = [{ name = "pytest" }]
[[package]]
name = "sqlalchemy"
version = "2.0.1"
dependencies = [{ name = "typing-extensions" }]
[package.optional-dependencies]
asyncio = [{ name = "greenlet" }]
[[package]]
name = "typing-extensions"
version = "4.1"
[[package]]
name = "greenlet"
version = "3.1"
[[package]]
name = "psycopg"
version = "3.2"
[[package]]
name = "pytest"
version = "8"
"""
POETRY_LOCK = """\
[[package]]
name = "django"
version = "5.1"
optional = false
[package.dependencies]
asgiref = ">=3"
tzdata = {version = "*", optional = true}
[[package]]
name = "asgiref"
version = "3.8"
[[package]]
name = "tzdata"
version = "2025.1"
optional = true
[[package]]
name = "pytest"
version = "8"
groups = ["dev"]
"""
PIPFILE_LOCK = (
    '{\n  "default": {\n    "flask": {"version": "==3.0"}\n  },\n  "develop": {"pytest": {"version": "==8"}}\n}\n'
)


def _packages(image: Image) -> dict[str, str] | None:
    if image.python_packages is None:
        return None
    return {each.name + "".join(f"[{extra}]" for extra in each.extras): each.version for each in image.python_packages}


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("flask==3.0.1", {"flask": "3.0.1"}),
        ("Flask_SQLAlchemy >= 3, < 4", {"flask-sqlalchemy": ""}),
        ("psycopg[binary, pool]==3.2", {"psycopg[binary][pool]": "3.2"}),
        ("flask==3.* # a comment\n# another\n\n-i https://index.example\n--no-binary :all:", {"flask": ""}),
        ("flask==3.0 \\\n  --hash=sha256:aa \\\n  --hash=sha256:bb\njinja2", {"flask": "3.0", "jinja2": ""}),
        ("flask @ https://example.com/flask.whl", {"flask": ""}),
        ("-r more.txt\nflask", {"django": "5.1", "flask": ""}),
        ("-r missing.txt\n-r requirements.txt\nflask", {"flask": ""}),
        ("-c more.txt\nflask", {"flask": ""}),
        ("https://example.com/flask.whl\ngit+https://example.com/x.git\n???", None),
        ("-e .[pg]", {"sqlalchemy[asyncio]": "", "flask-thing": "1.2", "psycopg[pool]": ""}),
    ],
)
def test_a_requirements_file(tmp_path: Path, lines: str, found: dict[str, str] | None) -> None:
    text = "FROM python\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n"
    files = {"requirements.txt": lines, "more.txt": "django==5.1\n", "pyproject.toml": PYPROJECT}

    assert _packages(image_of(tmp_path, text, **files)) == found


def test_a_package_stands_where_it_is_written(tmp_path: Path) -> None:
    text = "FROM python\nCOPY . .\nRUN pip install -r requirements.txt\n"
    image = image_of(tmp_path, text, **{"requirements.txt": "-r base.txt\n", "base.txt": "\n  flask==3  # web\n"})

    assert image.python_packages is not None
    at = image.python_packages[0].at
    assert (at.path, at.start_line, at.start_column, at.end_column) == ("base.txt", 2, 3, 11)


@pytest.mark.parametrize(
    ("build", "found"),
    [
        ("COPY requirements.txt .\nRUN pip install -r requirements.txt", {"one": ""}),
        ("COPY requirements requirements\nRUN pip install -r requirements/prod.txt", {"two": ""}),
        ("COPY . /srv/\nRUN pip3 install --no-cache-dir -r /srv/requirements/prod.txt", {"two": ""}),
        ("COPY . .\nRUN pip install -r requirements.txt -r requirements-dev.txt", {"one": "", "three": ""}),
        ("COPY . .\nRUN pip install gunicorn==23.0 --upgrade 'uvicorn[standard]>=0.3' && echo pip",
         {"gunicorn": "23.0", "uvicorn[standard]": ""}),
        ("RUN pip install --target /x flask --index-url https://i --extra thing jinja2", {"flask": "", "jinja2": ""}),
        ("COPY requirements*.txt ./", {"one": ""}),
        ("COPY . .", None),
        ("COPY . .\nRUN npm install -r requirements.txt", None),
        ("RUN --mount=type=bind,source=requirements.txt,target=/tmp/r.txt pip install -r /tmp/r.txt", {"one": ""}),
        ("COPY https://example.com/requirements.txt .\nRUN pip install -r requirements.txt", None),
        ("COPY app.py .\nRUN python app.py", None),
    ],
)  # fmt: skip
def test_which_files_a_build_installs(tmp_path: Path, build: str, found: dict[str, str] | None) -> None:
    files = {"requirements.txt": "one", "requirements__prod.txt": "two", "requirements-dev.txt": "three", "app.py": ""}

    assert _packages(image_of(tmp_path, f"FROM python\n{build}\n", **files)) == found


@pytest.mark.parametrize(
    ("files", "command", "found"),
    [
        ({"pyproject.toml": PYPROJECT}, "pip install .", {"sqlalchemy[asyncio]": "", "flask-thing": "1.2"}),
        (
            {"pyproject.toml": PYPROJECT},
            "pip install '.[pg]'",
            {"sqlalchemy[asyncio]": "", "flask-thing": "1.2", "psycopg[pool]": ""},
        ),
        ({"pyproject.toml": POETRY}, "poetry install --no-root", {"django": "5.1", "psycopg[pool]": ""}),
        (
            {"pyproject.toml": POETRY},
            "poetry install --extras 'fast'",
            {"django": "5.1", "psycopg[pool]": "", "asyncpg": ""},
        ),
        (
            {"pyproject.toml": POETRY, "poetry.lock": POETRY_LOCK},
            "poetry install",
            {"django": "5.1", "psycopg[pool]": "", "asgiref": "3.8"},
        ),
        ({"poetry.lock": POETRY_LOCK}, "poetry install", {"django": "5.1", "asgiref": "3.8"}),
        (
            {"uv.lock": UV_LOCK},
            "uv sync --frozen",
            {"sqlalchemy[asyncio]": "2.0.1", "typing-extensions": "4.1", "greenlet": "3.1"},
        ),
        (
            {"uv.lock": UV_LOCK, "pyproject.toml": PYPROJECT},
            "uv sync --package shop --extra pg",
            {
                "sqlalchemy[asyncio]": "2.0.1",
                "flask-thing": "1.2",
                "psycopg[pool]": "3.2",
                "typing-extensions": "4.1",
                "greenlet": "3.1",
            },
        ),
        ({"Pipfile": '[packages]\nflask = "*"\n', "Pipfile.lock": PIPFILE_LOCK}, "pipenv install", {"flask": "3.0"}),
        ({"pyproject.toml": "[project\n", "uv.lock": "= =\n"}, "uv sync", None),
        ({"pyproject.toml": "[project]\ndependencies = 4\n", "poetry.lock": "package = [3]\n"}, "poetry install", None),
        ({"Pipfile.lock": "[1]"}, "pipenv sync", None),
        (
            {
                "pyproject.toml": '[tool.setuptools.dynamic]\ndependencies = {file = ["needs.txt"]}\n',
                "needs.txt": "flask==3\n",
            },
            "pip install -e .",
            {"flask": "3"},
        ),
    ],
)
def test_a_project_and_its_lock(
    tmp_path: Path, files: dict[str, str], command: str, found: dict[str, str] | None
) -> None:
    text = f"FROM python\nWORKDIR /app\nCOPY . .\nRUN {command}\n"

    assert _packages(image_of(tmp_path, text, **files)) == found


def test_what_only_other_packages_ask_for_is_not_direct(tmp_path: Path) -> None:
    files = {"uv.lock": UV_LOCK, "pyproject.toml": PYPROJECT}
    image = image_of(tmp_path, "FROM python\nCOPY . .\nRUN uv sync\n", **files)

    assert [each.name for each in image.python_packages or () if each.direct] == ["sqlalchemy", "flask-thing"]


def test_an_environment_that_another_stage_builds_counts(tmp_path: Path) -> None:
    text = (
        "FROM python AS build\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n"
        "FROM python AS other\nRUN pip install unrelated\nFROM python\nCOPY --from=build /venv /venv\n"
    )
    images = images_of(tmp_path, text, **{"requirements.txt": "flask"})

    assert [_packages(each) for each in images] == [{"flask": ""}, {"unrelated": ""}, {"flask": ""}]


def test_files_of_the_tree_alone_are_read(tmp_path: Path) -> None:
    files = {"app/Dockerfile": "FROM python\nCOPY . .\nRUN pip install -r requirements.txt\n"}
    files["app/requirements.txt"] = "-r ../../outside.txt\n-r /etc/requirements.txt\nflask\n"
    (image,) = reading_of(tmp_path, files).entities

    assert [each.name for each in getattr(image, "python_packages", ())] == ["flask"]


@pytest.mark.parametrize(
    "lock",
    [
        "[[package]]\nname = 3\nsource = {virtual = [1]}\ndependencies = 4\n",
        "[[package]]\nname = 'a'\nversion = {}\ngroups = 5\nextras = 6\noptional-dependencies = []\n",
        "[[package]]\nname = 'a'\ndependencies = [1, {name = 2, extra = 3}, '???']\n",
    ],
)
def test_a_lock_of_another_shape_is_no_error(tmp_path: Path, lock: str) -> None:
    files = {"uv.lock": lock, "pyproject.toml": "[tool]\npoetry = {dependencies = [1], extras = {a = 1}}\n"}

    assert image_of(tmp_path, "FROM python\nCOPY . .\nRUN uv sync\n", **files).stage == "0"


def test_stages_that_copy_much_from_each_other_are_gone_through_once(tmp_path: Path) -> None:
    copies = "COPY --from={} /a /a\n" * 2
    stages = "".join(f"FROM python\n{copies.replace('{}', str(number))}" for number in range(60))

    assert len(images_of(tmp_path, f"FROM python\nCOPY . /a\n{stages}")) == 61
