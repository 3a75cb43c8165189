import Testing

@testable import Metrics

struct ClassificationMetricTests {
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
            #expect(Set(values.keys) == Set(golden.values.keys))
            for (name, expected) in golden.values {
                #expect(abs(try #require(values[name]) - expected) < 1e-12, "\(name)")
            }
            for index in 0..<classes {
                let values = evaluation.values(ofClass: index)
                #expect(Set(values.keys) == Set(golden.classes[index].keys))
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

    @Test func namesAreUnique() {
        let names = ClassificationMetricRegistry.all.map(\.name)
        #expect(Set(names).count == names.count)
        let classwise = ClassificationMetricRegistry.classwise.map(\.name)
        #expect(Set(classwise).count == classwise.count)
    }
}
