internal import NN
internal import TensorCore

/// How a critic sees the pairs of a step, by names in experiment files.
///
/// Batch normalisation in passes of their own normalises true and predicted pairs each by their own
/// statistics: what differs between the two on the whole is taken out before the critic can learn it,
/// and what it has learned is not what it says in evaluation, with running statistics of both.
public enum CriticBatches: String, Sendable, CaseIterable {
    /// True, predicted and wrong pairs in passes of their own, and the segmentor's step through
    /// statistics of its own masks.
    case separate
    /// All pairs in one pass, and the segmentor's step through the running statistics: the critic
    /// that it learns from is the one that is validated and tested.
    case joint
}

/// Some pairs of a forward pass of the critic, to which loss terms are added before its step.
struct CriticPass {
    /// The whole pass.
    fileprivate final class Whole {
        let tape: Tape
        let logits: Variable
        var terms: LogitTerms

        init(_ logits: Variable, on tape: Tape) {
            self.tape = tape
            self.logits = logits
            terms = LogitTerms(logits.value)
        }
    }

    /// Pairs for the critic: images `[N, H, W, C]` and masks `[N, H, W, K]`, both constant, and the
    /// name of the pass's random source.
    struct Pairs {
        let images: Tensor
        let masks: Tensor
        let stream: String
    }

    fileprivate let whole: Whole
    /// The place of the first pair in the whole pass.
    fileprivate let first: Int

    /// Runs the critic over each of `pairs`.
    static func passes(
        of pairs: [Pairs], _ critic: any ClassificationNetwork, _ settings: AdversarialSettings,
        random: (String) -> RandomSource, in context: ComputeContext
    ) -> [CriticPass] {
        func pass(_ pairs: Pairs) -> Whole {
            let tape = Tape(context: context, training: true, random: random(pairs.stream))
            let (images, masks) = (tape.constant(pairs.images), tape.constant(pairs.masks))
            return Whole(critic(settings.input(images, masks, on: tape), on: tape), on: tape)
        }
        guard settings.batches == .joint, let head = pairs.first else {
            return pairs.map { CriticPass(whole: pass($0), first: 0) }
        }
        let joined = pairs.dropFirst().reduce(head) { sum, pairs in
            Pairs(
                images: sum.images.joined(with: pairs.images, in: context),
                masks: sum.masks.joined(with: pairs.masks, in: context), stream: "dropout-critic")
        }
        let whole = pass(joined)
        var first = 0
        return pairs.map { pairs in
            defer { first += pairs.images.shape.batch }
            return CriticPass(whole: whole, first: first)
        }
    }

    /// Carries the gradient of all terms back to the critic's parameters.
    static func backward(_ passes: [CriticPass], in context: ComputeContext) {
        var done: Set<ObjectIdentifier> = []
        for whole in passes.map(\.whole) where done.insert(ObjectIdentifier(whole)).inserted {
            whole.tape.seed(whole.logits, gradient: whole.terms.gradient(in: context))
            whole.tape.backward()
        }
    }

    /// `LogitTerms.crossEntropy` of pairs from `first` on.
    func crossEntropy(
        _ targets: [Int?], over classes: Range<Int>, from first: Int = 0, weight: Double = 1
    ) -> Double {
        whole.terms.crossEntropy(
            targets, over: classes, from: self.first + first, weight: weight)
    }

    /// `LogitTerms.real` of a part of the pairs.
    func real(_ part: Range<Int>, weight: Double = 1) -> Double {
        whole.terms.real(part.shifted(by: first), weight: weight)
    }

    /// `LogitTerms.fake` of a part of the pairs.
    func fake(_ part: Range<Int>, weight: Double = 1) -> Double {
        whole.terms.fake(part.shifted(by: first), weight: weight)
    }
}

extension Range<Int> {
    fileprivate func shifted(by offset: Int) -> Range<Int> {
        lowerBound + offset..<upperBound + offset
    }
}
