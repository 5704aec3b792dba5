"""Pages that need no account: forms for strangers, and the end of a subscription; what they see of an application, and nothing else."""

from .ending import end_it
from .routes import public

__all__ = ["end_it", "public"]
