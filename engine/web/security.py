"""Headers and cookies: nothing from elsewhere may run, be framed or be sniffed, and nobody else may send our forms."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response
from flask_wtf import CSRFProtect
from secure import ContentSecurityPolicy, CrossOriginOpenerPolicy, ReferrerPolicy, Secure, XContentTypeOptions, XFrameOptions

from .uploads import allow_files

YEAR = 365 * 24 * 3600
IDLE = timedelta(hours=8)
"""How long a session lives without a request."""

_policy = (
    ContentSecurityPolicy()
    .default_src("'none'")
    .script_src("'self'")
    .style_src("'self'")
    .img_src("'self'", "data:")
    .font_src("'self'")
    .connect_src("'self'")
    .form_action("'self'")
    .frame_ancestors("'none'")
    .base_uri("'none'")
)
_headers = Secure(
    csp=_policy,
    coop=CrossOriginOpenerPolicy().same_origin(),
    referrer=ReferrerPolicy().same_origin(),
    xcto=XContentTypeOptions().nosniff(),
    xfo=XFrameOptions().deny(),
)


def protect(flask: Flask, *, https: bool) -> CSRFProtect:
    """Set the headers and cookie rules; `https` also keeps cookies off plain connections."""
    flask.config.update(
        SESSION_COOKIE_NAME="__Host-session" if https else "session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=https,
        PERMANENT_SESSION_LIFETIME=IDLE,
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=16 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        MAX_FORM_PARTS=20_000,
    )
    flask.before_request(allow_files)
    flask.after_request(_add_headers)
    if https:
        flask.after_request(_only_https)
    return CSRFProtect(flask)


def _only_https(response: Response) -> Response:
    response.headers["Strict-Transport-Security"] = f"max-age={YEAR}"
    return response


def _add_headers(response: Response) -> Response:
    sandboxed = "Content-Security-Policy" in response.headers  # a file, which the browser may keep for its reader
    for name, value in _headers.headers.items():
        response.headers.setdefault(name, value)
    if not (response.cache_control.public or sandboxed):
        response.headers["Cache-Control"] = "no-store"
    return response
