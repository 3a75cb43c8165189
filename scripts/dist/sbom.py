#!/usr/bin/env python3
"""Writes what a program is made of as CycloneDX 1.5, and copies the licences of what is linked in.

usage: sbom.py PROGRAM VERSION EPOCH COMPONENTS.json PACKAGE.resolved SCRATCH TOOLCHAIN MAP FOLDER

What is linked in is in COMPONENTS.json, the shared libraries of the system in libraries.json beside it. Stops where
the linker's map names an archive, or the program a shared library, that neither owns, or where a text is missing.
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
        # The loader itself has a path and no arrow.
        path = re.search(r"^\s*(?:" + re.escape(name) + r" => )?(/\S*" + re.escape(name) + r") ", listing, re.MULTILINE)
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


def shared_components(libraries, known, table):
    """A component for each entry of `known` that the program uses; one entry may have several libraries."""
    owners = {stem: entry for entry in known for stem in entry["libraries"]}
    used = {}
    strangers = []
    for name, package, version in libraries:
        entry = owners.get(name.partition(".so")[0])
        if entry:
            used.setdefault(entry["name"], (entry, []))[1].append((name, package, version))
        else:
            strangers.append(name)
    if strangers:
        sys.exit(f"sbom: {table} names no licence for {', '.join(sorted(strangers))}")
    for name, (entry, files) in sorted(used.items()):
        properties = [{"name": "lightbox:linkage", "value": "dynamic"}]
        properties += [{"name": "lightbox:soname", "value": file} for file, _, _ in files]
        packages = sorted({package for _, package, _ in files if package})
        properties += [{"name": "lightbox:package", "value": package} for package in packages]
        component = {
            "type": "library", "bom-ref": "system:" + name.replace(" ", "-"), "name": name,
            "supplier": {"name": entry["supplier"]}, "licenses": [{"expression": entry["licence"]}],
            "externalReferences": [{"type": "website", "url": entry["url"]}],
            "properties": properties}
        if version := next((version for _, _, version in files if version), None):
            component["version"] = version
        yield component


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
    system = Path(table).parent / "libraries.json"
    components += shared_components(shared_libraries(program), json.loads(system.read_text()), system)

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
