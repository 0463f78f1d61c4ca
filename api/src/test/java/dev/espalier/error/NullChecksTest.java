package dev.espalier.error;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.layer.Dense;
import dev.espalier.layer.NamedLayer;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the checks say, and that the build has put them into this module. */
@SuppressWarnings("NullAway")
class NullChecksTest {
  @Test
  void nullIsRefusedByTheNameOfTheArgument() {
    assertThatThrownBy(() -> new NamedLayer("a", null))
        .isInstanceOf(EspalierException.class)
        .hasMessage("The argument \"layer\" is null. Give a value. [ESP-102]");
    assertThatThrownBy(() -> Dense.of(2).activation(null))
        .hasMessage("The argument \"function\" is null. Give a value. [ESP-102]");
  }

  @Test
  void nullAmongOthersIsRefusedWithItsPosition() {
    assertThatThrownBy(() -> Sequential.of(null, List.of()))
        .hasMessage("The argument \"input\" is null. Give a value. [ESP-102]");
    assertThatThrownBy(() -> Model.of(Arrays.asList(null, null), List.of()))
        .hasMessage(
            "The argument \"inputs\" contains null at position 0. Leave it out, or give a value."
                + " [ESP-102]");
  }

  @Test
  void mapsAndNestedCollectionsAreLookedInto() {
    Map<String, String> map = new HashMap<>();
    map.put("a", null);
    assertThatThrownBy(() -> NullChecks.noNulls(map, "facts"))
        .hasMessageStartingWith("The argument \"facts\" contains null at position 0.");
    assertThatThrownBy(() -> NullChecks.noNulls(List.of(Arrays.asList(1, null)), "labels"))
        .hasMessageStartingWith("The argument \"labels\" contains null at position 1.");
    assertThatCode(() -> NullChecks.noNulls(new Object[] {"a", List.of()}, "rest"))
        .doesNotThrowAnyException();
  }
}
