package dev.espalier.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.Availability;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineLibrary;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineProvider;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class EngineChoiceTest {
  private record Offer(String name, Availability availability) implements EngineProvider {
    static Offer usable(String name) {
      EngineLibrary library = EngineLibrary.ofFolder(Path.of(name), false);
      return new Offer(name, Availability.usable(name + " is here.", "1", library));
    }

    @Override
    public Availability probe(EngineOptions options) {
      return availability;
    }

    @Override
    public Engine open(EngineOptions options) {
      throw new AssertionError("choosing opens nothing");
    }
  }

  private static final Offer BROKEN =
      new Offer(
          "tensorflow",
          Availability.unusable("The native library is missing.", "Add g:a:1:linux."));

  private static String choose(List<EngineProvider> known, List<String> order, String device) {
    return EngineChoice.automatic(known, order, device).name();
  }

  @Test
  void theFastestForTheDeviceIsTakenByDefault() {
    List<EngineProvider> known =
        List.of(
            Offer.usable("another"),
            Offer.usable("mxnet"),
            Offer.usable("pytorch"),
            Offer.usable("tensorflow"));
    assertThat(choose(known, List.of(), "cpu")).isEqualTo("tensorflow");
    assertThat(choose(known, List.of(), "auto")).isEqualTo("tensorflow");
    assertThat(choose(known, List.of(), "gpu:1")).isEqualTo("pytorch");
  }

  @Test
  void anEngineThatCannotBeUsedIsSkipped() {
    assertThat(choose(List.of(BROKEN, Offer.usable("pytorch")), List.of(), "cpu"))
        .isEqualTo("pytorch");
  }

  @Test
  void theUsersOrderWins() {
    List<EngineProvider> known = List.of(Offer.usable("tensorflow"), Offer.usable("another"));
    assertThat(choose(known, List.of("another", "tensorflow"), "cpu")).isEqualTo("another");
  }

  @Test
  void anUnknownNameInTheOrderListsTheNearest() {
    assertThatThrownBy(() -> choose(List.of(BROKEN), List.of("tensorfow"), "cpu"))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("There is no engine named \"tensorfow\"")
        .hasMessageContaining("tensorflow");
  }

  @Test
  void theReasonOfEachIsGivenIfNoneIsUsable() {
    assertThatThrownBy(() -> choose(List.of(BROKEN), List.of(), "cpu"))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.ENGINE_UNAVAILABLE))
        .hasMessageContaining("tensorflow: The native library is missing. Add g:a:1:linux.");
  }

  @Test
  void noEngineAtAllIsSaid() {
    assertThatThrownBy(() -> choose(List.of(), List.of(), "cpu"))
        .hasMessageContaining("No engine is on the class path.")
        .hasMessageContaining("espalier-engine-tensorflow");
  }
}
