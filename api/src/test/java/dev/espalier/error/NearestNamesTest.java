package dev.espalier.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NearestNamesTest {
  @Test
  void nearestStandsFirstAndTiesAreAlphabetical() {
    assertThat(NearestNames.sorted("tensorflw", List.of("pytorch", "tensorflow", "mxnet")))
        .startsWith("tensorflow");
    assertThat(NearestNames.sorted("x", List.of("c", "b", "a"))).containsExactly("a", "b", "c");
  }

  @Test
  void caseDoesNotCount() {
    assertThat(NearestNames.sorted("ADAM", List.of("atom", "adam"))).startsWith("adam");
  }

  @Test
  void errorListsAllOfAFewNames() {
    EspalierException e =
        NearestNames.unknown(
            ErrorCode.UNKNOWN_NAME, "engine", "torch", List.of("mxnet", "pytorch"));
    assertThat(e)
        .hasMessage(
            "There is no engine named \"torch\". Known names, nearest first: pytorch, mxnet."
                + " [ESP-601]");
    assertThat(e.problem()).isEqualTo("There is no engine named \"torch\".");
    assertThat(e.remedy()).isEqualTo("Known names, nearest first: pytorch, mxnet.");
    assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_NAME);
  }

  @Test
  void errorListsTheNearestOfMany() {
    List<String> known = IntStream.range(10, 30).mapToObj(i -> "layer" + i).toList();
    assertThat(NearestNames.unknown(ErrorCode.UNKNOWN_LAYER, "layer", "layer25", known).remedy())
        .startsWith("Nearest of 20 known names: layer25, layer15,")
        .satisfies(text -> assertThat(text.split(",", -1)).hasSize(12));
  }

  @Test
  void errorTellsIfNothingIsKnown() {
    assertThat(NearestNames.unknown(ErrorCode.UNKNOWN_NAME, "engine", "x", List.of()).remedy())
        .isEqualTo("No engine is known at all: is the plugin on the class path?");
  }

  @Test
  void everyCodeHasItsOwnId() {
    Set<String> ids = Stream.of(ErrorCode.values()).map(ErrorCode::id).collect(Collectors.toSet());
    assertThat(ids).hasSize(ErrorCode.values().length).allMatch(id -> id.matches("ESP-\\d{3}"));
  }
}
