"""Tells which files may hold credentials, which are credential files, and which look like examples."""

from __future__ import annotations

import re

LARGEST = 2_000_000
"""Characters above which a file is data and not configuration."""

_SUFFIXES = (
    ".tf", ".tfvars", ".tofu", ".json", ".yaml", ".yml", ".env", ".toml", ".ini", ".cfg", ".conf", ".properties", ".sh",
    ".dockerfile", ".pem", ".key",
)  # fmt: skip
_STARTS = (".env", "dockerfile", "containerfile", "kubeconfig", "id_rsa", "id_ed25519")
_NAMES = frozenset({".npmrc", ".pypirc", ".netrc", ".git-credentials", "credentials"})

_LOOSE_SUFFIXES = (".pem", ".key")
_LOOSE_STARTS = ("kubeconfig", "id_rsa", "id_ed25519")

_LOCKS = frozenset({"package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "composer.lock"})
_VENDORED = frozenset(
    {"vendor", "vendored", "third_party", "third-party", "node_modules", "bower_components", "site-packages"},
)
_EXAMPLE_FOLDERS = frozenset(
    {
        "test", "tests", "testdata", "__tests__", "fixture", "fixtures", "example", "examples", "doc", "docs",
        "sample", "samples",
    },
)  # fmt: skip
_EXAMPLE_SUFFIXES = frozenset({"example", "sample", "template", "dist", "tmpl", "tpl"})
_EXAMPLE_STEMS = frozenset({"example", "lint", "sample"})
_TEST_VALUES = re.compile(r"(?:^|/)ci/[^/]*values\.ya?ml")
_API_DESCRIPTION = re.compile(r"""^[ \t{]{0,8}["']?(?:openapi|swagger)["']?[ \t]*:""", re.MULTILINE)
_ENCRYPTED = re.compile(
    r"""\A\s*\$ANSIBLE_VAULT;|^[ \t]{0,8}["']?sops["']?:[ \t]*[{]?[ \t]*$|^sops_mac=|^sops:""",
    re.MULTILINE,
)


def is_candidate(path: str) -> bool:
    """Tell whether a file is one of configuration, and not made by a tool or brought from elsewhere."""
    name = path.rsplit("/", 1)[-1].lower()
    if not (name.endswith(_SUFFIXES) or _example_base(name).endswith(_SUFFIXES) or name.startswith(_STARTS)):
        return is_loose(path)
    return not _is_foreign(path, name)


def is_loose(path: str) -> bool:
    """Tell whether a file is one that programs keep credentials in, and that no other reader reads."""
    name = path.rsplit("/", 1)[-1].lower()
    named = name in _NAMES or name.endswith(_LOOSE_SUFFIXES) or name.startswith(_LOOSE_STARTS)
    return named and not name.endswith((".pub", ".md")) and not _is_foreign(path, name)


def _is_foreign(path: str, name: str) -> bool:
    return (
        name in _LOCKS
        or name.endswith((".lock", ".lock.hcl", ".lock.json", ".pub", ".md", ".min.json"))
        or not _VENDORED.isdisjoint(path.lower().split("/")[:-1])
    )


def _example_base(name: str) -> str:
    """Return a file's name without the suffix that marks an example: ``.env.example`` is an env file."""
    base, _, last = name.rpartition(".")
    return base if last in _EXAMPLE_SUFFIXES else name


def is_example(path: str, text: str) -> bool:
    """Tell whether a file looks like an example, a test's input or the description of an interface."""
    folders = path.lower().split("/")
    name = folders.pop()
    parts = name.strip(".").split(".")
    return (
        not _EXAMPLE_FOLDERS.isdisjoint(folders)
        or (len(parts) > 1 and parts[-1] in _EXAMPLE_SUFFIXES)
        or not _EXAMPLE_STEMS.isdisjoint(re.split(r"[.\-_]", name))
        or _TEST_VALUES.search(path) is not None
        or _API_DESCRIPTION.search(text, 0, 2000) is not None
    )


def is_encrypted(text: str) -> bool:
    """Tell whether a file's values were encrypted by SOPS or Ansible Vault."""
    if "ENC[" not in text and "$ANSIBLE_VAULT" not in text:
        return False
    found = _ENCRYPTED.search(text)
    return found is not None and ("$ANSIBLE_VAULT" in found.group() or "ENC[" in text)
