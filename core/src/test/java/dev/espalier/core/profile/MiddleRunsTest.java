package dev.espalier.core.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.engine.OperatorOrigin;
import dev.espalier.engine.OperatorRun;
import dev.espalier.engine.ProfiledRun;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class MiddleRunsTest {
  private static final OperatorOrigin STEM = new OperatorOrigin("stem", "Conv2d", false);
  private static final OperatorOrigin TOP = new OperatorOrigin("top", "MatMul", false);

  private static ProfiledRun run(long stem, long top) {
    return new ProfiledRun(
        Map.of(),
        stem + top + 1_000_000,
        List.of(
            new OperatorRun(STEM, "conv", stem, 10),
            new OperatorRun(STEM, "conv", 0, 10),
            new OperatorRun(TOP, "gemm", top, 4)));
  }

  @Test
  void theSlowestAndFastestQuarterDoNotCount() {
    MiddleRuns middle =
        MiddleRuns.of(
            List.of(
                run(900_000_000, 0),
                run(3_000_000, 2_000_000),
                run(1_000_000, 2_000_000),
                run(0, 0)),
            UnaryOperator.identity());
    assertThat(middle.milliseconds()).isCloseTo(5, within(1e-9));
    assertThat(middle.operators())
        .containsExactlyInAnyOrder(
            new ProfiledOperator(STEM, "conv", 2, 2, 20),
            new ProfiledOperator(TOP, "gemm", 2, 1, 4));
  }

  @Test
  void oneRunIsItsOwnMean() {
    MiddleRuns middle = MiddleRuns.of(List.of(run(3_000_000, 4_000_000)), UnaryOperator.identity());
    assertThat(middle.milliseconds()).isCloseTo(8, within(1e-9));
    assertThat(middle.operators())
        .extracting(ProfiledOperator::milliseconds)
        .containsExactly(4.0, 3.0);
  }
}
