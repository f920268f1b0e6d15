"""What guards a whole account."""

from infraaudit.model import Estate, Guardrail, GuardrailKind
from infraaudit.policy import Effort, Finding, Findings, Severity, in_a_row, policy, setting_up_an_account

_ASKED = (
    GuardrailKind.THREATS,
    GuardrailKind.CHANGES,
    GuardrailKind.DISKS,
    GuardrailKind.BUCKETS,
    GuardrailKind.ACCESS,
)


@policy(
    Severity.LOW,
    effort=Effort.MEDIUM,
    when=setting_up_an_account,
    holds="the account has its usual guards",
    equivalents=("CKV_AWS_106", "CKV_AWS_238", "CKV2_AWS_3", "CKV2_AWS_45", "CKV2_AWS_48", "AVD-AWS-0175", "AWS-0175"),
    environment_matters=False,
)
def account_guardrails_missing(guardrail: Guardrail, estate: Estate) -> Findings:
    """The baseline of an account leaves a usual guard out, or switched off.

    Why: what the account itself refuses or notices needs no discipline of the teams in it. What is left out here has
    to be got right in each resource.

    Fix: a detector of GuardDuty, a recorder of Config that is started, encryption of new disks, the public access block
    of the account and an analyzer of IAM Access Analyzer; for an organisation, from its security account.

    Quiet when: the deployment does not set up an account, or another one of the scan has the guard.

    See: CIS AWS Foundations Benchmark.
    """
    there = {each.guards for each in estate.of(Guardrail)}
    missing = [each for each in _ASKED if each not in there]
    if missing:
        yield Finding(
            guardrail.at,
            f"nothing in the account {in_a_row((each.value for each in missing), 'or')}",
            label="the first of its guards",
            part="missing",
        )
    for each in estate.in_deployment(guardrail, Guardrail):
        enabled = each.enabled.settled()
        if not enabled.value:
            yield Finding(
                enabled.at,
                f"{each}, which {each.guards.value}, is not in force",
                label="switched off" if enabled.stated else "nothing starts it",
                part=each.address,
            )
