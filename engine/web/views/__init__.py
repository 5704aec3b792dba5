"""What each template is given: one frozen dataclass per page, words already in the reader's language."""

from .access_page import AccessPage, ClosedField, Reason, Verdict
from .api_page import ApiField, ApiGroup, ApiOperation, ApiPage, ApiParameter
from .audit_page import AuditLine, AuditPage
from .bin_page import BinLine, BinPage
from .bulk_page import BulkPage, ResultLine, ResultPage
from .cells import BLANK, Action, Cell, Choice, Fact, FactSection, Grid, GridColumn, Look
from .form_page import (
    Column,
    FormPage,
    FormRow,
    FormSection,
    FormTable,
    Input,
    Making,
    ProblemLink,
    QuickPage,
    Version,
    VersionsPage,
    Widget,
)
from .frame import Crumb, Language, NavGroup, NavItem, Note, Shell
from .handover_page import HandoverPage
from .import_page import ColumnLine, ImportPage, ProblemLine, SheetLines, UploadPage
from .inbox_page import Decision, InboxPage, PickField, TaskItem
from .list_page import Chip, FilterField, Heading, ListGroup, ListPage, ListRow, Tab
from .looks import Board, BoardColumn, Branch, Card, Day, Month, Pictures, Seen, Tree
from .merge_page import MergeField, MergePage
from .model_page import EntityPage, FieldLine, ModelGroup, ModelLine, ModelPage, RoleLine, SourceFile
from .notices_page import NoticeLine, NoticesPage
from .past_page import PastField, PastPage
from .plain_pages import (
    AccountPage,
    ConfirmPage,
    Entry,
    ErrorPage,
    HomeList,
    HomePage,
    HomeTask,
    InvitedPage,
    IssueLine,
    KeptTile,
    SecondFactorPage,
    SessionLine,
    SignInPage,
    SubscriptionLine,
)
from .plan_page import PlanLine, PlanPage
from .process_page import ProcessPage, RunningLine, StepLine, WorkflowPage, WorkflowsPage
from .public_page import PublicMessage, PublicPage
from .record_page import (
    Activity,
    Approval,
    Archive,
    ChainLine,
    ChainPage,
    ChangedField,
    Event,
    Place,
    PrintLine,
    RecordPage,
    RecordPanel,
    Related,
    Stage,
    Stuck,
)
from .report_page import (
    BehindPage,
    ChartView,
    DashboardPage,
    ReportCell,
    ReportLine,
    ReportPage,
    ReportTable,
    Spread,
    Subscribing,
    TileContent,
    TileView,
)
from .search_page import SearchGroup, SearchPage
from .share_page import Shared, SharePage, Sharing
from .why_page import Playground, Problem, WhyPage, WhyStep

__all__ = [
    "BLANK", "AccessPage", "AccountPage", "Action", "Activity", "ApiField", "ApiGroup", "ApiOperation", "ApiPage", "ApiParameter",
    "Approval", "Archive", "AuditLine", "AuditPage", "BehindPage", "BinLine", "BinPage", "Board", "BoardColumn", "Branch", "BulkPage",
    "Card", "Cell", "ChainLine", "ChainPage", "ChangedField", "ChartView", "Chip", "Choice", "ClosedField", "Column", "ColumnLine",
    "ConfirmPage", "Crumb", "DashboardPage", "Day", "Decision", "EntityPage", "Entry", "ErrorPage", "Event", "Fact", "FactSection",
    "FieldLine", "FilterField", "FormPage", "FormRow", "FormSection", "FormTable", "Grid", "GridColumn", "HandoverPage", "Heading",
    "HomeList", "HomePage", "HomeTask", "ImportPage", "InboxPage", "Input", "InvitedPage", "IssueLine", "KeptTile", "Language", "ListGroup",
    "ListPage", "ListRow", "Look", "Making", "MergeField", "MergePage", "ModelGroup", "ModelLine", "ModelPage", "Month", "NavGroup",
    "NavItem", "Note", "NoticeLine", "NoticesPage", "PastField", "PastPage", "PickField", "Pictures", "Place", "PlanLine", "PlanPage",
    "Playground", "PrintLine", "Problem", "ProblemLine", "ProblemLink", "ProcessPage", "PublicMessage", "PublicPage", "QuickPage", "Reason",
    "RecordPage", "RecordPanel", "Related", "ReportCell", "ReportLine", "ReportPage", "ReportTable", "ResultLine", "ResultPage", "RoleLine",
    "RunningLine", "SearchGroup", "SearchPage", "SecondFactorPage", "Seen", "SessionLine", "SharePage", "Shared", "Sharing", "SheetLines",
    "Shell", "SignInPage", "SourceFile", "Spread", "Stage", "StepLine", "Stuck", "Subscribing", "SubscriptionLine", "Tab", "TaskItem",
    "TileContent", "TileView", "Tree", "UploadPage", "Verdict", "Version", "VersionsPage", "WhyPage", "WhyStep", "Widget", "WorkflowPage",
    "WorkflowsPage",
]  # fmt: skip
