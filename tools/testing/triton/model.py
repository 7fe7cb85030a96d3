"""A model of Triton's Python backend that runs the network beside it (model.onnx or model.xml) with OpenVINO in FP32.

Stands in for the backends `onnxruntime` and `openvino`, which the Python wheel of Triton does not have.
"""
import os
import pathlib
import sys

sys.path.insert(0, os.environ["MASKWATCH_TRITON_PACKAGES"])

import openvino  # noqa: E402
import triton_python_backend_utils as triton  # noqa: E402


class TritonPythonModel:
    def initialize(self, arguments):
        folder = pathlib.Path(arguments["model_repository"]) / arguments["model_version"]
        network = next(folder / name for name in ("model.onnx", "model.xml") if (folder / name).exists())
        settings = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 2}
        self.network = openvino.Core().compile_model(str(network), "CPU", settings)
        self.input = self.network.inputs[0].any_name

    def execute(self, requests):
        return [self.answer(request) for request in requests]

    def answer(self, request):
        found = self.network(triton.get_input_tensor_by_name(request, self.input).as_numpy())
        return triton.InferenceResponse(
            [triton.Tensor(output.any_name, found[output]) for output in self.network.outputs])
