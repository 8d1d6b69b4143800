"""Procedures as BPMN 2.0 with their diagram, for any BPMN viewer, editor or engine.

`graph` says what the process is, `layout` where everything is drawn, `xml` writes it down.
"""

from loket.catalogue.bpmn.xml import bpmn_xml

__all__ = ["bpmn_xml"]
