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
        let root = DataRoot(option: data)
        let sets = DatasetPresence.all(below: root)
        var facts = [
            ("Lightbox", Version.text), ("Code", Version.code?.short ?? "unknown"),
            ("Processor", "\(Machine.processor), \(Machine.processors) usable"),
            ("Kernels", ComputeContext(threads: 1).cpu.rawValue), ("Formats", formats),
            ("Memory", memory), ("Store", store), ("Disk", disk), ("Data", root.url.path),
        ]
        for set in sets where DatasetRegistry.find(set.dataset)?.list != nil {
            facts.append(
                ("  " + set.dataset, set.images.map { Plural.count($0, "image") } ?? set.remark))
        }
        if !sets.contains(where: { $0.images != nil }), let hint = DatasetPresence.hint(below: root)
        {
            facts.append(("  hint", hint))
        }
        let shown = facts.map { (name: VisibleText.line($0), value: $1) }
        // A name that is longer than most does not push all values to the right.
        let width = min(24, max(12, shown.map { DisplayWidth.of($0.name) }.max() ?? 0))
        let columns = Screen(of: .standard)?.columns
        for (name, value) in shown {
            let gap = String(repeating: " ", count: max(0, width - DisplayWidth.of(name)) + 2)
            try Printer.standard.print(WrappedText.lines(name + gap, value, within: columns))
        }
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
