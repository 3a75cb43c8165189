"""Serves timings of OpenVINO and ONNX Runtime, one JSON line a request, to `compare.py`.

    python benchmarks/peer_runtimes.py FOLDER --runtime openvino --precision float32 --threads 2

FOLDER is what `inference_state.py` wrote. The network is compiled for the batch's shape; OpenVINO is asked for
the lowest latency and shares the buffers of inputs and outputs.
"""

import argparse
import pathlib
import sys

import numpy
from safetensors.numpy import load_file

from serving import serve

parser = argparse.ArgumentParser()
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--runtime", choices=["openvino", "onnxruntime"], default="openvino")
parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--answers")
options = parser.parse_args()
file = str(options.folder / "network.onnx")
x = load_file(options.folder / "state.safetensors")["images"].transpose(0, 3, 1, 2)
x = numpy.ascontiguousarray(x)

if options.runtime == "openvino":
    import openvino

    core = openvino.Core()
    hint = {"float32": "f32", "bfloat16": "bf16"}[options.precision]
    if hint == "bf16" and "BF16" not in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
        sys.exit("this processor has no bfloat16")
    compiled = core.compile_model(core.read_model(file), "CPU", {
        "INFERENCE_PRECISION_HINT": hint, "INFERENCE_NUM_THREADS": options.threads,
        "PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": "1"})
    request = compiled.create_infer_request()
    request.set_input_tensor(openvino.Tensor(x, shared_memory=True))

    def work():
        request.infer(share_outputs=True)
        return request.get_output_tensor().data
else:
    import onnxruntime

    if options.precision != "float32":
        sys.exit("ONNX Runtime computes in float32 here")
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads, settings.inter_op_num_threads = options.threads, 1
    settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = onnxruntime.InferenceSession(file, settings, providers=["CPUExecutionProvider"])

    def work():
        return session.run(None, {"image": x})[0]

if options.answers:
    for _ in range(3):
        answer = work()
    numpy.save(options.answers, numpy.array(answer))
serve(work)
