package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTest {
  @Test
  void namesAreRead() {
    assertThat(Device.parse("cpu")).isEqualTo(Device.cpu());
    assertThat(Device.parse("gpu")).isEqualTo(Device.gpu(0));
    assertThat(Device.parse("gpu:3")).isEqualTo(Device.gpu(3));
  }

  @Test
  void namesAreWrittenAsTheyAreRead() {
    assertThat(Device.cpu()).hasToString("cpu");
    assertThat(Device.gpu(1)).hasToString("gpu:1");
    assertThat(Device.parse(Device.gpu(1).toString())).isEqualTo(Device.gpu(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "cpu:0", "GPU", "gpu:", "gpu:-1", "gpu:99999", "cuda:0", "gpu:0 "})
  void otherNamesAreRefused(String name) {
    assertThatThrownBy(() -> Device.parse(name))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_DEVICE))
        .hasMessageContaining("There is no device \"" + name + "\".");
  }
}
