"""Patterns that are refused on purpose (WORKFLOW section 2): free tokens would make "where is it, who has it" unanswerable."""

from __future__ import annotations

import pytest

from engine.errors import BadDefinition
from tests.workflow.papers import FILES
from tests.workflow.small import metadata_of

HEAD = "workflow: judging\nfor: paper\nstarters: role:writer\nadmin: role:boss\n"
ENDS = "ends: {accepted: {call: accept}, rejected: {call: refuse}, withdrawn: {call: take_back}, cancelled: {call: take_back}}\n"
BLOCK = "both: {do: parallel, branches: {one: {who: role:judge%s}, two: {who: role:boss}}}"


@pytest.mark.parametrize(
    ("workflow", "code"),
    [
        (f"{HEAD}steps:\n  {BLOCK % ', then: {approve: sign}'}\n  sign: {{who: role:boss, do: review}}\n{ENDS}", "W407"),
        (f"{HEAD}steps:\n  judge: {{who: role:judge, do: review}}\n", "S202"),
        (f"{HEAD}steps:\n  {BLOCK % ''}\n  sign: {{who: role:boss, do: review, then: {{reject: both.one}}}}\n{ENDS}", "S205"),
        (f"{HEAD}steps:\n  {BLOCK % ', do: parallel'}\n{ENDS}", "W433"),
    ],
    ids=["WCP08 multi-merge", "WCP11 implicit termination", "WCP33 WCP38 WCP41 WCP42 into a branch", "blocks in blocks"],
)
def test_what_would_need_free_tokens_is_refused(workflow: str, code: str) -> None:
    with pytest.raises(BadDefinition) as refused:
        metadata_of({**FILES, "workflows/judging.yaml": workflow})
    assert code in {issue.code for issue in refused.value.issues}
