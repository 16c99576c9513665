package io.gpenstreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpenstreams.config.ConfigLoader;
import io.gpenstreams.config.GpenConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeviceTest {
  private final GpenConfig.Cuda options = ConfigLoader.load(Map.of()).cuda();

  @Test
  void isTheCpuWhereNoGpuIsUsable() {
    assertThat(Device.choose("cpu", options)).isEqualTo(Device.cpu());
    assertThat(Device.choose("auto", options)).isEqualTo(Device.cpu());
  }

  @Test
  void isNamedInEventsAsInTheConfiguration() {
    assertThat(Device.cpu().label()).isEqualTo("cpu");
    assertThat(Device.cpu().provider()).isEqualTo("CPUExecutionProvider");
    Device.Cuda gpu = new Device.Cuda(3, options);
    assertThat(gpu.label()).isEqualTo("cuda:3");
    assertThat(gpu.provider()).isEqualTo("CUDAExecutionProvider");
    assertThat(new Device.TensorRt(gpu).label()).isEqualTo("cuda:3");
    assertThat(new Device.TensorRt(gpu).provider()).isEqualTo("TensorrtExecutionProvider");
  }

  @Test
  void saysWhatToDoWhereThereIsNoCuda() {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> Device.choose("cuda:1", options))
        .withMessage(
            "gpen.device cuda:1 cannot be used: this build of ONNX Runtime has no"
                + " CUDAExecutionProvider, which the CUDA image has; set gpen.device=cpu to use the"
                + " CPU");
  }
}
