package dev.espalier.core.internal.engine;

import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.EngineSettings;
import dev.espalier.engine.Strategy;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.option.Setting;
import java.util.List;
import java.util.stream.Collectors;

/** Chooses devices of an open engine: those named in the settings, by default the first. */
public final class DeviceChoice {
  private DeviceChoice() {}

  /**
   * Opens an engine that has the devices named in the settings.
   *
   * @throws EspalierException errors of the engine; {@link ErrorCode#UNKNOWN_DEVICE} listing its
   *     devices, and what it needs for a GPU if one is requested and it has none
   */
  public static Engine open(EngineProvider provider, EngineSettings settings) {
    Engine engine = provider.open(settings.optionsFor(provider));
    try {
      chooseAll(engine, settings, provider.gpuRequirement());
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
    return engine;
  }

  /**
   * Returns the device to use for what uses only one: the first of several.
   *
   * @throws EspalierException {@link ErrorCode#UNKNOWN_DEVICE} listing the engine's devices
   */
  public static Device choose(Engine engine, EngineSettings settings) {
    return chooseAll(engine, settings).get(0);
  }

  /**
   * Returns the devices on which a trainer keeps replicas of its model; usually one.
   *
   * @throws EspalierException {@link ErrorCode#UNKNOWN_DEVICE} listing the engine's devices
   */
  public static List<Device> chooseAll(Engine engine, EngineSettings settings) {
    return chooseAll(engine, settings, "");
  }

  private static List<Device> chooseAll(
      Engine engine, EngineSettings settings, String gpuRequirement) {
    if (!(settings.strategy() instanceof Strategy.Mirrored mirrored)) {
      return List.of(single(engine, settings, gpuRequirement));
    }
    Setting setting = settings.find(EngineSettings.DEVICES);
    mirrored.devices().forEach(device -> require(engine, device, setting, gpuRequirement));
    return mirrored.devices();
  }

  private static Device single(Engine engine, EngineSettings settings, String gpuRequirement) {
    String wanted = settings.get(EngineSettings.DEVICE);
    if (wanted.equals(EngineSettings.AUTO)) {
      return engine.devices().get(0);
    }
    Device device = Device.parse(wanted);
    require(engine, device, settings.find(EngineSettings.DEVICE), gpuRequirement);
    return device;
  }

  private static void require(
      Engine engine, Device device, Setting setting, String gpuRequirement) {
    if (engine.devices().contains(device)) {
      return;
    }
    boolean firstCardMissing =
        device.kind() == Device.Kind.GPU && !engine.devices().contains(Device.gpu(0));
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
