package dev.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TensorTypeTest {
  @Test
  void typesAreEqualByDataTypeAndShape() {
    TensorType type = TensorType.float32(2, 3);
    assertThat(type)
        .isEqualTo(new TensorType(DataType.FLOAT32, Shape.of(2, 3)))
        .hasSameHashCodeAs(new TensorType(DataType.FLOAT32, Shape.of(2, 3)))
        .isNotEqualTo(type.withShape(Shape.of(3, 2)))
        .isNotEqualTo(type.withDataType(DataType.INT32))
        .isNotEqualTo(type.shape());
  }
}
