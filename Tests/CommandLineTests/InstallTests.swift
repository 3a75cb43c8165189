import Foundation
import Testing

/// What `make dist` makes and `make install` does, without building a release.
@Suite struct InstallTests {
    private static let scripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("scripts/dist")

    private static let hasPython = ["/usr/bin/python3", "/usr/local/bin/python3"].contains {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// A folder that looks like that of `make dist`.
    private func tree(_ files: [String], in program: Program, content: String = "1") throws {
        for file in files { try program.write(content + "\n", to: "tree/" + file) }
        let script = try String(
            contentsOf: Self.scripts.appendingPathComponent("install.sh"), encoding: .utf8)
        try program.write(script, to: "tree/install.sh")
        _ = try program.shell("chmod 755 tree/bin/*", [])
    }

    private func files(below folder: URL) throws -> [String] {
        guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
        return try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
    }

    private static let listed = ["bin/lightbox", "share/man/man1/lightbox.1.gz"]

    @Test func whatIsInstalledIsRemovedWithoutATrace() throws {
        let program = try Program()
        try tree(Self.listed, in: program)
        try program.write("mine\n", to: "a place/share/man/man1/mine.1")
        let place = program.folder.appendingPathComponent("a place")
        let before = try files(below: place)
        let installed = try program.shell("sh tree/install.sh \"$1\"", [place.path])
        #expect(installed.status == 0, "\(installed.errors)")
        #expect(FileManager.default.isExecutableFile(atPath: place.path + "/bin/lightbox"))
        #expect(try files(below: place).count > before.count)
        let removed = try program.shell("sh tree/install.sh --uninstall \"$1\"", [place.path])
        #expect(removed.status == 0, "\(removed.errors)")
        #expect(try files(below: place) == before)
        #expect(
            try program.shell("sh tree/install.sh --uninstall \"$1\"", [place.path]).status == 1)
    }

    @Test func aPrefixThatItMadeGoesToo() throws {
        let program = try Program()
        try tree(Self.listed, in: program)
        let ending = try program.shell(
            "DESTDIR=$PWD/stage sh tree/install.sh /opt/x && ls stage/opt/x/bin "
                + "&& DESTDIR=$PWD/stage sh tree/install.sh --uninstall /opt/x", [])
        #expect(ending.status == 0 && ending.output.contains("lightbox\n"), "\(ending.errors)")
        let left = try files(below: program.folder.appendingPathComponent("stage"))
        #expect(left == ["opt"])
    }

    @Test func filesOfOthersStay() throws {
        let program = try Program()
        try tree(Self.listed, in: program)
        try program.write("another lightbox\n", to: "place/bin/lightbox")
        let ending = try program.shell("sh tree/install.sh place", [])
        #expect(ending.status == 73 && ending.errors.contains("place/bin/lightbox' is there"))
        let place = program.folder.appendingPathComponent("place")
        #expect(try files(below: place) == ["bin", "bin/lightbox"])
        #expect(
            try String(contentsOf: place.appendingPathComponent("bin/lightbox"), encoding: .utf8)
                == "another lightbox\n")
    }

    /// A newer version takes away what only the older one had.
    @Test func aNewVersionReplacesTheOld() throws {
        let program = try Program()
        try tree(Self.listed + ["share/old/page"], in: program)
        #expect(try program.shell("sh tree/install.sh place", []).status == 0)
        try FileManager.default.removeItem(at: program.folder.appendingPathComponent("tree/share"))
        try tree(Self.listed, in: program, content: "2")
        let ending = try program.shell("sh tree/install.sh place", [])
        #expect(ending.status == 0, "\(ending.errors)")
        let place = program.folder.appendingPathComponent("place")
        #expect(try !files(below: place).contains { $0.hasPrefix("share/old") })
        let text = try String(
            contentsOf: place.appendingPathComponent(Self.listed[1]), encoding: .utf8)
        #expect(text == "2\n")
        #expect(try program.shell("sh tree/install.sh --uninstall place", []).status == 0)
        #expect(try files(below: place).isEmpty)
    }

    /// Every verb that help shows has a page, and the formatter understands it.
    @Test(.enabled(if: hasPython)) func everyVerbHasAManualPage() throws {
        let program = try Program()
        let script = Self.scripts.appendingPathComponent("manual.py").path
        let ending = try program.shell(
            "\"$1\" --experimental-dump-help | python3 \"$2\" man 0.0.0 2026-01-01",
            ["lightbox", script])
        #expect(ending.status == 0, "\(ending.errors)")
        let pages = try files(below: program.folder.appendingPathComponent("man"))
        let snapshots = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Snapshots")
        let verbs = try files(below: snapshots).filter {
            $0.hasPrefix("help") && $0 != "help-task.txt"
        }
        let expected = verbs.map {
            $0.replacing("help", with: "lightbox").replacing(".txt", with: ".1")
        }
        #expect(pages == expected.sorted())
        let sweep = try String(
            contentsOf: program.folder.appendingPathComponent("man/lightbox-sweep.1"),
            encoding: .utf8)
        #expect(sweep.contains("\\fB\\-\\-retry\\-failed\\fR"))
        let lint = try program.shell(
            "command -v mandoc >/dev/null || exit 0; mandoc -T lint -W warning man/*.1", [])
        #expect(lint.status == 0, "\(lint.output)")
    }

    /// What is linked in has a component with a licence's text.
    @Test func everyPackageHasALicence() throws {
        struct Component: Decodable {
            let name: String
            let pin: String?
            let text: String
        }
        struct Resolved: Decodable {
            struct Pin: Decodable { let identity: String }
            let pins: [Pin]
        }
        let root = Self.scripts.deletingLastPathComponent().deletingLastPathComponent()
        func read<Value: Decodable>(_ path: String, as: Value.Type) throws -> Value {
            try JSONDecoder().decode(
                Value.self, from: Data(contentsOf: root.appendingPathComponent(path)))
        }
        let components = try read("scripts/dist/components.json", as: [Component].self)
        let pins = try read("Package.resolved", as: Resolved.self).pins.map(\.identity)
        #expect(Set(components.compactMap(\.pin)) == Set(pins))
        for component in components where component.text.hasPrefix("licences/") {
            let file = Self.scripts.appendingPathComponent(component.text)
            #expect(FileManager.default.fileExists(atPath: file.path), "\(component.name)")
        }
        // The letters of figures are drawn from a font, whose notice goes with every copy.
        #expect(components.contains { $0.name == "dejavu-fonts" })
    }

    /// The program's shared libraries are in the bill with their licences, and one that nobody named stops it.
    @Test(.enabled(if: hasPython)) func everySharedLibraryHasALicence() throws {
        let program = try Program()
        try program.write(
            """
            import importlib.util, json, pathlib, sys
            spec = importlib.util.spec_from_file_location("sbom", sys.argv[1])
            sbom = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(sbom)
            known = json.loads((pathlib.Path(sys.argv[1]).parent / "libraries.json").read_text())
            libraries = [
                ("libc.so.6", "libc6", "2.36"), ("libjpeg.so.62", "libjpeg62-turbo", "1:2.1.5"),
                ("libm.so.6", "libc6", "2.36"), ("libstdc++.so.6", None, None)]
            for part in sbom.shared_components(libraries, known, "libraries.json"):
                names = [p["value"] for p in part["properties"] if p["name"] == "lightbox:soname"]
                print(part["name"], part.get("version"), *names, part["licenses"][0]["expression"], sep="|")
            list(sbom.shared_components([("libnew.so.1", None, None)], known, "libraries.json"))
            """, to: "t.py")
        let script = Self.scripts.appendingPathComponent("sbom.py").path
        let ending = try program.shell("python3 t.py \"$1\"", [script])
        #expect(ending.status == 1)
        #expect(ending.errors == "sbom: libraries.json names no licence for libnew.so.1\n")
        #expect(
            ending.output == """
                GCC runtime|None|libstdc++.so.6|GPL-3.0-or-later WITH GCC-exception-3.1
                glibc|2.36|libc.so.6|libm.so.6|LGPL-2.1-or-later
                libjpeg-turbo|1:2.1.5|libjpeg.so.62|IJG AND BSD-3-Clause AND Zlib

                """)
    }

    /// The package of data keeps what is needed, and nothing in it moves to another name.
    @Test(.enabled(if: hasPython)) func icuDataKeepsWhatIsNeeded() throws {
        let program = try Program()
        try program.write(
            """
            import importlib.util, struct, sys
            spec = importlib.util.spec_from_file_location("icu", sys.argv[1])
            icu = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(icu)
            def package(items):
                offset = 4 + 8 * len(items)
                names = b"".join(n.encode() + b"\\0" for n, _ in items)
                start = (offset + len(names) + 15) // 16 * 16
                table, content = struct.pack("<I", len(items)), b""
                for name, item in items:
                    table += struct.pack("<II", offset, start + len(content))
                    offset += len(name) + 1
                    content += item
                head = struct.pack("<HBB", 32, 0xDA, 0x27).ljust(12, b"\\0") + b"CmnD"
                return head.ljust(32, b"\\0") + (table + names).ljust(start, b"\\0") + content
            kept = ["p/brkitr/root.res", "p/coll/root.res", "p/curr/en.res", "p/en.res", "p/pool.res",
                "p/zoneinfo64.res"]
            left = ["p/brkitr/thaidict.dict", "p/coll/zh.res", "p/de_AT.res", "p/euc-jp.cnv",
                "p/translit/root.res", "p/unames.icu"]
            make = lambda names: package([(n, n.encode().ljust(32, b".")) for n in sorted(names)])
            assert icu.trimmed(make(kept + left)) == make(kept)
            """, to: "t.py")
        let script = Self.scripts.appendingPathComponent("icu-data.py").path
        let ending = try program.shell("python3 t.py \"$1\"", [script])
        #expect(ending.status == 0, "\(ending.errors)")
    }
}
