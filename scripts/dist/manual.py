#!/usr/bin/env python3
"""Writes a manual page for every verb from what the program says of itself.

usage: lightbox --experimental-dump-help | manual.py FOLDER VERSION YYYY-MM-DD
"""

import json
import sys
from pathlib import Path


def escaped(text):
    """Text of a page: nothing in it is a request to the formatter."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    lines = [line for line in text.split("\n") if line.strip()]
    # What help sets in columns stays in columns.
    isTable = any("  " in line.strip() or line[:1] == " " for line in lines)
    if not isTable:
        lines = [line.strip() for line in lines]
    lines = ["\\&" + line if line[:1] in (".", "'") else line for line in lines]
    return "\n".join([".nf"] + lines + [".fi"] if isTable else lines)


def quoted(text):
    return '"' + text.replace("\\", "\\e").replace('"', '\\(dq') + '"'


def label(argument):
    value = argument.get("valueName", "value")
    if argument["kind"] == "positional":
        return f"\\fI{escaped(value)}\\fR"
    names = []
    for name in argument["names"]:
        dashes = "-" if name["kind"] == "short" else "--"
        names.append(f"\\fB{escaped(dashes + name['name'])}\\fR")
    text = ", ".join(names)
    return text if argument["kind"] == "flag" else f"{text} \\fI{escaped(value)}\\fR"


def described(argument):
    text = argument.get("abstract", "")
    if argument.get("discussion"):
        text += " " + argument["discussion"]
    if argument.get("allValues") and not all(v in text for v in argument["allValues"]):
        text += f" ({', '.join(argument['allValues'])})"
    if argument.get("defaultValue"):
        text += f" (default: {argument['defaultValue']})"
    return escaped(text.strip() or "See the verb's description.")


def shown(items):
    return [item for item in items if item.get("shouldDisplay", True)]


def page(command, path, version, date):
    name = "-".join(path)
    arguments = shown(command.get("arguments", []))
    verbs = [v for v in shown(command.get("subcommands", [])) if v["commandName"] != "help"]
    options = [a for a in arguments if a["kind"] != "positional"]
    positional = [a for a in arguments if a["kind"] == "positional"]
    lines = [
        f".TH {quoted(name.upper())} 1 {quoted(date)} {quoted('Lightbox ' + version)}",
        ".ad l", ".SH NAME", f"{escaped(name)} \\- {escaped(command.get('abstract', '')).rstrip('.')}",
        ".SH SYNOPSIS", f".B {escaped(' '.join(path))}",
    ]
    if options:
        lines.append("[\\fIoptions\\fR]")
    for argument in positional:
        text = label(argument) + (" ..." if argument.get("isRepeating") else "")
        lines.append(f"[{text}]" if argument.get("isOptional") else text)
    if verbs:
        lines.append("\\fIverb\\fR")
    if command.get("discussion"):
        lines += [".SH DESCRIPTION", escaped(command["discussion"])]
    for title, group in (("ARGUMENTS", positional), ("OPTIONS", options)):
        if group:
            lines.append(f".SH {title}")
            for argument in group:
                lines += [".TP", label(argument), described(argument)]
    if verbs:
        lines.append(".SH VERBS")
        for verb in verbs:
            lines += [
                ".TP", f"\\fB{escaped(name)}\\-{escaped(verb['commandName'])}\\fR(1)",
                escaped(verb.get("abstract", ""))]
    if len(path) == 1:
        lines += [
            ".SH ENVIRONMENT", ".TP", "\\fBLIGHTBOX_DATA\\fR",
            "Folder of the data sets where no option names one.", ".TP", "\\fBLIGHTBOX_STORE\\fR",
            "The store where no option names one.", ".TP", "\\fBLIGHTBOX_CPU\\fR",
            "Highest instruction set that is used: portable, avx2 or avx512.",
            ".SH EXIT STATUS", ".TP", "0", "Done.", ".TP", "1", "A run or a check failed.",
            ".TP", "64", "The command line was not understood.", ".TP", "65, 66",
            "Data that cannot be used; no data.", ".TP", "73, 74",
            "A file that may not be written; one that cannot be.", ".TP", "130", "Interrupted."]
    else:
        lines += [".SH SEE ALSO", f"\\fB{escaped('-'.join(path[:-1]))}\\fR(1)"]
    return name, "\n".join(lines) + "\n", verbs


def main(folder, version, date):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    waiting = [(json.load(sys.stdin)["command"], [])]
    while waiting:
        command, above = waiting.pop()
        path = above + [command["commandName"]]
        name, text, verbs = page(command, path, version, date)
        (folder / f"{name}.1").write_text(text)
        waiting += [(verb, path) for verb in verbs]


if __name__ == "__main__":
    main(*sys.argv[1:])
