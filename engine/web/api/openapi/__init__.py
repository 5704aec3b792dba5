"""The description of the API (OpenAPI 3.1), generated from the definition for its reader: it names only what they may use."""

from .document import describe, description

__all__ = ["describe", "description"]
