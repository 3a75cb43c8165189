internal import NN
internal import TensorCore

/// A copy of all parameters and states of some networks, under the names that files use.
struct WeightSnapshot {
    let tensors: [NamedTensor]

    /// The live tensors of the networks.
    static func live(_ networks: [(prefix: String, module: any Module)]) -> [NamedTensor] {
        networks.flatMap { prefix, module in
            module.parameters.map { NamedTensor(name: prefix + $0.name, tensor: $0.value) }
                + module.states.map { NamedTensor(name: prefix + $0.name, tensor: $0.tensor) }
        }
    }

    /// Copies the networks.
    init(_ networks: [(prefix: String, module: any Module)], in context: ComputeContext) {
        tensors = WeightSnapshot.live(networks).map { live in
            let copy = Tensor(uninitialised: live.tensor.shape, in: context)
            copy.copy(from: live.tensor)
            return NamedTensor(name: live.name, tensor: copy)
        }
    }

    init(tensors: [NamedTensor]) { self.tensors = tensors }

    /// Puts the copy back. The networks must be those it was taken from.
    func restore(to networks: [(prefix: String, module: any Module)]) {
        for (live, copy) in zip(WeightSnapshot.live(networks), tensors) {
            live.tensor.copy(from: copy.tensor)
        }
    }
}
