"""Whether the platform takes an object as it is written."""

from infraaudit.model import CheckedObject, FaultKind, FieldFault
from infraaudit.policy import Effort, Factor, Finding, Findings, Severity, lowered, policy

_FIXES = {
    FaultKind.UNKNOWN_FIELD: "Correct the name of the field, move it to where it belongs, or take it out.",
    FaultKind.WRONG_TYPE: "Write a value of the kind that belongs there; quotes make text of a number or a boolean.",
    FaultKind.MISSING_FIELD: "Write the field.",
    FaultKind.WRONG_VALUE: "Write one of the values that belong there.",
}


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    holds="objects have the fields that their kind knows, with values of the right type",
    environment_matters=False,
)
def manifest_refused_by_schema(checked: CheckedObject) -> Findings:
    """An object has a field that its kind does not know, or a value of another type.

    Why: the API server refuses an object with a value of the wrong type or without a required field. A field that it
    does not know is refused by kubectl, and dropped without a word by tools that do not ask for strictness: what was
    meant by it never holds.

    Fix: correct the name, the place or the value of the field.

    Quiet when: the kind is none of Kubernetes' own, or the schemas are not installed.

    See: Kubernetes API reference; kubectl reference, kubectl apply --validate.
    """
    for fault in checked.faults:
        yield Finding(
            fault.at,
            _says(checked, fault),
            label=f"did you mean {fault.meant}?" if fault.meant else str(fault.kind),
            factors=_factors(fault),
            part=f"{fault.kind} {fault.path}",
            fix=_FIXES[fault.kind],
        )
    if checked.doubt is not None:
        checked.doubt.settled()


def _says(checked: CheckedObject, fault: FieldFault) -> str:
    match fault.kind:
        case FaultKind.UNKNOWN_FIELD:
            return f"{checked} has the field {fault.path}, which its kind does not know"
        case FaultKind.MISSING_FIELD:
            return f"{checked} lacks the field {fault.path}, which its kind requires"
        case FaultKind.WRONG_TYPE:
            return f"{fault.path} of {checked} is not {fault.expects or 'of the type that belongs there'}"
    return f"{fault.path} of {checked} is not one of the values that belong there"


def _factors(fault: FieldFault) -> tuple[Factor, ...]:
    if fault.kind is FaultKind.UNKNOWN_FIELD:
        return (lowered("tools that do not ask for strictness drop an unknown field and go on"),)
    return ()
