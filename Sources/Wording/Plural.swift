/// Numbers with their nouns: `1 cell`, `2 cells`.
public enum Plural {
    /// The number and the noun in its form for it.
    ///
    /// - Parameters:
    ///   - noun: the form for one.
    ///   - plural: the form for others; nil adds an s.
    public static func count(_ number: some BinaryInteger, _ noun: String, _ plural: String? = nil)
        -> String
    {
        "\(number) \(form(number, noun, plural))"
    }

    /// The noun alone in its form for that number.
    public static func form(_ number: some BinaryInteger, _ noun: String, _ plural: String? = nil)
        -> String
    {
        number == 1 ? noun : plural ?? noun + "s"
    }
}
