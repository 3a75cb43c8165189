/// How a DICOM file writes its elements and its picture.
struct TransferSyntax: Sendable, Equatable {
    /// What must be undone to come at the samples.
    enum Coding: Sendable, Equatable {
        case native, runLengths, jpeg, losslessJPEG, jpegLS, jpeg2000
        /// Not read; the text says what it is, and begins with a verb.
        case other(String)
    }

    let coding: Coding
    var isImplicit = false
    var isBigEndian = false
    /// Whether values differ from those that were measured.
    var changesValues = false

    /// What is assumed of a file that does not say.
    static let plain = TransferSyntax(coding: .native)

    /// The syntax of a unique identifier.
    init(uid: String) {
        let root = "1.2.840.10008.1.2"
        switch uid {
        case root: self.init(coding: .native, isImplicit: true)
        case root + ".1": self.init(coding: .native)
        case root + ".2": self.init(coding: .native, isBigEndian: true)
        case root + ".1.99": self.init(coding: .other("is deflated"))
        case root + ".5": self.init(coding: .runLengths)
        case root + ".4.50", root + ".4.51": self.init(coding: .jpeg, changesValues: true)
        case root + ".4.57", root + ".4.70": self.init(coding: .losslessJPEG)
        case root + ".4.80": self.init(coding: .jpegLS)
        case root + ".4.81": self.init(coding: .jpegLS, changesValues: true)
        case root + ".4.90": self.init(coding: .jpeg2000)
        case root + ".4.91": self.init(coding: .jpeg2000, changesValues: true)
        default: self.init(coding: .other("is compressed in another way than those known"))
        }
    }

    private init(
        coding: Coding, isImplicit: Bool = false, isBigEndian: Bool = false,
        changesValues: Bool = false
    ) {
        self.coding = coding
        self.isImplicit = isImplicit
        self.isBigEndian = isBigEndian
        self.changesValues = changesValues
    }
}
