"""The same objects, written as manifests and as resources of the Kubernetes provider, are the same entities."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

from infraaudit.model import ApiUse, Entity, StateBackend
from infraaudit.readers.kubernetes.reader import read as read_kubernetes
from infraaudit.readers.terraform.reader import read as read_terraform
from infraaudit.source.span import Span
from tests.unit.readers.terraform.trees import tree_of

if TYPE_CHECKING:
    from pathlib import Path

MANIFESTS = """
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { pod-security.kubernetes.io/enforce: restricted } }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: web, namespace: shop }
automountServiceAccountToken: false
imagePullSecrets: [{ name: registry }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reader, namespace: shop }
rules:
  - { apiGroups: [""], resources: [configmaps], resourceNames: [settings], verbs: [get, list] }
  - { apiGroups: [batch], resources: ["*"], verbs: ["*"] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: metrics }
rules:
  - { nonResourceURLs: ["/metrics"], verbs: [get] }
aggregationRule:
  clusterRoleSelectors:
    - { matchLabels: { aggregate: "true" } }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: reader, namespace: shop }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader }
subjects:
  - { kind: ServiceAccount, name: web, namespace: shop }
  - { kind: Group, name: staff, apiGroup: rbac.authorization.k8s.io }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchExpressions: [{ key: app, operator: In, values: [web] }] }
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - namespaceSelector: { matchLabels: { team: edge } }
          podSelector: { matchLabels: { app: proxy } }
        - ipBlock: { cidr: 10.0.0.0/8, except: [10.9.0.0/16] }
      ports:
        - { protocol: TCP, port: "8000", endPort: 8010 }
    - {}
  egress:
    - to:
        - podSelector: {}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: fast, annotations: { storageclass.kubernetes.io/is-default-class: "true" } }
provisioner: ebs.csi.aws.com
reclaimPolicy: Retain
volumeBindingMode: WaitForFirstConsumer
allowVolumeExpansion: true
parameters: { type: gp3 }
allowedTopologies:
  - matchLabelExpressions: [{ key: topology.kubernetes.io/zone, values: [eu-west-1a, eu-west-1b] }]
---
apiVersion: v1
kind: PersistentVolume
metadata: { name: archive }
spec:
  capacity: { storage: 20Gi }
  accessModes: [ReadWriteMany]
  persistentVolumeReclaimPolicy: Retain
  storageClassName: slow
  csi: { driver: efs.csi.aws.com, volumeHandle: fs-1 }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: archive, namespace: shop }
spec:
  accessModes: [ReadWriteMany]
  storageClassName: slow
  volumeName: archive
  resources: { requests: { storage: 20Gi } }
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: { name: high }
value: 1000
globalDefault: true
preemptionPolicy: Never
---
apiVersion: v1
kind: ResourceQuota
metadata: { name: all, namespace: shop }
spec:
  hard: { requests.cpu: "4", limits.memory: 8Gi, pods: "30" }
  scopes: [NotTerminating]
  scopeSelector:
    matchExpressions: [{ scopeName: PriorityClass, operator: In, values: [high] }]
---
apiVersion: v1
kind: LimitRange
metadata: { name: defaults, namespace: shop }
spec:
  limits:
    - type: Container
      default: { cpu: 500m, memory: 512Mi }
      defaultRequest: { cpu: 100m }
      max: { memory: 2Gi }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web, namespace: shop }
spec:
  minAvailable: 50%
  selector: { matchLabels: { app: web } }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, namespace: shop }
spec:
  minReplicas: 3
  maxReplicas: 9
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  metrics:
    - type: Resource
      resource: { name: cpu, target: { type: Utilization, averageUtilization: 60 } }
  behavior:
    scaleDown:
      stabilizationWindowSeconds: 60
      policies: [{ type: Pods, value: 1, periodSeconds: 60 }]
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop }
data: { LOG_LEVEL: info }
---
apiVersion: v1
kind: Secret
metadata: { name: keys, namespace: shop }
type: Opaque
stringData: { token: "" }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec:
  type: LoadBalancer
  selector: { app: web }
  sessionAffinity: ClientIP
  sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } }
  ports:
    - { name: http, port: 80, targetPort: http }
    - { name: admin, port: 81 }
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: outer }
spec: { controller: k8s.io/ingress-nginx }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop }
spec:
  ingressClassName: outer
  tls: [{ hosts: [shop.example], secretName: keys }]
  rules:
    - host: shop.example
      http:
        paths:
          - { path: /, pathType: Prefix, backend: { service: { name: web, port: { name: http } } } }
          - { path: /admin, pathType: Prefix, backend: { service: { name: web, port: { number: 81 } } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop, labels: { app: web } }
spec:
  replicas: 3
  minReadySeconds: 5
  strategy: { type: RollingUpdate, rollingUpdate: { maxSurge: 1, maxUnavailable: "0" } }
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web }, annotations: { scrape: "yes" } }
    spec:
      serviceAccountName: web
      priorityClassName: high
      terminationGracePeriodSeconds: 40
      hostAliases: [{ ip: 127.0.0.1, hostnames: [local.example] }]
      imagePullSecrets: [{ name: registry }]
      readinessGates: [{ conditionType: ready.example }]
      securityContext:
        runAsNonRoot: true
        fsGroup: "1000"
        seccompProfile: { type: RuntimeDefault }
        sysctls: [{ name: net.core.somaxconn, value: "1024" }]
      tolerations: [{ key: spot, operator: Exists, effect: NoSchedule, tolerationSeconds: "60" }]
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: DoNotSchedule
          labelSelector: { matchLabels: { app: web } }
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
              - matchExpressions: [{ key: pool, operator: In, values: [web] }]
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: kubernetes.io/hostname
              labelSelector: { matchLabels: { app: web } }
          preferredDuringSchedulingIgnoredDuringExecution:
            - weight: 100
              podAffinityTerm:
                topologyKey: topology.kubernetes.io/zone
                labelSelector: { matchExpressions: [{ key: app, operator: In, values: [web] }] }
      initContainers:
        - name: migrate
          image: registry.shop.example/web:4.2
          command: [python, manage.py, migrate]
      containers:
        - name: web
          image: registry.shop.example/web:4.2
          imagePullPolicy: IfNotPresent
          args: [gunicorn, shop.wsgi]
          ports: [{ name: http, containerPort: 8000 }]
          env:
            - { name: MODE, value: live }
            - name: TOKEN
              valueFrom: { secretKeyRef: { name: keys, key: token, optional: true } }
          envFrom:
            - prefix: APP_
              configMapRef: { name: settings }
          resources:
            requests: { cpu: 250m, memory: 256Mi, ephemeral-storage: 1Gi }
            limits: { memory: 512Mi }
          livenessProbe:
            httpGet: { path: /live, port: "8000", scheme: HTTP, httpHeaders: [{ name: Host, value: shop.example }] }
            initialDelaySeconds: 5
            periodSeconds: 7
          readinessProbe: { tcpSocket: { port: "8000" }, failureThreshold: 2 }
          startupProbe: { exec: { command: [check] }, failureThreshold: 30 }
          lifecycle: { preStop: { exec: { command: [sleep, "10"] } } }
          securityContext:
            readOnlyRootFilesystem: true
            allowPrivilegeEscalation: false
            runAsUser: "1000"
            capabilities: { drop: [ALL], add: [NET_BIND_SERVICE] }
          volumeMounts:
            - { name: cache, mountPath: /cache }
            - { name: settings, mountPath: /etc/shop, readOnly: true }
            - { name: tokens, mountPath: /tokens }
            - { name: archive, mountPath: /archive, subPath: web }
      volumes:
        - { name: cache, emptyDir: { medium: Memory, sizeLimit: 64Mi } }
        - { name: settings, configMap: { name: settings, items: [{ key: LOG_LEVEL, path: level }] } }
        - name: tokens
          projected:
            sources:
              - secret: { name: keys, items: [{ key: token, path: token }] }
              - serviceAccountToken: { path: vault, audience: vault, expirationSeconds: 600 }
        - { name: archive, persistentVolumeClaim: { claimName: archive } }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec:
  serviceName: db
  replicas: 2
  podManagementPolicy: Parallel
  updateStrategy: { type: RollingUpdate, rollingUpdate: { partition: 1 } }
  persistentVolumeClaimRetentionPolicy: { whenDeleted: Delete, whenScaled: Retain }
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec:
      containers:
        - name: db
          image: postgres:17.2
          volumeMounts: [{ name: data, mountPath: /var/lib/postgresql/data }]
  volumeClaimTemplates:
    - metadata: { name: data }
      spec:
        accessModes: [ReadWriteOnce]
        storageClassName: fast
        resources: { requests: { storage: 10Gi } }
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: agent, namespace: shop }
spec:
  updateStrategy: { type: RollingUpdate, rollingUpdate: { maxUnavailable: "2" } }
  selector: { matchLabels: { app: agent } }
  template:
    metadata: { labels: { app: agent } }
    spec:
      hostNetwork: true
      hostPID: true
      containers:
        - { name: agent, image: "registry.shop.example/agent:1.3", securityContext: { privileged: true } }
      volumes:
        - { name: logs, hostPath: { path: /var/log, type: Directory } }
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: sweep, namespace: shop }
spec:
  schedule: "0 3 * * *"
  timeZone: Europe/Berlin
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 300
  jobTemplate:
    spec:
      backoffLimit: 2
      activeDeadlineSeconds: 900
      ttlSecondsAfterFinished: "3600"
      template:
        spec:
          restartPolicy: Never
          containers:
            - { name: sweep, image: "registry.shop.example/web:4.2", command: [python, manage.py, sweep] }
---
apiVersion: batch/v1
kind: Job
metadata: { name: import, namespace: shop }
spec:
  completions: 3
  parallelism: 3
  template:
    spec:
      restartPolicy: OnFailure
      containers:
        - { name: import, image: "registry.shop.example/web:4.2" }
"""

RESOURCES = """
resource "kubernetes_namespace_v1" "this" {
  metadata {
    name   = "shop"
    labels = { "pod-security.kubernetes.io/enforce" = "restricted" }
  }
}
resource "kubernetes_service_account" "this" {
  metadata {
    name      = "web"
    namespace = kubernetes_namespace_v1.this.metadata[0].name
  }
  automount_service_account_token = false
  image_pull_secret { name = "registry" }
}
resource "kubernetes_role_v1" "this" {
  metadata {
    name      = "reader"
    namespace = "shop"
  }
  rule {
    api_groups     = [""]
    resources      = ["configmaps"]
    resource_names = ["settings"]
    verbs          = ["get", "list"]
  }
  rule {
    api_groups = ["batch"]
    resources  = ["*"]
    verbs      = ["*"]
  }
}
resource "kubernetes_cluster_role" "this" {
  metadata { name = "metrics" }
  rule {
    non_resource_urls = ["/metrics"]
    verbs             = ["get"]
  }
  aggregation_rule {
    cluster_role_selectors { match_labels = { aggregate = "true" } }
  }
}
resource "kubernetes_role_binding" "this" {
  metadata {
    name      = "reader"
    namespace = "shop"
  }
  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "Role"
    name      = "reader"
  }
  subject {
    kind      = "ServiceAccount"
    name      = "web"
    namespace = "shop"
  }
  subject {
    kind      = "Group"
    name      = "staff"
    api_group = "rbac.authorization.k8s.io"
  }
}
resource "kubernetes_network_policy_v1" "this" {
  metadata {
    name      = "web"
    namespace = "shop"
  }
  spec {
    pod_selector {
      match_expressions {
        key      = "app"
        operator = "In"
        values   = ["web"]
      }
    }
    policy_types = ["Ingress", "Egress"]
    ingress {
      from {
        namespace_selector { match_labels = { team = "edge" } }
        pod_selector { match_labels = { app = "proxy" } }
      }
      from {
        ip_block {
          cidr   = "10.0.0.0/8"
          except = ["10.9.0.0/16"]
        }
      }
      ports {
        protocol = "TCP"
        port     = "8000"
        end_port = 8010
      }
    }
    ingress {}
    egress {
      to { pod_selector {} }
    }
  }
}
resource "kubernetes_storage_class_v1" "this" {
  metadata {
    name        = "fast"
    annotations = { "storageclass.kubernetes.io/is-default-class" = "true" }
  }
  storage_provisioner    = "ebs.csi.aws.com"
  reclaim_policy         = "Retain"
  volume_binding_mode    = "WaitForFirstConsumer"
  allow_volume_expansion = true
  parameters             = { type = "gp3" }
  allowed_topologies {
    match_label_expressions {
      key    = "topology.kubernetes.io/zone"
      values = ["eu-west-1a", "eu-west-1b"]
    }
  }
}
resource "kubernetes_persistent_volume" "this" {
  metadata { name = "archive" }
  spec {
    capacity                         = { storage = "20Gi" }
    access_modes                     = ["ReadWriteMany"]
    persistent_volume_reclaim_policy = "Retain"
    storage_class_name               = "slow"
    persistent_volume_source {
      csi {
        driver        = "efs.csi.aws.com"
        volume_handle = "fs-1"
      }
    }
  }
}
resource "kubernetes_persistent_volume_claim_v1" "this" {
  metadata {
    name      = "archive"
    namespace = "shop"
  }
  spec {
    access_modes       = ["ReadWriteMany"]
    storage_class_name = "slow"
    volume_name        = "archive"
    resources { requests = { storage = "20Gi" } }
  }
}
resource "kubernetes_priority_class" "this" {
  metadata { name = "high" }
  value             = 1000
  global_default    = true
  preemption_policy = "Never"
}
resource "kubernetes_resource_quota_v1" "this" {
  metadata {
    name      = "all"
    namespace = "shop"
  }
  spec {
    hard   = { "requests.cpu" = "4", "limits.memory" = "8Gi", pods = "30" }
    scopes = ["NotTerminating"]
    scope_selector {
      match_expression {
        scope_name = "PriorityClass"
        operator   = "In"
        values     = ["high"]
      }
    }
  }
}
resource "kubernetes_limit_range" "this" {
  metadata {
    name      = "defaults"
    namespace = "shop"
  }
  spec {
    limit {
      type            = "Container"
      default         = { cpu = "500m", memory = "512Mi" }
      default_request = { cpu = "100m" }
      max             = { memory = "2Gi" }
    }
  }
}
resource "kubernetes_pod_disruption_budget_v1" "this" {
  metadata {
    name      = "web"
    namespace = "shop"
  }
  spec {
    min_available = "50%"
    selector { match_labels = { app = "web" } }
  }
}
resource "kubernetes_horizontal_pod_autoscaler_v2" "this" {
  metadata {
    name      = "web"
    namespace = "shop"
  }
  spec {
    min_replicas = 3
    max_replicas = 9
    scale_target_ref {
      api_version = "apps/v1"
      kind        = "Deployment"
      name        = kubernetes_deployment_v1.this.metadata[0].name
    }
    metric {
      type = "Resource"
      resource {
        name = "cpu"
        target {
          type                = "Utilization"
          average_utilization = 60
        }
      }
    }
    behavior {
      scale_down {
        stabilization_window_seconds = 60
        policy {
          type           = "Pods"
          value          = 1
          period_seconds = 60
        }
      }
    }
  }
}
resource "kubernetes_config_map_v1" "this" {
  metadata {
    name      = "settings"
    namespace = "shop"
  }
  data = { LOG_LEVEL = "info" }
}
resource "kubernetes_secret_v1" "this" {
  metadata {
    name      = "keys"
    namespace = "shop"
  }
  type = "Opaque"
  data = { token = "" }
}
resource "kubernetes_service_v1" "this" {
  metadata {
    name      = "web"
    namespace = "shop"
  }
  spec {
    type             = "LoadBalancer"
    selector         = { app = "web" }
    session_affinity = "ClientIP"
    session_affinity_config {
      client_ip { timeout_seconds = 60 }
    }
    port {
      name        = "http"
      port        = 80
      target_port = "http"
    }
    port {
      name = "admin"
      port = 81
    }
  }
}
resource "kubernetes_ingress_class_v1" "this" {
  metadata { name = "outer" }
  spec { controller = "k8s.io/ingress-nginx" }
}
resource "kubernetes_ingress_v1" "this" {
  metadata {
    name      = "web"
    namespace = "shop"
  }
  spec {
    ingress_class_name = "outer"
    tls {
      hosts       = ["shop.example"]
      secret_name = "keys"
    }
    rule {
      host = "shop.example"
      http {
        path {
          path      = "/"
          path_type = "Prefix"
          backend {
            service {
              name = "web"
              port { name = "http" }
            }
          }
        }
        path {
          path      = "/admin"
          path_type = "Prefix"
          backend {
            service {
              name = "web"
              port { number = 81 }
            }
          }
        }
      }
    }
  }
}
resource "kubernetes_deployment_v1" "this" {
  metadata {
    name      = "web"
    namespace = "shop"
    labels    = { app = "web" }
  }
  spec {
    replicas          = 3
    min_ready_seconds = 5
    strategy {
      type = "RollingUpdate"
      rolling_update {
        max_surge       = "1"
        max_unavailable = "0"
      }
    }
    selector { match_labels = { app = "web" } }
    template {
      metadata {
        labels      = { app = "web" }
        annotations = { scrape = "yes" }
      }
      spec {
        service_account_name             = "web"
        priority_class_name              = "high"
        termination_grace_period_seconds = 40
        host_aliases {
          ip        = "127.0.0.1"
          hostnames = ["local.example"]
        }
        image_pull_secrets { name = "registry" }
        readiness_gate { condition_type = "ready.example" }
        security_context {
          run_as_non_root = true
          fs_group        = "1000"
          seccomp_profile { type = "RuntimeDefault" }
          sysctl {
            name  = "net.core.somaxconn"
            value = "1024"
          }
        }
        toleration {
          key                = "spot"
          operator           = "Exists"
          effect             = "NoSchedule"
          toleration_seconds = "60"
        }
        topology_spread_constraint {
          max_skew           = 1
          topology_key       = "topology.kubernetes.io/zone"
          when_unsatisfiable = "DoNotSchedule"
          label_selector { match_labels = { app = "web" } }
        }
        affinity {
          node_affinity {
            required_during_scheduling_ignored_during_execution {
              node_selector_term {
                match_expressions {
                  key      = "pool"
                  operator = "In"
                  values   = ["web"]
                }
              }
            }
          }
          pod_anti_affinity {
            required_during_scheduling_ignored_during_execution {
              topology_key = "kubernetes.io/hostname"
              label_selector { match_labels = { app = "web" } }
            }
            preferred_during_scheduling_ignored_during_execution {
              weight = 100
              pod_affinity_term {
                topology_key = "topology.kubernetes.io/zone"
                label_selector {
                  match_expressions {
                    key      = "app"
                    operator = "In"
                    values   = ["web"]
                  }
                }
              }
            }
          }
        }
        init_container {
          name    = "migrate"
          image   = "registry.shop.example/web:4.2"
          command = ["python", "manage.py", "migrate"]
        }
        container {
          name              = "web"
          image             = "registry.shop.example/web:4.2"
          image_pull_policy = "IfNotPresent"
          args              = ["gunicorn", "shop.wsgi"]
          port {
            name           = "http"
            container_port = 8000
          }
          env {
            name  = "MODE"
            value = "live"
          }
          env {
            name = "TOKEN"
            value_from {
              secret_key_ref {
                name     = "keys"
                key      = "token"
                optional = true
              }
            }
          }
          env_from {
            prefix = "APP_"
            config_map_ref { name = "settings" }
          }
          resources {
            requests = { cpu = "250m", memory = "256Mi", "ephemeral-storage" = "1Gi" }
            limits   = { memory = "512Mi" }
          }
          liveness_probe {
            http_get {
              path   = "/live"
              port   = "8000"
              scheme = "HTTP"
              http_header {
                name  = "Host"
                value = "shop.example"
              }
            }
            initial_delay_seconds = 5
            period_seconds        = 7
          }
          readiness_probe {
            tcp_socket { port = "8000" }
            failure_threshold = 2
          }
          startup_probe {
            exec { command = ["check"] }
            failure_threshold = 30
          }
          lifecycle {
            pre_stop {
              exec { command = ["sleep", "10"] }
            }
          }
          security_context {
            read_only_root_filesystem  = true
            allow_privilege_escalation = false
            run_as_user                = "1000"
            capabilities {
              drop = ["ALL"]
              add  = ["NET_BIND_SERVICE"]
            }
          }
          volume_mount {
            name       = "cache"
            mount_path = "/cache"
          }
          volume_mount {
            name       = "settings"
            mount_path = "/etc/shop"
            read_only  = true
          }
          volume_mount {
            name       = "tokens"
            mount_path = "/tokens"
          }
          volume_mount {
            name       = "archive"
            mount_path = "/archive"
            sub_path   = "web"
          }
        }
        volume {
          name = "cache"
          empty_dir {
            medium     = "Memory"
            size_limit = "64Mi"
          }
        }
        volume {
          name = "settings"
          config_map {
            name = "settings"
            items {
              key  = "LOG_LEVEL"
              path = "level"
            }
          }
        }
        volume {
          name = "tokens"
          projected {
            sources {
              secret {
                name = "keys"
                items {
                  key  = "token"
                  path = "token"
                }
              }
            }
            sources {
              service_account_token {
                path               = "vault"
                audience           = "vault"
                expiration_seconds = 600
              }
            }
          }
        }
        volume {
          name = "archive"
          persistent_volume_claim { claim_name = "archive" }
        }
      }
    }
  }
}
resource "kubernetes_stateful_set" "this" {
  metadata {
    name      = "db"
    namespace = "shop"
  }
  spec {
    service_name          = "db"
    replicas              = 2
    pod_management_policy = "Parallel"
    update_strategy {
      type = "RollingUpdate"
      rolling_update { partition = 1 }
    }
    persistent_volume_claim_retention_policy {
      when_deleted = "Delete"
      when_scaled  = "Retain"
    }
    selector { match_labels = { app = "db" } }
    template {
      metadata { labels = { app = "db" } }
      spec {
        container {
          name  = "db"
          image = "postgres:17.2"
          volume_mount {
            name       = "data"
            mount_path = "/var/lib/postgresql/data"
          }
        }
      }
    }
    volume_claim_template {
      metadata { name = "data" }
      spec {
        access_modes       = ["ReadWriteOnce"]
        storage_class_name = "fast"
        resources { requests = { storage = "10Gi" } }
      }
    }
  }
}
resource "kubernetes_daemon_set_v1" "this" {
  metadata {
    name      = "agent"
    namespace = "shop"
  }
  spec {
    strategy {
      type = "RollingUpdate"
      rolling_update { max_unavailable = "2" }
    }
    selector { match_labels = { app = "agent" } }
    template {
      metadata { labels = { app = "agent" } }
      spec {
        host_network = true
        host_pid     = true
        container {
          name  = "agent"
          image = "registry.shop.example/agent:1.3"
          security_context { privileged = true }
        }
        volume {
          name = "logs"
          host_path {
            path = "/var/log"
            type = "Directory"
          }
        }
      }
    }
  }
}
resource "kubectl_manifest" "this" {
  yaml_body = <<-YAML
    apiVersion: batch/v1
    kind: CronJob
    metadata: { name: sweep, namespace: shop }
    spec:
      schedule: "0 3 * * *"
      timeZone: Europe/Berlin
      concurrencyPolicy: Forbid
      startingDeadlineSeconds: 300
      jobTemplate:
        spec:
          backoffLimit: 2
          activeDeadlineSeconds: 900
          ttlSecondsAfterFinished: "3600"
          template:
            spec:
              restartPolicy: Never
              containers:
                - { name: sweep, image: "registry.shop.example/web:4.2", command: [python, manage.py, sweep] }
  YAML
}
resource "kubernetes_job_v1" "this" {
  metadata {
    name      = "import"
    namespace = "shop"
  }
  spec {
    completions = 3
    parallelism = 3
    template {
      spec {
        restart_policy = "OnFailure"
        container {
          name  = "import"
          image = "registry.shop.example/web:4.2"
        }
      }
    }
  }
}
"""


def _plain(value: object) -> object:
    """Return a value without its places and its deployment, and with the address that its object has as a manifest."""
    if isinstance(value, Span):
        return "a place"
    if is_dataclass(value) and not isinstance(value, type):
        named = {each.name: _plain(getattr(value, each.name)) for each in fields(value) if each.name != "deployment"}
        return {"": type(value).__name__, **named}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def _entities(found: tuple[Entity, ...]) -> dict[tuple[str, str], str]:
    """Return each entity as text, the addresses of the entities in it as kind, namespace and name."""
    kept = [each for each in found if not isinstance(each, ApiUse | StateBackend)]
    words = {each.address: f"{each.kind}/{getattr(each, 'namespace', '') or 'default'}/{each.name}" for each in kept}
    pattern = re.compile("|".join(re.escape(each) for each in sorted(words, key=len, reverse=True)))
    return {(each.kind, each.name): pattern.sub(lambda match: words[match[0]], repr(_plain(each))) for each in kept}


def test_objects_are_the_same_in_both_ways_of_writing_them(tmp_path: Path) -> None:
    written = read_kubernetes(tree_of(tmp_path / "manifests", {"all.yaml": MANIFESTS}))
    provided = read_terraform(tree_of(tmp_path / "provider", {"main.tf": RESOURCES}))
    expected, found = _entities(written.entities), _entities(provided.entities)
    assert sorted(found) == sorted(expected)
    assert len(found) == 24
    for key, text in expected.items():
        assert found[key] == text, key
