#!/usr/bin/env python3
"""Writes what a program is made of as CycloneDX 1.5, and copies the licences of what is linked in.

usage: sbom.py PROGRAM VERSION EPOCH COMPONENTS.json PACKAGE.resolved SCRATCH TOOLCHAIN MAP FOLDER

Stops where the linker's map names an archive that no component owns, or where a text is missing.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import uuid
from datetime import datetime, timezone
from pathlib import Path

# Parts of the C toolchain: exceptions of their licences cover what they add to programs.
SYSTEM_ARCHIVES = re.compile(r"lib(gcc|gcc_eh|c_nonshared|pthread|dl|m|mvec|rt|util|clang_rt[\w.-]*)\.a")


def archives(map_file):
    """The names of the static libraries that the linker took something from."""
    return set(re.findall(r"(lib[\w.+-]+\.a)\b", map_file.read_text(errors="replace")))


def shared_libraries(program):
    """The shared libraries that the program names, with the Debian package and version of each."""
    listing = subprocess.run(["ldd", program], check=True, capture_output=True, text=True).stdout
    needed = subprocess.run(
        ["readelf", "-d", program], check=True, capture_output=True, text=True).stdout
    for name in sorted(re.findall(r"NEEDED.*\[(.+)\]", needed)):
        path = re.search(re.escape(name) + r" => (\S+)", listing)
        package = version = None
        if path and shutil.which("dpkg-query"):
            real = str(Path(path.group(1)).resolve())
            for candidate in (real, real.removeprefix("/usr")):
                found = subprocess.run(
                    ["dpkg-query", "-S", candidate], capture_output=True, text=True).stdout
                if found:
                    package = found.split(":")[0]
                    version = subprocess.run(
                        ["dpkg-query", "-W", "-f", "${Version}", package],
                        capture_output=True, text=True).stdout.split("\n")[0]
                    break
        yield name, package, version


def main(program, version, epoch, table, resolved, scratch, toolchain, map_file, folder):
    folder = Path(folder)
    licences = folder / "licences"
    licences.mkdir(parents=True, exist_ok=True)
    known = json.loads(Path(table).read_text())
    pins = {pin["identity"]: pin for pin in json.loads(Path(resolved).read_text())["pins"]}
    swift = re.search(
        r"Swift version (\S+)",
        subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout).group(1)

    owned = {name for component in known for name in component["archives"]}
    strangers = {
        name for name in archives(Path(map_file)) - owned if not SYSTEM_ARCHIVES.fullmatch(name)}
    if strangers:
        sys.exit(f"sbom: {table} names no component for {', '.join(sorted(strangers))}")
    if unknown := set(pins) - {component.get("pin") for component in known}:
        sys.exit(f"sbom: {table} names no component for {', '.join(sorted(unknown))}")

    places = {
        "checkouts": Path(scratch) / "checkouts", "toolchain": Path(toolchain),
        "licences": Path(table).parent / "licences"}
    components = []
    for component in known:
        pin = pins.get(component.get("pin"), {"state": {}})
        number = component.get("version", pin["state"].get("version"))
        number = swift if number == "toolchain" else number
        url = component.get("url", pin.get("location"))
        kind, _, path = component["text"].partition("/")
        shutil.copyfile(places[kind] / path, licences / f"{component['name']}.txt")
        purl = "pkg:swift/" + url.removeprefix("https://").removesuffix(".git") + f"@{number}"
        components.append({
            "type": "library", "bom-ref": purl, "name": component["name"], "version": number,
            "supplier": {"name": component["supplier"]}, "purl": purl,
            "licenses": [{"expression": component["licence"]}],
            "externalReferences": [{"type": "vcs", "url": url}],
            "properties": [{"name": "lightbox:linkage", "value": "static"}]})
    for name, package, number in shared_libraries(program):
        entry = {
            "type": "library", "bom-ref": f"system:{name}", "name": package or name,
            "properties": [
                {"name": "lightbox:linkage", "value": "dynamic"},
                {"name": "lightbox:soname", "value": name}]}
        if number:
            entry["version"] = number
        components.append(entry)

    digest = hashlib.sha256(Path(program).read_bytes()).hexdigest()
    own = f"pkg:generic/lightbox@{version}"
    text = json.dumps({
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        # The same program has the same bill, byte for byte.
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, digest)}",
        "metadata": {
            "timestamp": datetime.fromtimestamp(int(epoch), timezone.utc).isoformat(),
            "component": {
                "type": "application", "bom-ref": own, "name": "lightbox", "version": version,
                "purl": own, "licenses": [{"license": {"id": "Apache-2.0"}}],
                "hashes": [{"alg": "SHA-256", "content": digest}]}},
        "components": components,
        "dependencies": [{"ref": own, "dependsOn": [c["bom-ref"] for c in components]}],
    }, indent=2, ensure_ascii=False)
    (folder / "sbom.cdx.json").write_text(text + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
