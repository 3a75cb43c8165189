public import TensorCore

/// What a critic of masks sees of an image and its masks, by names in experiment files.
public enum CriticInput: String, Sendable, CaseIterable {
    /// Both, as P1 and P2 have it: C + K channels. With few labels the image alone tells the critic
    /// whether it has a true mask, and the mask need not be looked at.
    case pair = "image-and-mask"
    /// The image seen through each mask: C K channels. Without the mask there is nothing to see.
    case maskedImage = "masked-image"
    /// The masks alone: K channels. What is told is whether they have the form of true ones.
    case mask

    /// Channels of the critic's input.
    public func channels(image: Int, structures: Int) -> Int {
        switch self {
        case .pair: image + structures
        case .maskedImage: image * structures
        case .mask: structures
        }
    }

    /// The critic's inputs.
    ///
    /// - Parameters:
    ///   - images: `[N, H, W, C]`, without a gradient.
    ///   - masks: `[N, H, W, K]`, whose gradient passes.
    public func callAsFunction(
        _ images: Variable, _ masks: Variable, on tape: Tape
    ) -> [Variable] {
        switch self {
        case .pair: [images, masks]
        case .maskedImage: [tape.masked(images, by: masks)]
        case .mask: [masks]
        }
    }
}
