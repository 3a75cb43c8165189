import Testing

@testable import Metrics

struct ClassificationMetricTests {
    /// Figures of four images, worked out by hand: two of each class, of each one told rightly.
    static let fixture: [(String, Double)] = [
        ("class-accuracy", 0.5), ("macro-f1", 0.5), ("balanced-accuracy", 0.5), ("auc", 0.75),
    ]

    /// The same of the second class.
    static let classFixture: [(String, Double)] = [
        ("precision", 0.5), ("recall", 0.5), ("f1", 0.5), ("auc", 0.75),
    ]

    /// A new figure's value is one row of a fixture.
    @Test func everyFigureHasAValueFromElsewhere() throws {
        var evaluation = ClassificationEvaluation(classNames: ["a", "b"])
        for (index, (target, b)) in [(0, 0.1), (0, 0.6), (1, 0.4), (1, 0.9)].enumerated() {
            evaluation.update(target: target, probabilities: [1 - b, b], id: "\(index)")
        }
        for (name, expected) in Self.fixture {
            let value = try #require(ClassificationMetricRegistry.find(name)?.measure(evaluation))
            #expect(abs(value - expected) < 1e-9, "\(name)")
        }
        for (name, expected) in Self.classFixture {
            let value = try #require(ClasswiseMetricRegistry.find(name)?.measure(evaluation, 1))
            #expect(abs(value - expected) < 1e-9, "\(name)")
        }
        let golden = try Golden.load().classification
        let whole = golden.flatMap(\.values.keys) + Self.fixture.map(\.0)
        #expect(Set(ClassificationMetricRegistry.names).subtracting(whole) == [])
        let one = golden.flatMap(\.classes).flatMap(\.keys) + Self.classFixture.map(\.0)
        #expect(Set(ClasswiseMetricRegistry.names).subtracting(one) == [])
    }

    @Test("values of scikit-learn, two and three classes")
    func golden() throws {
        for golden in try Golden.load().classification {
            let classes = golden.classes.count
            var evaluation = ClassificationEvaluation(classNames: (0..<classes).map { "c\($0)" })
            for (index, target) in golden.targets.enumerated() {
                evaluation.update(
                    target: target, probabilities: golden.probabilities[index], id: "\(index)")
            }
            #expect(evaluation.confusion.counts == golden.confusion)
            let values = evaluation.values
            for (name, expected) in golden.values {
                #expect(abs(try #require(values[name]) - expected) < 1e-12, "\(name)")
            }
            for index in 0..<classes {
                let values = evaluation.values(ofClass: index)
                for (name, expected) in golden.classes[index] {
                    #expect(abs(try #require(values[name]) - expected) < 1e-12, "\(name) \(index)")
                }
            }
        }
    }

    @Test func oneClassOnlyHasNoArea() {
        var evaluation = ClassificationEvaluation(classNames: ["normal", "TB"])
        #expect(evaluation.values.isEmpty)
        evaluation.update(target: 1, probabilities: [0.2, 0.8], id: "a")
        #expect(evaluation.values["auc"] == nil)
        #expect(evaluation.values["class-accuracy"] == 1)
        #expect(evaluation.values(ofClass: 0)["precision"] == 0)
    }

    @Test func everythingCalledOneClass() {
        // P1 Table 2, JCX: 47 nodules of 62, all called nodule: F1 0 and 0.862.
        var evaluation = ClassificationEvaluation(classNames: ["normal", "nodule"])
        for index in 0..<62 {
            evaluation.update(
                target: index < 47 ? 1 : 0, probabilities: [0.3, 0.7], id: "\(index)")
        }
        #expect(evaluation.values(ofClass: 0)["f1"] == 0)
        #expect(evaluation.values(ofClass: 1)["f1"] == 94.0 / 109)
        #expect(evaluation.values["auc"] == 0.5)
    }
}
