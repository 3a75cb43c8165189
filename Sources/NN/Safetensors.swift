import Files
public import Foundation
public import TensorCore

/// Reads and writes tensors in the safetensors format (float32 only).
///
/// A file is 8 bytes with the length of a JSON header (little endian), the header (name to dtype,
/// shape and byte range; `__metadata__` holds strings), and the values, row-major and little endian.
public enum Safetensors {
    /// Headers longer than this are refused; the largest network here needs some 50 kB.
    static let longestHeader = 16 << 20

    /// Writes a file at once: other processes see the old file or the whole new one.
    ///
    /// The same tensors and metadata give the same bytes.
    ///
    /// - Throws: `SafetensorsError.unwritable`; the file that stood there is then untouched.
    public static func write(
        _ tensors: [NamedTensor], metadata: [String: String], to file: URL
    ) throws {
        let header = try SafetensorsHeader.encode(tensors, metadata: metadata, path: file.path)
        do {
            let output = try OutputFile(file.path)
            try output.write(header)
            for named in tensors { try output.write(named.tensor.bytes) }
            try output.commit()
        } catch OutputError.failed(let path, let reason) {
            throw SafetensorsError.unwritable(path: path, reason: reason)
        }
    }

    /// Reads a file; tensors come in the order of their bytes.
    ///
    /// - Throws: `SafetensorsError.unreadable` or `.malformed`; also where a value is not finite,
    ///   because no network works with it. No content of the file, however made, ends the process.
    public static func read(from file: URL, in context: ComputeContext) throws -> (
        tensors: [NamedTensor], metadata: [String: String]
    ) {
        try read(contents(of: file), path: file.path, in: context)
    }

    /// Reads the bytes of the file at `path`.
    public static func read(_ data: Data, path: String, in context: ComputeContext) throws -> (
        tensors: [NamedTensor], metadata: [String: String]
    ) {
        let header = try checkedHeader(data, path: path)
        let tensors = header.entries.map { entry in
            let bytes = data.dropFirst(entry.bytes.lowerBound).prefix(entry.bytes.count)
            return NamedTensor(
                name: entry.name,
                tensor: Tensor(bytes: bytes, shape: Shape(entry.shape), in: context))
        }
        return (tensors, header.metadata)
    }

    /// Looks whether the bytes of the file at `path` could be read.
    public static func check(_ data: Data, path: String) throws {
        _ = try checkedHeader(data, path: path)
    }

    /// What the bytes of a file say about its tensors.
    public static func metadata(of data: Data, path: String) throws -> [String: String] {
        try checkedHeader(data, path: path).metadata
    }

    private static func checkedHeader(_ data: Data, path: String) throws -> SafetensorsHeader {
        let header = try SafetensorsHeader.decode(data, path: path)
        try data.withUnsafeBytes { bytes in
            for entry in header.entries {
                for start in stride(from: entry.bytes.lowerBound, to: entry.bytes.upperBound, by: 4)
                {
                    let value = bytes.loadUnaligned(fromByteOffset: start, as: UInt32.self)
                    // All bits of the exponent: infinite, or not a number.
                    guard UInt32(littleEndian: value) & 0x7F80_0000 == 0x7F80_0000 else { continue }
                    throw SafetensorsError.malformed(
                        path: path,
                        reason: "a value of tensor '\(entry.name)' is "
                            + "\(Float(bitPattern: UInt32(littleEndian: value))), no finite number")
                }
            }
        }
        return header
    }

    private static func contents(of file: URL) throws -> Data {
        func unreadable(_ reason: String) -> SafetensorsError {
            .unreadable(path: file.path, reason: reason)
        }
        // A pipe is not waited for, and a device not read.
        let descriptor = open(file.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw unreadable(String(cString: strerror(errno))) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw unreadable("it is no regular file")
        }
        do { return try handle.readToEnd() ?? Data() } catch {
            throw unreadable(error.localizedDescription)
        }
    }
}
