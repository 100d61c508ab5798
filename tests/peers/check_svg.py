# python: lxml
"""SVG: well-formed XML with a bar and a tip for each activity that is done."""
from lxml import etree
from peer import SCHEDULE, DONE, file, equal, ok

path = file("svg", "svg")
tree = etree.parse(str(path), etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
ns = {"s": "http://www.w3.org/2000/svg"}
root = tree.getroot()
equal("root", "{http://www.w3.org/2000/svg}svg", root.tag)
tips = root.xpath("//s:g/s:title/text()", namespaces=ns)
equal("tips", len(DONE), len(tips))
critical = [tip for tip in tips if "\ncritical" in tip]
equal("critical", sum(a["critical"] for a in DONE), len(critical))
equal("scripts", 0, len(root.xpath("//s:script|//@onload|//@href", namespaces=ns)))
ok(f"{len(tips)} bars with tips, {len(critical)} of them critical")
