import Foundation
import TensorCore
import Testing

@testable import NN

struct SafetensorsTests {
    private let context = ComputeContext(threads: 1)
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appending(path: "safetensors-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func sample() -> [NamedTensor] {
        [
            NamedTensor(
                name: "b.weight",
                tensor: Tensor(
                    [1, -2.5, .pi, 0, .leastNonzeroMagnitude, 3e38], shape: Shape(2, 3), in: context
                )),
            NamedTensor(name: "a.\"bias\" é", tensor: Tensor([7], shape: Shape(1), in: context)),
            NamedTensor(name: "empty", tensor: Tensor([], shape: Shape(0, 4), in: context)),
            NamedTensor(name: "scalar", tensor: Tensor([-1], shape: Shape([]), in: context)),
        ]
    }

    @Test func whatIsWrittenIsRead() throws {
        let file = folder.appending(path: "a.safetensors")
        let metadata = ["model": "unet", "note": "a\nb \"c\" / é"]
        try Safetensors.write(sample(), metadata: metadata, to: file)
        let (tensors, found) = try Safetensors.read(from: file, in: context)
        #expect(found == metadata)
        #expect(tensors.map(\.name) == sample().map(\.name))
        for (read, written) in zip(tensors, sample()) {
            #expect(read.tensor.shape == written.tensor.shape)
            #expect(read.tensor.values.map(\.bitPattern) == written.tensor.values.map(\.bitPattern))
        }
        let bytes = try Data(contentsOf: file)
        try Safetensors.write(sample(), metadata: metadata, to: file)
        #expect(try Data(contentsOf: file) == bytes)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names == ["a.safetensors"])
    }

    @Test func layoutIsThatOfTheFormat() throws {
        let file = folder.appending(path: "a.safetensors")
        let one = NamedTensor(name: "x", tensor: Tensor([1, 2], shape: Shape(2), in: context))
        try Safetensors.write([one], metadata: [:], to: file)
        let header = #"{"x":{"data_offsets":[0,8],"dtype":"F32","shape":[2]}}  "#
        let expected =
            Data([56, 0, 0, 0, 0, 0, 0, 0]) + Data(header.utf8)
            + Data([0, 0, 0x80, 0x3f, 0, 0, 0, 0x40])
        #expect(try Data(contentsOf: file) == expected)
    }

    @Test("refuses", arguments: HostileFiles.all)
    func hostile(name: String, bytes: Data) throws {
        let file = folder.appending(path: "bad.safetensors")
        try bytes.write(to: file)
        let error = #expect(throws: SafetensorsError.self) {
            _ = try Safetensors.read(from: file, in: context)
        }
        #expect(error?.description.contains("bad.safetensors") == true)
    }

    @Test("any cut of a good file is refused")
    func truncated() throws {
        let file = folder.appending(path: "a.safetensors")
        try Safetensors.write(sample(), metadata: ["a": "b"], to: file)
        let bytes = try Data(contentsOf: file)
        for count in 0..<bytes.count {
            try bytes.prefix(count).write(to: file)
            #expect(throws: SafetensorsError.self) {
                _ = try Safetensors.read(from: file, in: context)
            }
        }
    }

    @Test("values that are no numbers are refused", arguments: [Float.nan, .infinity, -.infinity])
    func notFinite(value: Float) throws {
        let file = folder.appending(path: "a.safetensors")
        let bad = NamedTensor(name: "x", tensor: Tensor([1, value], shape: Shape(2), in: context))
        try Safetensors.write([sample()[0], bad], metadata: [:], to: file)
        let error = #expect(throws: SafetensorsError.self) {
            _ = try Safetensors.read(from: file, in: context)
        }
        #expect(error?.description.contains("tensor 'x'") == true)
        #expect(throws: SafetensorsError.self) {
            try Safetensors.check(Data(contentsOf: file), path: "a")
        }
    }

    @Test("a pipe is not waited for and a device not read", arguments: ["pipe", "/dev/zero"])
    func noFile(path: String) throws {
        let file = path.hasPrefix("/") ? URL(fileURLWithPath: path) : folder.appending(path: path)
        if path == "pipe" { try #require(mkfifo(file.path, 0o600) == 0) }
        #expect(
            throws: SafetensorsError.unreadable(path: file.path, reason: "it is no regular file")
        ) {
            _ = try Safetensors.read(from: file, in: context)
        }
    }

    @Test func missingFileIsNamed() {
        let file = folder.appending(path: "nowhere.safetensors")
        #expect(
            throws: SafetensorsError.unreadable(
                path: file.path, reason: "No such file or directory")
        ) {
            _ = try Safetensors.read(from: file, in: context)
        }
    }

    @Test func failedWriteLeavesTheOldFile() throws {
        let file = folder.appending(path: "a.safetensors")
        try Safetensors.write(sample(), metadata: [:], to: file)
        let bytes = try Data(contentsOf: file)
        let twice = [sample()[0], sample()[0]]
        #expect(throws: SafetensorsError.self) {
            try Safetensors.write(twice, metadata: [:], to: file)
        }
        #expect(try Data(contentsOf: file) == bytes)
        #expect(throws: SafetensorsError.self) {
            try Safetensors.write(
                sample(), metadata: [:], to: folder.appending(path: "no/folder.safetensors"))
        }
    }
}

/// Files that no honest program writes.
private enum HostileFiles {
    private static func file(_ header: String, body: Int = 0, length: UInt64? = nil) -> Data {
        let length = length ?? UInt64(header.utf8.count)
        return withUnsafeBytes(of: length.littleEndian) { Data($0) } + Data(header.utf8)
            + Data(count: body)
    }

    static let all: [(String, Data)] = [
        ("empty file", Data()),
        ("seven bytes", Data(count: 7)),
        ("header beyond the end", file("{}", length: 100)),
        ("huge header", file("{}", length: .max)),
        ("no JSON", file("{{{{")),
        ("array", file("[]")),
        ("number for a tensor", file(#"{"x":3}"#)),
        ("deep nesting", file(String(repeating: "[", count: 100_000))),
        ("other type", file(#"{"x":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}"#, body: 8)),
        (
            "negative extent",
            file(#"{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, body: 4)
        ),
        (
            "overflowing shape",
            file(
                #"{"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#)
        ),
        (
            "three offsets",
            file(#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}"#, body: 8)
        ),
        ("no offsets", file(#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[]}}"#, body: 4)),
        ("negative offset", file(#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#)),
        ("reversed", file(#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, body: 4)),
        ("past the end", file(#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, body: 4)),
        ("left over", file(#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, body: 9)),
        ("gap", file(#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, body: 8)),
        (
            "shared bytes",
            file(
                #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
                    + #""y":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, body: 4)
        ),
        ("metadata of numbers", file(#"{"__metadata__":{"a":1}}"#)),
    ]
}
