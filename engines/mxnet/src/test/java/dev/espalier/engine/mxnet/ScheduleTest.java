package dev.espalier.engine.mxnet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.mxnet.Instruction.Invoke;
import dev.espalier.engine.mxnet.Instruction.Source;
import dev.espalier.engine.mxnet.Instruction.Value;
import dev.espalier.graph.Op;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private final InstructionWriter mx = new InstructionWriter();
  private final Value input = mx.take(Source.INPUT, 0);

  private Schedule schedule(Value... results) {
    return Schedule.of(mx.instructions(), List.of(results));
  }

  @Test
  void whatNobodyNeedsIsLeftOut() {
    mx.apply("_npi_exp", input);
    Value kept = mx.apply("_npi_log", input);
    assertThat(schedule(kept).steps()).hasSize(2);
  }

  @Test
  void aValueIsReleasedAfterItsLastUse() {
    Value a = mx.apply("_npi_exp", input);
    Value b = mx.apply("_npi_log", a);
    Value c = mx.apply("_npi_add", a, b);
    assertThat(schedule(c).steps())
        .extracting(Schedule.Step::released)
        .containsExactly(List.of(), List.of(input), List.of(), List.of(a, b));
  }

  @Test
  void resultsAreNotReleased() {
    Value a = mx.apply("_npi_exp", input);
    Value b = mx.apply("_npi_log", a);
    assertThat(schedule(a, b).steps())
        .flatExtracting(Schedule.Step::released)
        .containsExactly(input);
  }

  @Test
  void furtherResultsAreReleasedUnlessTheyAreUsed() {
    List<Value> norm = mx.applyAll(Invoke.BATCH_NORM, Map.of(), List.of(input), 3);
    Value y = mx.apply("_npi_exp", norm.get(2));
    assertThat(schedule(y).steps().get(1).released())
        .containsExactlyInAnyOrder(input, norm.get(0), norm.get(1));
  }

  @Test
  void onlyWhatIsDifferentiatedIsRecorded() {
    Value kernel = mx.take(Source.VARIABLE, 0);
    Value y = mx.apply("_npx_convolution", Map.of("num_filter", 1), input, kernel);
    List<Value> gradients = mx.differentiate(y, y, List.of(1));
    assertThat(schedule(y).steps())
        .isNotEmpty()
        .allSatisfy(step -> assertThat(step.differentiated()).isEmpty());
    assertThat(schedule(gradients.get(0)).steps())
        .filteredOn(step -> step.instruction() instanceof Instruction.Invoke)
        .singleElement()
        .satisfies(step -> assertThat(step.differentiated()).containsExactly(1));
  }

  @Test
  void imagesThatStayWithChannelsFirstAreNotTransposed() {
    Value images = mx.channelsLast(mx.apply("_npx_relu", mx.channelsFirst(input)));
    Value again = mx.apply("_npx_relu", mx.channelsFirst(images));
    assertThat(schedule(again).steps())
        .extracting(step -> step.instruction().getClass().getSimpleName())
        .containsExactly("Take", "Invoke", "Invoke", "Invoke");
  }

  @Test
  void everyPrimitiveHasALowering() {
    for (Class<?> primitive : Op.class.getPermittedSubclasses()) {
      boolean ofTheProgram =
          List.of("Input", "ReadVariable", "Gradients").contains(primitive.getSimpleName());
      assertThat(Lowerings.all().contains(primitive))
          .as(primitive.getSimpleName())
          .isNotEqualTo(ofTheProgram);
    }
  }
}
