import Datasets
import Domain
import Settings
import Testing
import Training

@testable import Specification

/// The table of settings says what can be trained.
@Suite struct SettingLimitTests {
    private func complaint(_ name: String, _ text: String) -> String? {
        var settings = TrainingSettings()
        do {
            try TrainingSettings.field(name)?.set(text, in: &settings)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: ["16", "17", "48", "1e2", "128.0", "2047", "2048"])
    func everySideIsTaken(text: String) throws {
        var settings = TrainingSettings()
        try TrainingSettings.field("image")?.set(text, in: &settings)
        #expect(settings.image == .square(NumberText.wholeNumber(text) ?? 0))
    }

    @Test(arguments: [
        ("[256, 192]", 256, 192), ("[64,64]", 64, 64), ("128", 128, 128), ("[ 2e1, 33 ]", 20, 33),
        ("[32.0, 48]", 32, 48),
    ])
    func rowsComeBeforeColumns(text: String, height: Int, width: Int) throws {
        var settings = TrainingSettings()
        try TrainingSettings.field("image")?.set(text, in: &settings)
        #expect(settings.image == ImageSize(height: height, width: width))
        #expect(settings.preparation.shape == ImageShape(height: height, width: width))
    }

    @Test(arguments: [
        "0", "15", "2049", "64.5", "-32", "1e9", "large", "[64, 4096]", "[64]]a", "[64, 64, 64]",
        "[64, ]",
    ])
    func sidesOutOfRangeNameTheRange(text: String) {
        #expect(
            complaint("image", text)
                == "'image' is '\(text)'; expected a whole number from 16 to 2048, or two as "
                + "[height, width]")
    }

    /// Every setting refuses what its neighbours in the program could not hold.
    @Test(arguments: TrainingSettings.fields.map(\.name))
    func noSettingTakesWhatIsNoNumberOrFarTooLarge(name: String) {
        let numbers = ["nan", "inf", "1e400", "1e300", "0x10", "1_0", "01"]
        // What is no number may be the name of a structure.
        let isOfNames = if case .names = TrainingSettings.field(name)?.kind { true } else { false }
        for text in ["-inf", "-1", "", "[]"] + (isOfNames ? [] : numbers) {
            #expect(complaint(name, text) != nil, "\(name): \(text)")
        }
    }
}
