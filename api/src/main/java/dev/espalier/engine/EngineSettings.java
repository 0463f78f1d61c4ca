package dev.espalier.engine;

import dev.espalier.error.EspalierException;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import dev.espalier.option.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Which engine runs on which device, and how; each setting with where it was made, so that a
 * message can say it. Immutable. Programs make it with {@link #of}; configuration files, the
 * environment and the command line give one, too, and {@link #with(EngineSettings)} lets the
 * stronger origin win.
 *
 * <p>Names of the settings: those of the constants; {@code engines.NAME.OPTION} for an option of
 * the engine NAME; {@code engine-options.OPTION} for an option of whichever engine is used.
 *
 * @param settings what was set; nothing in it means the defaults
 * @param purpose what the engine is to be used for, which {@link #AUTO} takes into account
 */
public record EngineSettings(Settings settings, EnginePurpose purpose) {
  /** The word that leaves the choice of an engine or a device to Espalier. */
  public static final String AUTO = "auto";

  /**
   * The word that leaves the choice of an engine to a measurement: of the engines that {@link
   * #AUTO} would try, the one that runs a small step fastest on this machine.
   */
  public static final String FASTEST = "fastest";

  /** The word that leaves the frozen base of a model to the engine that trains it. */
  public static final String SAME = "same";

  /** The name of the engine. */
  public static final OptionDescription<String> ENGINE =
      OptionDescription.text(
              "engine",
              "Engine to use; auto picks the first engine that works on this machine, fastest"
                  + " measures those that work, once per machine.")
          .withDefault(AUTO);

  /** The engines that {@link #AUTO} and {@link #FASTEST} choose from. */
  public static final OptionDescription<List<String>> ENGINE_ORDER =
      OptionDescription.words("engine-order", "Engines that auto tries, in order of preference.");

  /** The name of the engine that computes the frozen base of a model in training, on the CPU. */
  public static final OptionDescription<String> FROZEN_BASE_ENGINE =
      OptionDescription.text(
              "frozen-base-engine",
              "Engine that computes the frozen layers before the first trainable one in training on"
                  + " the CPU; auto picks an engine made for inference that works on this machine,"
                  + " same the engine that trains.")
          .withDefault(AUTO);

  /** The name of the device. */
  public static final OptionDescription<String> DEVICE =
      OptionDescription.form(
              "device",
              "auto|cpu|gpu(:\\d{1,4})?",
              "auto, cpu, gpu, gpu:0, gpu:1 and so on",
              "Device to compute on; auto picks the engine's preferred device.")
          .withDefault(AUTO);

  /** The names of devices that train together; none for {@link #DEVICE} alone. */
  public static final OptionDescription<List<String>> DEVICES =
      OptionDescription.words(
          "devices",
          "Devices that train together, such as gpu:0, gpu:1: each holds a replica of the model and"
              + " computes the gradients of its samples of each batch.");

  /** Processor threads of the engine. */
  public static final OptionDescription<Integer> THREADS =
      OptionDescription.wholeNumber(
              "threads",
              0,
              Integer.MAX_VALUE,
              "Number of CPU threads per operation; 0 for all cores.")
          .withDefault(0);

  /** Whether engines may download, for those that can; {@link EngineOptions#ALLOW_DOWNLOAD}. */
  public static final OptionDescription<Boolean> ALLOW_DOWNLOAD = EngineOptions.ALLOW_DOWNLOAD;

  private static final String ANY_ENGINE = "engine-options.";

  /** Creates settings of an engine that may be used for anything. */
  public EngineSettings(Settings settings) {
    this(settings, EnginePurpose.TRAINING);
  }

  /** Returns the defaults. */
  public static EngineSettings defaults() {
    return new EngineSettings(Settings.none());
  }

  /** Returns settings that the program makes; they are stronger than those of any other origin. */
  public static EngineSettings of(Consumer<? super Builder> program) {
    Builder builder = new Builder();
    program.accept(builder);
    return builder.build();
  }

  /** Returns the settings that have a name of their own, in the order to show them. */
  public static List<OptionDescription<?>> descriptions() {
    return List.of(
        ENGINE, ENGINE_ORDER, FROZEN_BASE_ENGINE, DEVICE, DEVICES, THREADS, ALLOW_DOWNLOAD);
  }

  /** Returns the name of the setting for an option of one engine. */
  public static String optionName(String engine, String option) {
    return "engines." + engine + "." + option;
  }

  /** Returns the name of the setting for an option of whichever engine is used. */
  public static String optionName(String option) {
    return ANY_ENGINE + option;
  }

  /**
   * Returns these settings for an engine that predicts and evaluates only: {@link #AUTO} prefers
   * one that is made for it, which may be unable to train.
   */
  public EngineSettings forInference() {
    return new EngineSettings(settings, EnginePurpose.INFERENCE);
  }

  /**
   * Returns these and others; of two settings of one name the stronger origin wins. They are for
   * inference if one of them is, see {@link #forInference}.
   */
  public EngineSettings with(EngineSettings others) {
    return new EngineSettings(
        settings.with(others.settings),
        purpose == others.purpose ? purpose : EnginePurpose.INFERENCE);
  }

  /** Returns the setting of one of the constants: what was set, else its default. */
  public Setting find(OptionDescription<?> option) {
    Setting given = settings.find(option);
    return given == null
        ? new Setting(option.name(), option.defaultText(), Origin.byDefault())
        : given;
  }

  /**
   * Returns the value of one of the constants.
   *
   * @throws dev.espalier.error.EspalierException {@code INVALID_OPTION} if what was set does not
   *     fit, with the place where it was set
   */
  public <T> T get(OptionDescription<T> option) {
    return find(option).value(option);
  }

  /**
   * Returns whether Espalier chooses the engine: it is {@link #AUTO} or {@link #FASTEST}, not the
   * name of one.
   */
  public boolean isEngineChosen() {
    String engine = get(ENGINE);
    return engine.equals(AUTO) || engine.equals(FASTEST);
  }

  /**
   * Returns how a trainer uses devices: {@linkplain Strategy#mirrored(List) mirrored} on {@link
   * #DEVICES}, if any are set and no stronger origin sets {@link #DEVICE}.
   *
   * @throws dev.espalier.error.EspalierException the errors of {@link Strategy#mirrored(String...)}
   *     with the place where the devices were set
   */
  public Strategy strategy() {
    List<String> names = get(DEVICES);
    Setting devices = find(DEVICES);
    if (names.isEmpty() || !find(DEVICE).origin().yieldsTo(devices.origin())) {
      return Strategy.single();
    }
    try {
      return Strategy.mirrored(names.toArray(new String[0]));
    } catch (EspalierException e) {
      throw devices.origin().locate(e);
    }
  }

  /**
   * Returns the options that are for whichever engine is used, by the name of the option. An engine
   * refuses those that it does not know.
   */
  public Map<String, Setting> commonOptions() {
    return byOption(ANY_ENGINE);
  }

  private Map<String, Setting> byOption(String prefix) {
    Map<String, Setting> options = new TreeMap<>();
    settings
        .startingWith(prefix)
        .forEach(one -> options.put(one.name().substring(prefix.length()), one));
    return options;
  }

  /** Returns what an engine is opened with: the threads, and the options that are for it. */
  public EngineOptions optionsFor(EngineProvider provider) {
    Map<String, Setting> options = commonOptions();
    byOption(optionName(provider.name(), ""))
        .forEach(
            (name, one) ->
                options.merge(
                    name, one, (old, own) -> old.origin().yieldsTo(own.origin()) ? own : old));
    Map<String, String> extra = new TreeMap<>();
    if (get(ALLOW_DOWNLOAD) && provider.options().contains(EngineOptions.ALLOW_DOWNLOAD)) {
      extra.put(ALLOW_DOWNLOAD.name(), ALLOW_DOWNLOAD.type().format(true));
    }
    options.forEach((name, one) -> extra.put(name, one.text()));
    return new EngineOptions(get(THREADS), extra);
  }

  /** Collects what the program sets. Not thread-safe. */
  public static final class Builder {
    private final List<Setting> made = new ArrayList<>();

    private Builder() {}

    private Builder add(String name, String text) {
      made.add(new Setting(name, text, Origin.program()));
      return this;
    }

    /** Names the engine; {@code auto} chooses one. */
    public Builder engine(String name) {
      return add(ENGINE.name(), name);
    }

    /** Sets the engines that {@code auto} tries, in order of preference. */
    public Builder engineOrder(String... names) {
      return add(ENGINE_ORDER.name(), ENGINE_ORDER.type().format(List.of(names)));
    }

    /**
     * Names the engine that computes the frozen base of a model in training on the CPU; {@code
     * auto} chooses one that is made for inference, {@code same} is the engine that trains.
     */
    public Builder frozenBaseEngine(String engine) {
      return add(FROZEN_BASE_ENGINE.name(), engine);
    }

    /** Selects the device: {@code auto}, {@code cpu}, {@code gpu}, {@code gpu:1}. */
    public Builder device(String name) {
      return add(DEVICE.name(), name);
    }

    /** Sets how a trainer uses devices; a single device is the one of {@link #device}. */
    public Builder strategy(Strategy value) {
      return add(
          DEVICES.name(),
          value instanceof Strategy.Mirrored mirrored
              ? DEVICES.type().format(mirrored.devices().stream().map(Device::toString).toList())
              : "");
    }

    /** Sets the processor threads for one operation, 0 for all. */
    public Builder threads(int count) {
      return add(THREADS.name(), Integer.toString(count));
    }

    /** Allows engines to download native libraries that are missing. */
    public Builder allowDownload(boolean allowed) {
      return add(ALLOW_DOWNLOAD.name(), Boolean.toString(allowed));
    }

    /** Sets an option of whichever engine is used; an engine without that option rejects it. */
    public Builder option(String name, String value) {
      return add(optionName(name), value);
    }

    /** Sets an option of one engine, which does not matter if another is used. */
    public Builder option(String engine, String name, String value) {
      return add(optionName(engine, name), value);
    }

    private EngineSettings build() {
      return new EngineSettings(Settings.none().with(made));
    }
  }
}
