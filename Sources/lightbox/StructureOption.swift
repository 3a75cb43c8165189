import ArgumentParser

/// `--structures lungs,heart`
struct StructureOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Structures whose masks are read, by names and commas; 'all' for every drawn one "
                + "(default: those that are trained without a choice).", valueName: "names"))
    var structures: String?

    /// The names; empty without the option.
    var names: [String] {
        structures?.split(separator: ",").map { name in
            name.split(separator: " ").joined(separator: " ")
        } ?? []
    }
}
