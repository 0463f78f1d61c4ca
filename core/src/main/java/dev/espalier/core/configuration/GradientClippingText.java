package dev.espalier.core.configuration;

import dev.espalier.error.EspalierException;
import dev.espalier.option.OptionType;
import dev.espalier.training.GradientClipping;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A clipping of gradients in one setting, such as {@code global-norm 1.0}: one setting, not one for
 * each kind, so that a stronger origin replaces what a weaker one says.
 */
final class GradientClippingText {
  private static final String NONE = "none";
  private static final String VALUE = "value";
  private static final String NORM = "norm";
  private static final String GLOBAL_NORM = "global-norm";

  static final OptionType<GradientClipping> TYPE =
      new OptionType.Written<>(
          "none, or value, norm or global-norm with a limit above 0, such as global-norm 1.0",
          GradientClippingText::parse,
          GradientClippingText::format);

  private GradientClippingText() {}

  private static @Nullable GradientClipping parse(String text) {
    String[] words = text.strip().toLowerCase(Locale.ROOT).split("\\s+");
    if (words.length == 1 && words[0].equals(NONE)) {
      return GradientClipping.none();
    }
    if (words.length != 2) {
      return null;
    }
    try {
      double limit = Double.parseDouble(words[1]);
      return switch (words[0]) {
        case VALUE -> GradientClipping.byValue(limit);
        case NORM -> GradientClipping.byNorm(limit);
        case GLOBAL_NORM -> GradientClipping.byGlobalNorm(limit);
        default -> null;
      };
    } catch (NumberFormatException | EspalierException e) {
      return null; // whoever asked says what is expected
    }
  }

  private static String format(GradientClipping clipping) {
    if (clipping instanceof GradientClipping.ByValue byValue) {
      return VALUE + " " + byValue.limit();
    }
    if (clipping instanceof GradientClipping.ByNorm byNorm) {
      return NORM + " " + byNorm.limit();
    }
    if (clipping instanceof GradientClipping.ByGlobalNorm byGlobalNorm) {
      return GLOBAL_NORM + " " + byGlobalNorm.limit();
    }
    return NONE;
  }
}
