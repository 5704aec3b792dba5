"""What other rooms may use of this one."""

import engine.loading
import engine.plugins


def test_names_of_loading() -> None:
    assert sorted(engine.loading.__all__) == [
        "Document", "Kept", "Origins", "Path", "Report", "Sources", "check", "check_sources", "declarations_page", "did_you_mean", "fix", "has_system", "issue_at",
        "load", "load_sources", "origins", "read", "read_sources", "schemas", "system_fields", "system_page", "with_system",
    ]  # fmt: skip


def test_names_of_plugins() -> None:
    assert sorted(engine.plugins.__all__) == [
        "Action", "Answer", "BrokenPlugin", "Call", "CallFailed", "Connector", "FailureKind", "Opened", "Payload", "Plugins", "Provider",
        "Setting", "Unfit", "Web", "hookimpl", "hookspec", "kept",
    ]  # fmt: skip


def test_everything_named_is_there() -> None:
    for room in (engine.loading, engine.plugins):
        assert [name for name in room.__all__ if not hasattr(room, name)] == []
