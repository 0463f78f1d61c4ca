package dev.espalier.engine.lowering;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AxisOrderTest {
  @Test
  void theInverseUndoesAnOrder() {
    assertThat(new AxisOrder(List.of(0, 3, 1, 2)).inverse().axes()).containsExactly(0, 2, 3, 1);
    assertThat(new AxisOrder(List.of(3, 2, 0, 1)).inverse().axes()).containsExactly(2, 3, 1, 0);
    assertThat(new AxisOrder(List.of(2, 3, 0, 1)).inverse().inverse())
        .isEqualTo(new AxisOrder(List.of(2, 3, 0, 1)));
  }
}
