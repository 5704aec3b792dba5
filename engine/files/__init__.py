"""Files: what people upload, kept by the hash of its content, and what it is by looking inside."""

from .sniffing import ACCEPTED, IMAGES, TYPES, Found, sniff
from .store import Kept, Store, TooLarge

__all__ = ["ACCEPTED", "IMAGES", "TYPES", "Found", "Kept", "Store", "TooLarge", "sniff"]
