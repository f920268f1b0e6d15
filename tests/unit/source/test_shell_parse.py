"""What the lines and scripts of shells start, also where the grammar itself goes wrong."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraaudit.source.shell_parse import parse_shell
from infraaudit.source.shell_tree import (
    Arithmetic,
    Body,
    Case,
    Choice,
    Function,
    Group,
    Loop,
    ShellSyntaxError,
    Simple,
    Statement,
)


def written(body: Body) -> str:
    """Return a tree in one line: every command with its words between slashes."""
    return " ".join(
        f"{item.connector}{'!' * item.negated}{'|'.join(map(_stage, item.stages))}{'&' * item.background}"
        for item in body
    )


def _stage(statement: Statement) -> str:  # noqa: PLR0911 - one line a kind of statement
    match statement:
        case Simple(words, assignments, redirections):
            return "/".join((*assignments, *words)) + "".join(redirections)
        case Arithmetic():
            return "((..))"
        case Choice(arms):
            return "if" + "".join(f"[{written(test or ())}->{written(body)}]" for test, body in arms)
        case Case(subject, arms):
            return f"case {subject}" + "".join(f"[{','.join(each)}->{written(body)}]" for each, body in arms)
        case Loop(body):
            return f"loop[{written(body)}]"
        case Group(body, subshell):
            return f"({written(body)})" if subshell else f"{{{written(body)}}}"
        case Function(name, body):
            return f"{name}(){{{written(body)}}}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a && b || c; d & e", "a &&b ||c d& e"),
        ("a && b &", "a& &&b&"),
        ("a; b &", "a b&"),
        ("! a | b |& c", "!a|b|c"),
        ("X=1 Y=2 a b", "X=1/Y=2/a/b"),
        ("X=1", "X=1"),
        ("A=(1 2) B=3", "A=(1 2)/B=3"),
        ("export A=1 B; local c", "export/A=1/B local/c"),
        ("PATH=$PATH:$HOME/bin", "PATH=$PATH:$HOME/bin"),
        ("export PATH=$PATH:$HOME/bin", "export/PATH=$PATH:$HOME/bin"),
        ("exec a > f 2>&1 b", "exec/a/b>>&"),
        ("exec {fd}< f", "exec<"),
        ("a &> f", "a&>"),
        ("cat <<EOF | sort && b\nx\nEOF\nc", "cat<<|sort &&b c"),
        ("cat > f <<-EOF\n\tx\n\tEOF\nc", "cat><<- c"),
        ("cat <<EOF > f && b\nx\nEOF", "cat<<> &&b"),
        ("a <<< x", "a<<<"),
        ("while !</dev/tcp/db/5432; do sleep 1; done; exec a", "loop[sleep/1] exec/a"),
        ("exec 3<>/dev/tcp/db/5432; a", "exec< a"),
        ("if a; then b; elif c; then d; else e; fi > f", "if[a->b][c->d][->e]"),
        ("case $1 in a|b) x;& *) y; z;; esac", "case $1[a,b->x][*->y z]"),
        ("while read x; do y; done < f", "loop[y]"),
        ("for a; do b; done", "loop[b]"),
        ("for a\ndo b; done", "loop[b]"),
        ("for ((i=0;i<1;i++)); do b; done", "loop[b]"),
        ("(exec a); { b; }", "(exec/a) {b}"),
        ("f() { a; }; function g { b; }", "f(){a} g(){b}"),
        ("f() ( a )", "f(){a}"),
        ("[ ! -f x ] && [[ -n $a ]]", "[/!/-f/x/] &&[[/-n/$a/]]"),
        ('[[ $a == *"x"* ]]', '[[/$a/==/*"x"*/]]'),
        ("(( i++ )) && a", "((..)) &&a"),
        ("test $a == b && c;\n\nd e", "test/$a/==/b &&c d/e"),
        ("a |\n  # why\n  b", "a|b"),
        ("['a', 'b']", "['a',/'b']"),
        ("a \\\n  --b \\\n  c", "a/--b/c"),
        ("a # b\nc", "a c"),
        ("", ""),
        ("# only a comment", ""),
    ],
)
def test_the_tree_of_a_text(text: str, expected: str) -> None:
    assert written(parse_shell(text)) == expected


def test_the_commands_of_substitutions_are_kept() -> None:
    (item,) = parse_shell('sh -c "$(curl -fsSL https://example.test/install.sh)" `date`')
    (simple,) = item.stages
    assert isinstance(simple, Simple)
    assert [written(body) for body in simple.inner] == ["curl/-fsSL/https://example.test/install.sh", "date"]


def test_places_count_characters() -> None:
    text = "echo 'é' 😀\nexec ünder x"
    last = parse_shell(text)[-1].stages[0]
    assert isinstance(last, Simple)
    assert text[last.start : last.end] == "exec ünder x"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("if a; then", "in line 1"),
        ("a\nb 'c", "in line 2"),
        ("a )", "in line 1"),
        ("case x in", "in line 1"),
        ("{ " * 50 + "a;" + " };" * 50, "nested deeper than 40 levels"),
        ("a | " * 3000 + "a", "too many pipelines"),
        ("a\n" * 100_000, "longer than"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, complaint: str) -> None:
    with pytest.raises(ShellSyntaxError, match=complaint):
        parse_shell(text)


@settings(max_examples=300)
@given(st.text("ab$(){}[]<>|&;'\"`\\\n #=!x\té", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse_shell(text)
    except ShellSyntaxError as error:
        assert str(error)  # noqa: PT017 - both outcomes are right; a refusal has to say why
