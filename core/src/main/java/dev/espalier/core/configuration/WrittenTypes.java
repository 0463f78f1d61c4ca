package dev.espalier.core.configuration;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import dev.espalier.error.EspalierException;
import dev.espalier.optimizer.GradientClipping;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionType;
import dev.espalier.training.ClassWeights;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Types of settings with their own text syntax. Each is a single setting rather than one per kind
 * or class, so that an origin with higher precedence replaces the whole value.
 */
final class WrittenTypes {
  private static final String NONE = "none";
  private static final String BALANCED = "balanced";
  private static final String VALUE = "value";
  private static final String NORM = "norm";
  private static final String GLOBAL_NORM = "global-norm";
  private static final int LONGEST = 1 << 20;

  /** One section, with numbers whose decimal point counts as a level. */
  private static final int DEPTH = 2;

  /** Class weights; null for none. */
  record Weights(@Nullable ClassWeights weights) {}

  /**
   * Class weights: {@code none}, {@code balanced}, or weights by class name, written as a section:
   * {@code { cat = 2, "big dog" = 0.5 }}.
   */
  static final OptionType<Weights> CLASS_WEIGHTS =
      new OptionType.Written<>(
          "none, balanced, or weights of 0 or more by the names of classes, such as { cat = 2 }",
          WrittenTypes::weights,
          WrittenTypes::text);

  /** Gradient clipping, such as {@code global-norm 1.0}. */
  static final OptionType<GradientClipping> GRADIENT_CLIPPING =
      new OptionType.Written<>(
          "none, or value, norm or global-norm with a limit above 0, such as global-norm 1.0",
          WrittenTypes::clipping,
          WrittenTypes::text);

  private WrittenTypes() {}

  /** Returns whether a setting may be given as a section. */
  static boolean isSection(@Nullable OptionDescription<?> option) {
    return option != null && option.type() == CLASS_WEIGHTS;
  }

  /** Returns the text of a section. */
  static String textOf(ConfigObject section) {
    return section.render(ConfigRenderOptions.concise());
  }

  private static @Nullable Weights weights(String text) {
    String word = text.strip();
    if (word.equals(NONE)) {
      return new Weights(null);
    }
    if (word.equals(BALANCED)) {
      return new Weights(ClassWeights.balanced());
    }
    if (word.isEmpty() || word.length() > LONGEST || HoconNesting.depth(word) > DEPTH) {
      return null;
    }
    try {
      Map<String, Double> weights = new TreeMap<>();
      for (Map.Entry<String, ConfigValue> entry : ConfigurationIncludes.parse(word).entrySet()) {
        weights.put(entry.getKey(), Double.valueOf(entry.getValue().unwrapped().toString()));
      }
      return weights.isEmpty() ? null : new Weights(ClassWeights.of(weights));
    } catch (ConfigException | NumberFormatException | EspalierException e) {
      return null; // the caller's error describes what is expected
    }
  }

  private static String text(Weights weights) {
    if (weights.weights() instanceof ClassWeights.ByName byName) {
      return byName.byName().entrySet().stream()
          .map(entry -> ConfigUtil.quoteString(entry.getKey()) + " = " + entry.getValue())
          .collect(Collectors.joining(", ", "{ ", " }"));
    }
    return weights.weights() == null ? NONE : BALANCED;
  }

  private static @Nullable GradientClipping clipping(String text) {
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
      return null; // the caller's error describes what is expected
    }
  }

  private static String text(GradientClipping clipping) {
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
