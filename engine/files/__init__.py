"""Files: what people upload, kept by the hash of its content, and what it is by looking inside."""

from .sniffing import ACCEPTED, IMAGES, Found, sniff
from .store import Kept, Store, TooLarge

__all__ = ["ACCEPTED", "IMAGES", "Found", "Kept", "Store", "TooLarge", "sniff"]
