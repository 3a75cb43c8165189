internal import NN
public import Settings

/// What a network is built from besides its name.
public struct NetworkSettings: Sendable, Hashable {
    /// Channels of the images.
    public var inputChannels: Int
    /// Structures that are segmented: maps of an output.
    public var structures: Int
    /// Whether a pixel belongs to one of them at most: probabilities of all and of the background
    /// sum to 1.
    public var isExclusive = false
    /// The settings, of which a network reads those that its entry lists.
    public var values: SettingValues

    /// Those of a run.
    public init(
        inputChannels: Int, structures: Int, isExclusive: Bool = false, values: SettingValues
    ) {
        self.inputChannels = inputChannels
        self.structures = structures
        self.isExclusive = isExclusive
        self.values = values
    }

    /// One input channel, one structure, width 16, and everything else at its default.
    public init(inputChannels: Int = 1, structures: Int = 1, width: Int = 16) {
        self.init(
            inputChannels: inputChannels, structures: structures, values: SettingValues())
        values[NetworkWidth.self].width = width
    }
}
