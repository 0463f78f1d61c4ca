package dev.espalier.engine.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.jni.JniUtils;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.engine.slices.SliceLimits;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.testkit.engine.EngineFixture;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class IntraOpThreadsTest {
  /** Otherwise slices would compete with each other for the processors, or batches use only one. */
  @Test
  void aSliceIsComputedByItsThreadAloneAndAWholeBatchByAllThreads() {
    PyTorchEngineProvider provider =
        new PyTorchEngineProvider(
            PyTorchEngineProvider.class.getClassLoader(), SliceLimits.singleSamples());
    try (Engine engine = provider.open(EngineOptions.defaults());
        Session session = engine.openSession(Device.cpu())) {
      int all = IntraOpThreads.ofProcess();
      Ops ops = new Ops();
      Tensor x = ops.input("x", new TensorType(DataType.FLOAT32, Shape.of(Shape.UNKNOWN, 2)));
      Executable square =
          session.compile(EngineFixture.program("square", ops, List.of(ops.square(x))));
      square.run(Map.of("x", HostArray.filled(TensorType.float32(4 * all, 2), 3)));
      assertThat(JniUtils.getNumThreads()).isEqualTo(1);
      square.run(Map.of("x", HostArray.filled(TensorType.float32(1, 2), 3)));
      assertThat(JniUtils.getNumThreads()).isEqualTo(all);
    }
  }

  /** PyTorch keeps the number for each thread; a new one takes over what was set last. */
  @Test
  void threadsDoNotChangeTheNumberOfOthers() {
    try (Engine engine = new PyTorchEngineProvider().open(EngineOptions.defaults())) {
      assertThat(engine.devices()).isNotEmpty();
      IntraOpThreads.use(2);
      CompletableFuture.runAsync(() -> IntraOpThreads.use(1)).join();
      assertThat(JniUtils.getNumThreads()).isEqualTo(2);
      assertThat(IntraOpThreads.ofProcess()).isPositive();
    }
  }
}
