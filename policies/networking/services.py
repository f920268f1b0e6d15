"""Whether services of a cloud that ask for a key or a token answer in the internet."""

from infraaudit.model import CloudResource, Estate, FacetName
from infraaudit.policy import (
    Effort,
    Exclusion,
    Finding,
    Findings,
    Profile,
    Reason,
    Severity,
    by_default,
    policy,
    private_ways,
)


def _answers_in_the_internet(service: CloudResource, _: Estate) -> Exclusion | None:
    if service.facet(FacetName.PUBLIC) is None:
        return Exclusion(Reason.MANAGED, "whether the internet reaches it is not read of its kind")
    return None


@policy(
    Severity.LOW,
    effort=Effort.MEDIUM,
    when=_answers_in_the_internet,
    holds="services of the cloud answer in the private network alone",
    equivalents=(
        "CKV_AZURE_139",
        "CKV_AZURE_144",
        "CKV_AZURE_185",
        "CKV_AZURE_189",
        "CKV_AZURE_204",
        "CKV_AZURE_248",
    ),
    profile=Profile.STRICT,
)
def cloud_service_publicly_reachable(service: CloudResource, estate: Estate) -> Findings:
    """A service of the cloud answers in the internet, and a key alone guards it.

    Why: a key that leaked works from everywhere at once, and nothing in the network tells a thief from the owner.

    Fix: public_network_access_enabled = false and a private endpoint, or rules that turn away whoever is not named.

    Quiet when: it is closed, or its rules turn others away. These services are open unless somebody closes them, some
    tiers cannot be closed at all, and every call shows a key or a token: it belongs to the strict profile.

    See: Azure Well-Architected Framework, Recommendations for networking and connectivity.
    """
    facet = service.facet(FacetName.PUBLIC)
    if facet is None:
        return
    public = facet.holds.settled()
    if public.value:
        yield Finding(
            public.at,
            f"the internet reaches {service}{by_default(public)}",
            label=f"{facet.setting} lets it in" if public.stated else f"{facet.setting} is not set",
            places=private_ways(service, estate),
        )
