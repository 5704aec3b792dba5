"""The plan for administrators: what `loom apply` would do to the database now. It reads, and changes nothing."""

from __future__ import annotations

import threading

from flask import abort, render_template

from engine.loading import check, read_sources
from engine.migration import plan, summary, told
from engine.unit_of_work import View
from engine.web.folder import has_folder, issue_lines
from engine.web.frame import shell
from engine.web.views import Crumb, PlanLine, PlanPage
from engine.web.visit import visit
from engine.web.words import _

from .blueprint import Answer, pages
