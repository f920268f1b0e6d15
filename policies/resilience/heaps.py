"""Whether what a program keeps in memory fits into its container."""

import re

from infraaudit.model import Absent, Container, EnvironmentVariable, Estate, Known, Unknown
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    answering,
    at_most,
    in_mebibytes,
    maybe_within,
    operand,
    policy,
)

_VARIABLES = frozenset(
    {"JAVA_OPTS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "ES_JAVA_OPTS", "OPENSEARCH_JAVA_OPTS",
     "KAFKA_HEAP_OPTS", "LS_JAVA_OPTS", "CATALINA_OPTS", "SOLR_JAVA_MEM", "NODE_OPTIONS"}
)  # fmt: skip
_HEAP = re.compile(r"-Xmx(?P<size>\d+)(?P<unit>[kKmMgG]?)\b")
_NODE_HEAP = re.compile(r"--max[-_]old[-_]space[-_]size[= ](?P<size>\d+)")
_UNITS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30}
_WITH_PAGE_CACHE = re.compile(r"elasticsearch|opensearch")


def _has_a_heap(container: Container, _: Estate) -> Exclusion | None:
    if _heap_of(container) is None:
        return Exclusion(Reason.ROLE, "nothing says how large its heap may grow")
    return None


def _heap_of(container: Container) -> Known[int] | Unknown[str] | None:
    """Return the largest heap in bytes: of the program that is seen, else as a variable states it."""
    heap = container.process.heap if container.process is not None else None
    if isinstance(heap, Known):
        return heap
    for variable in reversed(container.environment):
        if variable.name.upper() in _VARIABLES:
            if isinstance(variable.value, Unknown):
                return variable.value
            found = _heap_in(variable)
            if found is not None:
                return found
    return None


def _heap_in(variable: EnvironmentVariable) -> Known[int] | None:
    if not isinstance(variable.value, Known):
        return None
    sizes = [int(each["size"]) * _UNITS[each["unit"].lower()] for each in _HEAP.finditer(variable.value.value)]
    if variable.name.upper() == "NODE_OPTIONS":
        sizes = [int(each["size"]) * _UNITS["m"] for each in _NODE_HEAP.finditer(variable.value.value)]
    return Known(sizes[-1], variable.value.at) if sizes else None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(answering, _has_a_heap),
    holds="the heap of a program fits into its container",
    insight=True,
)
def runtime_heap_exceeds_container(container: Container, estate: Estate) -> Findings:
    """The heap of a program may grow to more than its container has.

    Why: the program believes in the size that it was given and frees nothing before it is reached. The kernel kills
    it on the way there, under the highest load, and nothing in its own logs tells why.

    Fix: give the heap half to three quarters of the memory limit: threads, buffers and the runtime need the rest.

    Quiet when: nothing limits the memory.

    See: Elasticsearch documentation, JVM settings, heap size; Node.js documentation, max-old-space-size.
    """
    heap = _heap_of(container)
    if heap is None:
        return
    heap = heap.settled()
    limit = maybe_within(container.memory_limit, f"{in_mebibytes(heap.value * 4 / 3)} are enough for this heap")
    if isinstance(limit, Absent):
        return
    image = container.image.settled()
    share = 2 if isinstance(image, Known) and _WITH_PAGE_CACHE.search(image.value) else 1
    safe = limit.value * (2 if share == 2 else 3) // 4  # noqa: PLR2004 - half of it, or three quarters
    if heap.value <= safe:
        return
    yield Finding(
        heap.at,
        f"the heap of {estate.words_for(container)} may grow to {in_mebibytes(heap.value)}, "
        f"its container has {in_mebibytes(limit.value)}",
        label=f"{in_mebibytes(heap.value)} of heap",
        places=(Place(limit.at, f"the memory limit is {in_mebibytes(limit.value)}"),),
        operands=(
            operand("heap", heap, in_mebibytes(heap.value)),
            operand("memory limit", limit, in_mebibytes(limit.value)),
        ),
        sum=f"{in_mebibytes(heap.value)} > {in_mebibytes(safe)} ({'half' if share > 1 else 'three quarters'} of "
        f"{in_mebibytes(limit.value)})",
        factors=_weight(heap, limit),
        fix=f"let the heap grow to {in_mebibytes(safe)} at most",
    )


def _weight(heap: Known[int], limit: Known[int]) -> tuple[Factor, ...]:
    if heap.value < limit.value:
        return (at_most(Severity.MEDIUM, "the heap alone fits, but little else beside it"),)
    return ()
