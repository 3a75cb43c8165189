import Datasets
import Foundation
import Imaging
import Launch
import Losses
import Metrics
import Models
import NN
import Reports
import Testing
import Training

/// What holds of every registry: one shape, names that are one's own, and tests that no entry escapes.
@Suite struct RegistryTests {
    /// A registry as its type shows it.
    struct Registry: Sendable, CustomTestStringConvertible {
        let type: String
        let names: [String]
        /// The name of what `find` finds.
        let find: @Sendable (String) -> String?
        /// What each entry says about itself; none of it is empty.
        let texts: [[String]]
        var testDescription: String { type }
    }

    static let registries = [
        Registry(
            type: "ModelRegistry", names: ModelRegistry.names,
            find: { ModelRegistry.find($0)?.name },
            texts: ModelRegistry.all.map { [$0.title, $0.citation] }),
        Registry(
            type: "ClassifierRegistry", names: ClassifierRegistry.names,
            find: { ClassifierRegistry.find($0)?.name },
            texts: ClassifierRegistry.all.map { [$0.title, $0.citation] }),
        Registry(
            type: "LossRegistry", names: LossRegistry.names,
            find: { LossRegistry.find($0)?.name },
            texts: LossRegistry.all.map { [$0.title, $0.citation] }),
        Registry(
            type: "OptimizerRegistry", names: OptimizerRegistry.names,
            find: { OptimizerRegistry.find($0)?.name },
            texts: OptimizerRegistry.all.map { [$0.citation] }),
        Registry(
            type: "MetricRegistry", names: MetricRegistry.names,
            find: { MetricRegistry.find($0)?.name },
            texts: MetricRegistry.all.map { [$0.title, $0.citation] }),
        Registry(
            type: "ClassificationMetricRegistry", names: ClassificationMetricRegistry.names,
            find: { ClassificationMetricRegistry.find($0)?.name },
            texts: ClassificationMetricRegistry.all.map { [$0.title, $0.citation] }),
        Registry(
            type: "ClasswiseMetricRegistry", names: ClasswiseMetricRegistry.names,
            find: { ClasswiseMetricRegistry.find($0)?.name },
            texts: ClasswiseMetricRegistry.all.map { [$0.title, $0.citation] }),
        Registry(
            type: "ProcedureRegistry", names: ProcedureRegistry.names,
            find: { ProcedureRegistry.find($0)?.name },
            texts: ProcedureRegistry.all.map { [$0.title, $0.citation] }),
        Registry(
            type: "DatasetRegistry", names: DatasetRegistry.names,
            find: { DatasetRegistry.find($0)?.name },
            texts: DatasetRegistry.all.map { [$0.title, $0.citation, $0.licence, $0.layout] }),
        Registry(
            type: "ImageFormatRegistry", names: ImageFormatRegistry.names,
            find: { ImageFormatRegistry.find($0)?.name },
            texts: ImageFormatRegistry.all.map { [$0.advice] + $0.endings }),
        Registry(
            type: "ReportRegistry", names: ReportRegistry.names,
            find: { ReportRegistry.find($0)?.name },
            texts: ReportRegistry.all.map { [$0.title, $0.summary] }),
        Registry(
            type: "LauncherRegistry", names: LauncherRegistry.names,
            find: { LauncherRegistry.find($0)?.name },
            texts: LauncherRegistry.all.map { [$0.summary] }),
    ]

    @Test(arguments: registries)
    func namesAreTheirOwn(registry: Registry) throws {
        let names = registry.names
        #expect(!names.isEmpty && Set(names.map { $0.lowercased() }).count == names.count)
        for name in names {
            #expect(
                name.wholeMatch(of: #/(published\/)?[A-Za-z0-9]+(-[a-z0-9]+)*/#) != nil, "\(name)")
            #expect(registry.find(name) == name && registry.find(name + "x") == nil, "\(name)")
        }
        #expect(registry.texts.count == names.count)
        #expect(registry.texts.allSatisfy { texts in texts.allSatisfy { !$0.isEmpty } })
    }

    /// What stands in one column of the store has names of one kind.
    @Test func namesOfOneColumnAreApart() {
        let metrics = MetricRegistry.names + ClassificationMetricRegistry.names
        #expect(Set(metrics).count == metrics.count)
        let networks = ModelRegistry.names + ClassifierRegistry.names
        #expect(Set(networks).count == networks.count)
    }

    /// Of every registry in the sources: it is listed above, has the shape of the others in a file of its
    /// name, and a test walks it.
    @Test func everyRegistryHasTheSameShapeAndATest() throws {
        let sources = try Repository.files(below: "Sources", ending: ".swift")
        var found: [String] = []
        let tests = try Repository.files(below: "Tests", ending: "Tests.swift")
            .filter { !$0.hasSuffix("/RegistryTests.swift") }.map(Repository.text)
        for path in sources {
            for match in try Repository.text(path).matches(of: #/enum (\w+Registry)\b/#) {
                let type = String(match.1)
                found.append(type)
                let text = try Repository.text(path)
                #expect(path.hasSuffix("/\(type).swift"), "\(path)")
                #expect(text.contains("a new one is one file and one line here."), "\(path)")
                #expect(text.contains("    public static let all: ["), "\(path)")
                #expect(
                    text.contains("    public static var names: [String] { all.map(\\.name) }"),
                    "\(path)")
                #expect(text.contains("    public static func find(_ name: String) -> "), "\(path)")
                #expect(
                    tests.contains { $0.contains("\(type).names") || $0.contains("\(type).all") },
                    "no test walks \(type)")
            }
        }
        #expect(found.sorted() == Self.registries.map(\.type).sorted())
    }
}
