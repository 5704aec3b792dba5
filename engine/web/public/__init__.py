"""Forms that need no account: what strangers see of an application, and nothing else."""

from .routes import public

__all__ = ["public"]
