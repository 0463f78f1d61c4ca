package dev.espalier.callbacks;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * Formats numbers like Python, so that messages are equal to Keras': with the fewest digits that
 * identify the number (which {@link Double#toString} does not guarantee before JDK 19), and without
 * an exponent from 0.0001 up to 10 to the power 16.
 */
final class ShortestDecimal {
  private static final int DIGITS_THAT_ALWAYS_DO = 17;

  private ShortestDecimal() {}

  static String of(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal shortest = shortest(value).stripTrailingZeros();
    int exponent = shortest.precision() - shortest.scale() - 1;
    if (exponent < -4 || exponent >= 16) {
      return scientific(shortest, exponent);
    }
    String plain = shortest.toPlainString();
    return plain.contains(".") ? plain : plain + ".0";
  }

  private static BigDecimal shortest(double value) {
    BigDecimal exact = new BigDecimal(value);
    for (int digits = 1; digits < DIGITS_THAT_ALWAYS_DO; digits++) {
      BigDecimal rounded = exact.round(new MathContext(digits));
      if (rounded.doubleValue() == value) {
        return rounded;
      }
    }
    return exact.round(new MathContext(DIGITS_THAT_ALWAYS_DO));
  }

  private static String scientific(BigDecimal number, int exponent) {
    String digits = number.unscaledValue().abs().toString();
    String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
    String sign = number.signum() < 0 ? "-" : "";
    String size = (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    return sign + digits.charAt(0) + fraction + "e" + (exponent < 0 ? "-" : "+") + size;
  }
}
