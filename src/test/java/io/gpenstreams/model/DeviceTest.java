package io.gpenstreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class DeviceTest {

  @Test
  void readsWhatTheConfigurationNames() {
    assertThat(Device.parse("cpu")).isEqualTo(Device.CPU);
    assertThat(Device.parse("auto").label()).matches("cpu|cuda:0");
  }

  @Test
  void isNamedInEventsAsInTheConfiguration() {
    assertThat(Device.CPU.label()).isEqualTo("cpu");
    assertThat(Device.CPU.provider()).isEqualTo("CPUExecutionProvider");
    assertThat(new Device(3).label()).isEqualTo("cuda:3");
    assertThat(new Device(3).provider()).isEqualTo("CUDAExecutionProvider");
  }

  @Test
  void saysWhatToDoWhereThereIsNoCuda() {
    if (Device.parse("auto").isCuda()) {
      assertThat(Device.parse("cuda:1")).isEqualTo(new Device(1));
    } else {
      assertThatExceptionOfType(ModelException.class)
          .isThrownBy(() -> Device.parse("cuda:1"))
          .withMessageContainingAll("cuda:1", "gpen.device=cpu");
    }
  }
}
