package dev.espalier.core.internal.engine;

import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.option.Setting;
import java.util.stream.Collectors;

/** Chooses the device of an open engine: the one named in the settings, by default the first. */
public final class DeviceChoice {
  private DeviceChoice() {}

  /**
   * Opens an engine that has the device named in the settings.
   *
   * @throws EspalierException errors of the engine; {@link ErrorCode#UNKNOWN_DEVICE} listing its
   *     devices, and what it needs for a GPU if one is requested and it has none
   */
  public static Engine open(EngineProvider provider, EngineSettings settings) {
    Engine engine = provider.open(settings.optionsFor(provider));
    try {
      choose(engine, settings, provider.gpuRequirement());
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
    return engine;
  }

  /**
   * Returns the device to use.
   *
   * @throws EspalierException {@link ErrorCode#UNKNOWN_DEVICE} listing the engine's devices
   */
  public static Device choose(Engine engine, EngineSettings settings) {
    return choose(engine, settings, "");
  }

  private static Device choose(Engine engine, EngineSettings settings, String gpuRequirement) {
    String wanted = settings.get(EngineSettings.DEVICE);
    if (wanted.equals(EngineSettings.AUTO)) {
      return engine.devices().get(0);
    }
    Device device = Device.parse(wanted);
    if (engine.devices().contains(device)) {
      return device;
    }
    boolean firstCardMissing =
        device.kind() == Device.Kind.GPU && !engine.devices().contains(Device.gpu(0));
    Setting setting = settings.find(EngineSettings.DEVICE);
    throw setting
        .origin()
        .locate(
            new EspalierException(
                ErrorCode.UNKNOWN_DEVICE,
                "The engine " + engine.name() + " has no device " + device + " here.",
                "Its devices are: "
                    + engine.devices().stream()
                        .map(Device::toString)
                        .collect(Collectors.joining(", "))
                    + "."
                    + (firstCardMissing && !gpuRequirement.isEmpty()
                        ? " For a GPU it needs " + gpuRequirement
                        : "")));
  }
}
