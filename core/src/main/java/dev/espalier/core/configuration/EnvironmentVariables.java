package dev.espalier.core.configuration;

import dev.espalier.core.internal.engine.EngineChoice;
import dev.espalier.engine.CacheFolder;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.NearestNames;
import dev.espalier.error.PrintableText;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads environment variables such as {@code ESPALIER_ENGINES_ABC_MAX_STREAMS}, which sets {@code
 * engines.abc.max-streams}. An empty variable counts as unset.
 */
final class EnvironmentVariables {
  private static final Logger log = LoggerFactory.getLogger(EnvironmentVariables.class);
  private static final String PREFIX = "ESPALIER_";
  private static final String ENGINE_PREFIX = "ESPALIER_ENGINE";

  /** Variables that are not settings: the launcher and the command read the last two. */
  private static final Set<String> NO_SETTINGS =
      Set.of(CacheFolder.VARIABLE, "ESPALIER_JAVA_OPTS", "ESPALIER_PLUGINS");

  private EnvironmentVariables() {}

  /** Returns the settings of variables, in their order. */
  static List<Setting> read(
      Map<String, String> environment, KnownSettings known, ConfigurationProblems problems) {
    Map<String, String> names = new TreeMap<>();
    known.names().forEach(name -> names.put(variable(name), name));
    List<Setting> settings = new ArrayList<>();
    environment.forEach(
        (variable, text) -> {
          if (!variable.startsWith(PREFIX) || text.isEmpty()) {
            return;
          }
          String name = names.get(variable);
          if (name != null) {
            settings.add(new Setting(name, text, Origin.environment(variable)));
          } else if (!NO_SETTINGS.contains(variable) && !isForAbsentEngine(variable, known)) {
            tellUnknown(variable, names.keySet(), problems);
          }
        });
    return settings;
  }

  /** Returns the environment variable of a setting. */
  static String variable(String name) {
    return PREFIX + name.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  private static boolean isForAbsentEngine(String variable, KnownSettings known) {
    return EngineChoice.OURS.stream()
        .filter(known::isAbsentEngine)
        .anyMatch(engine -> variable.startsWith(variable("engines." + engine + ".")));
  }

  /**
   * An unknown variable below ENGINES is an error. Any other gets a warning, because other programs
   * may use our prefix too.
   */
  private static void tellUnknown(
      String variable, Set<String> known, ConfigurationProblems problems) {
    if (variable.startsWith(ENGINE_PREFIX)) {
      problems.add(
          NearestNames.unknown(
              ErrorCode.INVALID_OPTION, "setting for an environment variable", variable, known));
    } else {
      log.warn(
          "The environment variable {} is no setting; the nearest that is one: {}",
          PrintableText.of(variable),
          NearestNames.sorted(variable, known).get(0));
    }
  }
}
