"""The address in a mail that ends the subscription of a report: it shows a button, and answers programs of mail (RFC 8058)."""

from __future__ import annotations

from functools import partial

from flask import abort, render_template, request

from engine import storage
from engine.access import SYSTEM
from engine.transfer import end
from engine.web.frame import bare_shell
from engine.web.views import PublicMessage
from engine.web.visit import visit
from engine.web.words import _

from .routes import Answer, public

ADDRESS = "/subscriptions/end/<token>"


@public.get(ADDRESS)
def ending(token: str) -> Answer:
    """Ask whether the subscription is to end. Only asking: programs that look into mails open every address."""
    with visit().app.look(SYSTEM, snapshot=False) as view:
        wanted = storage.subscription_of(view.connection, _number(token))
        report = None if wanted is None else view.metadata.reports.get(wanted.report)
        if wanted is None:
            return _over()
        name = visit().words(report.label) if report is not None else wanted.report
        return render_template("ending.html", name=name, address=request.path, shell=bare_shell())


@public.post(ADDRESS)
def end_it(token: str) -> Answer:
    """End it. The address is the secret, so that no key of a form is asked for."""
    visit().app.run(SYSTEM, partial(end, number=_number(token)))
    return _over()


def _number(token: str) -> int:
    number = visit().app.endings.read(token)
    if number is None:
        abort(404)
    return number


def _over() -> str:
    words = _("This report is sent to you no more. You can subscribe to it again on its page.")
    return render_template("public_message.html", page=PublicMessage(_("Your subscription has ended"), words), shell=bare_shell())
