"""The configuration file: where it is looked for, and what is refused in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.config import Config, ConfigError, find_config, load_config, near_match

if TYPE_CHECKING:
    from pathlib import Path


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    return message


# -- looking for it ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["infraaudit.toml", ".infraaudit.toml"])
def test_the_nearest_file_above_is_found(tmp_path: Path, name: str) -> None:
    write(tmp_path / "infraaudit.toml", "")
    near = write(tmp_path / "deploy" / name, "")
    (tmp_path / "deploy/production").mkdir()
    assert find_config(tmp_path / "deploy/production") == near


def test_a_section_of_pyproject_counts(tmp_path: Path) -> None:
    project = write(tmp_path / "pyproject.toml", "[tool.infraaudit]\nprofile = 'strict'\n")
    assert find_config(tmp_path) == project
    assert load_config(project).profile == "strict"


def test_a_pyproject_without_the_section_is_passed_by(tmp_path: Path) -> None:
    top = write(tmp_path / "infraaudit.toml", "")
    write(tmp_path / "app/pyproject.toml", "[tool.other]\n")
    assert find_config(tmp_path / "app") == top


def test_an_own_file_wins_over_pyproject_beside_it(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "[tool.infraaudit]\n")
    own = write(tmp_path / "infraaudit.toml", "")
    assert find_config(tmp_path) == own


@pytest.mark.parametrize("git", ["directory", "file of a worktree"])
def test_the_search_stops_at_the_top_of_the_checkout(tmp_path: Path, git: str) -> None:
    write(tmp_path / "infraaudit.toml", "")
    folder = tmp_path / "checkout/deploy"
    folder.mkdir(parents=True)
    if git == "directory":
        (tmp_path / "checkout/.git").mkdir()
    else:
        write(tmp_path / "checkout/.git", "gitdir: elsewhere")
    assert find_config(folder) is None


def test_the_top_of_the_checkout_itself_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    own = write(tmp_path / "infraaudit.toml", "")
    assert find_config(tmp_path) == own


# -- reading it ----------------------------------------------------------------------------------------------------


def test_every_key_is_read(tmp_path: Path) -> None:
    text = """
        select = ["resilience"]
        ignore = ["scaling/x"]
        exclude = ["examples/"]
        fail_on = "high"
        profile = "preview"
    """
    assert load_config(write(tmp_path / "infraaudit.toml", text)) == Config(
        select=("resilience",), ignore=("scaling/x",), exclude=("examples/",), fail_on="high", profile="preview"
    )


def test_an_empty_file_gives_the_defaults(tmp_path: Path) -> None:
    assert load_config(write(tmp_path / "infraaudit.toml", "")) == Config()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("exlude = []", "unknown key 'exlude'; did you mean 'exclude'?"),
        ("zzz = 1", "unknown key 'zzz'"),
        ("fail_on = 'critical'", "fail_on: "),
        ("select = 'resilience'", "select: "),
        ("select = [1]", "select.0: "),
        ("a = 1\na = 2", "overwrite"),
        ("= 1", "line 1"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, text: str, words: str) -> None:
    assert words in refusal(write(tmp_path / "infraaudit.toml", text))


def test_several_mistakes_are_told_at_once(tmp_path: Path) -> None:
    message = refusal(write(tmp_path / "infraaudit.toml", "zzz = 1\nprofile = 'loud'\n"))
    assert "zzz" in message
    assert "profile" in message


def test_an_unknown_key_in_pyproject_is_refused_too(tmp_path: Path) -> None:
    assert "'zzz'" in refusal(write(tmp_path / "pyproject.toml", "[tool.infraaudit]\nzzz = 1\n"))


@pytest.mark.parametrize("text", ["", "tool = 3", "[tool]\n"])
def test_a_pyproject_without_the_section_gives_the_defaults(tmp_path: Path, text: str) -> None:
    assert load_config(write(tmp_path / "pyproject.toml", text)) == Config()


def test_a_section_that_is_no_table_is_refused(tmp_path: Path) -> None:
    refusal(write(tmp_path / "pyproject.toml", "[tool]\ninfraaudit = 3\n"))


def test_a_file_that_is_not_there_or_not_utf_8_is_refused(tmp_path: Path) -> None:
    refusal(tmp_path / "infraaudit.toml")
    (tmp_path / "latin.toml").write_bytes(b"# caf\xe9")
    refusal(tmp_path / "latin.toml")


def test_a_near_match_is_offered_only_for_what_is_near() -> None:
    assert near_match("resilence", ["resilience", "scaling"]) == "; did you mean 'resilience'?"
    assert near_match("x", ["resilience", "scaling"]) == ""
