"""The objects that a cluster keeps beside workloads."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, TypeVar

import pytest

from infraaudit.model import (
    Absent,
    AccessBinding,
    AccessRole,
    Certificate,
    ConfigObject,
    Direction,
    DisruptionBudget,
    Entity,
    Gateway,
    Issuer,
    Known,
    Namespace,
    NetworkPolicy,
    PersistentVolume,
    PriorityClass,
    Release,
    ResourceDefaults,
    ResourceQuota,
    SecretProvider,
    ServiceAccount,
    StorageClass,
    TrafficPolicy,
    Unknown,
    VerticalAutoscaler,
    VolumeClaim,
    known_value,
)
from tests.unit.readers.kubernetes.trees import only, read_files

if TYPE_CHECKING:
    from pathlib import Path

E = TypeVar("E", bound=Entity)


def lifted(root: Path, kind: type[E], version: str, word: str, rest: str) -> E:
    text = f"apiVersion: {version}\nkind: {word}\n{dedent(rest)}"
    return only(read_files(root, it=text), kind)


def test_a_selector_that_is_null_is_not_one_that_is_empty(tmp_path: Path) -> None:
    head = "metadata: {name: a}\nspec: {minAvailable: 50%, selector: "
    none = lifted(tmp_path / "a", DisruptionBudget, "policy/v1", "PodDisruptionBudget", head + "null}\n")
    every = lifted(tmp_path / "b", DisruptionBudget, "policy/v1", "PodDisruptionBudget", head + "{}}\n")
    old = lifted(tmp_path / "c", DisruptionBudget, "policy/v1beta1", "PodDisruptionBudget", head + "{}}\n")
    assert isinstance(none.selector, Absent)
    assert isinstance(every.selector, Known)
    assert every.selector.value.is_empty
    assert isinstance(old.selector, Absent)
    assert known_value(every.min_available) == "50%"


def test_a_namespace_with_levels_of_pod_security(tmp_path: Path) -> None:
    labels = "{pod-security.kubernetes.io/enforce: baseline, pod-security.kubernetes.io/enforce-version: v1.30}"
    found = lifted(tmp_path, Namespace, "v1", "Namespace", f"metadata: {{name: shop, labels: {labels}}}\n")
    assert (known_value(found.enforced), known_value(found.enforced_version)) == ("baseline", "v1.30")
    assert isinstance(found.warned, Absent)


def test_quantities_of_a_quota_are_read_in_their_units(tmp_path: Path) -> None:
    hard = "{requests.cpu: '4', limits.memory: 8Gi, pods: 10, persistentvolumeclaims: '5', requests.storage: 1Ti}"
    found = lifted(
        tmp_path,
        ResourceQuota,
        "v1",
        "ResourceQuota",
        f"metadata: {{name: q}}\nspec: {{hard: {hard}, scopes: [Terminating]}}\n",
    )
    assert {each.name: known_value(each.most) for each in found.limits} == {
        "requests.cpu": 4000,
        "limits.memory": 8 * 2**30,
        "pods": 10,
        "persistentvolumeclaims": 5,
        "requests.storage": 2**40,
    }
    assert found.scopes == ("Terminating",)


def test_bounds_of_a_limit_range(tmp_path: Path) -> None:
    limits = "[{type: Container, default: {cpu: 500m}, max: {memory: 1Gi}}, {type: Pod, max: {cpu: 8}}]"
    found = lifted(
        tmp_path, ResourceDefaults, "v1", "LimitRange", f"metadata: {{name: l}}\nspec: {{limits: {limits}}}\n"
    )
    assert (found.cpu, found.memory) == (True, False)
    assert [(each.resource, known_value(each.limit), known_value(each.most)) for each in found.bounds] == [
        ("cpu", 500, None),
        ("memory", None, 2**30),
    ]


def test_priority_and_whether_it_preempts(tmp_path: Path) -> None:
    found = lifted(
        tmp_path,
        PriorityClass,
        "scheduling.k8s.io/v1",
        "PriorityClass",
        "metadata: {name: low}\nvalue: -10\npreemptionPolicy: Never\n",
    )
    assert known_value(found.value) == -10
    assert (known_value(found.by_default), known_value(found.preempts)) == (False, False)


def test_storage_by_class_by_claim_and_by_hand(tmp_path: Path) -> None:
    by_class = lifted(
        tmp_path / "a",
        StorageClass,
        "storage.k8s.io/v1",
        "StorageClass",
        """\
        metadata: {name: fast, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
        provisioner: ebs.csi.aws.com
        parameters: {type: gp3}
        """,
    )
    claim = lifted(
        tmp_path / "b",
        VolumeClaim,
        "v1",
        "PersistentVolumeClaim",
        """\
        metadata: {name: data}
        spec: {accessModes: [ReadWriteMany], storageClassName: "", resources: {requests: {storage: 500M}}}
        """,
    ).claim
    by_hand = lifted(
        tmp_path / "c",
        PersistentVolume,
        "v1",
        "PersistentVolume",
        "metadata: {name: v}\nspec: {capacity: {storage: 1Gi}, nfs: {server: s, path: /}}\n",
    )
    assert (known_value(by_class.reclaim), known_value(by_class.binding)) == ("Delete", "Immediate")
    assert (known_value(by_class.by_default), known_value(by_class.expandable)) == (True, False)
    assert [known_value(each) for each in claim.access_modes] == ["ReadWriteMany"]
    assert (known_value(claim.storage_class), known_value(claim.size)) == ("", 500 * 10**6)
    assert (by_hand.type, known_value(by_hand.reclaim)) == ("nfs", "Retain")


POLICY = "networking.k8s.io/v1"


@pytest.mark.parametrize(
    ("spec", "directions"),
    [
        ("{podSelector: {}}", {Direction.INGRESS}),
        ("{podSelector: {}, egress: []}", {Direction.INGRESS, Direction.EGRESS}),
        ("{podSelector: {}, policyTypes: [Egress]}", {Direction.EGRESS}),
        ("{podSelector: {}, policyTypes: [Egress], ingress: [{}]}", {Direction.EGRESS}),
    ],
)
def test_the_directions_that_a_policy_rules(tmp_path: Path, spec: str, directions: set[Direction]) -> None:
    found = lifted(tmp_path, NetworkPolicy, POLICY, "NetworkPolicy", f"metadata: {{name: p}}\nspec: {spec}\n")
    assert set(found.directions) == directions
    assert found.complete


def test_the_peers_and_ports_of_a_policy(tmp_path: Path) -> None:
    found = lifted(
        tmp_path,
        NetworkPolicy,
        POLICY,
        "NetworkPolicy",
        """\
        metadata: {name: p}
        spec:
          podSelector: {matchLabels: {app: db}}
          ingress:
          - from:
            - namespaceSelector: {}
              podSelector: {matchLabels: {app: web}}
            - ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}
            ports: [{port: 5432}, {port: 8000, endPort: 8080, protocol: UDP}]
        """,
    )
    (rule,) = found.rules
    pods, addresses = rule.peers
    assert isinstance(pods.namespaces, Known)
    assert pods.namespaces.value.is_empty
    assert isinstance(addresses.namespaces, Absent)
    assert known_value(addresses.addresses) == "10.0.0.0/8"
    assert [known_value(each) for each in addresses.excepted] == ["10.1.0.0/16"]
    first, second = rule.ports
    assert (known_value(first.protocol), known_value(first.port)) == ("TCP", "5432")
    assert (known_value(second.protocol), known_value(second.end)) == ("UDP", 8080)


def test_a_policy_of_another_project_is_there_and_says_nothing(tmp_path: Path) -> None:
    found = lifted(tmp_path, NetworkPolicy, "cilium.io/v2", "CiliumNetworkPolicy", "metadata: {name: p}\nspec: {}\n")
    assert (found.dialect, found.complete) == ("Cilium", False)
    assert isinstance(found.selector, Unknown)


def test_who_may_do_what(tmp_path: Path) -> None:
    role = lifted(
        tmp_path / "a",
        AccessRole,
        "rbac.authorization.k8s.io/v1",
        "ClusterRole",
        'metadata: {name: all}\nrules: [{apiGroups: [""], resources: [secrets], verbs: ["*"], resourceNames: [one]}]\n',
    )
    binding = lifted(
        tmp_path / "b",
        AccessBinding,
        "rbac.authorization.k8s.io/v1",
        "RoleBinding",
        """\
        metadata: {name: b, namespace: shop}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: all}
        subjects: [{kind: ServiceAccount, name: robot, namespace: other}]
        """,
    )
    (rule,) = role.rules
    assert [known_value(each) for each in (*rule.groups, *rule.resources, *rule.verbs, *rule.names)] == [
        "",
        "secrets",
        "*",
        "one",
    ]
    assert role.cluster_wide
    assert (known_value(binding.role_kind), known_value(binding.role)) == ("ClusterRole", "all")
    assert not binding.cluster_wide
    assert known_value(binding.subjects[0].namespace) == "other"


def test_an_identity_of_the_cloud(tmp_path: Path) -> None:
    annotations = "{eks.amazonaws.com/role-arn: 'arn:aws:iam::1:role/web'}"
    found = lifted(
        tmp_path,
        ServiceAccount,
        "v1",
        "ServiceAccount",
        f"metadata: {{name: web, annotations: {annotations}}}\nautomountServiceAccountToken: false\n",
    )
    assert known_value(found.cloud_identity) == "arn:aws:iam::1:role/web"
    assert known_value(found.automount_token) is False


def test_of_a_secret_only_the_names_of_its_keys_are_kept(tmp_path: Path) -> None:
    found = lifted(
        tmp_path,
        ConfigObject,
        "v1",
        "Secret",
        "metadata: {name: db}\ntype: Opaque\nstringData: {password: s3cr3t-v4lue}\n",
    )
    assert [name for name, _ in found.keys] == ["password"]
    assert (found.secret, found.complete) == (True, True)
    assert "s3cr3t" not in repr(found)


def test_a_secret_that_the_cluster_fills_is_not_complete(tmp_path: Path) -> None:
    found = lifted(
        tmp_path, ConfigObject, "v1", "Secret", "metadata: {name: t}\ntype: kubernetes.io/service-account-token\n"
    )
    assert not found.complete
    assert found.replaced_outside


@pytest.mark.parametrize(
    ("version", "kind", "spec", "made", "keys", "complete"),
    [
        (
            "bitnami.com/v1alpha1",
            "SealedSecret",
            "{encryptedData: {password: AgB}}",
            "Secret/default/x",
            ["password"],
            True,
        ),
        (
            "external-secrets.io/v1",
            "ExternalSecret",
            "{target: {name: db}, data: [{secretKey: user, remoteRef: {key: a}}]}",
            "Secret/default/db",
            ["user"],
            True,
        ),
        (
            "external-secrets.io/v1beta1",
            "ExternalSecret",
            "{target: {name: db}, dataFrom: [{extract: {key: a}}]}",
            "Secret/default/db",
            [],
            False,
        ),
        (
            "secrets.hashicorp.com/v1beta1",
            "VaultStaticSecret",
            "{destination: {name: v}}",
            "Secret/default/v",
            [],
            False,
        ),
    ],
)
def test_what_makes_a_secret(  # noqa: PLR0913, PLR0917 - one row of a table
    tmp_path: Path,
    version: str,
    kind: str,
    spec: str,
    made: str,
    keys: list[str],
    complete: bool,  # noqa: FBT001
) -> None:
    found = lifted(tmp_path, SecretProvider, version, kind, f"metadata: {{name: x}}\nspec: {spec}\n")
    assert [known_value(each) for each in found.makes] == [made]
    assert [name for name, _ in found.keys] == keys
    assert found.complete is complete


def test_an_ingress_names_its_certificates_and_issuer(tmp_path: Path) -> None:
    found = lifted(
        tmp_path,
        Gateway,
        "networking.k8s.io/v1",
        "Ingress",
        """\
        metadata: {name: web, annotations: {cert-manager.io/cluster-issuer: letsencrypt}}
        spec: {tls: [{hosts: [shop.example.com], secretName: shop-tls}]}
        """,
    )
    (binding,) = found.tls
    assert ([known_value(each) for each in binding.hosts], known_value(binding.secret)) == (
        ["shop.example.com"],
        "shop-tls",
    )
    assert isinstance(found.issuer, Known)
    assert (known_value(found.issuer.value.kind), known_value(found.issuer.value.name)) == (
        "ClusterIssuer",
        "letsencrypt",
    )


def test_a_certificate_and_its_issuer(tmp_path: Path) -> None:
    certificate = lifted(
        tmp_path / "a",
        Certificate,
        "cert-manager.io/v1",
        "Certificate",
        "metadata: {name: c}\nspec: {secretName: tls, dnsNames: [a.example.com], issuerRef: {name: le}}\n",
    )
    issuer = lifted(
        tmp_path / "b",
        Issuer,
        "cert-manager.io/v1",
        "Issuer",
        "metadata: {name: le}\nspec: {acme: {server: 'https://acme.example.com'}}\n",
    )
    assert known_value(certificate.secret) == "tls"
    assert (known_value(certificate.issuer.kind), known_value(certificate.issuer.name)) == ("Issuer", "le")
    assert (issuer.method, known_value(issuer.server)) == ("acme", "https://acme.example.com")


def test_what_a_mesh_does_with_requests(tmp_path: Path) -> None:
    rule = lifted(
        tmp_path / "a",
        TrafficPolicy,
        "networking.istio.io/v1",
        "DestinationRule",
        """\
        metadata: {name: db}
        spec:
          host: db.shop.svc.cluster.local
          trafficPolicy:
            connectionPool: {tcp: {maxConnections: 50, connectTimeout: 30ms}}
            outlierDetection: {consecutive5xxErrors: 5}
            tls: {mode: ISTIO_MUTUAL}
        """,
    )
    profile = lifted(
        tmp_path / "b",
        TrafficPolicy,
        "linkerd.io/v1alpha2",
        "ServiceProfile",
        """\
        metadata: {name: web.shop.svc.cluster.local}
        spec: {routes: [{name: get, isRetryable: true, timeout: 1s500ms}]}
        """,
    )
    assert (known_value(rule.service), known_value(rule.connect_timeout)) == ("Service/shop/db", 30)
    assert (known_value(rule.breaker), known_value(rule.tls)) == (True, "ISTIO_MUTUAL")
    assert (known_value(profile.service), known_value(profile.timeout)) == ("Service/shop/web", 1500)
    assert isinstance(profile.retries, Known)


def test_routes_tell_their_timeouts_and_retries(tmp_path: Path) -> None:
    istio = lifted(
        tmp_path / "a",
        Gateway,
        "networking.istio.io/v1",
        "VirtualService",
        """\
        metadata: {name: web}
        spec:
          hosts: [web]
          http:
          - timeout: 10s
            retries: {attempts: 3, perTryTimeout: 2s, retryOn: 5xx}
            route: [{destination: {host: web}, weight: 90}]
        """,
    ).routes[0]
    standard = lifted(
        tmp_path / "b",
        Gateway,
        "gateway.networking.k8s.io/v1",
        "HTTPRoute",
        """\
        metadata: {name: web}
        spec: {rules: [{timeouts: {request: 5s, backendRequest: 2500ms}, backendRefs: [{name: web, port: 80}]}]}
        """,
    ).routes[0]
    assert istio.timeout is not None
    assert istio.weight is not None
    assert isinstance(istio.retries, Known)
    assert (known_value(istio.timeout), known_value(istio.weight)) == (10_000, 90)
    assert (known_value(istio.retries.value.attempts), known_value(istio.retries.value.per_try)) == (3, 2000)
    assert standard.timeout is not None
    assert standard.backend_timeout is not None
    assert (known_value(standard.timeout), known_value(standard.backend_timeout)) == (5000, 2500)
    assert isinstance(standard.retries, Absent)


def test_a_vertical_autoscaler(tmp_path: Path) -> None:
    found = lifted(
        tmp_path,
        VerticalAutoscaler,
        "autoscaling.k8s.io/v1",
        "VerticalPodAutoscaler",
        """\
        metadata: {name: v}
        spec:
          targetRef: {kind: Deployment, name: web}
          updatePolicy: {updateMode: "Off"}
          resourcePolicy: {containerPolicies: [{containerName: "*", controlledResources: [memory]}]}
        """,
    )
    assert (known_value(found.target), known_value(found.mode)) == ("Deployment/default/web", "Off")
    assert (found.resources, found.containers) == (("memory",), ())


def test_what_keeps_manifests_applied(tmp_path: Path) -> None:
    argo = lifted(
        tmp_path / "a",
        Release,
        "argoproj.io/v1alpha1",
        "Application",
        """\
        metadata: {name: shop, namespace: argocd}
        spec:
          source: {repoURL: https://example.com/shop.git, path: deploy/prod, targetRevision: HEAD}
          destination: {namespace: shop}
          syncPolicy: {automated: {prune: true}}
          ignoreDifferences: [{kind: Deployment, jsonPointers: [/spec/replicas]}]
        """,
    )
    flux = lifted(
        tmp_path / "b",
        Release,
        "helm.toolkit.fluxcd.io/v2",
        "HelmRelease",
        """\
        metadata: {name: shop}
        spec: {chart: {spec: {chart: ./charts/shop, version: 1.x, sourceRef: {kind: GitRepository, name: repo}}}}
        """,
    )
    assert (known_value(argo.sources[0].path), known_value(argo.destination)) == ("deploy/prod", "shop")
    assert (known_value(argo.automatic), known_value(argo.prunes), known_value(argo.self_heals)) == (True, True, False)
    assert argo.ignores == ("/spec/replicas",)
    assert (flux.tool, known_value(flux.sources[0].chart)) == ("Flux", "./charts/shop")
