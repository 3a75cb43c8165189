import Domain
import Specification
import Training

/// How many cells a task takes when the user does not say.
///
/// A task costs a scheduler about as much as a second of work and a start of the program; so short
/// cells share a task of some twenty minutes, and long ones have a task each.
enum PackEstimate {
    /// Seconds that a task is to take.
    static let wanted = 1200.0
    /// Most cells of a task.
    static let most = 100

    /// Cells of a task.
    ///
    /// - Parameters:
    ///   - seconds: of a cell; nil where nothing is known.
    ///   - limit: seconds that a task may take, of which half is used.
    static func cells(seconds: Double?, limit: Int?) -> Int {
        guard let seconds, seconds > 0 else { return 1 }
        let room = min(wanted, limit.map { Double($0) / 2 } ?? wanted)
        return max(1, Int(min(Double(most), room / seconds)))
    }

    /// Seconds of a cell on one processor, to within a factor of three: a U-Net of width 16 trains
    /// some ten images of 128 × 128 a second, and the work grows with pixels and squared width.
    static func seconds(_ cell: Cell, images: Int) -> Double {
        let settings = cell.settings
        let area = Double(settings.image.pixels) / (128 * 128)
        let width = Double(settings.width) / 16
        let image = 0.1 * area * width * width + 0.005
        let networks = cell.procedure == Cell.defaultProcedure ? 1.0 : 2.5
        return networks * image * Double(images) * Double(settings.epochs)
    }
}
