package dev.espalier.core.internal.hocon;

import com.typesafe.config.ConfigException;
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
 * Parses a configuration file with its includes and resolves its substitutions, as HOCON specifies
 * them; system properties are ignored. Only files can be included: a relative path is resolved
 * against the folder of the including file, for both {@code include "x"} and {@code include
 * file("x")}. Included files have the same rights as the first file.
 */
public final class HoconParser
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

  private final HoconText text;
  private final int level;
  private final Total total;

  private HoconParser(HoconText text, int level, Total total) {
    this.text = text;
    this.level = level;
    this.total = total;
  }

  /**
   * A parsed file.
   *
   * @param root with substitutions resolved
   * @param names of the files, as in origin descriptions
   */
  public record Parsed(ConfigObject root, Set<String> names) {}

  /**
   * Parses a file and its includes.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_CONFIGURATION} if it is not valid HOCON, for
   *     forbidden includes or an exceeded limit
   */
  public static Parsed parse(HoconText text) {
    Total total = new Total();
    try {
      ConfigObject root = new HoconParser(text, 0, total).parse();
      SubstitutedSize.requireWithinLimits(text.file().toString(), root);
      return new Parsed(root.toConfig().resolve().root(), Set.copyOf(total.names));
    } catch (ConfigException e) {
      throw new EspalierException(
          ErrorCode.INVALID_CONFIGURATION,
          "The configuration file is not HOCON: " + e.getMessage(),
          "Correct it; JSON is HOCON, too.",
          e);
    }
  }

  /**
   * Parses the text of a setting, which must not include files.
   *
   * @throws ConfigException if it is not valid HOCON
   * @throws EspalierException {@link ErrorCode#INVALID_CONFIGURATION} for an include
   */
  public static ConfigObject parse(String text) {
    return new HoconParser(HoconText.of(text), ALONE, new Total()).parse();
  }

  private ConfigObject parse() {
    String name = text.file().toString();
    total.bytes += text.text().getBytes(StandardCharsets.UTF_8).length;
    if (level != ALONE && total.bytes > HoconLimits.BYTES) {
      throw HoconLimits.exceeded(
          name, "and those with it are larger than " + HoconLimits.BYTES / 1024 + " KiB");
    }
    if (HoconLimits.depth(text.text()) > HoconLimits.DEPTH) {
      throw HoconLimits.tooDeep(name);
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
    if (level == HoconLimits.INCLUDES_IN_A_ROW) {
      throw HoconLimits.exceeded(
          text.file().toString(),
          "is the "
              + (level + 1)
              + "th in a row of files that include one another, and includes "
              + file);
    }
    if (++total.includes > HoconLimits.INCLUDES) {
      throw HoconLimits.exceeded(
          text.file().toString(),
          "and those with it include more than " + HoconLimits.INCLUDES + " files");
    }
    return new HoconParser(HoconText.ofRegular(file), level + 1, total).parse();
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
