package dev.espalier.core.configuration;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import dev.espalier.core.internal.hocon.HoconLimits;
import dev.espalier.core.internal.hocon.HoconParser;
import dev.espalier.data.CroppedResizing;
import dev.espalier.error.EspalierException;
import dev.espalier.optimizer.GradientClipping;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionType;
import dev.espalier.training.ClassWeights;
import dev.espalier.training.LearningRateMultipliers;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Types of settings with their own text syntax. Each is a single setting rather than one per kind
 * or class, so that an origin with higher precedence replaces the whole value.
 */
final class WrittenTypes {
  private static final String NONE = "none";
  private static final String STRETCH = "stretch";
  private static final String BALANCED = "balanced";
  private static final String VALUE = "value";
  private static final String NORM = "norm";
  private static final String GLOBAL_NORM = "global-norm";
  private static final int LONGEST = 1 << 20;

  /** One section, with numbers whose decimal point counts as a level. */
  private static final int DEPTH = 2;

  /**
   * Class weights: {@code none}, {@code balanced}, or weights by class name, written as a section:
   * {@code { cat = 2, "big dog" = 0.5 }}.
   */
  static final OptionType<Optional<ClassWeights>> CLASS_WEIGHTS =
      new OptionType.Written<>(
          "none, balanced, or weights of 0 or more by the names of classes, such as { cat = 2 }",
          text -> isNone(text) ? Optional.empty() : weights(text).map(Optional::of).orElse(null),
          weights -> weights.map(WrittenTypes::text).orElse(NONE));

  /** Multipliers by layer: {@code none}, or a section such as {@code { "block1*" = 0.1 }}. */
  static final OptionType<LearningRateMultipliers> LEARNING_RATE_MULTIPLIERS =
      new OptionType.Written<>(
          "none, or multipliers above 0 by the names or patterns of layers, such as"
              + " { \"block1*\" = 0.1 }",
          text ->
              isNone(text)
                  ? LearningRateMultipliers.none()
                  : ofSection(text, LearningRateMultipliers::new).orElse(null),
          multipliers -> section(multipliers.byPattern()));

  /**
   * Resizing of images: {@code stretch}, which is empty, or what {@link CroppedResizing#of} reads.
   */
  static final OptionType<Optional<CroppedResizing>> RESIZE =
      new OptionType.Written<>(
          "stretch, or bilinear or bicubic with the fraction of the center, such as bicubic 0.875",
          WrittenTypes::resizing,
          resizing -> resizing.map(CroppedResizing::toString).orElse(STRETCH));

  /** Gradient clipping, such as {@code global-norm 1.0}. */
  static final OptionType<GradientClipping> GRADIENT_CLIPPING =
      new OptionType.Written<>(
          "none, or value, norm or global-norm with a limit above 0, such as global-norm 1.0",
          WrittenTypes::clipping,
          WrittenTypes::text);

  private WrittenTypes() {}

  /** Returns whether a setting may be given as a section. */
  static boolean isSection(@Nullable OptionDescription<?> option) {
    return option != null
        && (option.type() == CLASS_WEIGHTS || option.type() == LEARNING_RATE_MULTIPLIERS);
  }

  /** Returns the text of a section. */
  static String textOf(ConfigObject section) {
    return section.render(ConfigRenderOptions.concise());
  }

  private static boolean isNone(String text) {
    return text.strip().equals(NONE);
  }

  /** Returns the weights of a text, or nothing if it has none. */
  private static Optional<ClassWeights> weights(String text) {
    return text.strip().equals(BALANCED)
        ? Optional.of(ClassWeights.balanced())
        : ofSection(text, ClassWeights::of);
  }

  /** Returns the value of a section of numbers, or nothing if the text or a number is wrong. */
  private static <T> Optional<T> ofSection(String text, Function<Map<String, Double>, T> maker) {
    try {
      Map<String, Double> numbers = section(text.strip());
      return numbers.isEmpty() ? Optional.empty() : Optional.of(maker.apply(numbers));
    } catch (EspalierException e) {
      return Optional.empty(); // the caller's error describes what is expected
    }
  }

  /** Returns the numbers of a section by name; none if it is not one, or if another value is. */
  private static Map<String, Double> section(String text) {
    if (text.isEmpty() || text.length() > LONGEST || HoconLimits.depth(text) > DEPTH) {
      return Map.of();
    }
    try {
      Map<String, Double> numbers = new TreeMap<>();
      for (Map.Entry<String, ConfigValue> entry : HoconParser.parse(text).entrySet()) {
        numbers.put(entry.getKey(), Double.valueOf(entry.getValue().unwrapped().toString()));
      }
      return numbers;
    } catch (ConfigException | NumberFormatException e) {
      return Map.of();
    }
  }

  private static String section(Map<String, Double> numbers) {
    return numbers.isEmpty()
        ? NONE
        : numbers.entrySet().stream()
            .map(entry -> ConfigUtil.quoteString(entry.getKey()) + " = " + entry.getValue())
            .collect(Collectors.joining(", ", "{ ", " }"));
  }

  private static String text(ClassWeights weights) {
    return weights instanceof ClassWeights.ByName byName ? section(byName.byName()) : BALANCED;
  }

  @SuppressWarnings("NullableOptional") // null is no value; empty is one
  private static @Nullable Optional<CroppedResizing> resizing(String text) {
    if (text.strip().equalsIgnoreCase(STRETCH)) {
      return Optional.empty();
    }
    try {
      return Optional.of(CroppedResizing.of(text));
    } catch (EspalierException e) {
      return null; // the caller's error describes what is expected
    }
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
