package dev.espalier.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.engine.Availability;
import dev.espalier.engine.Capability;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.EngineSettings;
import dev.espalier.engine.Session;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import dev.espalier.option.Settings;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeviceChoiceTest {
  /** An engine that has these devices, and remembers whether it was closed. */
  private static final class Cards implements EngineProvider, Engine {
    private final List<Device> devices;
    private boolean closed;

    Cards(Device... devices) {
      this.devices = List.of(devices);
    }

    @Override
    public String name() {
      return "abc";
    }

    @Override
    public Availability probe(EngineOptions options) {
      return Availability.unusable("Never asked.", "");
    }

    @Override
    public Engine open(EngineOptions options) {
      return this;
    }

    @Override
    public String gpuRequirement() {
      return "a card and g:abc:1:linux-gpu.";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<Device> devices() {
      return devices;
    }

    @Override
    public Set<Capability> capabilities() {
      return Set.of();
    }

    @Override
    public Session openSession(Device device) {
      throw new AssertionError("choosing opens no session");
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private static EngineSettings device(String name) {
    return new EngineSettings(
        Settings.none().with(List.of(new Setting("device", name, Origin.commandLine("--device")))));
  }

  private static void assertMissing(Cards engine, String device, String message) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> DeviceChoice.open(engine, device(device)))
        .withMessage(message + " [" + ErrorCode.UNKNOWN_DEVICE.id() + "]");
    assertThat(engine.closed).as("closed").isTrue();
  }

  @Test
  void autoIsTheEnginesFirstDevice() {
    Cards engine = new Cards(Device.gpu(0), Device.cpu());
    assertThat(DeviceChoice.choose(engine, EngineSettings.defaults())).isEqualTo(Device.gpu(0));
  }

  /** djl#2018, djl#2044 (which device it is). */
  @Test
  void aNamedDeviceIsTakenAndGpuIsTheFirstCard() {
    Cards engine = new Cards(Device.gpu(0), Device.gpu(1), Device.cpu());
    assertThat(DeviceChoice.choose(engine, device("cpu"))).isEqualTo(Device.cpu());
    assertThat(DeviceChoice.choose(engine, device("gpu"))).isEqualTo(Device.gpu(0));
    assertThat(DeviceChoice.choose(engine, device("gpu:1"))).isEqualTo(Device.gpu(1));
    assertThat(DeviceChoice.open(engine, device("gpu:1"))).isSameAs(engine);
    assertThat(engine.closed).isFalse();
  }

  @Test
  void aMachineWithoutACardIsToldWithWhatTheEngineNeeds() {
    String message =
        "The engine abc has no device %s here (--device). Its devices are: cpu. For a"
            + " GPU it needs a card and g:abc:1:linux-gpu.";
    assertMissing(new Cards(Device.cpu()), "gpu", message.formatted("gpu:0"));
    assertMissing(new Cards(Device.cpu()), "gpu:3", message.formatted("gpu:3"));
  }

  @Test
  void aCardTooManyListsThoseThereAre() {
    assertMissing(
        new Cards(Device.gpu(0), Device.gpu(1), Device.cpu()),
        "gpu:3",
        "The engine abc has no device gpu:3 here (--device). Its devices are: gpu:0, gpu:1, cpu.");
  }
}
