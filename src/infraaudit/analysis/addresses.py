"""How many addresses there are for the copies of a workload, and who else takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Function, Known, Subnet, Unknown, UnsettledError, VirtualMachines, Workload

if TYPE_CHECKING:
    from infraaudit.model import Estate


def sharing_addresses(workload: Workload, estate: Estate) -> tuple[Workload, ...]:
    """Return the workloads whose copies take their addresses from the same subnets as this one.

    Ends the check where more may do so.
    """
    own = workload.location.subnets if workload.location is not None else None
    if not isinstance(own, Known):
        return (workload,)
    found: list[Workload] = []
    for other in estate.in_deployment(workload, Workload):
        theirs = other.location.subnets if other.location is not None else None
        if theirs is None or isinstance(other, Function | VirtualMachines):
            continue
        if isinstance(theirs, Unknown) and (not theirs.mentions or set(theirs.mentions) & set(own.value)):
            theirs.settled()
        if isinstance(theirs, Known) and set(theirs.value) == set(own.value):
            found.append(other)
    return tuple(found)


def addresses_for(workload: Workload, estate: Estate) -> Known[int]:
    """Return how many addresses the subnets of a workload have. Ends the check where that cannot be told."""
    subnets = workload.location.subnets.settled() if workload.location is not None else None
    if not isinstance(subnets, Known):
        raise UnsettledError(Unknown("its subnets cannot be told", workload.at))
    total, fact = 0, ""
    for address in subnets.value:
        subnet = estate.beside(workload, address, Subnet)
        usable = subnet.usable.settled() if subnet is not None else None
        if not isinstance(usable, Known):
            raise UnsettledError(Unknown(f"the addresses of {address} cannot be told", subnets.at))
        total, fact = total + usable.value, usable.fact
    return Known(total, subnets.at, fact=fact)
