"""Pictures of definitions: what is drawn (`Graph`), how a workflow or a lifecycle becomes one, and the SVG of it."""

from .around import Link, around, links_of
from .definitions import flow_of, states_of
from .graph import Edge, Graph, Inside, Mark, Node
from .pen import standalone, svg
from .people import Naming

__all__ = [
    "Edge", "Graph", "Inside", "Link", "Mark", "Naming", "Node", "around", "flow_of", "links_of", "standalone", "states_of", "svg",
]  # fmt: skip
