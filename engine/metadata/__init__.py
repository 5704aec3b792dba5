"""What the YAML means: declarations as written, and the compiled application as frozen objects."""

from . import declared
from .apart import asked_of, owners_of, stands_apart
from .application import MenuEntry, Metadata, Role
from .catalog import FixedCatalog
from .colors import BADGES, BLACK, WHITE, Color, color_of, contrast, mixed, text_of
from .connectors import TIMED, WEBHOOK, Connector, Quota
from .countries import Country, countries
from .currencies import WIDEST, minor_units
from .decisions import Decision, DecisionRow
from .declared_fields import (
    AboveField,
    BankField,
    BarcodeField,
    BooleanField,
    ChoiceField,
    DateField,
    DateTimeField,
    DecimalField,
    DurationField,
    EmailField,
    FileField,
    ImageField,
    IntegerField,
    JsonField,
    LinkField,
    LinksField,
    LocationField,
    LongTextField,
    MoneyField,
    MultiChoiceField,
    PercentField,
    PhoneField,
    RichTextField,
    SignatureField,
    SubtypeField,
    TaxNumberField,
    TextField,
    UrlField,
    UserField,
)
from .declared_keys import FieldBase, ValueBase
from .declared_rows import FieldDeclaration, TableField
from .declared_rules import Access, RowAccess
from .derived import Derivations, is_rollup, leaves_document, sealed_sources
from .disclosures import Disclosure, disclosures, document_of, told_by
from .effects import MANY_ROWS, NO_EFFECTS, Assign, Automation, CallAction, Create, Effects, Inbound, Notify, Outside, Source, Trigger, Way
from .extended import ExtraTypes, extra_types, kinds_with, meanings_of
from .field_types import (
    ABOVE,
    ACCOUNTS,
    BELOW,
    FIELD_TYPES,
    FILE,
    SUBTYPE,
    USER,
    WORDED,
    Surroundings,
    is_matched,
    leads_to_many,
    state_type,
    system_types,
    target_of,
    type_of,
    word_of,
)
from .fields import ROLES, SPELLING, Choice, Field
from .formulas import formulas_in
from .guarded import holds_guarded, needs_proof
from .identity import Identity
from .indexes import UNINDEXED, alternatives, behind_links, compared_fields, fixed_fields, is_indexable, useful_indexes
from .kept_fields import CLOCK_FIELDS, KEPT_FIELDS, ArchiveField, ClockBreachedField, ClockSpentField, ClockTimeField
from .lifecycles import Action, Guard, Lifecycle, State
from .links import Given, Link, Match, Through, Value
from .meanings import meaning
from .model import HISTORY, Check, Duplicate, Entity
from .narrowed import narrowed
from .number_pattern import NumberPattern
from .outside import Portal, PortalEntry, PublicForm
from .packing import pack, unpack
from .pages import Page, PageTab, Panel, RelatedPanel
from .people import NAMED, PLAIN, VERDICTS, Picking, Who
from .prints import Print, PrintBlock, PrintField
from .process import BUILT_IN_ENDS, OUTCOMES, USUAL_ENDS, Agree, Branch, Call, End, Route, Sheet, Step, Workflow
from .renamed import Renaming, renamed
from .reports import (
    Chart,
    ChartKind,
    Dashboard,
    Dimension,
    FileKind,
    Measure,
    MeasureKind,
    Report,
    ReportFile,
    ReportOrder,
    ReportSource,
    Sending,
    Tile,
    currency_path,
)
from .retention import ARCHIVED, TAKEN_BACK, WORD, Retention
from .rules import VERBS, Grant, Rule
from .seals import SEALED, Seal
from .timers import TIMER_DO, Clock, ClockTimer, Due, StateTimer, Timer, TimerDo, by_wish
from .uses import uses
from .views import Form, FormField, GroupBy, ListLook, ListTab, ListView, Section, SortKey
from .working_time import WHOLE_DAY, Calendar, Hours, PublicYear, Span, Unit, plain_calendar
from .written import Declaration, FormulaText, Label, LiteralOrFormula, Name, OneOrMore, Was

__all__ = [
    "ABOVE", "ACCOUNTS", "ARCHIVED", "BADGES", "BELOW", "BLACK", "BUILT_IN_ENDS", "CLOCK_FIELDS", "FIELD_TYPES", "FILE", "HISTORY",
    "KEPT_FIELDS", "MANY_ROWS", "NAMED", "NO_EFFECTS", "OUTCOMES", "PLAIN", "ROLES", "SEALED", "SPELLING", "SUBTYPE", "TAKEN_BACK",
    "TIMED", "TIMER_DO", "UNINDEXED", "USER", "USUAL_ENDS", "VERBS", "VERDICTS", "WEBHOOK", "WHITE", "WHOLE_DAY", "WIDEST", "WORD",
    "WORDED", "AboveField", "Access", "Action", "Agree", "ArchiveField", "Assign", "Automation", "BankField", "BarcodeField",
    "BooleanField", "Branch", "Calendar", "Call", "CallAction", "Chart", "ChartKind", "Check", "Choice", "ChoiceField", "Clock",
    "ClockBreachedField", "ClockSpentField", "ClockTimeField", "ClockTimer", "Color", "Connector", "Country", "Create", "Dashboard",
    "DateField", "DateTimeField", "DecimalField", "Decision", "DecisionRow", "Declaration", "Derivations", "Dimension", "Disclosure",
    "Due", "Duplicate", "DurationField", "Effects", "EmailField", "End", "Entity", "ExtraTypes", "Field", "FieldBase", "FieldDeclaration",
    "FileField", "FileKind", "FixedCatalog", "Form", "FormField", "FormulaText", "Given", "Grant", "GroupBy", "Guard", "Hours", "Identity",
    "ImageField", "Inbound", "IntegerField", "JsonField", "Label", "Lifecycle", "Link", "LinkField", "LinksField", "ListLook", "ListTab",
    "ListView", "LiteralOrFormula", "LocationField", "LongTextField", "Match", "Measure", "MeasureKind", "MenuEntry", "Metadata",
    "MoneyField", "MultiChoiceField", "Name", "Notify", "NumberPattern", "OneOrMore", "Outside", "Page", "PageTab", "Panel",
    "PercentField", "PhoneField", "Picking", "Portal", "PortalEntry", "Print", "PrintBlock", "PrintField", "PublicForm", "PublicYear",
    "Quota", "RelatedPanel", "Renaming", "Report", "ReportFile", "ReportOrder", "ReportSource", "Retention", "RichTextField", "Role",
    "Route", "RowAccess", "Rule", "Seal", "Section", "Sending", "Sheet", "SignatureField", "SortKey", "Source", "Span", "State",
    "StateTimer", "Step", "SubtypeField", "Surroundings", "TableField", "TaxNumberField", "TextField", "Through", "Tile", "Timer",
    "TimerDo", "Trigger", "Unit", "UrlField", "UserField", "Value", "ValueBase", "Was", "Way", "Who", "Workflow", "alternatives",
    "asked_of", "behind_links", "by_wish", "color_of", "compared_fields", "contrast", "countries", "currency_path", "declared",
    "disclosures", "document_of", "extra_types", "fixed_fields", "formulas_in", "holds_guarded", "is_indexable", "is_matched", "is_rollup",
    "kinds_with", "leads_to_many", "leaves_document", "meaning", "meanings_of", "minor_units", "mixed", "narrowed", "needs_proof",
    "owners_of", "pack", "plain_calendar", "renamed", "sealed_sources", "stands_apart", "state_type", "system_types", "target_of",
    "text_of", "told_by", "type_of", "unpack", "useful_indexes", "uses", "word_of",
]  # fmt: skip
