package dev.espalier.core.configuration;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.File;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parses a configuration file with its includes. Only files can be included: a relative path is
 * resolved against the folder of the including file, for both {@code include "x"} and {@code
 * include file("x")}. Included files have the same rights as the first file.
 */
final class ConfigurationIncludes
    implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
  private static final Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*", Pattern.DOTALL);

  /** The suffixes that are tried for an included name, in order. */
  private static final List<String> ENDINGS = List.of("", ".conf", ".json");

  /** The level of a text that must not include anything. */
  private static final int ALONE = -1;

  /** Totals over all files of one configuration. */
  private static final class Total {
    private final Set<String> names = new HashSet<>();
    private int bytes;
    private int includes;
  }

  private final ConfigurationText text;
  private final int level;
  private final Total total;

  private ConfigurationIncludes(ConfigurationText text, int level, Total total) {
    this.text = text;
    this.level = level;
    this.total = total;
  }

  /**
   * A parsed file.
   *
   * @param root with unresolved substitutions
   * @param names of the files, as in origin descriptions
   */
  record Parsed(ConfigObject root, Set<String> names) {}

  /**
   * Parses a file and its includes.
   *
   * @throws com.typesafe.config.ConfigException if it is not valid HOCON
   * @throws EspalierException {@link ErrorCode#INVALID_CONFIGURATION} for forbidden includes or an
   *     exceeded limit
   */
  static Parsed parse(ConfigurationText text) {
    Total total = new Total();
    ConfigObject root = new ConfigurationIncludes(text, 0, total).parse();
    return new Parsed(root, Set.copyOf(total.names));
  }

  /**
   * Parses the text of a setting, which must not include files.
   *
   * @throws com.typesafe.config.ConfigException if it is not valid HOCON
   * @throws EspalierException {@link ErrorCode#INVALID_CONFIGURATION} for an include
   */
  static ConfigObject parse(String text) {
    return new ConfigurationIncludes(ConfigurationText.of(text), ALONE, new Total()).parse();
  }

  private ConfigObject parse() {
    String name = text.file().toString();
    total.bytes += text.text().getBytes(StandardCharsets.UTF_8).length;
    if (level != ALONE && total.bytes > ConfigurationLimits.BYTES) {
      throw ConfigurationLimits.exceeded(
          name, "and those with it are larger than " + ConfigurationLimits.BYTES / 1024 + " KiB");
    }
    if (HoconNesting.depth(text.text()) > ConfigurationLimits.DEPTH) {
      throw ConfigurationLimits.tooDeep(name);
    }
    total.names.add(name);
    return ConfigFactory.parseString(
            text.text(),
            ConfigParseOptions.defaults()
                .setSyntax(ConfigSyntax.CONF)
                .setOriginDescription(name)
                .setIncluder(this))
        .root();
  }

  @Override
  public ConfigIncluder withFallback(ConfigIncluder fallback) {
    return this; // the library's own includer would fetch URLs
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    if (URL.matcher(what).matches()) {
      throw refused("the address " + what);
    }
    return includeNamed(context, what);
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    return includeNamed(context, what.getPath());
  }

  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
    throw refused("the address " + what);
  }

  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String what) {
    throw refused("the resource " + what + " of the class path");
  }

  private EspalierException refused(String what) {
    return new EspalierException(
        ErrorCode.INVALID_CONFIGURATION,
        "The configuration file " + text.file() + " includes " + what + ".",
        "Only files can be included: fetch it yourself, look at it, and include the file.");
  }

  private ConfigObject includeNamed(ConfigIncludeContext context, String what) {
    if (level == ALONE) {
      throw refused("the file " + what);
    }
    Path file = existing(what);
    if (file == null) {
      if (context.parseOptions().getAllowMissing()) {
        return ConfigFactory.empty().root(); // as HOCON specifies
      }
      throw new EspalierException(
          ErrorCode.FILE_NOT_READABLE,
          "The configuration file " + text.file() + " requires " + what + ", which is not there.",
          "Correct the path, which starts from the folder of the file that includes it.");
    }
    if (level == ConfigurationLimits.INCLUDES_IN_A_ROW) {
      throw ConfigurationLimits.exceeded(
          text.file().toString(),
          "is the "
              + (level + 1)
              + "th in a row of files that include one another, and includes "
              + file);
    }
    if (++total.includes > ConfigurationLimits.INCLUDES) {
      throw ConfigurationLimits.exceeded(
          text.file().toString(),
          "and those with it include more than " + ConfigurationLimits.INCLUDES + " files");
    }
    return new ConfigurationIncludes(text.included(file), level + 1, total).parse();
  }

  private @Nullable Path existing(String what) {
    try {
      for (String ending : ENDINGS) {
        Path file = text.folder().resolve(what + ending);
        if (Files.exists(file) && !(ending.isEmpty() && Files.isDirectory(file))) {
          return file;
        }
      }
      return null;
    } catch (InvalidPathException e) {
      return null;
    }
  }
}
