import ArgumentParser
import Console
import Datasets
import Domain
import Foundation
import Reports
import RunLog
import RunStore
import Server
import Specification
import Training
import Wording

/// `lightbox serve`
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve pages to watch, compare and understand runs, live.",
        discussion: """
            The pages only read the store, and may be open while sweeps write it. On 127.0.0.1 \
            nobody else reaches them; on another address every client needs the token that is \
            printed. With --log programs that use a client of MLflow log into the store; without it \
            nobody writes. Ctrl-C ends it.
            """)

    @Option(help: "Port to listen on; 0 for any that is free.")
    var port: UInt16 = 4300

    @Option(help: "Address of this machine to listen on, such as 0.0.0.0; needs a token then.")
    var address = "127.0.0.1"

    @Option(
        help: ArgumentHelp(
            "Another name under which browsers call this server (repeatable).", valueName: "host"))
    var name: [String] = []

    @Option(
        help: "Token that clients need; 'new' makes one. Without it one is made where it is needed."
    )
    var token: String?

    @Option(
        help: ArgumentHelp(
            "Folder of the data sets, for pictures (else the experiment's 'data:', else LIGHTBOX_DATA, else ./data)."
        ))
    var data: String?

    @Flag(
        help: ArgumentHelp(
            "Take runs of MLflow's clients: MLFLOW_TRACKING_URI is the address; makes the store where there is none."
        ))
    var log = false

    @Flag(help: "Open the page in the browser.")
    var open = false

    @OptionGroup var storeOption: StoreOption

    func validate() throws {
        if let token, token.utf8.count < 8 && token != "new" {
            throw ValidationError("--token is too short; expected 8 characters or more, or 'new'.")
        }
    }

    func run() throws {
        RunStore.limitQueryMemory(to: 96_000_000)
        // An older store is brought up to date as all verbs do.
        if log { try storeOption.openForWriting().close() }
        try storeOption.openForReading().close()
        let isLocal = ["127.0.0.1", "::1", "localhost"].contains(address)
        let token =
            self.token == "new" || (self.token == nil && !isLocal)
            ? PageServer.newToken() : self.token
        let site = try Site(store: storeOption.url, parts: try parts())
        let server = try PageServer(
            site: site, host: address == "localhost" ? "127.0.0.1" : address, port: port,
            names: name, token: token,
            api: try log ? MLflowAPI(store: storeOption.url, version: Version.text) : nil)
        try Printer.standard.print("Lightbox shows \(storeOption.store) at \(server.address)")
        if !isLocal {
            Printer.errors.say(
                "lightbox: other machines reach this address; what they send and get is not encrypted"
            )
        }
        if open { Self.openBrowser(server.address) }
        Task {
            do {
                try await server.run()
            } catch {
                Ending.end(error)
            }
        }
        dispatchMain()
    }

    private func parts() throws -> Site.Parts {
        var parts = Site.Parts(
            vocabulary: .registries,
            defaults: ReportVocabulary.registries.settingDefaults,
            cellsWithoutRun: { experiment in
                experiment.cellsWithoutRun(Catalogue.vocabulary)
                    .map { cell in CellWithoutRun { cell.text(of: $0) } }
            }, pictures: nil)
        if let pictures = try pictures() {
            parts.pictures = { run, images, weights in
                try pictures.pictures(of: run, named: images, weights: weights)
            }
            parts.masks = { run, weights in pictures.origin(of: run, weights: weights) }
        }
        return parts
    }

    /// Pictures from the data sets, where their folder is there.
    private func pictures() throws -> OverlayPictures? {
        let store = try storeOption.openForReading()
        let root = DataRoot(option: data)
        let isThere = FileManager.default.fileExists(atPath: root.url.path)
        guard try isThere || data == nil && ExperimentData.isAny(in: store) else {
            guard data == nil else {
                throw CommandFailure(
                    .noInput, "--data names '\(root.url.path)', which is not there")
            }
            return nil
        }
        return OverlayPictures(store: store, weights: .best, data: data)
    }

    private static func openBrowser(_ address: String) {
        #if os(macOS)
            let program = "open"
        #else
            let program = "xdg-open"
        #endif
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program, address]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch {
            Printer.errors.say("lightbox: no browser could be opened; open \(address)")
        }
    }
}
