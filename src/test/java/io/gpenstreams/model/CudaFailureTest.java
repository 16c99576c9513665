package io.gpenstreams.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.config.ConfigLoader;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages as ONNX Runtime 1.28, CUDA 13 and the dynamic linker write them. */
class CudaFailureTest {
  private final Device device = new Device.Cuda(1, ConfigLoader.load(Map.of()).cuda());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Failed to load library /n/libonnxruntime_providers_cuda.so with error: libcublasLt.so.13: cannot open shared object file: No such file or directory | LIBRARY | the library libcublasLt.so.13 is not installed, or not in LD_LIBRARY_PATH
          Unable to load any of {libcudnn_graph.so.9.1.0, libcudnn_graph.so.9.1, libcudnn_graph.so.9} Invalid handle | LIBRARY | the library libcudnn_graph.so.9.1.0 is not installed, or not in LD_LIBRARY_PATH
          Failed to load library /n/libonnxruntime_providers_cuda.so with error: /usr/lib/libcudnn.so.9: undefined symbol: cublasLtCreate | LIBRARY | the library libcudnn.so.9 is of another version
          CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=0 ; hostname=h ; | DRIVER | the NVIDIA driver is missing, or too old for this CUDA: CUDA driver version is insufficient for CUDA runtime version
          CUDA failure 100: no CUDA-capable device is detected ; GPU=0 ; hostname=h ; | DEVICE | there is no cuda:1: the NVIDIA driver sees no GPU
          Parse Failed to parse provider option "device_id": Invalid device ID: 1, must be between 0 (inclusive) and 1 (exclusive). | DEVICE | there is no cuda:1: CUDA sees 1
          CUDA failure 700: an illegal memory access was encountered ; GPU=1 ; | FAULT | cuda:1 fails: an illegal memory access was encountered
          CUDA failure 2: out of memory ; GPU=1 ; | MEMORY | cuda:1 has too little free memory
          CUDNN failure 5000: CUDNN_STATUS_EXECUTION_FAILED | FAULT | cuda:1 fails: CUDNN failure 5000: CUDNN_STATUS_EXECUTION_FAILED
          """)
  void namesWhatIsMissing(String message, CudaFailure.Kind kind, String cause) {
    assertThat(CudaFailure.of(device, message)).isEqualTo(new CudaFailure(kind, cause));
  }
}
