"""Tells by its name which file is one that programs keep secrets in."""

from __future__ import annotations

_SUFFIXES = (
    ".env", ".pem", ".key", ".tfvars", ".tfvars.json", ".tfstate", ".tfstate.backup", ".p12", ".pfx", ".jks", ".kdbx",
)  # fmt: skip
_STARTS = (".env.", "id_rsa", "id_ed25519", "kubeconfig")
_NAMES = frozenset({".npmrc", ".pypirc", ".netrc", ".git-credentials", "credentials"})
_EXAMPLES = (".example", ".sample", ".template", ".dist", ".tmpl", ".tpl", ".pub", ".md", ".j2")


def is_secret_file(path: str) -> bool:
    """Tell whether a file bears the name of one that holds secrets; an example of such a file does not."""
    name = path.rsplit("/", 1)[-1].lower()
    if name.endswith(_EXAMPLES) or "example" in name or "sample" in name:
        return False
    return name in _NAMES or name.endswith(_SUFFIXES) or name.startswith(_STARTS)
