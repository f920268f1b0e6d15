"""The one model of a system: entities that an architect names, values that remember, edges with evidence."""

from infraaudit.model.compute.autoscaler import Autoscaler, MetricKind, ScalingMetric, VerticalAutoscaler
from infraaudit.model.compute.build_target import BuildTarget
from infraaudit.model.compute.cluster import Cluster, ClusterKind, NodePool, OldAccess, PodAddresses, Taint
from infraaudit.model.compute.desktop import Desktop
from infraaudit.model.compute.disruption import DisruptionBudget
from infraaudit.model.compute.function import Function
from infraaudit.model.compute.hosted_app import HostedApp
from infraaudit.model.compute.image import (
    BuildArgument,
    BuildCommands,
    BuildStep,
    CopiedFile,
    Image,
    PipedDownload,
    PythonPackage,
    ShellKind,
    SystemPackage,
)
from infraaudit.model.compute.image_reference import ImageReference, parse_image_reference
from infraaudit.model.compute.machine import MachineType, VirtualMachines
from infraaudit.model.compute.machine_guard import Guarded, GuardName, MachineGuard
from infraaudit.model.compute.machine_image import MachineImage, MachineImageUse
from infraaudit.model.compute.metadata_service import MetadataService
from infraaudit.model.compute.namespace import Namespace, QuotaLimit, ResourceBounds, ResourceDefaults, ResourceQuota
from infraaudit.model.compute.placement import (
    NodeAffinity,
    Placement,
    PodAffinity,
    PriorityClass,
    SpreadConstraint,
    Toleration,
)
from infraaudit.model.compute.platform import (
    APP_ENGINE,
    APP_ENGINE_FLEXIBLE,
    APP_RUNNER,
    APP_SERVICE,
    AZURE_FUNCTIONS,
    CLOUD_FUNCTIONS,
    CLOUD_RUN,
    COMPOSE,
    COMPOSER,
    CONTAINER_APPS,
    CONTAINER_INSTANCES,
    ECS,
    FARGATE,
    KUBERNETES,
    LAMBDA,
    MACHINES,
    Platform,
)
from infraaudit.model.compute.programs import BuiltFor, Programs
from infraaudit.model.compute.rollout import Rollout, Schedule
from infraaudit.model.compute.script import Script
from infraaudit.model.compute.start_step import StartStep, StepKind
from infraaudit.model.compute.workflow import Waiting, Workflow, WorkflowStep
from infraaudit.model.compute.workload import (
    Command,
    CommandForm,
    Container,
    EnvironmentVariable,
    HookKind,
    Port,
    Probe,
    ProbeKind,
    Process,
    Role,
    Secrecy,
    Server,
    ServiceTarget,
    StopHook,
    Workload,
)
from infraaudit.model.data.backup import BackupJob, BackupVault, CopyPlace, HiddenFailure
from infraaudit.model.data.backup_plan import BackupPlan, BackupRule
from infraaudit.model.data.capacity import Capacity
from infraaudit.model.data.datastore import DataClass, Datastore, Storage, StorageKind
from infraaudit.model.data.disk import Disk
from infraaudit.model.data.encryption_key import EncryptionKey, KeyUse
from infraaudit.model.data.event_log import EventLog
from infraaudit.model.data.failover import Failover, Survives
from infraaudit.model.data.insight import Insight
from infraaudit.model.data.log_export import LogExport
from infraaudit.model.data.machine_credit import MachineCredit
from infraaudit.model.data.member import Member
from infraaudit.model.data.messaging import Consumer, Delivering, Queue, SourceKind, Subscription, Topic
from infraaudit.model.data.object_store import BucketRole, Expiration, ObjectStore, PublicAccess
from infraaudit.model.data.parameters import Parameter, Parameters
from infraaudit.model.data.pooler import Pooler, PoolMode
from infraaudit.model.data.recovery import Objective, Recovery, Replica
from infraaudit.model.data.restore_test import RestoreTest
from infraaudit.model.data.retention import Retaining, kept_by_kafka
from infraaudit.model.data.snapshot import Snapshot
from infraaudit.model.data.store_placement import StorePlacement
from infraaudit.model.data.stream import Stream
from infraaudit.model.data.throughput import Share, Throughput
from infraaudit.model.data.triggers import Trigger, TriggerKind
from infraaudit.model.data.upkeep import Upkeep
from infraaudit.model.data.volume import (
    Claim,
    ClaimRetention,
    ClaimTemplate,
    HostAccess,
    Mount,
    PersistentVolume,
    PodVolume,
    StorageClass,
    VolumeClaim,
    VolumeKind,
)
from infraaudit.model.deployment.api import ApiUse
from infraaudit.model.deployment.configuration import ConfigObject, ObjectReference, Referring, SecretProvider
from infraaudit.model.deployment.delivery import Release, ReleaseSource
from infraaudit.model.deployment.image_repository import ImageRepository
from infraaudit.model.deployment.lifecycle import ProductVersion, Purpose
from infraaudit.model.deployment.pipeline import ImagePush, Pipeline, TagForm
from infraaudit.model.deployment.replacement import Replacement
from infraaudit.model.deployment.retirement import RetiredComponent
from infraaudit.model.deployment.schema_fault import CheckedObject, FaultKind, FieldFault
from infraaudit.model.deployment.spare_part import SparePart
from infraaudit.model.deployment.state_backend import StateBackend, StateSecret
from infraaudit.model.entity import UNREAD_CHART, Deployment, Entity, Environment, Head, Key, Opaque
from infraaudit.model.estate import ConnectionPool, Edge, EdgeKind, Estate
from infraaudit.model.facet import CloudResource, Facet, Faceted, FacetName, Weight
from infraaudit.model.labels import Labels, Operator, Requirement, Selector
from infraaudit.model.location import Location, Placed
from infraaudit.model.networking.certificate import Certificate, Issuer, IssuerName, TlsBinding
from infraaudit.model.networking.cross_origin import CrossOriginRule
from infraaudit.model.networking.dependency import Dependency, HostKind
from infraaudit.model.networking.entrance import Entrance
from infraaudit.model.networking.gateway import Gateway, Route
from infraaudit.model.networking.label_route import LabelRoute
from infraaudit.model.networking.listener import Listener
from infraaudit.model.networking.name_record import NameRecord
from infraaudit.model.networking.network import Attachment, Direction, Door, DoorKind, FirewallGroup, FirewallRule
from infraaudit.model.networking.network_hub import NetworkHub
from infraaudit.model.networking.network_policy import NetworkPolicy, Peer, PolicyPort, PolicyRule
from infraaudit.model.networking.own_address import OwnAddress
from infraaudit.model.networking.packet_filter import FilterEntry, PacketFilter
from infraaudit.model.networking.premade_network import NetworkUse, PremadeNetwork
from infraaudit.model.networking.private_access import NetworkLink, PrivateEndpoint
from infraaudit.model.networking.server_certificate import ServerCertificate
from infraaudit.model.networking.service import Service, ServicePort
from infraaudit.model.networking.subnet import Egress, NatGateway, Network, Subnet
from infraaudit.model.networking.traffic import Retries, TrafficPolicy, TransportSecurity
from infraaudit.model.networking.web_firewall import WebFirewall, WebRule
from infraaudit.model.node import Node, absent_node, node_from_yaml
from infraaudit.model.observability.audit_trail import AuditTrail
from infraaudit.model.observability.log_delivery import LogDelivery
from infraaudit.model.observability.monitoring import (
    AlertDestination,
    Alertmanager,
    AlertReceiver,
    AlertRoute,
    AlertRouting,
    Keep,
    Monitor,
    Prometheus,
    RecordedMetric,
    RuleSet,
    RuleSource,
    ScrapeEndpoint,
    TakenUp,
    Uptake,
)
from infraaudit.model.observability.monitoring_files import (
    MonitoringFile,
    RoutingFile,
    RuleFile,
    RulePattern,
    ScrapeFile,
    ScrapeJob,
    WrittenAlert,
)
from infraaudit.model.observability.telemetry import (
    Alarm,
    AlarmCondition,
    Dimension,
    Logging,
    LogKind,
    LogMetric,
    LogSink,
    MonitoringAgent,
    ServiceLog,
)
from infraaudit.model.observability.uptime_check import UptimeCheck
from infraaudit.model.security.access import AccessBinding, AccessRole, AccessRule, AccessSubject, ServiceAccount
from infraaudit.model.security.access_key import AccessKey
from infraaudit.model.security.administration import AdministrationDoor
from infraaudit.model.security.credential import Credential
from infraaudit.model.security.guardrail import Guardrail, GuardrailKind
from infraaudit.model.security.hardening import Capabilities, Hardening, LinuxOptions, PodHardening, SecurityModule
from infraaudit.model.security.identity import (
    Condition,
    Identity,
    IdentityKind,
    Permission,
    Principal,
    PrincipalKind,
    Statement,
)
from infraaudit.model.security.resource_policy import ResourcePolicy
from infraaudit.model.security.secret import Confidence, SecretClass, SecretMaterial, SecretUse
from infraaudit.model.security.secret_site import (
    DEFAULT_VALUES,
    ChartValuesSite,
    ComposeSecretSite,
    ConfigMapSite,
    EncryptedFileSite,
    EntryState,
    EnvironmentFileSite,
    EnvironmentSite,
    GeneratorSite,
    PipelineSite,
    ResourceSite,
    SecretEntry,
    SecretObjectSite,
    SecretSite,
    SecretStoreSite,
    StateFileSite,
    Tracking,
    UserDataSite,
    VariablesFileSite,
    VariableSite,
)
from infraaudit.model.security.stored_secret import SecretManager, StoredSecret, StoredSetting
from infraaudit.model.values import (
    Absent,
    Known,
    Maybe,
    Unknown,
    UnsettledError,
    Value,
    default,
    known_value,
    may_mean,
    or_default,
)

__all__ = [
    "APP_ENGINE",
    "APP_ENGINE_FLEXIBLE",
    "APP_RUNNER",
    "APP_SERVICE",
    "AZURE_FUNCTIONS",
    "CLOUD_FUNCTIONS",
    "CLOUD_RUN",
    "COMPOSE",
    "COMPOSER",
    "CONTAINER_APPS",
    "CONTAINER_INSTANCES",
    "DEFAULT_VALUES",
    "ECS",
    "FARGATE",
    "KUBERNETES",
    "LAMBDA",
    "MACHINES",
    "UNREAD_CHART",
    "Absent",
    "AccessBinding",
    "AccessKey",
    "AccessRole",
    "AccessRule",
    "AccessSubject",
    "AdministrationDoor",
    "Alarm",
    "AlarmCondition",
    "AlertDestination",
    "AlertReceiver",
    "AlertRoute",
    "AlertRouting",
    "Alertmanager",
    "ApiUse",
    "Attachment",
    "AuditTrail",
    "Autoscaler",
    "BackupJob",
    "BackupPlan",
    "BackupRule",
    "BackupVault",
    "BucketRole",
    "BuildArgument",
    "BuildCommands",
    "BuildStep",
    "BuildTarget",
    "BuiltFor",
    "Capabilities",
    "Capacity",
    "Certificate",
    "ChartValuesSite",
    "CheckedObject",
    "Claim",
    "ClaimRetention",
    "ClaimTemplate",
    "CloudResource",
    "Cluster",
    "ClusterKind",
    "Command",
    "CommandForm",
    "ComposeSecretSite",
    "Condition",
    "Confidence",
    "ConfigMapSite",
    "ConfigObject",
    "ConnectionPool",
    "Consumer",
    "Container",
    "CopiedFile",
    "CopyPlace",
    "Credential",
    "CrossOriginRule",
    "DataClass",
    "Datastore",
    "Delivering",
    "Dependency",
    "Deployment",
    "Desktop",
    "Dimension",
    "Direction",
    "Disk",
    "DisruptionBudget",
    "Door",
    "DoorKind",
    "Edge",
    "EdgeKind",
    "Egress",
    "EncryptedFileSite",
    "EncryptionKey",
    "Entity",
    "Entrance",
    "EntryState",
    "Environment",
    "EnvironmentFileSite",
    "EnvironmentSite",
    "EnvironmentVariable",
    "Estate",
    "EventLog",
    "Expiration",
    "Facet",
    "FacetName",
    "Faceted",
    "Failover",
    "FaultKind",
    "FieldFault",
    "FilterEntry",
    "FirewallGroup",
    "FirewallRule",
    "Function",
    "Gateway",
    "GeneratorSite",
    "GuardName",
    "Guarded",
    "Guardrail",
    "GuardrailKind",
    "Hardening",
    "Head",
    "HiddenFailure",
    "HookKind",
    "HostAccess",
    "HostKind",
    "HostedApp",
    "Identity",
    "IdentityKind",
    "Image",
    "ImagePush",
    "ImageReference",
    "ImageRepository",
    "Insight",
    "Issuer",
    "IssuerName",
    "Keep",
    "Key",
    "KeyUse",
    "Known",
    "LabelRoute",
    "Labels",
    "LinuxOptions",
    "Listener",
    "Location",
    "LogDelivery",
    "LogExport",
    "LogKind",
    "LogMetric",
    "LogSink",
    "Logging",
    "MachineCredit",
    "MachineGuard",
    "MachineImage",
    "MachineImageUse",
    "MachineType",
    "Maybe",
    "Member",
    "MetadataService",
    "MetricKind",
    "Monitor",
    "MonitoringAgent",
    "MonitoringFile",
    "Mount",
    "NameRecord",
    "Namespace",
    "NatGateway",
    "Network",
    "NetworkHub",
    "NetworkLink",
    "NetworkPolicy",
    "NetworkUse",
    "Node",
    "NodeAffinity",
    "NodePool",
    "ObjectReference",
    "ObjectStore",
    "Objective",
    "OldAccess",
    "Opaque",
    "Operator",
    "OwnAddress",
    "PacketFilter",
    "Parameter",
    "Parameters",
    "Peer",
    "Permission",
    "PersistentVolume",
    "PipedDownload",
    "Pipeline",
    "PipelineSite",
    "Placed",
    "Placement",
    "Platform",
    "PodAddresses",
    "PodAffinity",
    "PodHardening",
    "PodVolume",
    "PolicyPort",
    "PolicyRule",
    "PoolMode",
    "Pooler",
    "Port",
    "PremadeNetwork",
    "Principal",
    "PrincipalKind",
    "PriorityClass",
    "PrivateEndpoint",
    "Probe",
    "ProbeKind",
    "Process",
    "ProductVersion",
    "Programs",
    "Prometheus",
    "PublicAccess",
    "Purpose",
    "PythonPackage",
    "Queue",
    "QuotaLimit",
    "RecordedMetric",
    "Recovery",
    "Referring",
    "Release",
    "ReleaseSource",
    "Replacement",
    "Replica",
    "Requirement",
    "ResourceBounds",
    "ResourceDefaults",
    "ResourcePolicy",
    "ResourceQuota",
    "ResourceSite",
    "RestoreTest",
    "Retaining",
    "RetiredComponent",
    "Retries",
    "Role",
    "Rollout",
    "Route",
    "RoutingFile",
    "RuleFile",
    "RulePattern",
    "RuleSet",
    "RuleSource",
    "ScalingMetric",
    "Schedule",
    "ScrapeEndpoint",
    "ScrapeFile",
    "ScrapeJob",
    "Script",
    "Secrecy",
    "SecretClass",
    "SecretEntry",
    "SecretManager",
    "SecretMaterial",
    "SecretObjectSite",
    "SecretProvider",
    "SecretSite",
    "SecretStoreSite",
    "SecretUse",
    "SecurityModule",
    "Selector",
    "Server",
    "ServerCertificate",
    "Service",
    "ServiceAccount",
    "ServiceLog",
    "ServicePort",
    "ServiceTarget",
    "Share",
    "ShellKind",
    "Snapshot",
    "SourceKind",
    "SparePart",
    "SpreadConstraint",
    "StartStep",
    "StateBackend",
    "StateFileSite",
    "StateSecret",
    "Statement",
    "StepKind",
    "StopHook",
    "Storage",
    "StorageClass",
    "StorageKind",
    "StorePlacement",
    "StoredSecret",
    "StoredSetting",
    "Stream",
    "Subnet",
    "Subscription",
    "Survives",
    "SystemPackage",
    "TagForm",
    "Taint",
    "TakenUp",
    "Throughput",
    "TlsBinding",
    "Toleration",
    "Topic",
    "Tracking",
    "TrafficPolicy",
    "TransportSecurity",
    "Trigger",
    "TriggerKind",
    "Unknown",
    "UnsettledError",
    "Upkeep",
    "Uptake",
    "UptimeCheck",
    "UserDataSite",
    "Value",
    "VariableSite",
    "VariablesFileSite",
    "VerticalAutoscaler",
    "VirtualMachines",
    "VolumeClaim",
    "VolumeKind",
    "Waiting",
    "WebFirewall",
    "WebRule",
    "Weight",
    "Workflow",
    "WorkflowStep",
    "Workload",
    "WrittenAlert",
    "absent_node",
    "default",
    "kept_by_kafka",
    "known_value",
    "may_mean",
    "node_from_yaml",
    "or_default",
    "parse_image_reference",
]
