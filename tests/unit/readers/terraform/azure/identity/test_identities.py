from __future__ import annotations

import pytest

from infraaudit.model import (
    Absent,
    Identity,
    IdentityKind,
    Known,
    Permission,
    StoredSecret,
    Unknown,
    Workload,
    known_value,
)
from tests.unit.readers.terraform.aws.builder import lifted, only

FEDERATED = """\
azurerm_user_assigned_identity.ci: {name: ci}
azurerm_federated_identity_credential.ci:
  user_assigned_identity_id: ref(azurerm_user_assigned_identity.ci.id)
  issuer: https://token.actions.githubusercontent.com
  subject: SUBJECT
"""


def test_an_identity_of_its_own() -> None:
    identity = only("azurerm_user_assigned_identity.web: {name: web}\n", Identity)
    assert (identity.role, identity.identifiers, identity.trust) == (IdentityKind.SERVICE_ACCOUNT, ("web",), ())


def test_whom_a_federation_trusts() -> None:
    identity = only(FEDERATED.replace("SUBJECT", "repo:shop/web:environment:production"), Identity)
    assert identity.role is IdentityKind.FEDERATION
    (statement,) = identity.trust
    (condition,) = statement.conditions
    assert (condition.test, condition.variable) == ("StringEquals", "token.actions.githubusercontent.com:sub")
    assert [known_value(each) for each in condition.values] == ["repo:shop/web:environment:production"]
    assert identity.trust_complete


def test_a_credential_of_whom_cannot_be_told() -> None:
    text = FEDERATED.replace("ref(azurerm_user_assigned_identity.ci.id)", "unknown(var.identity)")
    assert not only(text, Identity).trust_complete


@pytest.mark.parametrize(
    ("expression", "test", "value"),
    [
        ("claims['sub'] matches 'repo:shop/*'", "StringLike", "repo:shop/*"),
        ("claims['sub'] eq 'repo:shop/web:ref:refs/heads/main'", "StringEquals", "repo:shop/web:ref:refs/heads/main"),
        ("claims['aud'] eq 'x'", "StringLike", None),
        ("unknown(var.expression)", "StringLike", None),
    ],
)
def test_an_expression_for_subjects(expression: str, test: str, value: str | None) -> None:
    text = f"""\
azuread_application.ci: {{display_name: ci}}
azuread_service_principal.ci: {{client_id: ref(azuread_application.ci.client_id)}}
azuread_application_flexible_federated_identity_credential.ci:
  application_id: ref(azuread_application.ci.id)
  issuer: https://token.actions.githubusercontent.com
  claims_matching_expression: "{expression}"
"""
    identity = only(text, Identity)
    assert identity.identifiers == ("ci", "serviceAccount:azuread_service_principal.ci")
    condition = identity.trust[0].conditions[0]
    assert (condition.test, known_value(condition.values[0])) == (test, value)


ASSIGNED = """\
azurerm_role_assignment.a:
  ROLE
  principal_id: ref(azurerm_user_assigned_identity.ci.principal_id)
  scope: SCOPE
data.azurerm_role_definition.owner: {name: Owner}
azurerm_role_definition.all: {permissions: [{actions: ["*"]}]}
azurerm_role_definition.most: {permissions: [{actions: ["*"], not_actions: ["Microsoft.Authorization/*/write"]}]}
"""
PREFIX = "/providers/Microsoft.Authorization/roleDefinitions"


@pytest.mark.parametrize(
    ("role", "granted"),
    [
        ("role_definition_name: AcrPull", "AcrPull"),
        (f"role_definition_id: {PREFIX}/8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner"),
        (f"role_definition_id: {PREFIX}/00000000-0000-0000-0000-000000000000", None),
        ("role_definition_id: ref(data.azurerm_role_definition.owner.id)", "Owner"),
        ("role_definition_id: unknown(var.role)", None),
    ],
)
def test_which_role_is_assigned(role: str, granted: str | None) -> None:
    permission = only(ASSIGNED.replace("ROLE", role).replace("SCOPE", "/subscriptions/0"), Permission)
    assert known_value(permission.granted) == granted
    assert (permission.reach, permission.holders) == (
        "the subscription",
        ("serviceAccount:azurerm_user_assigned_identity.ci",),
    )


@pytest.mark.parametrize(
    ("name", "scope", "resource", "complete"),
    [
        ("all", "/subscriptions/0", "*", True),
        ("all", "/subscriptions/0/resourceGroups/shop", "/subscriptions/0/resourceGroups/shop", True),
        ("most", "/subscriptions/0", "*", False),
    ],
)
def test_a_role_of_ones_own(name: str, scope: str, resource: str, *, complete: bool) -> None:
    role = f"role_definition_id: ref(azurerm_role_definition.{name}.role_definition_resource_id)"
    permission = only(ASSIGNED.replace("ROLE", role).replace("SCOPE", scope), Permission)
    assert isinstance(permission.granted, Absent)
    (statement,) = permission.statements
    assert [known_value(each) for each in statement.actions] == ["*"]
    assert ([known_value(each) for each in statement.resources], statement.complete) == ([resource], complete)


VAULT = """\
azurerm_key_vault.main: {name: shop, rbac_authorization_enabled: RBAC}
azurerm_key_vault_secret.db:
  name: db
  key_vault_id: ref(azurerm_key_vault.main.id)
  value: ref(random_password.db.result)
azurerm_postgresql_flexible_server.main: {administrator_password: ref(random_password.db.result)}
random_password.db: {length: 20}
"""


def test_a_secret_of_a_vault() -> None:
    secret = only(VAULT.replace("RBAC", "true"), StoredSecret)
    assert (known_value(secret.path), secret.sources) == ("db", ("random_password.db",))
    assert secret.opens == ("azurerm_postgresql_flexible_server.main",)


@pytest.mark.parametrize(
    ("rbac", "kept"), [("true", True), ("false", False), ("unknown(var.rbac)", True), ("null", False)]
)
def test_what_a_role_on_a_vault_opens(rbac: str, *, kept: bool) -> None:
    text = VAULT.replace("RBAC", rbac) + ASSIGNED.replace("ROLE", "role_definition_name: Key Vault Secrets User")
    permission = only(text.replace("SCOPE", "ref(azurerm_key_vault.main.id)"), Permission)
    assert ("azurerm_key_vault_secret.db" in permission.objects) is kept
    assert permission.objects[0] == "azurerm_key_vault.main"


POLICY = """\
azurerm_key_vault_access_policy.web:
  key_vault_id: VAULT
  object_id: ref(azurerm_user_assigned_identity.web.principal_id)
  secret_permissions: RIGHTS
"""


@pytest.mark.parametrize(
    ("rights", "actions", "complete"),
    [
        ("[Get, List]", ["keyvault.secrets.get", "keyvault.secrets.list"], True),
        ("[All]", ["keyvault.secrets.*"], True),
        ("unknown(var.rights)", [], False),
    ],
)
def test_what_a_policy_of_a_vault_opens(rights: str, actions: list[str], *, complete: bool) -> None:
    text = VAULT.replace("RBAC", "false") + POLICY.replace("RIGHTS", rights)
    permission = only(text.replace("VAULT", "ref(azurerm_key_vault.main.id)"), Permission)
    (statement,) = permission.statements
    assert [known_value(each) for each in statement.actions] == actions
    assert [each.mentions for each in statement.resources if isinstance(each, Unknown)] == [
        ("azurerm_key_vault_secret.db",)
    ]
    assert permission.statements_complete is complete
    assert permission.holders == ("serviceAccount:azurerm_user_assigned_identity.web",)


def test_policies_within_a_vault() -> None:
    text = VAULT.replace("RBAC: ", "").replace(
        "rbac_authorization_enabled: RBAC", "access_policy: [{object_id: unknown(var.who), secret_permissions: [Get]}]"
    )
    permission = only(text, Permission)
    assert permission.address == "azurerm_key_vault.main#policy0"
    assert not permission.holders_complete


APP = """\
azurerm_linux_web_app.web:
  identity: IDENTITY
  app_settings:
    URI: unknown(azurerm_key_vault_secret.db.versionless_id is known only after apply; azurerm_key_vault_secret.db)
    NAMED: "@Microsoft.KeyVault(VaultName=shop;SecretName=db)"
    OTHER: "@Microsoft.KeyVault(SecretUri=https://shop.vault.azure.net/secrets/other)"
    PLAIN: unknown(azurerm_key_vault_secret.db.value is known only after apply; azurerm_key_vault_secret.db)
    SAME: ref(azurerm_key_vault_secret.db.value)
"""


def test_settings_that_are_references() -> None:
    workload = only(VAULT.replace("RBAC", "true") + APP.replace("IDENTITY", "[{type: SystemAssigned}]"), Workload)
    references = {each.name: each.secret_ref for each in workload.containers[0].environment}
    assert references == {
        "URI": "azurerm_key_vault_secret.db",
        "NAMED": "azurerm_key_vault_secret.db",
        "OTHER": "SecretUri=https://shop.vault.azure.net/secrets/other",
        "PLAIN": "",
        "SAME": "",
    }
    assert known_value(workload.fetches_as or Absent(workload.at)) == "azurerm_linux_web_app.web#identity"


@pytest.mark.parametrize(
    ("identity", "expected"),
    [
        ("[{type: UserAssigned}]", None),
        ("[{type: 'SystemAssigned, UserAssigned'}]", "azurerm_linux_web_app.web#identity"),
        (
            "[]\n  key_vault_reference_identity_id: ref(azurerm_user_assigned_identity.web.id)",
            "azurerm_user_assigned_identity.web",
        ),
    ],
)
def test_as_whom_secrets_are_read(identity: str, expected: str | None) -> None:
    workload = only(APP.replace("IDENTITY", identity), Workload)
    assert workload.fetches_as is not None
    assert known_value(workload.fetches_as) == expected
    assert isinstance(workload.fetches_as, Known | Absent)


CONTAINER_APP = """\
azurerm_container_app.web:
  identity: [{type: SystemAssigned}]
  secret:
    - {name: db, key_vault_secret_id: ref(azurerm_key_vault_secret.db.id), identity: AS}
    - {name: own, value: x}
  template:
    - container:
        - {name: web, image: shop/web:1, env: [{name: A, secret_name: db}, {name: B, secret_name: own}]}
"""


@pytest.mark.parametrize(
    ("identity", "expected"),
    [
        ("System", "azurerm_container_app.web#identity"),
        ("ref(azurerm_user_assigned_identity.web.id)", "azurerm_user_assigned_identity.web"),
        ("unknown(var.identity)", None),
    ],
)
def test_secrets_of_a_container_app(identity: str, expected: str | None) -> None:
    workload = only(VAULT.replace("RBAC", "true") + CONTAINER_APP.replace("AS", identity), Workload)
    assert [each.secret_ref for each in workload.containers[0].environment] == ["azurerm_key_vault_secret.db", "own"]
    assert workload.fetches_as is not None
    assert known_value(workload.fetches_as) == expected


def test_identities_that_come_with_resources() -> None:
    found = lifted(APP.replace("IDENTITY", "[{type: SystemAssigned}]"), Identity)
    assert [(each.address, each.identifiers) for each in found] == [
        ("azurerm_linux_web_app.web#identity", ("serviceAccount:azurerm_linux_web_app.web",))
    ]
