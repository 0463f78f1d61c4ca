package dev.espalier.callbacks;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ShortestDecimalPropertyTest {
  @Property(tries = 500)
  void readsBackAsTheSameNumber(@ForAll long bits) {
    double number = Double.longBitsToDouble(bits);
    if (Double.isFinite(number)) {
      assertThat(Double.parseDouble(ShortestDecimal.of(number))).isEqualTo(number);
    }
  }
}
