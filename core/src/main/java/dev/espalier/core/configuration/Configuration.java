package dev.espalier.core.configuration;

import dev.espalier.core.PluginRegistry;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.option.Setting;
import dev.espalier.option.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What was set outside the program, checked against what there is to set. A stronger origin wins:
 * configuration files, then the environment, then the command line, in rising order; what the
 * program sets itself is stronger than all of them. Immutable.
 *
 * <pre>{@code
 * Configuration configuration = Configuration.load(registry);
 * Trainer.of(model, config -> config.engineSettings(configuration.engineSettings()), registry);
 * }</pre>
 */
public final class Configuration {
  /** The name of the file that is read in the working folder. */
  public static final String FILE_NAME = "espalier.conf";

  private final KnownSettings known;
  private final Settings given;

  private Configuration(KnownSettings known, Settings given) {
    this.known = known;
    this.given = given;
  }

  /**
   * Reads {@value #FILE_NAME} in the working folder, if there is one, and the environment of the
   * process.
   *
   * @param registry knows the engines and their options
   * @throws EspalierException as {@link #of}
   */
  public static Configuration load(PluginRegistry registry) {
    return of(registry, sources -> sources.folder(Path.of("")).environment(System.getenv()));
  }

  /**
   * Reads what the builder is told, and nothing else.
   *
   * @param registry knows the engines and their options
   * @throws EspalierException {@link ErrorCode#FILE_NOT_READABLE} for a file; {@link
   *     ErrorCode#INVALID_CONFIGURATION} for a file that is not HOCON, or for several settings that
   *     are unknown or do not fit, naming all of them; for a single one the code of its problem
   */
  public static Configuration of(PluginRegistry registry, Consumer<Sources> sources) {
    Sources told = new Sources();
    sources.accept(told);
    KnownSettings known = new KnownSettings(registry.engines());
    ConfigurationProblems problems = new ConfigurationProblems();
    List<Setting> read = new ArrayList<>();
    told.files.forEach(file -> read.addAll(ConfigurationFile.read(file, known, problems)));
    read.addAll(EnvironmentVariables.read(told.environment, known, problems));
    read.addAll(told.settings);
    known.check(read, problems);
    Settings given = Settings.none().with(read);
    known.checkEngines(new EngineSettings(given), problems);
    problems.throwIfAny();
    return new Configuration(known, given);
  }

  /** Returns what was set for the engine, for a trainer or a registry. */
  public EngineSettings engineSettings() {
    return new EngineSettings(given);
  }

  /**
   * Returns every setting there is, in an order to show them, with what was given or else the
   * default, an empty text where there is none.
   */
  public List<Setting> settings() {
    return known.effective(given);
  }

  /** Collects where to read. Not thread-safe. */
  public static final class Sources {
    private final List<Path> files = new ArrayList<>();
    private final List<Setting> settings = new ArrayList<>();
    private Map<String, String> environment = Map.of();

    private Sources() {}

    /** Reads the file {@value Configuration#FILE_NAME} of a folder, if there is one. */
    public Sources folder(Path folder) {
      Path file = folder.resolve(FILE_NAME);
      return Files.exists(file) ? file(file) : this;
    }

    /** Reads a file, which must be there; of several the later wins. */
    public Sources file(Path file) {
      files.add(file);
      return this;
    }

    /** Reads the variables {@code ESPALIER_...} of a process. */
    public Sources environment(Map<String, String> variables) {
      environment = Map.copyOf(variables);
      return this;
    }

    /** Adds settings that were read already, such as those of a command line. */
    public Sources settings(Collection<Setting> read) {
      settings.addAll(read);
      return this;
    }
  }
}
