// swift-tools-version: 6.1
import PackageDescription

/// Settings shared by every Swift target.
let swift: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let sockets = Target.Dependency.product(name: "FlyingSocks", package: "FlyingFox")
let arguments = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")

/// Optimised in debug builds too: the tests train networks. To compile so takes four times as long.
let optimised = swift + [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// A release carries the Swift runtime, with what that needs where it is no library of its own: a verb
/// starts in about three quarters of the time.
let carriesRuntime = LinkerSetting.unsafeFlags(
    ["-static-stdlib"]
        + ["CoreFoundation", "_FoundationICU", "_FoundationCShims", "_FoundationCollections"]
        .map { "-l" + $0 },
    .when(platforms: [.linux], configuration: .release))

/// A target of `Sources/`; arrows point down only (docs/architecture.md draws them). `computes` is what
/// works on pixels, weights and samples.
func module(_ name: String, _ dependencies: [Target.Dependency] = [], computes: Bool = false)
    -> Target
{
    .target(
        name: name, dependencies: dependencies, swiftSettings: computes ? optimised : swift)
}

/// A test target that mirrors one of `Sources/`. `fixtures` copies its folder `Fixtures`.
func tests(_ name: String, _ dependencies: [Target.Dependency] = [], fixtures: Bool = false)
    -> Target
{
    .testTarget(
        name: name + "Tests",
        dependencies: [.target(name: name), "TestSupport"] + dependencies,
        exclude: fixtures ? ["Fixtures"] : [],
        swiftSettings: swift)
}

let package = Package(
    name: "Lightbox",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "lightbox", targets: ["lightbox"]),
        .executable(name: "kernelbench", targets: ["kernelbench"]),
        // What other programs may import; each has a catalogue of documentation.
        .library(name: "RunStore", targets: ["RunStore"]),
        .library(name: "Metrics", targets: ["Metrics", "Domain"]),
        .library(name: "Imaging", targets: ["Imaging"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
    ],
    targets: [
        .executableTarget(
            name: "lightbox",
            dependencies: [
                "Launch", "Inference", "Runner", "Assembly", "Specification", "Settings", "Reports",
                "Server", "RunLog", "RunStore", "Models", "Losses", "Metrics", "Statistics",
                "Datasets",
                "Domain",
                "Imaging", "Training", "NN", "ONNX", "TensorCore", "CodeStamp", "Console", "Files",
                "Hashing", "Wording", arguments,
            ],
            swiftSettings: swift, linkerSettings: [carriesRuntime]),
        .executableTarget(
            name: "kernelbench",
            dependencies: [
                "TensorCore", "NN", "Models", "Losses", "Datasets", "Domain", "Training",
                "Settings", "COpenBLAS",
                arguments,
            ],
            swiftSettings: swift),
        .executableTarget(
            name: "imagebench", dependencies: ["Imaging", "Datasets"], swiftSettings: swift),
        .executableTarget(
            name: "storebench", dependencies: ["RunStore", "Domain", "Files", arguments],
            swiftSettings: swift),
        .executableTarget(
            name: "searchbench", dependencies: ["Search", "Specification", "Domain", "RunStore"],
            swiftSettings: swift),
        .executableTarget(
            name: "statisticsbench", dependencies: ["Statistics", "RunStore", "Domain", arguments],
            swiftSettings: optimised),
        module("RunLog", ["RunStore", "Settings", "Hashing", "ProtocolBuffers", "Domain", yams]),
        module("Server", ["Reports", "RunLog", "RunStore", "Domain", "Hashing", "Files", sockets]),
        module(
            "Reports",
            [
                "Statistics", "RunStore", "Domain", "Imaging", "Hashing", "ProtocolBuffers",
                "Files",
                "Wording",
            ]),
        module(
            "Launch",
            [
                "Search", "Runner", "Assembly", "Specification", "Training", "Datasets", "Domain",
                "RunStore",
                "Files", "Wording",
            ]),
        module(
            "Search",
            [
                "Runner", "Assembly", "Specification", "Training", "Domain", "RunStore",
                "TensorCore",
            ], computes: true),
        module(
            "Runner",
            [
                "Inference", "Assembly", "Specification", "Training", "Metrics", "Datasets",
                "Domain", "NN", "TensorCore", "Settings",
                "RunStore", "Hashing", "Console", "Wording",
            ]),
        module(
            "Inference",
            [
                "Assembly", "Specification", "Training", "Models", "Datasets", "Domain", "NN",
                "TensorCore", "ONNX",
                "Imaging", "RunStore",
            ], computes: true),
        module(
            "Assembly",
            [
                "Specification", "Programs", "Training", "Models", "Losses", "Metrics", "Datasets",
                "Domain", "NN", "Settings", "TensorCore", "RunStore", "Files", "Hashing",
            ]),
        module(
            "Specification",
            [
                "Programs", "Training", "Models", "Losses", "Metrics", "Settings", "Domain",
                "RunStore",
                "Wording", "Documents", yams,
            ]),
        // Cells that a program of the user's trains: the protocol, the process, its predictions.
        module(
            "Programs",
            [
                "Training", "Metrics", "Datasets", "Domain", "Imaging", "NN", "TensorCore", "Files",
                "Hashing", "Processes", "Wording",
            ], computes: true),
        module(
            "Training",
            ["NN", "Losses", "Metrics", "Datasets", "Settings", "Domain", "Hashing"], computes: true
        ),
        module("Models", ["NN", "Settings", "TensorCore"], computes: true),
        module("Losses", ["Settings", "TensorCore"], computes: true),
        module("Metrics", ["Statistics", "Domain"], computes: true),
        module(
            "Datasets",
            ["Domain", "Imaging", "TensorCore", "Hashing", "Files", "Wording", "Documents", yams],
            computes: true),
        module("NN", ["Settings", "TensorCore", "Files"], computes: true),
        module("ONNX", ["TensorCore", "ProtocolBuffers"], computes: true),
        module("TensorCore", ["CKernels"], computes: true),
        module("Imaging", ["CImageCodecs", "Domain", "Files"], computes: true),
        module("RunStore", ["Domain", "Hashing", "Files", grdb, sqlite]),
        module("Settings", ["Domain"]),
        module("Statistics", computes: true),
        module("Domain", computes: true),
        module("Files", ["Hashing"], computes: true),
        module("Hashing", computes: true),
        module("ProtocolBuffers", computes: true),
        module("Console", ["Processes", "Wording"]),
        module("Processes"),
        module("Wording"),
        module("Documents", [yams]),
        // What the program was built from; written anew by its plugin whenever a source changes.
        .target(name: "CodeStamp", swiftSettings: swift, plugins: ["CodeStampPlugin"]),
        .plugin(name: "CodeStampPlugin", capability: .buildTool()),
        .target(
            name: "CKernels",
            cSettings: [.unsafeFlags(["-O3", "-std=c11", "-fno-math-errno", "-Wall", "-Wextra"])]),
        .target(
            name: "CImageCodecs",
            dependencies: ["CPNG", "CGIF", "CJPEG", "COpenJPEG"],
            cSettings: [.unsafeFlags(["-O3", "-std=c11", "-Wall", "-Wextra"])],
            linkerSettings: [.linkedLibrary("z")]),
        .systemLibrary(
            name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(name: "CGIF", pkgConfig: "libgif", providers: [.apt(["libgif-dev"])]),
        // A build does without these two: the C sources look whether their headers are there.
        .systemLibrary(
            name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg62-turbo-dev"])]),
        .systemLibrary(
            name: "COpenJPEG", pkgConfig: "libopenjp2", providers: [.apt(["libopenjp2-7-dev"])]),

        .target(
            name: "TestSupport",
            dependencies: ["NN", "Settings", "TensorCore", "ProtocolBuffers"],
            path: "Tests/TestSupport",
            swiftSettings: optimised),
        tests("Hashing"),
        tests("Console", ["Processes", "Wording"]),
        tests("Wording"),
        tests("Processes"),
        tests("Files", ["Hashing"]),
        tests("TensorCore"),
        tests("NN", ["TensorCore"]),
        tests("ONNX", ["Models", "NN", "Settings", "TensorCore"]),
        tests("ProtocolBuffers"),
        tests("Models", ["NN", "Losses", "Settings", "TensorCore"], fixtures: true),
        tests("Losses", ["Settings", "TensorCore"]),
        tests("Settings"),
        tests("Domain"),
        tests("Statistics", fixtures: true),
        tests("Metrics", ["Domain", "TensorCore"], fixtures: true),
        tests("Imaging", ["Domain", "Hashing"], fixtures: true),
        tests("Datasets", ["Domain", "Imaging"]),
        tests(
            "Training",
            [
                "NN", "Models", "Losses", "Metrics", "Datasets", "Settings", "Domain", "Hashing",
                "TensorCore",
            ],
            fixtures: true),
        tests("Programs", ["Processes", "Domain"]),
        tests("RunStore", ["Domain", "Files", grdb], fixtures: true),
        tests(
            "Specification",
            [
                "Assembly", "Programs", "Training", "Models", "Losses", "NN", "Settings",
                "TensorCore",
                "Domain", "RunStore", "Wording", grdb,
            ]),
        tests(
            "Assembly",
            [
                "Specification", "Models", "Losses", "Metrics", "Training", "Datasets", "Settings",
                "Domain", "RunStore", "TensorCore", "Hashing",
            ]),
        tests("Inference", ["RunStore"]),
        tests(
            "Runner",
            [
                "Assembly", "Specification", "Models", "Losses", "Metrics", "Training", "Datasets",
                "Domain",
                "RunStore", "TensorCore",
            ]),
        tests(
            "Search",
            [
                "RunnerTests", "Runner", "Assembly", "Specification", "Domain", "RunStore",
                "TensorCore",
            ]),
        tests(
            "Launch",
            [
                "RunnerTests", "Runner", "Assembly", "Specification", "Training", "Datasets",
                "Domain",
                "RunStore", "Wording",
            ]),
        tests("RunLog", ["RunStore", "Reports", "Hashing", "ProtocolBuffers", "Domain"]),
        tests("Server", ["RunLog", "RunStore", "Reports", "Domain"]),
        tests(
            "Reports",
            ["Statistics", "RunStore", "Domain", "Hashing", "ProtocolBuffers", "Imaging"],
            fixtures: true),
        .testTarget(
            name: "CommandLineTests",
            dependencies: [
                "lightbox", "storebench", "TestSupport", "RunStore", "Metrics", "Imaging", "Domain",
                "Files", "CodeStamp", "Datasets", "Launch", "Losses", "Models", "NN", "Reports",
                "Processes", "Settings", "Specification", "TensorCore", "Training", grdb, yams,
                arguments,
            ],
            exclude: ["Snapshots", "Releases"], swiftSettings: swift),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c11
)
