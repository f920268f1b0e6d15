"""Whether the keys that data is encrypted with are in use, and are given new material from time to time."""

from infraaudit.model import EncryptionKey, Known
from infraaudit.policy import (
    Effort,
    Finding,
    Findings,
    Place,
    Severity,
    at_least,
    by_default,
    in_a_row,
    not_passing,
    policy,
)

_MOST_NAMED = 3


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=not_passing,
    holds="keys are in use, and are given new material from time to time",
    equivalents=(
        "CKV_AWS_7",
        "CKV_AWS_227",
        "CKV_GCP_43",
        "CKV_AZURE_40",
        "CKV_AZURE_112",
        "AVD-AWS-0065",
        "AWS-0065",
        "AVD-GCP-0065",
        "GCP-0065",
    ),
)
def encryption_key_hygiene(key: EncryptionKey) -> Findings:
    """A key that encrypts data is never given new material, or is switched off.

    Why: whoever once got hold of the material of a key reads everything that is written under it afterwards. What is
    encrypted with a key that is switched off cannot be read at all.

    Fix: enable_key_rotation = true in AWS, rotation_period = "7776000s" in Google, a rotation_policy in Key Vault.

    Quiet when: its platform makes new material for none of its kind (asymmetric keys, material that was brought in), it
    ends on a day that is written, or its name says that it is thrown away.

    See: AWS Key Management Service developer guide, Rotating AWS KMS keys; Azure Key Vault, Configure key rotation.
    """
    enabled = key.enabled.settled()
    if not enabled.value and key.users:
        yield Finding(
            enabled.at,
            f"{key} is switched off, and {in_a_row([each.address for each in key.users[:_MOST_NAMED]])} needs it",
            label="nothing can be read with it",
            places=tuple(Place(each.at, "it is named here") for each in key.users[:_MOST_NAMED]),
            factors=(at_least(Severity.HIGH, "what it encrypts cannot be read"),),
            part="off",
        )
    rotated = key.rotated.settled()
    if not isinstance(rotated, Known) or rotated.value or (key.ends is not None and key.ends.settled().value):
        return
    yield Finding(
        rotated.at,
        f"{key} is never given new material{by_default(rotated)}",
        label="nothing rotates it",
        part="rotation",
    )
