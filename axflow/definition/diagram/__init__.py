"""Pictures of a definition: what they show, where it stands, and the SVG."""

from __future__ import annotations

from axflow.definition.diagram.arrange import Arrangement, Arranger, Graphlay, Item, Line
from axflow.definition.diagram.layout import Box, Layout, Route, layout
from axflow.definition.diagram.svg import draw

__all__ = ["Arrangement", "Arranger", "Box", "Graphlay", "Item", "Layout", "Line", "Route", "draw", "layout"]
