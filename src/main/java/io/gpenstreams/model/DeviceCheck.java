package io.gpenstreams.model;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Runs a convolution and a matrix product on a device. They need CUDA, cuDNN and cuBLAS to be
 * installed and to work. The check also fails on a device that an earlier failure has made unusable
 * for the process.
 */
final class DeviceCheck {
  private static final int SIDE = 8;
  private static final int KERNEL = 3;

  private DeviceCheck() {}

  /**
   * Checks that a device can be used.
   *
   * @param otherwise what else the operator could do
   * @throws ModelException if it cannot
   */
  static void require(Device device, String otherwise) {
    failure(device)
        .ifPresent(
            failure -> {
              throw new ModelException(
                  "gpen.device %s cannot be used: %s; %s"
                      .formatted(device.label(), failure.cause(), otherwise));
            });
  }

  /**
   * Finds out whether the device caused a failure, and not the model.
   *
   * @return the failure to report instead; empty if the device still works
   */
  static Optional<ModelException> lost(Device device, ModelException failure) {
    return device.equals(Device.cpu())
        ? Optional.empty()
        : failure(device)
            .filter(found -> found.kind() != CudaFailure.Kind.MEMORY)
            .map(
                found ->
                    ModelException.deviceLost(
                        "%s is lost to this process: %s".formatted(device.label(), found.cause()),
                        failure));
  }

  /** The reason why a device cannot be used; empty if it can. */
  static Optional<CudaFailure> failure(Device device) {
    if (!OnnxRuntime.providers().contains(device.executor())) {
      return Optional.of(CudaFailure.build(device));
    }
    try (OrtSession.SessionOptions options =
            device.sessionOptions(Precision.FP32, Optional.of(device.target()));
        OrtSession session = OnnxRuntime.environment().createSession(model(), options);
        OnnxTensor input =
            OnnxTensor.createTensor(
                OnnxRuntime.environment(),
                FloatBuffer.wrap(ones(SIDE * SIDE)),
                new long[] {1, 1, SIDE, SIDE});
        OrtSession.Result result = session.run(Map.of("x", input))) {
      // The values do not matter: the test face judges a model.
      result.size();
      return Optional.empty();
    } catch (OrtException e) {
      return Optional.of(CudaFailure.of(device, RootMessage.of(e)));
    }
  }

  private static byte[] model() {
    OnnxGraph graph = new OnnxGraph("device-check");
    String input = graph.input("x", DataType.FLOAT, 1, 1, SIDE, SIDE);
    String convolved =
        graph.node(
            "Conv",
            "convolved",
            Map.of("pads", new long[] {1, 1, 1, 1}),
            input,
            graph.constant("kernel", ones(KERNEL * KERNEL), 1, 1, KERNEL, KERNEL));
    graph.output(
        graph.node(
            "MatMul", "y", convolved, graph.constant("matrix", ones(SIDE * SIDE), SIDE, SIDE)),
        DataType.FLOAT,
        1,
        1,
        SIDE,
        SIDE);
    return graph.toBytes(Map.of());
  }

  private static float[] ones(int count) {
    float[] values = new float[count];
    Arrays.fill(values, 1);
    return values;
  }
}
