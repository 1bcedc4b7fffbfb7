"""One table from refusals to the statuses of HTTP."""

from __future__ import annotations

from engine.archives.archiving import FileMissing, NotReadyForArchive
from engine.backups.refusals import BackupRefused
from engine.budget.amounts import FinerThanFen, NotAnAmount, TooLarge
from engine.budget.reading import FiguresRefused
from engine.casework.access import CaseArchived, ClaimedByAnother, TaskChanged
from engine.casework.acts.intake import SamePerson
from engine.casework.acts.records import SameHand
from engine.casework.acts.replies import CoOpinionsMissing, NoContactYet, OwnDraft
from engine.casework.acts.reply_soundness import ReplyUnfit
from engine.casework.attachments import AttachmentRefused
from engine.casework.bulk import NotInBulk
from engine.casework.cases import DeputyNotInOffice
from engine.casework.ledgers.unreadable import LedgerUnreadable
from engine.casework.moving.stuck import CaseStuck
from engine.commitments.changing import OwnRequest
from engine.commitments.rows import CommitmentMoved
from engine.deadlines.extending import NotExtendable
from engine.deadlines.refusals import CountingRefused
from engine.definitions.catalogue import FolderUnreadable
from engine.definitions.problems import FolderRefused
from engine.designing.form_rows import FormUnreadable
from engine.designing.trying import TrialUnreadable
from engine.documents.fonts import FontsMissing
from engine.documents.lists import UnitWanted
from engine.documents.setting import TemplateFails
from engine.documents.templates import TemplateUnreadable
from engine.documents.word_files import WordRefused
from engine.flow.decisions import DecisionFailed
from engine.flow.errors import (
    DefinitionRefused,
    NotMigratable,
    NotModifiable,
    StateUnreadable,
    StepFailed,
    UnfitVariables,
)
from engine.flow.scripts import ScriptUnfit
from engine.foundation.audit_checkpoints import UnreadableCheckpoint
from engine.foundation.errors import (
    Busy,
    DomainError,
    GuardRefused,
    InvalidAnswers,
    NotAllowed,
    NotFound,
    NotSignedIn,
    StaleTask,
)
from engine.foundation.meanwhile import ChangedMeanwhile
from engine.people.refusals import LockedOut, SignInRefused
from engine.performance.blocks import ReportUnreadable
from engine.performance.refusals import NotScored
from engine.performance.scheme import NoStandards
from engine.public_intake.limits import TooMany
from engine.public_intake.sending import FormTooOld
from engine.public_intake.standing import NoSuchReceipt
from engine.publication.refusals import (
    CopyChanged,
    JoinedChanged,
    LooksPersonal,
    NotForThePublic,
    NothingToRelease,
    NotReadable,
    OwnCopy,
    PersonalDataLeft,
)

UNAUTHORIZED, FORBIDDEN, MISSING, CONFLICT, GONE, UNFIT, TOO_MANY = 401, 403, 404, 409, 410, 422, 429
BROKEN, UNAVAILABLE = 500, 503

# A refusal that is not listed has the status of its nearest listed ancestor.
STATUS: dict[type[DomainError], int] = {
    NotFound: MISSING,
    NotAllowed: FORBIDDEN,
    NotSignedIn: UNAUTHORIZED,
    Busy: UNAVAILABLE,
    # What was sent cannot be taken, whatever the state of things.
    InvalidAnswers: UNFIT,
    SignInRefused: UNFIT,
    LockedOut: TOO_MANY,
    TooMany: TOO_MANY,
    FormTooOld: UNFIT,
    NoSuchReceipt: UNFIT,
    AttachmentRefused: UNFIT,
    LedgerUnreadable: UNFIT,
    ReportUnreadable: UNFIT,
    NotScored: UNFIT,
    FiguresRefused: UNFIT,
    NotAnAmount: UNFIT,
    FinerThanFen: UNFIT,
    TooLarge: UNFIT,
    CountingRefused: UNFIT,
    FolderRefused: UNFIT,
    FolderUnreadable: UNFIT,
    DefinitionRefused: UNFIT,
    UnreadableCheckpoint: UNFIT,
    TemplateUnreadable: UNFIT,
    TemplateFails: UNFIT,
    WordRefused: UNFIT,
    UnitWanted: UNFIT,
    FormUnreadable: UNFIT,
    TrialUnreadable: UNFIT,
    # As things stand it cannot be done: they have to change first, or have changed already.
    GuardRefused: CONFLICT,
    ChangedMeanwhile: CONFLICT,
    StaleTask: CONFLICT,
    ClaimedByAnother: CONFLICT,
    TaskChanged: CONFLICT,
    CaseArchived: CONFLICT,
    CaseStuck: CONFLICT,
    NotMigratable: CONFLICT,
    NotModifiable: CONFLICT,
    DeputyNotInOffice: CONFLICT,
    SamePerson: CONFLICT,
    SameHand: CONFLICT,
    NoContactYet: CONFLICT,
    CoOpinionsMissing: CONFLICT,
    OwnDraft: CONFLICT,
    ReplyUnfit: CONFLICT,
    OwnRequest: CONFLICT,
    CommitmentMoved: CONFLICT,
    NotInBulk: CONFLICT,
    BackupRefused: CONFLICT,
    NotExtendable: CONFLICT,
    NotForThePublic: CONFLICT,
    NotReadyForArchive: CONFLICT,
    FileMissing: CONFLICT,
    NothingToRelease: CONFLICT,
    CopyChanged: CONFLICT,
    JoinedChanged: CONFLICT,
    OwnCopy: CONFLICT,
    PersonalDataLeft: UNFIT,
    LooksPersonal: UNFIT,
    NotReadable: GONE,
    # Neither the person nor the moment is to blame, but what was deployed or kept.
    FontsMissing: BROKEN,
    StepFailed: BROKEN,
    DecisionFailed: BROKEN,
    UnfitVariables: BROKEN,
    ScriptUnfit: UNFIT,
    StateUnreadable: BROKEN,
    NoStandards: BROKEN,
}


def status_of(refusal: type[DomainError]) -> int:
    """The status of a refusal; raises LookupError for one that nobody has thought of."""
    for ancestor in refusal.__mro__:
        if ancestor in STATUS:
            return STATUS[ancestor]
    raise LookupError(refusal.__name__)
