public import Domain
public import Files
public import Imaging
internal import Wording

/// What can be wrong with a data set on disk or with a request for one.
public enum DatasetError: Error, Equatable, Sendable, CustomStringConvertible {
    /// No registry entry has this name.
    case unknown(name: String, nearest: String?, known: [String])
    /// The data set's folder is in none of the places searched below the data folder.
    case missingFolder(dataset: String, searched: [String], root: DataRoot)
    /// A folder cannot be listed.
    case unreadableFolder(path: String, reason: String)
    /// The folder is there but holds no image.
    case noImages(dataset: String, folder: String, leftOut: String = "")
    /// A file's name does not have the form that carries its label.
    case badName(path: String, expected: String)
    /// Images lack the mask that the data set promises for each.
    case imageWithoutMask(dataset: String, image: String, expected: String, count: Int)
    /// Masks belong to no image.
    case maskWithoutImage(dataset: String, mask: String, expected: String, count: Int)
    /// Two files claim the same example.
    case duplicate(dataset: String, id: String, paths: [String])
    /// The names of DICOM files give their patients away; `first` is the place of the first of them
    /// among the folder's images, since its name must not be shown.
    case namesPatients(dataset: String, folder: String, first: Int, count: Int)
    /// A table cannot be understood.
    case badTable(path: String, line: Int, reason: String)
    /// A folder's `dataset.yaml` cannot be understood.
    case badDescription(path: String, line: Int, column: Int, reason: String)
    /// Structures that the data set does not have, or has once.
    case structures(dataset: String, StructureError)
    /// The content is such that training on it would mislead.
    case unsound(dataset: String, finding: DatasetFinding)
    /// An image file is broken.
    case image(ImagingError)
    /// The images of a data set cannot train without labels beside those of another.
    case unlabelled(other: String, dataset: String, UnlabelledFault)
    /// The examples cannot be divided as asked.
    case cannotSplit(dataset: String, reason: String)
    /// A phantom cannot be drawn or written as asked.
    case badPhantom(reason: String)
    /// A file stands where a phantom should be drawn, and was not drawn.
    case notDrawn(path: String)
    /// Another drawing is there, of which files would stay that do not belong to the new one.
    case otherDrawing(folder: String, left: Int, first: String)
    /// An image, of a folder to draw into, that is no phantom.
    case notDrawnBeside(path: String)
    /// A file cannot be written.
    case output(OutputError)

    /// True when the input is absent (exit status 66); else it is bad (65).
    public var isMissingInput: Bool {
        switch self {
        case .missingFolder, .unreadableFolder, .noImages: true
        case .image(.unreadable): true
        default: false
        }
    }

    /// One sentence: what, where, found, expected.
    public var description: String {
        switch self {
        case .unknown(let name, let nearest, let known):
            "unknown dataset '\(name)'" + NearestName.suffix(nearest: nearest, known: known)
        case .missingFolder(let dataset, let searched, let root):
            "dataset '\(dataset)' not found (data folder from \(root.origin)); looked for "
                + searched.joined(separator: ", ")
                + (root.advice(insteadOf: dataset) ?? "; name the folder above it with --data")
        case .unreadableFolder(let path, let reason): "cannot list folder \(path): \(reason)"
        case .noImages(let dataset, let folder, let leftOut):
            "dataset '\(dataset)' has no images in \(folder)"
                + (leftOut.isEmpty ? "" : ", but \(leftOut)")
        case .badName(let path, let expected):
            "\(path) does not have an expected name: \(expected)"
        case .imageWithoutMask(_, let image, let expected, let count):
            "image \(image) has no mask, expected \(expected)" + Self.more(count)
        case .maskWithoutImage(_, let mask, let expected, let count):
            "mask \(mask) has no image, expected \(expected)" + Self.more(count)
        case .duplicate(let dataset, let id, let paths):
            "dataset '\(dataset)' has '\(id)' more than once: " + paths.joined(separator: ", ")
        case .namesPatients(_, let folder, let first, let count):
            "image \(first) by name in \(folder) is named after its patient (by ID, name or birth "
                + "date); rename it, or list it in labels.csv if the name is no secret"
                + Self.more(count)
        case .badTable(let path, let line, let reason): "\(path), line \(line): \(reason)"
        case .badDescription(let path, let line, let column, let reason):
            "\(path):\(line):\(column): \(reason)"
        case .structures(let dataset, .unknown(let name, let known)):
            "data set '\(dataset)' has no structure '\(name)'"
                + NearestName.suffix(name, in: known)
        case .structures(_, .repeated(let name)):
            "structures names '\(name)' twice; expected each once"
        case .unsound(let dataset, let finding):
            "dataset '\(dataset)' is not sound: \(finding.sentence) (lightbox data check"
                + (finding.kind == .lostMask ? " --image SIDE" : "") + " names all)"
        case .image(let error): error.description
        case .unlabelled(let other, let dataset, let fault):
            "'\(other)' cannot be unlabelled beside '\(dataset)': \(fault.reason)"
        case .cannotSplit(let dataset, let reason): "cannot split '\(dataset)': \(reason)"
        case .badPhantom(let reason): "cannot make a phantom dataset: \(reason)"
        case .notDrawn(let path):
            "\(path) is there and is no phantom; expected a folder without it (--replace draws over "
                + "it)"
        case .otherDrawing(let folder, let left, let first):
            "\(folder) holds another drawing, of which \(Plural.count(left, "file")) would stay beside "
                + "the new one (such as \(first)); expected another folder, or the drawing that is "
                + "there (--replace mixes the two)"
        case .notDrawnBeside(let path):
            "\(path) lies where phantoms would be drawn and is none; expected a folder without "
                + "such images, which would all count as phantoms (--replace draws among them)"
        case .output(let error): error.description
        }
    }

    /// Runs work on an image file; its error becomes `.image`.
    public static func wrapping<Outcome>(
        _ body: () throws(ImagingError) -> Outcome
    ) throws(DatasetError) -> Outcome {
        do throws(ImagingError) {
            return try body()
        } catch {
            throw .image(error)
        }
    }

    /// Writes a file; its error becomes `.output`.
    static func writing<Outcome>(
        _ body: () throws(OutputError) -> Outcome
    ) throws(DatasetError) -> Outcome {
        do throws(OutputError) {
            return try body()
        } catch {
            throw .output(error)
        }
    }

    private static func more(_ count: Int) -> String {
        count > 1 ? " (and \(count - 1) more like it)" : ""
    }
}
