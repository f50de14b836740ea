#!/usr/bin/env python3
"""Makes partner_cards.png: a script, and the workbook that running it gave.

    cargo build && target/test-python/bin/python docs/images/make.py     (needs openpyxl, and chromium)

What is shown is read from the script and from the file that a run has just written.
"""

import html
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl

ROOT = Path(__file__).resolve().parents[2]
ROWS = 10
WORDS = r"report|use|param|let|expect|split|record|export|from|filter|sort|group by|select|sheet|label|as|in|to"


def highlighted(script: str) -> str:
    def line(text: str) -> str:
        parts = re.split(r'("[^"]*"|\$\w+|\b(?:' + WORDS + r")\b)", text)
        marked = []
        for part in parts:
            kind = "text" if part.startswith('"') else "value" if part.startswith("$") else None
            kind = kind or ("word" if re.fullmatch(WORDS, part) else None)
            escaped = html.escape(part)
            marked.append(f'<span class="{kind}">{escaped}</span>' if kind else escaped)
        return "".join(marked)

    return "\n".join(line(text) for text in script.splitlines())


def cell(value) -> str:
    # A sheet shows seconds.
    return html.escape("" if value is None else re.sub(r"(:\d\d)\.\d+$", r"\1", str(value)))


def table(sheet) -> str:
    rows = list(sheet.iter_rows(min_row=1, max_row=ROWS + 1, values_only=True))
    letters = "".join(f"<th>{chr(65 + at)}</th>" for at in range(len(rows[0])))
    body = ""
    for number, row in enumerate(rows, 1):
        style = ' class="heading"' if number == 1 else ""
        body += f"<tr{style}><th>{number}</th>" + "".join(f"<td>{cell(value)}</td>" for value in row) + "</tr>"
    return f"<table><tr><th></th>{letters}</tr>{body}</table>"


PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 28px; background: #eef0f3; font: 14px/1.45 Inter, sans-serif; width: 1524px }}
.pair {{ display: flex; gap: 24px; align-items: flex-start }}
.card {{ background: #fff; border: 1px solid #d5d9e0; border-radius: 8px; overflow: hidden }}
.name {{ padding: 8px 14px; background: #f6f7f9; border-bottom: 1px solid #d5d9e0; color: #555; font-size: 13px }}
pre {{ margin: 0; padding: 12px 16px; font: 12px/1.42 "JetBrains Mono", monospace; color: #24292f; font-variant-ligatures: none }}
.run {{ margin-top: 20px }} .run pre {{ color: #555 }}
.word {{ color: #8250df }} .text {{ color: #0a6640 }} .value {{ color: #0550ae }}
table {{ border-collapse: collapse; font-size: 12.5px }}
td, th {{ border: 1px solid #e1e4e8; padding: 3px 9px; text-align: left; white-space: nowrap }}
th {{ background: #f6f7f9; font-weight: 400; color: #777; text-align: center }}
.heading td {{ font-weight: 600; background: #f2f2f2 }}
.tabs {{ padding: 6px 10px; background: #f6f7f9; border-top: 1px solid #d5d9e0; font-size: 12.5px; color: #555 }}
.tabs b {{ color: #0a6640; border-bottom: 2px solid #0a6640 }} .tabs span {{ margin-left: 18px }}
</style><div class="pair">
<div class="card"><div class="name">partner_cards.wr</div><pre>{script}</pre></div>
<div><div class="card"><div class="name">{file}</div>{first}
<div class="tabs"><b>Cards</b><span>By day</span><span>About this report</span></div></div>
<div class="card run"><div class="name">rows after each step</div><pre>{waterfall}</pre></div></div>
</div>"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "examples"
        shutil.copytree(ROOT / "examples", project, ignore=shutil.ignore_patterns("out", ".wr"))
        command = [ROOT / "target/debug/wr", "run", "partner_cards.wr", "--json"]
        answer = subprocess.run(command, cwd=project, check=True, capture_output=True, text=True)
        file = json.loads(answer.stdout)["files"][0]
        words = subprocess.run(command[:-1], cwd=project, check=True, capture_output=True, text=True).stderr
        waterfall = html.escape(words.split("  read ")[0].rstrip())
        book = openpyxl.load_workbook(file["path"])
        script = (project / "partner_cards.wr").read_text()
        page = Path(folder) / "page.html"
        parts = {"file": html.escape(file["name"]), "first": table(book["Cards"]), "waterfall": waterfall}
        page.write_text(PAGE.format(script=highlighted(script), **parts))
        target = ROOT / "docs/images/partner_cards.png"
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-background-networking"]
        size = ["--window-size=1580,740", f"--user-data-dir={folder}/profile", f"--screenshot={target}"]
        subprocess.run(["chromium", *flags, *size, page.as_uri()], check=True, capture_output=True)
        print(f"wrote {target.relative_to(ROOT)}", file=sys.stderr)


main()
