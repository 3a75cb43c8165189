/// Times as Slurm writes them.
enum SlurmTime {
    /// Seconds of "minutes", "minutes:seconds", "hours:minutes:seconds", "days-hours",
    /// "days-hours:minutes" or "days-hours:minutes:seconds"; nil for any other text and for zero.
    static func seconds(_ text: String) -> Int? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count <= 2, let clock = parts.last else { return nil }
        let fields = clock.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = fields.compactMap { field in
            field.allSatisfy { $0.isASCII && $0.isNumber } && field.count < 7 ? Int(field) : nil
        }
        guard numbers.count == fields.count, (1...3).contains(numbers.count) else { return nil }
        // Behind a colon stand minutes or seconds of an hour or a minute.
        guard numbers.dropFirst().allSatisfy({ $0 < 60 }) else { return nil }
        var total: Int
        if parts.count == 2 {
            guard parts[0].count < 5, parts[0].allSatisfy({ $0.isASCII && $0.isNumber }),
                let days = Int(parts[0])
            else { return nil }
            let units = [3600, 60, 1]
            total = days * 86_400 + zip(numbers, units).reduce(0) { $0 + $1.0 * $1.1 }
        } else {
            let units = numbers.count == 3 ? [3600, 60, 1] : [60, 1]
            total = zip(numbers, units).reduce(0) { $0 + $1.0 * $1.1 }
        }
        return total > 0 ? total : nil
    }
}
