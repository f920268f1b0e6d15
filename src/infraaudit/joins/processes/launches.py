"""Follows a command through wrappers, shells and scripts to the program that it starts in the end."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.joins.processes.programs import known_server, run_by_python, unwrapped
from infraaudit.joins.processes.shells import Manner, places_in_script, read_shell
from infraaudit.joins.processes.words import Variables, Word, plain
from infraaudit.model import Absent, Known, ShellKind, Unknown
from infraaudit.source.shell_tree import ShellSyntaxError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from infraaudit.facts import Row
    from infraaudit.joins.processes.shells import Start, Story
    from infraaudit.model import Maybe, Script
    from infraaudit.source.span import Span

_DEEPEST = 10
_LONGEST_TEXT = 64 * 1024
_MOST_STARTS = 60
_SEARCH_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
_SHELL_OPTION = re.compile(r"[-+][A-Za-z]+")
_ASSIGNMENT = re.compile(r"(?P<name>[A-Za-z_]\w*)=(?P<value>.*)", re.DOTALL)
_SCRIPT_NAME = re.compile(r"\.(?:ba|a|da|k|z)?sh$|entry-?point|(?:^|[-_])(?:start|run|boot)(?:\.sh)?$")
_REASONS = {
    Manner.BACKGROUND: "it runs in the background of the shell",
    Manner.PIPELINE: "it runs in a pipeline of the shell",
    Manner.LOOP: "the shell runs it in a loop",
    Manner.FOLLOWED: "the shell waits for it to run what comes after it",
    Manner.CALL: "the shell runs it in a function without exec",
}
_COLUMNS = {
    Manner.SIMPLE: "simple",
    Manner.REDIRECTED: "redirected",
    Manner.LIST: "list",
    Manner.BLOCK: "block",
}


@dataclass(frozen=True)
class Scene:
    """What is known of the image that a command runs in.

    ``shell`` is its ``/bin/sh``; ``shell_why`` says why that is not known. ``scripts`` are those of the tree, by their
    path in the image.
    """

    shell: ShellKind
    shell_why: str
    scripts: Mapping[str, Script] = field(default_factory=dict)
    workdir: str = "/"

    def script(self, word: str) -> Script | None:
        """Return the script that a word of a command names."""
        if "/" in word:
            return self.scripts.get(posixpath.normpath(posixpath.join(self.workdir, word)))
        places = (posixpath.join(folder, word) for folder in (self.workdir, *_SEARCH_PATH))
        return next((self.scripts[place] for place in places if place in self.scripts), None)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A command that runs before the program. ``certain`` is false behind a condition that cannot be decided."""

    words: tuple[Word, ...]
    at: Span
    certain: bool


@dataclass(frozen=True)
class Launch:
    """The program that a command starts in the end.

    ``doubt`` says why the program cannot be told; ``words`` are then the last ones that could. ``row`` is the row of
    ``servers.toml`` for a server that is known. ``pid1_shell`` is as in ``Process``. ``development`` says why a wrapper
    is one for development. ``beside`` names a program that a script started before and that may stay in the background.
    ``earlier`` are the commands that a script runs before. ``debugger`` is where a wrapper lets a debugger listen.
    """

    words: tuple[Word, ...]
    variables: Variables
    pid1_shell: Maybe[str]
    row: Row | None = None
    doubt: str = ""
    development: str = ""
    beside: str = ""
    earlier: tuple[Earlier, ...] = ()
    debugger: Word | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """What the program gets, for comparing."""
        return tuple(word.text for word in self.words)


def follow(words: tuple[Word, ...], variables: Variables, scene: Scene, at: Span, depth: int = 0) -> Launch:
    """Return what the words of a command start in the end. ``at`` is the place of the command."""
    if not words or depth > _DEEPEST:
        why = "the command is empty" if not words else "the command leads through too many scripts"
        return _doubtful(words, variables, why, at)
    first = words[0]
    if not first.known:
        return _doubtful(words, variables, first.why, first.at)
    program = posixpath.basename(first.text)
    if program == "env":
        assigned, rest = _environment(words[1:], variables)
        return follow(rest, assigned, scene, at, depth + 1)
    shell = _shell_called(program, scene)
    if shell is not None:
        return _shell(words, variables, scene, shell, depth)
    return _through(words, program, variables, scene, depth)


def _through(words: tuple[Word, ...], program: str, variables: Variables, scene: Scene, depth: int) -> Launch:
    """Go through a wrapper or a script of the tree, or stay at the program."""
    first = words[0]
    script = scene.script(first.text)
    if script is not None and _is_shell_script(script):
        return _script(script, words, variables, scene, _shell_named_in(script, scene), depth)
    inner = unwrapped(run_by_python(words))
    if inner is not None:
        launch = follow(inner.words, variables, scene, first.at, depth + 1)
        development, debugger = launch.development or inner.development, launch.debugger or inner.debugger
        return replace(launch, development=development, debugger=debugger)
    row = known_server(words)
    if row is None and script is None and _SCRIPT_NAME.search(program):
        return _behind_unseen(words, variables, scene, depth)
    return Launch(words, variables, Absent(first.at), row)


def _behind_unseen(words: tuple[Word, ...], variables: Variables, scene: Scene, depth: int) -> Launch:
    """Take a server that follows a script which is not seen for what the script starts; it may set variables."""
    first = words[0]
    why = f"the script {first.shown} was not read"
    unseen: Unknown[str] = Unknown(why, first.at)
    if not words[1:]:
        return Launch(words, variables, unseen, doubt=why)
    rest = follow(words[1:], Variables(variables.values, variables.gap or why), scene, first.at, depth + 1)
    if rest.row is None:
        return Launch(words, variables, unseen, doubt=why)
    return replace(rest, pid1_shell=rest.pid1_shell if isinstance(rest.pid1_shell, Known) else unseen)


def _doubtful(words: tuple[Word, ...], variables: Variables, why: str, at: Span) -> Launch:
    why = why or "a part of the command is not known"
    return Launch(words, variables, Unknown(why, at), doubt=why)


def _environment(words: tuple[Word, ...], variables: Variables) -> tuple[Variables, tuple[Word, ...]]:
    """Read the words of ``env``: options, assignments, and the command that remains."""
    index = 0
    while index < len(words):
        text = words[index].text
        match = _ASSIGNMENT.fullmatch(text)
        if match is not None:
            variables = variables.with_value(match["name"], replace(words[index], text=match["value"]))
        elif text in {"-u", "--unset", "-C", "--chdir"}:
            index += 1
        elif not text.startswith("-"):
            break
        index += 1
    return variables, words[index:]


def _shell_called(program: str, scene: Scene) -> ShellKind | None:
    """Return the kind of shell that a program is, ``None`` for what is no shell."""
    if program == "sh":
        return scene.shell
    rows = table("shells").values()
    return next((ShellKind(row.name) for row in rows if program in row["programs"] and program != "busybox"), None)


def _is_shell_script(script: Script) -> bool:
    head = script.text.partition("\n")[0]
    if head.startswith("#!"):
        return any(re.search(r"(?:^|/)(?:ba|da|a|k|z)?sh$", word) for word in head[2:].split())
    return script.path.endswith((".sh", ".bash", ".ash"))


def _shell(words: tuple[Word, ...], variables: Variables, scene: Scene, kind: ShellKind, depth: int) -> Launch:
    """Follow a shell that is given a line with ``-c``, or a script."""
    index, line = 1, False
    while index < len(words) and _SHELL_OPTION.fullmatch(words[index].text):
        options = words[index].text
        line = line or (options.startswith("-") and "c" in options)
        index += 2 if options.endswith("o") else 1
    rest = words[index:]
    if not rest:
        return _doubtful(words, variables, f"{words[0].shown} is started without a command", words[0].at)
    if line:
        return _line(rest, variables, scene, kind, depth)
    script = scene.script(rest[0].text)
    if script is not None:
        return _script(script, rest, variables, scene, kind, depth)
    why = f"the script {rest[0].shown} was not read"
    return Launch(words, variables, Unknown(why, rest[0].at), doubt=why)


def _line(rest: tuple[Word, ...], variables: Variables, scene: Scene, kind: ShellKind, depth: int) -> Launch:
    line = rest[0]
    if not line.known:
        return _doubtful(rest, variables, line.why, line.at)

    def place(_start: int, _end: int) -> Span:
        return line.at

    program = rest[1] if len(rest) > 1 else plain("sh", line.at)
    return _read(line.text, place, program, rest[2:], variables, _Reader(scene, kind, "", depth, line.at))


def _shell_named_in(script: Script, scene: Scene) -> ShellKind:
    """Return the shell that the first line of a script asks for."""
    head = script.text.partition("\n")[0]
    words = head[2:].split() if head.startswith("#!") else []
    kinds = (_shell_called(posixpath.basename(word), scene) for word in words)
    return next((kind for kind in kinds if kind is not None), ShellKind.UNKNOWN)


def _script(
    script: Script, words: tuple[Word, ...], variables: Variables, scene: Scene, kind: ShellKind, depth: int
) -> Launch:
    text = script.text.replace("\r\n", "\n")
    place = places_in_script(script.path, text)
    reader = _Reader(scene, kind, posixpath.basename(script.path), depth, words[0].at)
    return _read(text, place, words[0], words[1:], variables, reader)


@dataclass(frozen=True)
class _Reader:
    """The shell that reads a text: its kind for a line, the name of the script otherwise, and where it is called."""

    scene: Scene
    kind: ShellKind
    script: str
    depth: int
    at: Span

    def follow(self, start: Start) -> Launch:
        return follow(start.words, start.variables, self.scene, start.at, self.depth + 1)

    def pid1_shell(self, start: Start, inner: Launch, *, traps: bool) -> Maybe[str]:
        """Tell whether a shell stays the first process when it starts a command in this manner."""
        if start.manner is Manner.EXEC or isinstance(inner.pid1_shell, Known):
            return inner.pid1_shell
        if start.manner in {Manner.FOLLOWED, Manner.LOOP} and inner.row is None:
            return Unknown("it is the shell itself that goes on, and not the program", start.at)
        stays = self._stays(start)
        if isinstance(stays, Known) and traps:
            return Unknown("the shell catches signals itself with trap", start.at)
        return inner.pid1_shell if isinstance(stays, Absent) else stays

    def _stays(self, start: Start) -> Maybe[str]:
        if start.manner in _REASONS:
            reason = _REASONS[start.manner]
            return Known(f"{reason}, in {self.script}" if self.script else reason, start.at)
        if self.script:
            return Known(f"{self.script} starts it without exec", start.at)
        answer = table("shells")[self.kind.value][_COLUMNS[start.manner]] if self.kind in _WITH_ROWS else "unknown"
        if answer == "leaves":
            return Absent(start.at)
        if answer == "stays":
            return Known(f"{self.kind} runs the line without exec and stays the first process", start.at)
        return Unknown(self._why_unknown(), start.at)

    def _why_unknown(self) -> str:
        if self.kind is ShellKind.BASH:
            return str(table("shells")[self.kind.value]["list_why"])
        return self.scene.shell_why or "what this shell does after its last command is not known"


_WITH_ROWS = frozenset({ShellKind.DASH, ShellKind.ASH, ShellKind.BASH})


def _read(
    text: str,
    place: Callable[[int, int], Span],
    program: Word,
    arguments: tuple[Word, ...],
    variables: Variables,
    reader: _Reader,
) -> Launch:
    name = f"the script {reader.script}" if reader.script else "the line"
    if len(text) > _LONGEST_TEXT:
        return _doubtful((), variables, f"{name} is longer than {_LONGEST_TEXT:,} characters", reader.at)
    try:
        story = read_shell(text, place, program, arguments, variables, dash=reader.kind is ShellKind.DASH)
    except ShellSyntaxError as error:
        return _doubtful((), variables, f"{name} cannot be read: {error}", reader.at)
    if not story.whole:
        return _doubtful((), variables, f"{name} has too many commands", reader.at)
    return _settle(story, program, variables, reader, name)


def _settle(story: Story, program: Word, variables: Variables, reader: _Reader, name: str) -> Launch:
    """Choose the start that the container lives on: the last server in the foreground, else the last command."""
    starts = [start for start in story.starts[-_MOST_STARTS:] if not _starts_again(start, program)]
    followed = [(start, reader.follow(start)) for start in starts]
    if not followed:
        return _doubtful((), variables, f"{name} starts nothing that could be told", reader.at)
    start, launch = _choose(followed, replaced=story.replaced)
    others = [(other, found) for other, found in followed if _is_rival(other, found, launch) and other is not start]
    pid1_shell = reader.pid1_shell(start, launch, traps=story.traps)
    earlier = tuple(_earlier(followed, start, launch))
    if not others and start.certain:
        neighbours = (_in_background(other, found) for other, found in followed if other is not start)
        beside = launch.beside or next(filter(None, neighbours), "")
        return replace(launch, pid1_shell=pid1_shell, beside=beside, earlier=earlier)
    why = f"{name} starts one of several programs, under conditions that cannot be told"
    if not others:
        why = f"{name} starts it only under a condition that cannot be told"
    answers = [pid1_shell, *(reader.pid1_shell(other, found, traps=story.traps) for other, found in others)]
    alike = all(isinstance(answer, Absent) for answer in answers) and story.replaced
    settled: Maybe[str] = Absent(start.at) if alike else Unknown(why, start.at)
    return Launch(launch.words, launch.variables, settled, doubt=why, earlier=earlier)


def _earlier(followed: list[tuple[Start, Launch]], chosen: Start, launch: Launch) -> Iterator[Earlier]:
    """Yield what a script runs before the start that the container lives on, and what that one runs before.

    What comes behind a start in the background runs at its side.
    """
    passed = False
    for start, found in followed:
        passed = passed or start is chosen
        if start is chosen or (passed and chosen.manner is not Manner.BACKGROUND):
            continue
        yield from (replace(each, certain=each.certain and start.certain) for each in found.earlier)
        yield Earlier(found.words, start.at, start.certain)
    yield from launch.earlier


def _in_background(start: Start, launch: Launch) -> str:
    """Name the program that a start leaves running in the background, as far as it may do so."""
    program = posixpath.basename(launch.words[0].text) if launch.words else ""
    if start.manner is Manner.BACKGROUND:
        return program or "another program"
    if launch.words and "/init.d/" in launch.words[0].text:
        return program
    row = table("daemons").get(program)
    if row is None or not row.get("starts", False):
        return launch.beside or (program if row is not None else "")
    named = (word.shown for word in launch.words[1:] if not word.text.startswith("-") and word.text != "start")
    return next(named, program)


def _starts_again(start: Start, program: Word) -> bool:
    """Tell whether a command starts the same script once more, as entrypoints do to change the user."""
    is_file = "/" in program.text or program.text.endswith(".sh")
    return is_file and any(word.text == program.text for word in start.words[:4])


def _choose(followed: list[tuple[Start, Launch]], *, replaced: bool) -> tuple[Start, Launch]:
    if replaced:
        return followed[-1]
    foreground = [pair for pair in followed if pair[0].manner is not Manner.BACKGROUND]
    servers = [pair for pair in foreground if pair[1].row is not None] or [
        pair for pair in followed if pair[1].row is not None
    ]
    return (servers or foreground or followed)[-1]


def _is_rival(start: Start, launch: Launch, chosen: Launch) -> bool:
    """Tell whether a start behind an undecided condition may be what the container lives on instead."""
    if start.certain or launch.texts == chosen.texts:
        return False
    return start.manner is Manner.EXEC or launch.row is not None
