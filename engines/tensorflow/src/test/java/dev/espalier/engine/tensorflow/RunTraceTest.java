package dev.espalier.engine.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.OperatorOrigin;
import dev.espalier.engine.OperatorRun;
import dev.espalier.engine.tensorflow.RunTrace.Interval;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunTraceTest {
  private static final OperatorOrigin CONV = new OperatorOrigin("stem", "Conv2d", false);
  private static final OperatorOrigin GRADIENT = new OperatorOrigin("stem", "Conv2d", true);
  private static final Map<String, OperatorOrigin> ORIGINS =
      Map.of("train.0/stem/Conv2d", CONV, "train.0/stem/Conv2d/gradient", GRADIENT);

  private static Interval interval(String operator, long start, long end) {
    return new Interval(CONV, operator, start, end, 0);
  }

  @Test
  void theTimeInWhichSeveralOperationsRunIsDividedAmongThem() {
    List<OperatorRun> runs =
        RunTrace.divided(
            List.of(
                interval("c", 80, 100),
                interval("a", 0, 40),
                interval("b", 20, 60),
                interval("instant", 30, 30)));
    assertThat(runs)
        .extracting(OperatorRun::operator, OperatorRun::nanoseconds)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("a", 30L),
            org.assertj.core.groups.Tuple.tuple("b", 30L),
            org.assertj.core.groups.Tuple.tuple("instant", 0L),
            org.assertj.core.groups.Tuple.tuple("c", 20L));
  }

  @Test
  void operationsOfTheOptimizerBelongToTheLayerOfThoseThatTheyReplace() {
    assertThat(RunTrace.origin("train.0/stem/Conv2d/Conv2D", ORIGINS)).isEqualTo(CONV);
    assertThat(RunTrace.origin("train.0/stem/Conv2d/gradient/Conv2DBackpropInput", ORIGINS))
        .isEqualTo(GRADIENT);
    assertThat(
            RunTrace.origin(
                "train.0/stem/Conv2d/Conv2D-0-TransposeNHWCToNCHW-LayoutOptimizer", ORIGINS))
        .isEqualTo(CONV);
    assertThat(
            RunTrace.origin("ArithmeticOptimizer/Rewrite_train.0/x/train.0/stem/Conv2d/a", ORIGINS))
        .isEqualTo(CONV);
    assertThat(RunTrace.origin("ConstantFolding/train.0/stem/Conv2d/Reshape", ORIGINS))
        .isEqualTo(CONV);
    assertThat(RunTrace.origin("train.0/updates/AssignVariableOp", ORIGINS))
        .isEqualTo(OperatorOrigin.ofProgram());
    assertThat(RunTrace.origin("_SOURCE", ORIGINS)).isEqualTo(OperatorOrigin.ofProgram());
  }
}
