package dev.espalier.engine.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.graph.Op;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LoweringsTest {
  private static final Set<Class<?>> BUSINESS_OF_THE_PROGRAM =
      Set.of(Op.Input.class, Op.ReadVariable.class, Op.Gradients.class);

  @Test
  void everyPrimitiveHasALowering() {
    for (Class<?> primitive : Op.class.getPermittedSubclasses()) {
      assertThat(Lowerings.all().contains(primitive))
          .as(primitive.getSimpleName())
          .isNotEqualTo(BUSINESS_OF_THE_PROGRAM.contains(primitive));
    }
  }

  @Test
  void namesBecomeWhatTensorFlowAccepts() {
    assertThat(GraphTarget.sanitized("block2a_expand_conv")).isEqualTo("block2a_expand_conv");
    assertThat(GraphTarget.sanitized("a layer: é/b")).isEqualTo("a_layer___/b");
    assertThat(GraphTarget.sanitized("_private")).isEqualTo("x_private");
    assertThat(GraphTarget.sanitized("")).isEqualTo("x");
    assertThat(GraphTarget.sanitized("a//b/")).isEqualTo("a/b");
  }
}
