"""Loading packs: folders of Python files, read without a trace."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from infraaudit.engine.pack import PackedPolicy, PackError, built_in_folder, load_pack, load_packs

if TYPE_CHECKING:
    from pathlib import Path

POLICY = '''
from __future__ import annotations

from infraaudit.model import Workload
from infraaudit.policy import Effort, Finding, Findings, Severity, policy


@policy(Severity.LOW, effort=Effort.SMALL, holds="all is well")
def {name}(workload: Workload) -> Findings:
    """Something is wrong.

    Why: so.

    Fix: so.
    """
    yield Finding(workload.at, "wrong")
'''


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def refusal(folder: Path) -> str:
    with pytest.raises(PackError) as caught:
        load_pack(folder)
    return str(caught.value)


def test_a_policy_is_addressed_by_its_folder_and_its_name(tmp_path: Path) -> None:
    put(tmp_path / "scaling/pools.py", POLICY.format(name="too_small"))
    (packed,) = load_pack(tmp_path)
    assert (packed.id, packed.area, packed.topic) == ("scaling/too-small", "scaling", "pools")
    assert packed.path == tmp_path / "scaling/pools.py"


def test_policies_come_in_the_order_of_their_ids(tmp_path: Path) -> None:
    second = POLICY.format(name="beta").partition("\n\n\n")[2]
    put(tmp_path / "scaling/a.py", f"{POLICY.format(name='zeta')}\n\n{second}")
    put(tmp_path / "resilience/z.py", POLICY.format(name="omega"))
    assert [each.id for each in load_pack(tmp_path)] == ["resilience/omega", "scaling/beta", "scaling/zeta"]


def test_the_ledger_says_since_when_and_under_which_ids_before(tmp_path: Path) -> None:
    put(tmp_path / "scaling/pools.py", POLICY.format(name="too_small"))
    put(tmp_path / "ledger.toml", '["scaling/too-small"]\nsince = "0.1"\nformerly = ["pools/small"]\n')
    (packed,) = load_pack(tmp_path)
    assert (packed.since, packed.formerly) == ("0.1", ("pools/small",))


def test_nothing_is_written_into_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    put(tmp_path / "scaling/pools.py", POLICY.format(name="too_small"))
    load_pack(tmp_path)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["pools.py", "scaling"]


def test_the_built_in_folder_keeps_its_compiled_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    monkeypatch.setattr("infraaudit.engine.pack.built_in_folder", lambda: tmp_path)
    put(tmp_path / "scaling" / "workers.py", POLICY.format(name="too_few"))
    load_pack(tmp_path)
    assert [each.suffix for each in (tmp_path / "scaling" / "__pycache__").iterdir()] == [".pyc"]


def test_only_files_within_an_area_are_run(tmp_path: Path) -> None:
    put(tmp_path / "setup.py", "raise SystemExit(1)")
    put(tmp_path / "scaling/deep/down.py", "raise SystemExit(1)")
    put(tmp_path / "scaling/notes.txt", "not Python")
    assert load_pack(tmp_path) == ()


def test_a_policy_file_may_define_a_dataclass(tmp_path: Path) -> None:
    text = POLICY.format(name="too_small") + dedent(
        """
        from dataclasses import dataclass

        @dataclass
        class Sum:
            total: int
        """
    )
    put(tmp_path / "scaling/pools.py", text)
    assert len(load_pack(tmp_path)) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def (", "SyntaxError"),
        ("import no_such_module_anywhere", "ModuleNotFoundError"),
        ("1 / 0", "ZeroDivisionError"),
        ("raise SystemExit(0)", "SystemExit"),
        ("\0", "null"),
        (POLICY.format(name="x").replace("Why:", "Because:"), "x: the docstring needs"),
        (POLICY.format(name="x").replace("Workload)", "Nobody)"), "Nobody"),
    ],
)
def test_a_broken_file_is_named_with_its_error(tmp_path: Path, text: str, words: str) -> None:
    put(tmp_path / "scaling/pools.py", text)
    message = refusal(tmp_path)
    assert message.startswith(str(tmp_path / "scaling/pools.py"))
    assert words in message


def test_an_id_that_two_files_declare_is_refused(tmp_path: Path) -> None:
    put(tmp_path / "scaling/a.py", POLICY.format(name="too_small"))
    put(tmp_path / "scaling/b.py", POLICY.format(name="too_small"))
    assert "scaling/too-small is declared twice" in refusal(tmp_path)


def test_one_name_in_two_areas_is_two_policies(tmp_path: Path) -> None:
    put(tmp_path / "scaling/a.py", POLICY.format(name="too_small"))
    put(tmp_path / "resilience/a.py", POLICY.format(name="too_small"))
    assert len(load_pack(tmp_path)) == 2


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert str(tmp_path / "nowhere") in refusal(tmp_path / "nowhere")


@pytest.mark.parametrize("text", ["= 1", "x = 1", '["a/b"]\nformerly = 3'])
def test_a_broken_ledger_is_refused_by_its_path(tmp_path: Path, text: str) -> None:
    put(tmp_path / "scaling/pools.py", POLICY.format(name="too_small"))
    put(tmp_path / "ledger.toml", text)
    assert refusal(tmp_path).startswith(str(tmp_path / "ledger.toml"))


def test_packs_follow_each_other_and_may_not_declare_one_id_twice(tmp_path: Path) -> None:
    put(tmp_path / "one/scaling/a.py", POLICY.format(name="too_small"))
    put(tmp_path / "two/data/a.py", POLICY.format(name="lost"))
    folders = (tmp_path / "one", tmp_path / "two")
    assert [each.id for each in load_packs(folders)] == ["scaling/too-small", "data/lost"]
    with pytest.raises(PackError, match="scaling/too-small"):
        load_packs((*folders, tmp_path / "one"))


def test_the_built_in_pack_is_a_folder_like_any_other() -> None:
    assert all(isinstance(each, PackedPolicy) for each in load_pack(built_in_folder()))
    assert load_pack(built_in_folder())
