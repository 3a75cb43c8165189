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
            for named in tensors {
                try named.tensor.withUnsafePointer { values in
                    try output.write(
                        UnsafeRawBufferPointer(start: values, count: named.tensor.count * 4))
                }
            }
            try output.commit()
        } catch OutputError.failed(let path, let reason) {
            throw SafetensorsError.unwritable(path: path, reason: reason)
        }
    }

    /// Reads a file; tensors come in the order of their bytes.
    ///
    /// - Throws: `SafetensorsError.unreadable` or `.malformed`. No content of the file, however
    ///   made, ends the process.
    public static func read(from file: URL, in context: ComputeContext) throws -> (
        tensors: [NamedTensor], metadata: [String: String]
    ) {
        let data = try contents(of: file)
        let header = try SafetensorsHeader.decode(data, path: file.path)
        let tensors = data.withUnsafeBytes { bytes in
            header.entries.map { entry in
                let tensor = Tensor(uninitialised: Shape(entry.shape), in: context)
                tensor.withUnsafeMutablePointer { destination in
                    UnsafeMutableRawBufferPointer(start: destination, count: entry.bytes.count)
                        .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[entry.bytes]))
                }
                return NamedTensor(name: entry.name, tensor: tensor)
            }
        }
        return (tensors, header.metadata)
    }

    private static func contents(of file: URL) throws -> Data {
        let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw SafetensorsError.unreadable(
                path: file.path, reason: String(cString: strerror(errno)))
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do { return try handle.readToEnd() ?? Data() } catch {
            throw SafetensorsError.unreadable(
                path: file.path, reason: error.localizedDescription)
        }
    }
}
