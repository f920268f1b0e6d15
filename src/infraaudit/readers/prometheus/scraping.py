"""A configuration of Prometheus: its jobs, its files of rules, and the Alertmanagers that it sends to."""

from __future__ import annotations

import posixpath
import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from infraaudit.model import Absent, Keep, Known, RulePattern, ScrapeEndpoint, ScrapeFile, ScrapeJob, Unknown
from infraaudit.model.quantities import go_duration
from infraaudit.readers.placeholders import literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from infraaudit.model import Node, Value
    from infraaudit.readers.prometheus.head import Head

_CLUSTER, _FILES, _STATIC = "kubernetes_sd_configs", "file_sd_configs", "static_configs"
_META = re.compile(
    r"__meta_kubernetes_(?P<of>pod|service|namespace)(?:_(?P<what>label|annotation)_(?P<name>\w+)|_name)?"
)
_WORDS = re.compile(r"\(?(?P<words>[A-Za-z0-9_.-]+(?:\|[A-Za-z0-9_.-]+)*)\)?;?")
_DECIDING = frozenset({"keep", "drop", "keepequal", "dropequal"})


def scrape_file_of(
    root: Node, head: Head, paths: Iterable[str], open_neighbour: Callable[[str], Node | None]
) -> ScrapeFile:
    """Return a configuration. ``paths`` are the files of the tree, ``open_neighbour`` reads one beside this file."""
    jobs, rules = root["scrape_configs"], root["rule_files"]
    managers = root["alerting"]["alertmanagers"]
    told, complete = _addresses(managers)
    known = tuple(paths)
    return ScrapeFile(
        **head.fields,
        jobs=tuple(_job(each, open_neighbour) for each in jobs.each()),
        jobs_complete=jobs.complete and root["scrape_config_files"].is_absent,
        rules=tuple(_pattern(each, known) for each in rules.each()),
        rules_complete=rules.complete and not rules.is_mapping,
        alertmanagers=told,
        alertmanagers_complete=complete,
        writes_elsewhere=bool(root["remote_write"].each()) or root["remote_write"].is_unknown,
    )


def _pattern(node: Node, paths: tuple[str, ...]) -> RulePattern:
    pattern = _text(node, "no pattern is written here")
    if not isinstance(pattern, Known):
        return RulePattern(pattern)
    last = posixpath.basename(pattern.value)
    return RulePattern(pattern, tuple(path for path in paths if fnmatchcase(posixpath.basename(path), last)))


def _text(node: Node, why: str) -> Value[str]:
    value = literal(node)
    return Unknown(why, value.at) if isinstance(value, Absent) else value


def _addresses(node: Node) -> tuple[tuple[Value[str], ...], bool]:
    """Return the addresses that entries name outright, and whether these are all."""
    entries = node.each()
    static = [target for entry in entries for target in _targets(entry[_STATIC])]
    discovers = any(key.endswith("_sd_configs") for entry in entries for key, _ in entry.items())
    whole = all(entry.complete and entry[_STATIC].complete for entry in entries)
    return tuple(static), node.complete and whole and not discovers


def _targets(static: Node) -> Iterator[Value[str]]:
    for group in static.each():
        for target in group["targets"].each():
            yield _text(target, "no target is written here")


# -- jobs ------------------------------------------------------------------------------------------------------------


def _job(node: Node, open_neighbour: Callable[[str], Node | None]) -> ScrapeJob:
    roles = [literal(each["role"]) for each in node[_CLUSTER].each()]
    role = roles[0].value if len(roles) == 1 and isinstance(roles[0], Known) else ""
    files, read = _from_files(node[_FILES], open_neighbour)
    others = any(key.endswith("_sd_configs") and key not in {_CLUSTER, _FILES} for key, _ in node.items())
    keeps, decided = _kept(node["relabel_configs"])
    namespaces = [_text(name, "") for each in node[_CLUSTER].each() for name in each["namespaces"]["names"].each()]
    if namespaces:
        words = tuple(name.value for name in namespaces if isinstance(name, Known))
        keeps, decided = (*keeps, Keep("namespace", "name", "", words)), decided and len(words) == len(namespaces)
    endpoint = ScrapeEndpoint(
        port=Absent(node.at),
        target_port=Absent(node.at),
        path=literal(node["metrics_path"]),
        scheme=literal(node["scheme"]),
        interval=node["scrape_interval"].value(go_duration, "a duration"),
        at=node.at,
    )
    return ScrapeJob(
        name=_text(node["job_name"], "the job has no name"),
        endpoint=endpoint,
        at=node["job_name"].at,
        targets=() if _is_a_probe(node) else (*_targets(node[_STATIC]), *files),
        complete=node.complete and node[_STATIC].complete and read and not others and (len(roles) < 2 or bool(role)),  # noqa: PLR2004 - one discovery is told
        role=role,
        keeps=keeps,
        decided=decided and (bool(role) or not roles),
    )


def _is_a_probe(job: Node) -> bool:
    """Whether the targets are only handed on, as to the blackbox exporter, and another address is asked."""
    return any(
        rule["target_label"].content == "__address__" and not rule["replacement"].is_absent
        for rule in job["relabel_configs"].each()
    )


def _from_files(node: Node, open_neighbour: Callable[[str], Node | None]) -> tuple[list[Value[str]], bool]:
    """Return the targets in files that the job names, and whether all of those could be read."""
    found: list[Value[str]] = []
    read = node.complete
    for each in node.each():
        for name in each["files"].each():
            text = literal(name)
            listed = open_neighbour(text.value) if isinstance(text, Known) else None
            if listed is None:
                read = False
            else:
                found.extend(_targets(listed))
    return found, read


def _kept(rules: Node) -> tuple[tuple[Keep, ...], bool]:
    """Return what relabelling keeps, and whether nothing else decides."""
    keeps: list[Keep] = []
    decided = rules.complete
    for rule in rules.each():
        action = rule["action"].content
        if action not in _DECIDING:
            continue
        keep = _keep(rule) if action == "keep" else None
        if keep is not None:
            keeps.append(keep)
        elif not _is_beside_the_point(rule):
            decided = False
    return tuple(keeps), decided


def _keep(rule: Node) -> Keep | None:
    sources, regex = rule["source_labels"].each(), rule["regex"].string()
    if len(sources) != 1 or not isinstance(sources[0].content, str) or not isinstance(regex, Known):
        return None
    meta, words = _META.fullmatch(sources[0].content), _WORDS.fullmatch(regex.value)
    if meta is None or words is None:
        return None
    return Keep(meta["of"], meta["what"] or "name", meta["name"] or "", tuple(words["words"].split("|")))


def _is_beside_the_point(rule: Node) -> bool:
    """Whether a rule only takes away what is none of a workload's own ports: ended pods, containers that prepare."""
    names = [each.content for each in rule["source_labels"].each()]
    return bool(names) and all(
        isinstance(name, str)
        and name.startswith(("__meta_kubernetes_pod_phase", "__meta_kubernetes_pod_container_init"))
        for name in names
    )
