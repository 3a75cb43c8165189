public import Domain

extension ClinicalReading {
    /// Reads the Montgomery form (`Patient's Sex: F`, `Patient's Age: 027Y`, finding) and the
    /// Shenzhen form (`male 63yrs`, finding).
    public init(text: String) {
        var sex: String?
        var age: Int?
        var finding: [String] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: \.isWhitespace)
            let value = words.last.map(String.init)
            if line.hasPrefix("Patient's Sex:") {
                sex = value
            } else if line.hasPrefix("Patient's Age:") {
                age = value.flatMap { Int($0.prefix { $0.isNumber }) }
            } else if sex == nil, let first = words.first?.lowercased(),
                first.hasPrefix("male") || first.hasPrefix("female")
            {
                sex = first.hasPrefix("m") ? "M" : "F"
                age = words.dropFirst().first.flatMap { Int($0.prefix { $0.isNumber }) }
            } else if !words.isEmpty {
                finding.append(words.joined(separator: " "))
            }
        }
        self.init(sex: sex, age: age, finding: finding.joined(separator: " "))
    }
}
