package dev.espalier.engine.mxnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("native")
class BatchNormalizationTest {
  /** MXNet gives the reciprocal of a root, from which a small variance has to be found. */
  @ParameterizedTest
  @ValueSource(floats = {1e-3f, 5e-3f, 1e-5f}) // rounded up and down
  void theVarianceOfImagesThatHardlyDifferIsExactEnough(float epsilon) {
    int pixels = 64;
    // Channels that are constant, differ by 0.001, and by 1.
    float[] values = new float[3 * pixels];
    for (int i = 0; i < pixels; i++) {
      int sign = i % 2 == 0 ? 1 : -1;
      values[3 * i] = 5;
      values[3 * i + 1] = 0.001f * sign;
      values[3 * i + 2] = sign;
    }
    Ops ops = new Ops();
    Tensor x = ops.input("x", TensorType.float32(-1, 4, 4, 3));
    Tensor one = ops.input("gamma", TensorType.float32(3));
    Tensor zero = ops.input("beta", TensorType.float32(3));
    List<Tensor> norm = ops.batchNormTraining(x, one, zero, epsilon);
    Program program =
        new Program(
            "norm",
            ops.toGraph(),
            List.of(
                new Program.Output("y", norm.get(0)),
                new Program.Output("mean", norm.get(1)),
                new Program.Output("variance", norm.get(2))),
            List.of());
    Map<String, HostArray> results;
    try (Engine engine = new MxNetEngineProvider().open(EngineOptions.defaults());
        Session session = engine.openSession(Device.cpu());
        Executable executable = session.compile(program)) {
      results =
          executable.run(
              Map.of(
                  "x", HostArray.wrap(Shape.of(4, 4, 4, 3), values),
                  "gamma", HostArray.wrap(Shape.of(3), 1, 1, 1),
                  "beta", HostArray.wrap(Shape.of(3), 0, 0, 0)));
    }
    double[] variances = {0, 1e-6, 1};
    for (int c = 0; c < 3; c++) {
      assertThat(results.get("mean").at(c)).isCloseTo(c == 0 ? 5 : 0, within(1e-6));
      // What is added to epsilon needs no more than its precision.
      assertThat(results.get("variance").at(c))
          .isNotNegative()
          .isCloseTo(variances[c], within(3e-7 * (variances[c] + epsilon)));
      double expected = (values[c] - (c == 0 ? 5 : 0)) / Math.sqrt(variances[c] + epsilon);
      assertThat(results.get("y").at(c)).isCloseTo(expected, within(1e-5));
    }
  }
}
