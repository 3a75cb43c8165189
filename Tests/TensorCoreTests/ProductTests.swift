import TensorCore
import TestSupport
import Testing

struct ProductTests {
    private let context = ComputeContext(threads: 1)

    private func random(_ shape: Shape, seed: UInt64) -> DoubleTensor {
        var source = RandomSource(seed: seed)
        return DoubleTensor(random: shape, using: &source)
    }

    @Test func productWithAConstant() {
        let factor = random(Shape(2, 3, 4, 2), seed: 3)
        checkOperation(
            inputs: [random(Shape(2, 3, 4, 2), seed: 1)],
            oracle: { inputs, _ in
                DoubleTensor(zip(inputs[0].values, factor.values).map(*), shape: factor.shape)
            },
            operation: { tape, x, _ in tape.product(x[0], factor.tensor(in: tape.context)) })
    }

    @Test(arguments: [(1, 1), (1, 3), (3, 1), (2, 3)])
    func imagesSeenThroughMasks(channels: Int, maps: Int) {
        let images = random(Shape(2, 3, 4, channels), seed: 3)
        checkOperation(
            inputs: [random(Shape(2, 3, 4, maps), seed: 1)],
            oracle: { inputs, _ in
                var values: [Double] = []
                for row in 0..<24 {
                    for k in 0..<maps {
                        for c in 0..<channels {
                            values.append(
                                inputs[0].values[row * maps + k]
                                    * images.values[row * channels + c])
                        }
                    }
                }
                return DoubleTensor(values, shape: Shape(2, 3, 4, maps * channels))
            },
            operation: { tape, x, _ in
                tape.masked(tape.constant(images.tensor(in: tape.context)), by: x[0])
            })
    }

    /// A value that has a gradient already keeps it.
    @Test func gradientsAdd() {
        let tape = Tape(context: context, training: true, random: RandomSource(seed: 1))
        let x = tape.input(Tensor([1, 2], shape: Shape(1, 1, 2, 1), in: context))
        let factor = Tensor([3, 0], shape: x.shape, in: context)
        let image = tape.constant(Tensor([5, 7], shape: x.shape, in: context))
        for y in [tape.product(x, factor), tape.product(x, factor), tape.masked(image, by: x)] {
            tape.seed(y, gradient: .filled(y.shape, with: 1, in: context))
        }
        tape.backward()
        #expect(x.gradient?.values == [11, 7])
    }

    @Test func boxesArePasted() {
        let a = Tensor((0..<24).map { Float($0) }, shape: Shape(2, 3, 2, 2), in: context)
        let b = Tensor(a.values.map { -$0 }, shape: a.shape, in: context)
        let boxes = [
            PixelBox(rows: 1..<3, columns: 1..<2), PixelBox(rows: 0..<0, columns: 0..<0),
        ]
        let mixed = a.pasting(b, into: boxes, in: context)
        #expect(
            mixed.values == a.values.map { [6, 7, 10, 11].contains($0) ? -$0 : $0 })
        #expect(a.values == (0..<24).map { Float($0) })
        let picked = a.picking([1, 1, 0], in: context)
        #expect(picked.shape == Shape(3, 3, 2, 2))
        #expect(
            picked.values == Array(a.values[12...]) + Array(a.values[12...]) + a.values[..<12])
        #expect(a.picking([], in: context).count == 0)
    }

    @Test func randomBoxesLieInsideAndEverywhere() {
        var random = RandomSource(seed: 2)
        var seen: Set<PixelBox> = []
        for _ in 0..<200 {
            let box = PixelBox.random(height: 2, width: 3, rows: 4, columns: 4, using: &random)
            #expect(box.rows.count == 2 && box.columns.count == 3)
            #expect(box.rows.lowerBound >= 0 && box.rows.upperBound <= 4)
            #expect(box.columns.lowerBound >= 0 && box.columns.upperBound <= 4)
            seen.insert(box)
        }
        #expect(seen.count == 6)
    }
}
