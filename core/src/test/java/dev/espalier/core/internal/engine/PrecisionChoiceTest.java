package dev.espalier.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.engine.Capability;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.Precision;
import dev.espalier.engine.PrecisionSupport;
import dev.espalier.engine.Session;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PrecisionChoiceTest {
  private static final List<Device> PROCESSOR = List.of(Device.cpu());

  /** An engine that answers what a test wrote down. */
  private record Answering(Map<DataType, PrecisionSupport> answers) implements Engine {
    @Override
    public String name() {
      return "answering";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<Device> devices() {
      return PROCESSOR;
    }

    @Override
    public Set<Capability> capabilities() {
      return Set.of();
    }

    @Override
    public PrecisionSupport precision(DataType type, Device device) {
      return answers.containsKey(type) && device.index() == 0
          ? answers.get(type)
          : Engine.super.precision(type, device);
    }

    @Override
    public Session openSession(Device device) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  private static Precision choose(Precision wanted, Map<DataType, PrecisionSupport> answers) {
    return PrecisionChoice.choose(wanted, new Answering(answers), PROCESSOR);
  }

  @Test
  void anEngineThatDoesNotSayOtherwiseComputesInFloat32Only() {
    assertThat(choose(Precision.AUTO, Map.of())).isEqualTo(Precision.FLOAT32);
    assertThat(choose(Precision.FLOAT32, Map.of())).isEqualTo(Precision.FLOAT32);
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> choose(Precision.BFLOAT16, Map.of()))
        .withMessageContaining(
            "The engine answering cannot compute in bfloat16 on cpu: The engine answering computes"
                + " in float32 only.")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED_CAPABILITY));
  }

  @Test
  void autoTakesTheFirstTypeThatIsFaster() {
    PrecisionSupport fast = PrecisionSupport.faster("It is.");
    PrecisionSupport slow = PrecisionSupport.supported("It is not.");

    assertThat(choose(Precision.AUTO, Map.of(DataType.BFLOAT16, fast, DataType.FLOAT16, fast)))
        .isEqualTo(Precision.BFLOAT16);
    assertThat(choose(Precision.AUTO, Map.of(DataType.BFLOAT16, slow, DataType.FLOAT16, fast)))
        .isEqualTo(Precision.FLOAT16);
    assertThat(choose(Precision.AUTO, Map.of(DataType.BFLOAT16, slow, DataType.FLOAT16, slow)))
        .isEqualTo(Precision.FLOAT32);
    assertThat(choose(Precision.BFLOAT16, Map.of(DataType.BFLOAT16, slow)))
        .as("slow, but asked for")
        .isEqualTo(Precision.BFLOAT16);
  }

  @Test
  void everyDeviceOfAMirroredTrainingCounts() {
    Engine engine = new Answering(Map.of(DataType.BFLOAT16, PrecisionSupport.faster("It is.")));
    List<Device> cards = List.of(Device.gpu(0), Device.gpu(1));

    assertThat(PrecisionChoice.choose(Precision.AUTO, engine, cards)).isEqualTo(Precision.FLOAT32);
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> PrecisionChoice.choose(Precision.BFLOAT16, engine, cards))
        .withMessageContaining("on gpu:1");
  }
}
