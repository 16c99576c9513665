package io.gpenstreams.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutOfMemoryTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Failed to allocate memory for requested buffer of size 805306368",
        "Available memory of 12582912 is smaller than requested bytes of 805306368",
        "CUDA failure 2: out of memory ; GPU=0 ; hostname=gpu ; expr=cudaMalloc((void**)&p, size)",
        "CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0",
        "CUBLAS failure 3: resource allocation failed ; GPU=0",
        "CUDNN failure 4002: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED ; GPU=0",
        "CUDNN_FE failure 8: CUDNN_BACKEND_API_FAILED, CUDNN_STATUS_ALLOC_FAILED",
        "std::bad_alloc"
      })
  void isReadOffEveryLibrarysWords(String message) {
    assertThat(OutOfMemory.isMeantBy(message)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // What a plan that failed leaves in the size of its workspace.
        "Failed to allocate memory for requested buffer of size 140187732541440",
        "Failed to allocate memory for requested buffer of size 18446744073709551615",
        "CUDA failure 700: an illegal memory access was encountered ; GPU=0",
        "CUDNN failure 5000: CUDNN_STATUS_EXECUTION_FAILED ; GPU=0",
        ""
      })
  void isNoOtherFailure(String message) {
    assertThat(OutOfMemory.isMeantBy(message)).isFalse();
  }
}
