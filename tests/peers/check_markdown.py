# python: markdown-it-py==4.3.0
# A CommonMark reader with tables finds a row for each activity, and no HTML of a name's making.

from markdown_it import MarkdownIt

from peer import DONE, equal, file, ok

text = file("markdown", "md").read_text(encoding="utf-8")
tokens = MarkdownIt("commonmark").enable("table").parse(text)
rows, tables, table = [], 0, []
for at, token in enumerate(tokens):
    tables += token.type == "table_open"
    if token.type == "tr_open" and tables == 1:
        table.append(at)
equal("rows", len(DONE) + 1 if DONE else 0, len(table))
html = [t.content for t in tokens if t.type == "html_block"]
html += [c.content for t in tokens for c in (t.children or []) if c.type == "html_inline"]
equal("HTML", [], html)
ok(f"{len(table) - 1} rows of activities, no HTML")
