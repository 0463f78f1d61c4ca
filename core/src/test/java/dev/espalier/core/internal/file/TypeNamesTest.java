package dev.espalier.core.internal.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.optimizer.Adam;
import org.junit.jupiter.api.Test;

class TypeNamesTest {
  @Test
  void aClassOfEspalierIsKnownWhereverItMoves() {
    assertThat(TypeNames.of(Adam.class))
        .isEqualTo(TypeNames.current("dev.espalier.optimizer.Adam"))
        .isEqualTo("Adam");
    assertThat(TypeNames.current("dev.espalier.optimizer.GradientClipping$ByNorm"))
        .isEqualTo("GradientClipping$ByNorm");
  }

  @Test
  void aRenamedClassKeepsItsState() {
    assertThat(TypeNames.current("dev.espalier.callbacks.ReduceLrOnPlateau"))
        .isEqualTo("ReduceLROnPlateau");
  }

  @Test
  void aClassOfAPluginIsNamedInFull() {
    assertThat(TypeNames.of(String.class)).isEqualTo("java.lang.String");
    assertThat(TypeNames.current("org.example.Adam")).isEqualTo("org.example.Adam");
  }
}
