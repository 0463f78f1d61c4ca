package dev.espalier.core.configuration;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import dev.espalier.error.EspalierException;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionType;
import dev.espalier.training.ClassWeights;
import java.io.File;
import java.net.URL;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Class weights in one setting: {@code none}, {@code balanced}, or weights by the names of classes
 * as a section of a file has them, {@code { cat = 2, "big dog" = 0.5 }}. One setting, not one for
 * each class, so that a stronger origin replaces what a weaker one says.
 */
final class ClassWeightsText {
  private static final String NONE = "none";
  private static final String BALANCED = "balanced";
  private static final int LONGEST = 1 << 20;

  /** One section, with numbers whose decimal point counts as a level. */
  private static final int DEPTH = 2;

  /** What was set; no weights are none. */
  record Choice(@Nullable ClassWeights weights) {}

  static final OptionType<Choice> TYPE =
      new OptionType.Written<>(
          "none, balanced, or weights of 0 or more by the names of classes, such as { cat = 2 }",
          ClassWeightsText::parse,
          ClassWeightsText::format);

  private ClassWeightsText() {}

  /** Returns whether a section of a file may stand for a setting. */
  static boolean isMeantBy(@Nullable OptionDescription<?> option) {
    return option != null && option.type() == TYPE;
  }

  /** Returns the text of a section of a file. */
  static String of(ConfigObject section) {
    return section.render(ConfigRenderOptions.concise());
  }

  private static @Nullable Choice parse(String text) {
    String word = text.strip();
    if (word.equals(NONE)) {
      return new Choice(null);
    }
    if (word.equals(BALANCED)) {
      return new Choice(ClassWeights.balanced());
    }
    if (word.isEmpty() || word.length() > LONGEST || HoconNesting.depth(word) > DEPTH) {
      return null;
    }
    try {
      Config config =
          ConfigFactory.parseString(
              word, ConfigParseOptions.defaults().setIncluder(new NoIncludes()));
      Map<String, Double> weights = new TreeMap<>();
      for (Map.Entry<String, ConfigValue> entry : config.root().entrySet()) {
        weights.put(entry.getKey(), Double.valueOf(entry.getValue().unwrapped().toString()));
      }
      return weights.isEmpty() ? null : new Choice(ClassWeights.of(weights));
    } catch (ConfigException | NumberFormatException | EspalierException e) {
      return null; // whoever asked says what is expected
    }
  }

  /** A list of numbers has no reason to read other files or to ask a network. */
  private static final class NoIncludes
      implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
    private static ConfigException refused() {
      return new ConfigException.Generic("class weights include nothing");
    }

    @Override
    public ConfigIncluder withFallback(ConfigIncluder fallback) {
      return this;
    }

    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
      throw refused();
    }

    @Override
    public ConfigObject includeFile(ConfigIncludeContext context, File what) {
      throw refused();
    }

    @Override
    public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
      throw refused();
    }

    @Override
    public ConfigObject includeResources(ConfigIncludeContext context, String what) {
      throw refused();
    }
  }

  private static String format(Choice choice) {
    if (choice.weights() instanceof ClassWeights.ByName byName) {
      return byName.byName().entrySet().stream()
          .map(entry -> ConfigUtil.quoteString(entry.getKey()) + " = " + entry.getValue())
          .collect(Collectors.joining(", ", "{ ", " }"));
    }
    return choice.weights() == null ? NONE : BALANCED;
  }
}
