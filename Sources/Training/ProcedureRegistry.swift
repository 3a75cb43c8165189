/// Every procedure; a new one is one file and one line here.
public enum ProcedureRegistry {
    /// All procedures.
    public static let all: [ProcedureEntry] = [
        .supervised, .classification, .appauNet, .s2mcl, .s4mcl, .meanTeacher, .fixMatch, .bcp,
        .cps,
    ]

    /// Their names.
    public static var names: [String] { all.map(\.name) }

    /// The procedure of that name.
    public static func find(_ name: String) -> ProcedureEntry? { all.first { $0.name == name } }
}
