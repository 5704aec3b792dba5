"""Pages made by hand: what the golden files of the templates are rendered from."""

from __future__ import annotations

from dataclasses import replace

from engine.web.views import (
    BLANK,
    Action,
    Activity,
    Approval,
    Cell,
    ChangedField,
    Chip,
    Choice,
    Column,
    Crumb,
    Decision,
    Entry,
    ErrorPage,
    Event,
    Fact,
    FactSection,
    FilterField,
    FormPage,
    FormRow,
    FormSection,
    FormTable,
    Grid,
    GridColumn,
    Heading,
    HomePage,
    HomeTask,
    InboxPage,
    Input,
    Language,
    ListPage,
    ListRow,
    NavGroup,
    NavItem,
    Note,
    ProblemLink,
    RecordPage,
    RecordPanel,
    Shell,
    Stage,
    Stuck,
    Tab,
    TaskItem,
    Version,
    VersionsPage,
    WhyPage,
    WhyStep,
)

AT = "2026-03-02T06:30:00Z"
REVIEW = Choice("In review", "yellow")
DRAFT = Choice("Draft", "secondary")
QUALIFIED = Choice("Qualified", "green")


def shell(language: str = "en", theme: str = "") -> Shell:
    """The frame around every example."""
    return Shell(
        application="Supply and sales",
        language=language,
        languages=(Language("en", "English", language == "en"), Language("zh", "中文", language == "zh")),
        theme=theme,  # type: ignore[arg-type]
        system_theme="light",
        groups=(
            NavGroup("", (NavItem("Home", "/", "home"), NavItem("Inbox", "/inbox", "inbox", count="3"))),
            NavGroup(
                "Suppliers",
                (
                    NavItem("Suppliers", "/records/supplier", "building-factory-2", True),
                    NavItem("Certificates", "/records/certificate", "certificate"),
                ),
            ),
            NavGroup("Purchasing", (NavItem("Purchase orders", "/records/order", "shopping-cart"),)),
        ),
        crumbs=(Crumb("Suppliers", "/records/supplier"), Crumb("SUP-0042")),
        new=(NavItem("Supplier", "/records/supplier/new", "building-factory-2"),),
        person="Lin Wei",
        initials="LW",
        here="/records/supplier/42",
        notes=(Note("Saved."),),
    )


def a_list() -> ListPage:
    """A list with tabs, a chip and two pages."""
    names = (
        "Suzhou Precision Casting Co., Ltd.",
        "苏州恒力精密铸造有限公司",
        "Northwind Bearings GmbH",
        "Ningbo Harbour Logistics",
        "青岛海川包装",
    )
    states = (REVIEW, QUALIFIED, DRAFT, QUALIFIED, Choice("Turned down", "red"))
    rows = tuple(
        ListRow(
            f"/records/supplier/{n}",
            (
                Cell("text", f"SUP-{n:04}"),
                Cell("text", names[n % 5]),
                Cell("badge", choices=(states[n % 5],)),
                Cell("badge", choices=(Choice("Castings"),)),
                Cell("link", "Lin Wei", "/records/user/3"),
                Cell("number", f"¥{n * 12_345:,}.00"),
                Cell("text", "2 Mar 2026") if n % 3 else BLANK,
            ),
        )
        for n in range(31, 51)
    )
    return ListPage(
        label="Suppliers",
        help="",
        count="1,000+",
        tabs=(
            Tab("All", "?", True),
            Tab("Mine", "?tab=mine"),
            Tab("In review", "?tab=review"),
            Tab("Certificates expiring", "?tab=expiring"),
        ),
        headings=(
            Heading("Number", href="?sort=number", order="down"),
            Heading("Company", href="?sort=name"),
            Heading("State", href="?sort=state"),
            Heading("Category", href="?sort=category"),
            Heading("Owner", href="?sort=owner"),
            Heading("Turnover", True, "?sort=turnover"),
            Heading("Since", href="?sort=since"),
        ),
        rows=rows,
        address="/records/supplier",
        kept=(("tab", "all"), ("f.state", "review")),
        chips=(Chip("Category", "is Castings", "?"), Chip("", 'turnover > 1000000 AND since >= date("2025-01-01")', "?", True)),
        filters=(
            FilterField("state", "State", (Choice("Draft", "secondary", "draft"), Choice("In review", "yellow", "review"))),
            FilterField("risk", "Risk", (Choice("Low", "green", "low"), Choice("High", "red", "high"))),
        ),
        search_hint="Number, company, tax number",
        new="/records/supplier/new",
        new_label="New supplier",
        next="?after=x",
        first="/records/supplier",
        clear="/records/supplier",
    )


def an_empty_list() -> ListPage:
    """A list in which nothing fits the filters."""
    return ListPage(
        "Suppliers",
        "",
        "0",
        (),
        (Heading("Number"),),
        (),
        "/records/supplier",
        empty="No supplier fits",
        empty_why="There are suppliers, but none that fits the search and the filters above.",
        clear="/records/supplier",
        new="/records/supplier/new",
        new_label="New supplier",
        icon="building-factory-2",
        search="zzz",
    )


def sections() -> tuple[FactSection, ...]:
    """The body of a record in read mode."""
    columns = (GridColumn("Name"), GridColumn("Role"), GridColumn("E-mail"), GridColumn("Share", True, Cell("number", "100 %")))
    rows = (
        (
            Cell("text", "Chen Yu"),
            Cell("badge", choices=(Choice("Sales"),)),
            Cell("link", "chen.yu@example.com", "mailto:chen.yu@example.com"),
            Cell("number", "60 %"),
        ),
        (Cell("text", "王芳"), Cell("badge", choices=(Choice("Quality"),)), BLANK, Cell("number", "40 %")),
    )
    return (
        FactSection(
            "Company",
            2,
            (
                Fact("Company name", Cell("text", "Suzhou Precision Casting Co., Ltd.")),
                Fact("Tax number", Cell("text", "91320594MA1XJ2Y43K")),
                Fact("Category", Cell("badge", choices=(Choice("Castings"),))),
                Fact("Risk", Cell("badge", choices=(Choice("Medium", "yellow"),))),
                Fact("Website", Cell("url", "https://casting.example.com", "https://casting.example.com")),
                Fact("Owner", Cell("link", "Lin Wei", "/records/user/3")),
                Fact("Bank account", Cell("secret", "•••4411")),
                Fact("Registered capital", Cell("number", "¥12,000,000.00")),
                Fact("Remarks", Cell("long", "Cast iron and ductile iron up to 800 kg.\nSecond shift since January."), span="full"),
            ),
        ),
        FactSection("Contacts", 2, (), (Grid("Contacts", columns, rows),)),
        FactSection("Registry", 3, (Fact("Name in the registry", BLANK), Fact("Status", BLANK), Fact("Looked up", BLANK))),
    )


def an_approval() -> Approval:
    """An approval of which two steps are done, one is open and one is expected."""
    return Approval(
        "Supplier onboarding",
        (
            Event("Register", "done", "Chen Yu", "submitted", "3 days ago", AT, lasted="2 hours"),
            Event("Registry lookup", "done", "company_registry", "found: in business", "3 days ago", AT),
            Event(
                "Legal review",
                "done",
                "Zhou Min",
                "approved, for Sun Li",
                "1 day ago",
                AT,
                "Licence checked against the registry.",
                "2 days",
            ),
            Event("Quality review", "open", "Gao Feng, Ma Lan", "both have to agree", "1 day ago", AT),
            Event("Approved", "later", "", ""),
        ),
        "/processes/7",
        (Choice("Withdraw", value="withdraw"),),
    )


def a_record() -> RecordPage:
    """A supplier in review."""
    return RecordPage(
        title="Suzhou Precision Casting Co., Ltd.",
        number="SUP-0042",
        entity="Supplier",
        state=REVIEW,
        panels=(RecordPanel("panel-1", sections=sections()),),
        address="/records/supplier/42",
        stages=(Stage("Draft", "past"), Stage("In review", "now"), Stage("Qualified", "later"), Stage("Turned down", "later")),
        primary=Action("suspend", "Suspend", "/a", why="Only a qualified supplier can be suspended."),
        more=(
            Action("remind", "Remind the reviewers", "/a"),
            Action("qualify", "Qualify", "/a", why="The onboarding workflow decides this."),
        ),
        edit="/records/supplier/42/edit",
        delete="/records/supplier/42/delete",
        version=3,
        approvals=(an_approval(),),
        activity=(
            Activity("Lin Wei", "LW", "", "2 hours ago", AT, said="Asked for the new ISO certificate, they send it on Friday."),
            Activity(
                "Chen Yu",
                "CY",
                "changed",
                "3 days ago",
                AT,
                changes=(
                    ChangedField("Phone", "0512 6288 1100", "0512 6288 1188"),
                    ChangedField("Website", "", "https://casting.example.com"),
                ),
            ),
            Activity("Chen Yu", "CY", "created the record", "4 days ago", AT),
        ),
        comments=True,
        followed=True,
    )


def a_stuck_record() -> RecordPage:
    """The same supplier, whose registry does not answer."""
    words = "The registry did not answer in time; it was asked 3 times."
    stuck = Stuck("/incidents/3", "Registry lookup", words, "1 hour ago", AT, (("outcome", "failed"),))
    return replace(a_record(), approvals=(replace(an_approval(), stuck=(stuck,)),))


def form_sections(*, wrong: bool = False) -> tuple[FormSection, ...]:
    """The form of a supplier, with or without mistakes."""
    kinds = (Choice("", value="", selected=True), Choice("Castings", value="castings"), Choice("Packaging", value="packaging"))
    rows = (
        FormRow(
            1,
            "7",
            (
                Input("contacts.1.name", "Name", "text", "Chen Yu", required=True),
                Input(
                    "contacts.1.email",
                    "E-mail",
                    "email",
                    "chen.yu@example",
                    problem="Please enter an e-mail address, such as name@example.com." if wrong else "",
                ),
                Input("contacts.1.share", "Share", "number", "60", numeric=True),
                Input("contacts.1.amount", "Amount", "computed", cell=Cell("number", "¥7,200.00"), numeric=True),
            ),
        ),
        FormRow(
            2,
            "",
            (
                Input("contacts.2.name", "Name", "text", "", required=True),
                Input("contacts.2.email", "E-mail", "email", ""),
                Input("contacts.2.share", "Share", "number", "", numeric=True),
                Input("contacts.2.amount", "Amount", "computed", cell=BLANK, numeric=True),
            ),
        ),
    )
    return (
        FormSection(
            "Company",
            2,
            (
                Input(
                    "name",
                    "Company name",
                    "text",
                    "Suzhou Precision Casting Co., Ltd.",
                    required=True,
                    help="As it stands in the business licence.",
                    maximum=255,
                ),
                Input(
                    "tax_id",
                    "Tax number",
                    "text",
                    "91320594MA1XJ2",
                    required=True,
                    problem="This is not a valid number; its check digits do not fit." if wrong else "",
                ),
                Input("category", "Category", "choice", "", required=True, options=kinds[1:]),
                Input("owner", "Owner", "lookup", "3", options=(Choice("Lin Wei", value="3", selected=True),), lookup="/lookup"),
                Input("capital", "Registered capital", "number", "12,000,000.00", prefix="CNY", numeric=True),
                Input("tax_rate", "Tax rate", "number", "13", suffix="%", numeric=True),
                Input("founded", "Founded", "date", "1998-05-04"),
                Input("score", "Score", "computed", cell=Cell("number", "82.5"), numeric=False),
                Input("exporting", "Exports", "check", "true"),
                Input("remarks", "Remarks", "long", "Cast iron and ductile iron up to 800 kg.", span="full"),
            ),
        ),
        FormSection(
            "Contacts",
            2,
            (
                FormTable(
                    "contacts",
                    "Contacts",
                    (
                        Column("Name", required=True),
                        Column("E-mail"),
                        Column("Share", numeric=True, total=Cell("number", "60 %"), total_id="t-share"),
                        Column("Amount", True),
                    ),
                    rows,
                ),
            ),
        ),
    )


def a_form(*, wrong: bool = False) -> FormPage:
    """A supplier being edited."""
    problems = (
        ProblemLink("Tax number: This is not a valid number; its check digits do not fit.", "f-tax_id"),
        ProblemLink("Contacts, row 1, E-mail: Please enter an e-mail address, such as name@example.com.", "f-contacts-1-email"),
    )
    return FormPage(
        "Edit SUP-0042",
        "Save",
        form_sections(wrong=wrong),
        "/records/supplier/42/edit",
        "/records/supplier/42",
        live="/records/supplier/42/live",
        version="3",
        problems=problems if wrong else (),
        also="Save and submit",
        also_name="submit",
    )


def versions() -> VersionsPage:
    """Two people changed the same record."""
    return VersionsPage(
        "Two versions of SUP-0042",
        "Lin Wei saved this record at 14:32, while you were editing it. Choose field by field what shall stand.",
        "14:32",
        (
            Version("phone", "Phone", "0512 6288 1100", "0512 6288 1188", "0512 6288 1199"),
            Version("capital", "Registered capital", "10", "¥12,000,000.00", "¥11,500,000.00"),
        ),
        "/records/supplier/42/edit",
        "/records/supplier/42",
        "4",
        (("name", "Suzhou"),),
    )


def an_inbox() -> InboxPage:
    """A task to decide."""
    tasks = tuple(
        TaskItem(f"/inbox/{n}", title, step, "Supplier", since, AT, n == 0)
        for n, (title, step, since) in enumerate(
            (
                ("Suzhou Precision Casting Co., Ltd.", "Quality review", "1 day ago"),
                ("Northwind Bearings GmbH", "Quality review", "2 days ago"),
                ("青岛海川包装有限公司", "Manual check", "4 days ago"),
            )
        )
    )
    decision = Decision(
        "/inbox/0",
        "Look at the certificates and the last audit.",
        (
            ("Approve", "Gao Feng agrees; Ma Lan has to agree as well, then the supplier is qualified"),
            ("Reject", "the supplier is turned down"),
            ("Return", "Chen Yu corrects the data; everything after it is done again"),
        ),
        True,
        (Choice("Register", value="register"), Choice("Legal review", value="legal")),
        comment_rule="Needed when you reject or return.",
        edit=(FormSection("", 2, (Input("quality_opinion", "Opinion of quality", "long", "", span="full", required=True),)),),
    )
    return InboxPage(tasks, a_record(), decision, "Quality review")


def home() -> HomePage:
    """The first page of a buyer."""
    return HomePage(
        "Good morning, Lin Wei",
        (
            HomeTask("/inbox/1", "Northwind Bearings GmbH", "Supplier · Manual check", "2 days ago"),
            HomeTask("/inbox/2", "青岛海川包装有限公司", "Supplier · Register", "4 days ago"),
        ),
        "",
        (HomeTask("/records/supplier/42", "Suzhou Precision Casting Co., Ltd.", "Quality review: Gao Feng, Ma Lan", "", REVIEW),),
        (HomeTask("/records/supplier/41", "Ningbo Harbour Logistics", "Supplier", "yesterday"),),
        (Entry("/records/supplier/new", "New supplier", "plus"),),
    )


def error() -> ErrorPage:
    """Something that does not exist for this person."""
    return ErrorPage(404, "Not found", "There is no such record, or you may not see it.")


def why() -> WhyPage:
    """A total that a buyer may know, with a part that they may not."""
    rows = (
        WhyStep("1. Bolt M8", "lines.amount", "¥1,200.00", why="/records/order/7/why/lines.1.amount"),
        WhyStep("2. Rivet", "lines.amount", "¥7.50", why="/records/order/7/why/lines.2.amount"),
    )
    rate = WhyStep("Rate", "supplier.rate", closed=True)
    parts = (
        WhyStep("", "SUM(lines.amount)", "1,207.5", steps=rows),
        WhyStep("", "1 - supplier.rate", closed=True, steps=(rate,)),
    )
    return WhyPage("Total", "¥1,146.13", "SUM(lines.amount) * (1 - supplier.rate)", parts, "O-0007 Bolts", "/records/order/7")
