package dev.espalier.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WeightsTest {
  private static final HostArray ONE = HostArray.wrap(Shape.of(1), 1);
  private static final HostArray PAIR = HostArray.wrap(Shape.of(2), 1, 2);

  private static Weights weights() {
    Map<String, HostArray> arrays = new LinkedHashMap<>();
    arrays.put("b/kernel", PAIR);
    arrays.put("a/x/kernel", ONE);
    arrays.put("b/bias", ONE);
    return Weights.of(arrays);
  }

  @Test
  void namesKeepTheirOrder() {
    assertThat(weights().names()).containsExactly("b/kernel", "a/x/kernel", "b/bias");
    assertThat(weights().layerNames()).containsExactly("b", "a/x");
    assertThat(weights().byLayer().get("b").keySet()).containsExactly("kernel", "bias");
    assertThat(weights().elementCount()).isEqualTo(4);
    assertThat(weights()).hasToString("Weights of 3 arrays, 4 numbers");
  }

  @Test
  void unknownNameListsTheNearest() {
    ModelTest.assertRefused(
        () -> weights().get("b/kernal"),
        ErrorCode.MISSING_WEIGHTS,
        "There is no weight named \"b/kernal\". Known names, nearest first: b/kernel, a/x/kernel,"
            + " b/bias. [ESP-204]");
  }

  @Test
  void othersWinWhereBothHaveAName() {
    Weights merged = weights().with(Weights.of(Map.of("b/bias", PAIR)));
    assertThat(merged.get("b/bias")).isEqualTo(PAIR);
    assertThat(merged.names()).hasSize(3);
  }

  @Test
  void differencesTellOneLineForEachName() {
    Map<String, HostArray> arrays = new LinkedHashMap<>();
    arrays.put("b/kernel", HostArray.wrap(Shape.of(2), 1, 2.5f));
    arrays.put("b/bias", PAIR);
    arrays.put("c/bias", PAIR);
    assertThat(weights().differences(Weights.of(arrays)))
        .containsExactly(
            "b/kernel: differs by at most 0.5",
            "a/x/kernel: only here",
            "b/bias: float32(1,) here, float32(2,) there",
            "c/bias: only there");
    assertThat(weights().differences(weights())).isEmpty();
  }

  @Test
  void equalWeightsAreEqualWhateverTheirOrigin() {
    Weights other = weights().withMetadata(Map.of("file", "x.h5"));
    assertThat(other).isEqualTo(weights()).hasSameHashCodeAs(weights());
    assertThat(other.metadata()).containsEntry("file", "x.h5");
  }

  @Test
  void mapCannotBeChanged() {
    assertThatThrownBy(() -> weights().asMap().put("x", ONE))
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
