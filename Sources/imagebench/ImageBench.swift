import Datasets
import Foundation
import Imaging

/// Times decoding and reduction: `imagebench [--rounds N] [FILE …]`; or writes what is decoded:
/// `imagebench --pixels FILE` (a line of width, height and white, then 16-bit little-endian pixels).
///
/// Without files it draws one Montgomery phantom of the original size and uses that. Times are
/// processor seconds of one thread, so that other work on the machine counts little; the fastest
/// round is reported. `benchmarks/peer_images.py` times Pillow and OpenCV on the same files.
@main
enum ImageBench {
    static func main() {
        do {
            try run()
        } catch {
            print("imagebench: \(error)")
            exit(1)
        }
    }

    private static func run() throws {
        var files: [URL] = []
        var rounds = 7
        var arguments = CommandLine.arguments.dropFirst()
        while let argument = arguments.popFirst() {
            if argument == "--pixels", let path = arguments.popFirst() {
                return try writePixels(of: URL(fileURLWithPath: path))
            } else if argument == "--rounds" {
                rounds = max(arguments.popFirst().flatMap(Int.init) ?? rounds, 1)
            } else {
                files.append(URL(fileURLWithPath: argument))
            }
        }
        if files.isEmpty { files = [try drawnFile()] }
        for file in files { try time(file, rounds: rounds) }
    }

    private static func writePixels(of file: URL) throws {
        let image = try ImageFile.decode(ImageFile.bytes(of: file), name: file.path)
        var data = Data("\(image.width) \(image.height) \(image.maximum)\n".utf8)
        for pixel in image.pixels {
            data.append(contentsOf: [UInt8(pixel & 255), UInt8(pixel >> 8)])
        }
        try FileHandle.standardOutput.write(contentsOf: data)
    }

    private static func time(_ file: URL, rounds: Int) throws {
        let bytes = try ImageFile.bytes(of: file)
        let info = try ImageFile.info(bytes, name: file.path)
        let pixels = Double(info.width * info.height)
        var best = Double.infinity
        for _ in 0..<rounds {
            let start = processorSeconds
            _ = try ImageFile.reduce(bytes, name: file.path, width: 128, height: 128)
            best = min(best, processorSeconds - start)
        }
        print(
            "\(file.lastPathComponent): \(info.width) x \(info.height), \(info.bitDepth) bit,",
            "\(bytes.count / 1000) kB: decode + reduce to 128 x 128 \(rounded(best * 1000)) ms,",
            "\(rounded(pixels / best / 1e6)) megapixels/s, peak memory \(peakMegabytes) MB")
    }

    /// One full-size phantom in the working directory's build folder.
    private static func drawnFile() throws -> URL {
        let folder = URL(fileURLWithPath: ".build/imagebench")
        let options = PhantomOptions(count: 1, size: .original, seed: 1)
        let images = try PhantomWriter(layout: .mcx, options: options).write(to: folder)
        return images.appendingPathComponent("MCUCXR_0001_0.png")
    }

    private static var processorSeconds: Double {
        Double(clock()) / Double(CLOCKS_PER_SEC)
    }

    private static var peakMegabytes: Int {
        var usage = rusage()
        #if canImport(Darwin)
            getrusage(RUSAGE_SELF, &usage)
            return Int(usage.ru_maxrss) / 1_000_000
        #else
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            return Int(usage.ru_maxrss) / 1000
        #endif
    }

    private static func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
