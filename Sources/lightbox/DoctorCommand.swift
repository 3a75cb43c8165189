import ArgumentParser
import Console
import Datasets
import Foundation
import Imaging
import RunStore
import Runner
import TensorCore
import Wording

/// `lightbox doctor`
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Show what this machine has, and what is missing.")

    @Option(help: "Folder of the data sets (else LIGHTBOX_DATA, else ./data).")
    var data: String?

    @OptionGroup var storeOption: StoreOption

    func run() throws {
        try line("Lightbox", Version.text)
        try line("Code", Version.code?.short ?? "unknown")
        try line("Processor", "\(Machine.processor), \(Machine.processors) usable")
        try line("Kernels", ComputeContext(threads: 1).cpu.rawValue)
        try line("Formats", formats)
        try line("Memory", memory)
        try line("Store", store)
        try line("Disk", disk)
        let root = DataRoot(option: data)
        try line("Data", root.url.path)
        let sets = DatasetPresence.all(below: root)
        for set in sets where DatasetRegistry.find(set.dataset)?.list != nil {
            try line(
                "  " + set.dataset, set.images.map { Plural.count($0, "image") } ?? set.remark)
        }
        if !sets.contains(where: { $0.images != nil }), let hint = DatasetPresence.hint(below: root)
        {
            try line("  hint", hint)
        }
    }

    private func line(_ name: String, _ value: String) throws {
        try Printer.standard.print(
            name + String(repeating: " ", count: max(1, 14 - name.count)) + value)
    }

    /// What images are read, and what this program was built without.
    private var formats: String {
        let missing = ImageFormatRegistry.libraries.filter { !$0.isThere }
        guard !missing.isEmpty else { return ImageFormatRegistry.list() }
        let lacks = missing.map { "\($0.purpose) (\($0.name), package \($0.package))" }
        return ImageFormatRegistry.list() + "; built without " + lacks.joined(separator: ", ")
    }

    private var memory: String {
        guard let total = Machine.memory, let free = Machine.availableMemory else {
            return "unknown"
        }
        return "\(gigabytes(free)) of \(gigabytes(total)) free"
    }

    private var store: String {
        do {
            let runs = try storeOption.openForReading().runNumbers().count
            return "\(storeOption.store), \(Plural.count(runs, "run")), SQLite "
                + RunStore.sqliteVersion
        } catch {
            return Sentence.of(error)
        }
    }

    private var disk: String {
        var folder = storeOption.url.deletingLastPathComponent()
        while !FileManager.default.fileExists(atPath: folder.path), folder.path != "/" {
            folder.deleteLastPathComponent()
        }
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder.path)
        let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value
        return free.map { "\(gigabytes($0)) free" } ?? "unknown"
    }

    private func gigabytes(_ bytes: Int64) -> String {
        ResultNumber.short((Double(bytes) / 1e8).rounded() / 10) + " GB"
    }
}
