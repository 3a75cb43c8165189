extension Tape {
    /// Runs a part of a network, of which a tape that recomputes keeps the result alone: the backward pass
    /// runs the part again (Chen et al. 2016). Takes the memory of one part at a time, and the time of
    /// another forward pass.
    ///
    /// The bits are those of a tape that keeps everything: the part sees the same values, statistics of
    /// the same batch and the same random numbers, moves the running statistics once, and adds to
    /// gradients in the same order.
    ///
    /// - Parameter part: operations on the tape that it is given; what it reads from outside must not
    ///   change before the backward pass.
    public func recomputing(_ part: @escaping (Tape) -> Variable) -> Variable {
        guard recomputes, recording else { return part(self) }
        let (start, statistics) = (random, statistics)
        func tape(recording: Bool, _ statistics: NormalisationStatistics) -> Tape {
            let tape = Tape(
                context: context, training: training, random: start, recording: recording)
            tape.statistics = statistics
            return tape
        }
        let first = tape(recording: false, statistics)
        let output = part(first)
        random = first.random
        let result = Variable(
            output.stored, affine: output.affine, requiresGradient: true, in: context)
        record(result) { dy in
            let again = tape(recording: true, statistics == .batch ? .batchAlone : statistics)
            let output = part(again)
            guard output.requiresGradient else { return }
            output.addGradient(dy)
            again.backward()
        }
        return result
    }
}
