"""The tables: one module per subject, no rules, no queries beyond relationships."""

from models.archives import ArchiveFile
from models.audit import AuditCheckpoint, AuditEvent, AuditHead, AuditVerification
from models.base import Base, db
from models.budget import BudgetAdjusted, BudgetLine, BudgetSheet
from models.casework import (
    Ask,
    Assignment,
    Attachment,
    Case,
    CaseAction,
    CaseEntry,
    CaseText,
    CaseViewer,
    ContactRecord,
    CoOpinion,
    Cosignature,
    Decision,
    Reassignment,
    Watch,
)
from models.commitments import Commitment, CommitmentEntry, ReplyCommitment, ReplyFinding
from models.correspondence import CalendarFeed, ChatGroup, CorrespondenceSetting
from models.deadlines import CalendarDay, CalendarYear, Clock, ClockChange, RulePackVersion
from models.designing import (
    ProcessDraft,
    ProcessDraftEntry,
    ProcessDraftFile,
    ProcessDraftRevision,
    TrustedKey,
)
from models.documents import DocumentTemplate
from models.flow import AwaitedSignal, ProcessDefinition, ProcessInstance, Task, TaskDraft, ThrownEvent
from models.imports import ImportBatch, ImportRow
from models.meetings import AgendaItem, Attendance, Ballot, Meeting
from models.notifications import Notification
from models.operations import (
    Incident,
    IncidentNote,
    Migration,
    MigrationCase,
    Modification,
    Suspension,
    VersionChoice,
)
from models.organizations import Congress, Organization
from models.people import Deputy, LoginAttempt, Membership, Substitution, User, UserSession
from models.performance import (
    PerformanceCopy,
    PerformanceFunding,
    PerformanceIndicator,
    PerformanceLink,
    PerformanceMove,
    PerformanceProblem,
    PerformanceProject,
    PerformancePublication,
    PerformanceReport,
)
from models.planning import PlanItem, PlanVersion, SupervisionPlan
from models.problems import CaseMember, Problem, ProblemStep
from models.public_intake import PublicRequest
from models.publication import (
    AnnualReport,
    Publication,
    PublicationPair,
    PublicationReply,
    PublicationVersion,
)
from models.replies import Evaluation, Reply, ReplyAnswer, ReplyReview
from models.sandbox import DraftPack, RuleDecision
from models.similarity import SimilarCommon, SimilarDocument, SimilarTerm
from models.supervision import KeySupervision, WarningCard

__all__ = [
    "AgendaItem",
    "AnnualReport",
    "ArchiveFile",
    "Ask",
    "Assignment",
    "Attachment",
    "Attendance",
    "AuditCheckpoint",
    "AuditEvent",
    "AuditHead",
    "AuditVerification",
    "AwaitedSignal",
    "Ballot",
    "Base",
    "BudgetAdjusted",
    "BudgetLine",
    "BudgetSheet",
    "CalendarDay",
    "CalendarFeed",
    "CalendarYear",
    "Case",
    "CaseAction",
    "CaseEntry",
    "CaseMember",
    "CaseText",
    "CaseViewer",
    "ChatGroup",
    "Clock",
    "ClockChange",
    "CoOpinion",
    "Commitment",
    "CommitmentEntry",
    "Congress",
    "ContactRecord",
    "CorrespondenceSetting",
    "Cosignature",
    "Decision",
    "Deputy",
    "DocumentTemplate",
    "DraftPack",
    "Evaluation",
    "ImportBatch",
    "ImportRow",
    "Incident",
    "IncidentNote",
    "KeySupervision",
    "LoginAttempt",
    "Meeting",
    "Membership",
    "Migration",
    "MigrationCase",
    "Modification",
    "Notification",
    "Organization",
    "PerformanceCopy",
    "PerformanceFunding",
    "PerformanceIndicator",
    "PerformanceLink",
    "PerformanceMove",
    "PerformanceProblem",
    "PerformanceProject",
    "PerformancePublication",
    "PerformanceReport",
    "PlanItem",
    "PlanVersion",
    "Problem",
    "ProblemStep",
    "ProcessDefinition",
    "ProcessDraft",
    "ProcessDraftEntry",
    "ProcessDraftFile",
    "ProcessDraftRevision",
    "ProcessInstance",
    "Publication",
    "PublicationPair",
    "PublicationReply",
    "PublicationVersion",
    "Reassignment",
    "Reply",
    "ReplyAnswer",
    "ReplyCommitment",
    "ReplyFinding",
    "ReplyReview",
    "PublicRequest",
    "Publication",
    "PublicationPair",
    "PublicationReply",
    "PublicationVersion",
    "RuleDecision",
    "RulePackVersion",
    "Substitution",
    "SupervisionPlan",
    "Suspension",
    "SimilarCommon",
    "SimilarDocument",
    "SimilarTerm",
    "Substitution",
    "Suspension",
    "Task",
    "TaskDraft",
    "ThrownEvent",
    "TrustedKey",
    "User",
    "UserSession",
    "VersionChoice",
    "WarningCard",
    "Watch",
    "db",
]
