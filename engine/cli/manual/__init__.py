"""The manual of an application: what it is about, who may do what, in one language."""

from .pages import pages

__all__ = ["pages"]
