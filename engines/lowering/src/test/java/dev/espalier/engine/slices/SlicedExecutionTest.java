package dev.espalier.engine.slices;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.lowering.NativeProgram;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.graph.internal.Rows;
import dev.espalier.testkit.engine.EngineFixture;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SlicedExecutionTest {
  private static final int FEATURES = 8;

  private final List<Part> parts = new ArrayList<>();
  private final SliceThreads oneThread = new SliceThreads("test", 1);
  private final SliceThreads twoThreads = new SliceThreads("test", 2);

  @AfterEach
  void closeThreads() {
    oneThread.close();
    twoThreads.close();
  }

  /** A part that notes what it is run for, and gives as many ones as there are samples. */
  private static final class Part implements NativeProgram, ProgramPart {
    private final Program program;
    private final List<String> runs = Collections.synchronizedList(new ArrayList<>());
    private boolean closed;

    Part(Program program) {
      this.program = program;
    }

    @Override
    public Map<String, HostArray> run(Map<String, HostArray> inputs) {
      runs.add("all");
      return outputs(inputs.get("x").shape().size(0));
    }

    @Override
    public Map<String, HostArray> run(Map<String, HostArray> inputs, int from, int to) {
      runs.add(from + " to " + to);
      return outputs(to - from);
    }

    private Map<String, HostArray> outputs(int samples) {
      Map<String, HostArray> outputs = new HashMap<>();
      for (Program.Output output : program.outputs()) {
        Shape shape = output.tensor().shape();
        TensorType type = output.tensor().type();
        outputs.put(
            output.name(),
            HostArray.filled(shape.isStatic() ? type : type.withShape(shape.with(0, samples)), 1));
      }
      return outputs;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private SlicedExecution program(Program program, long sliceBytes) {
    return program(program, oneThread, sliceBytes);
  }

  private SlicedExecution program(Program program, SliceThreads threads, long sliceBytes) {
    return program(program, threads, new SliceLimits(sliceBytes));
  }

  private SlicedExecution program(Program program, SliceThreads threads, SliceLimits limits) {
    return new SlicedExecution(
        program,
        threads,
        limits,
        new SlicedExecution.Preparation() {
          @Override
          public NativeProgram whole(Program part) {
            return add(part);
          }

          @Override
          public ProgramPart slice(Program part) {
            return add(part);
          }

          @Override
          public NativeProgram rest(Program part) {
            return add(part);
          }
        });
  }

  private Part add(Program program) {
    parts.add(new Part(program));
    return parts.get(parts.size() - 1);
  }

  private static Map<String, HostArray> samples(int count) {
    return Map.of("x", HostArray.filled(TensorType.float32(count, FEATURES), 1));
  }

  private static Tensor input(Ops ops) {
    return ops.input("x", new TensorType(DataType.FLOAT32, Shape.of(Shape.UNKNOWN, FEATURES)));
  }

  /** The largest value of a sample has 32 bytes. */
  private static Program scores() {
    Ops ops = new Ops();
    return EngineFixture.program("predict", ops, List.of(ops.softmax(ops.square(input(ops)))));
  }

  @Test
  void computesSlicesOfAboutTheSameSizeThatDoNotExceedTheLimit() {
    Map<String, HostArray> outputs = program(scores(), 4 * 32 + 31).run(samples(10));
    assertThat(parts.get(0).runs).isEmpty();
    assertThat(parts.get(1).runs).containsExactly("0 to 3", "3 to 6", "6 to 10");
    assertThat(outputs.values()).containsExactly(samples(10).get("x"));
  }

  @Test
  void severalThreadsComputeAsManySlicesEachOnOneThread() {
    Map<String, HostArray> outputs = program(scores(), twoThreads, 4 * 32).run(samples(10));
    assertThat(parts.get(0).runs).isEmpty();
    assertThat(parts.get(1).runs)
        .containsExactlyInAnyOrder("0 to 2", "2 to 5", "5 to 7", "7 to 10");
    assertThat(outputs.values()).containsExactly(samples(10).get("x"));
  }

  @Test
  void allThreadsComputeABatchOfFewSamplesTogether() {
    program(scores(), twoThreads, 1).run(samples(3));
    assertThat(parts.get(0).runs).containsExactly("all");
    assertThat(parts).hasSize(1);
  }

  @Test
  void aBatchThatIsSmallEnoughIsComputedAtOnce() {
    program(scores(), 4 * 32).run(samples(4));
    assertThat(parts.get(0).runs).containsExactly("all");
  }

  @Test
  void aSampleThatExceedsTheLimitIsComputedAlone() {
    program(scores(), 1).run(samples(2));
    assertThat(parts.get(1).runs).containsExactly("0 to 1", "1 to 2");
  }

  @Test
  void anEmptyBatchIsComputedAtOnce() {
    assertThat(program(scores(), 1).run(samples(0)).values()).containsExactly(samples(0).get("x"));
  }

  @Test
  void whatConcernsSeveralSamplesIsComputedOfTheResultsOfAllSlices() {
    Ops ops = new Ops();
    Tensor score = ops.sum(ops.square(input(ops)), 1);
    List<Program.Output> both =
        List.of(new Program.Output("sum", ops.sum(score, 0)), new Program.Output("score", score));
    Program evaluation = new Program("evaluate", ops.toGraph(), both, List.of());
    Map<String, HostArray> outputs = program(evaluation, 2 * 32).run(samples(4));
    assertThat(outputs).containsOnlyKeys("sum", "score");
    assertThat(outputs.get("score").shape()).isEqualTo(Shape.of(4));
    assertThat(parts)
        .extracting(part -> part.runs)
        .containsExactly(List.of(), List.of("0 to 2", "2 to 4"), List.of("all"));
    assertThat(primitives(parts.get(1).program)).containsExactly("Input", "SQUARE", "REDUCE_SUM");
    assertThat(primitives(parts.get(2).program)).containsExactly("Input", "REDUCE_SUM");
  }

  /** The difference to a mean depends on all samples, although it has a row for each. */
  @Test
  void whatFollowsFromSeveralSamplesIsNotComputedInSlices() {
    Ops ops = new Ops();
    Tensor score = ops.sum(ops.square(input(ops)), 1);
    Tensor centred = ops.subtract(score, ops.reduce(Op.Reduction.MEAN, score, true, 0));
    Program program = EngineFixture.program("centre", ops, List.of(ops.square(centred)));
    program(program, 1).run(samples(3));
    assertThat(parts.get(1).runs).containsExactly("0 to 1", "1 to 2", "2 to 3");
    assertThat(primitives(parts.get(2).program))
        .containsExactly("Input", "REDUCE_MEAN", "SUBTRACT", "SQUARE");
  }

  @Test
  void aProgramWhoseRestNeedsAsMuchAsItComputesIsNotDivided() {
    Ops ops = new Ops();
    Program program =
        EngineFixture.program("sum", ops, List.of(ops.sum(ops.square(input(ops)), 0)));
    program(program, 1).run(samples(3));
    assertThat(parts).hasSize(1);
    assertThat(parts.get(0).runs).containsExactly("all");
  }

  @Test
  void aProgramThatUpdatesVariablesIsNotDivided() {
    Variable variable = EngineFixture.weight("w", FEATURES);
    Ops ops = new Ops();
    Tensor scores = ops.softmax(input(ops));
    List<Program.Output> outputs = List.of(new Program.Output("scores", scores));
    List<Program.Update> updates = List.of(new Program.Update(variable, ops.sum(scores, 0)));
    Program program = new Program("count", ops.toGraph(), outputs, updates);
    program(program, 1).run(samples(3));
    assertThat(parts.get(0).runs).containsExactly("all");
  }

  /** A frozen layer, and a head that is trained on what it gives. */
  private static Program training(Variable frozen, Variable head) {
    Ops ops = new Ops();
    Tensor base = ops.square(ops.multiply(input(ops), ops.read(frozen)));
    Tensor score = ops.sum(base, 1);
    Tensor weight = ops.read(head);
    Tensor loss = ops.sum(ops.multiply(score, weight), 0);
    Tensor gradient = ops.gradients(loss, List.of(weight)).get(0);
    Tensor next = ops.subtract(weight, gradient);
    return new Program(
        "train",
        ops.toGraph(),
        List.of(new Program.Output("loss", loss)),
        List.of(new Program.Update(head, next)));
  }

  @Test
  void aFrozenBaseIsComputedInSlicesAndTheHeadWithItsGradientOnce() {
    Variable head = EngineFixture.weight("head", 1);
    Map<String, HostArray> outputs =
        program(training(EngineFixture.weight("base", FEATURES), head), 2 * 32).run(samples(4));
    assertThat(outputs).containsOnlyKeys("loss");
    assertThat(parts.get(1).runs).containsExactly("0 to 2", "2 to 4");
    assertThat(primitives(parts.get(1).program))
        .containsExactly("Input", "ReadVariable", "MULTIPLY", "SQUARE", "REDUCE_SUM");
    assertThat(parts.get(2).runs).containsExactly("all");
    assertThat(primitives(parts.get(2).program)).contains("Gradients").doesNotContain("SQUARE");
    assertThat(parts.get(2).program.updates())
        .extracting(Program.Update::variable)
        .containsExactly(head);
  }

  /**
   * The parts may keep variables apart, as ONNX Runtime does, and slices would not see the update.
   */
  @Test
  void aProgramThatUpdatesWhatItsSlicesReadIsNotDivided() {
    Variable both = EngineFixture.weight("both", 1);
    Ops ops = new Ops();
    Tensor weight = ops.read(both);
    Tensor score = ops.sum(ops.multiply(ops.square(input(ops)), weight), 1);
    Tensor next = ops.square(weight);
    Program program =
        new Program(
            "average",
            ops.toGraph(),
            List.of(new Program.Output("score", score)),
            List.of(new Program.Update(both, next)));
    program(program, 1).run(samples(3));
    assertThat(parts.get(0).runs).containsExactly("all");
  }

  @Test
  void closesAllParts() {
    Ops ops = new Ops();
    Tensor score = ops.sum(ops.square(input(ops)), 1);
    SlicedExecution execution =
        program(EngineFixture.program("evaluate", ops, List.of(ops.sum(score, 0))), 1);
    execution.run(samples(2));
    execution.close();
    assertThat(parts).hasSize(3).allMatch(part -> part.closed);
  }

  private static List<String> primitives(Program program) {
    return program.graph().nodes().stream().map(node -> node.op().primitive()).toList();
  }

  /** Rows of each type, so that none is taken from another place. */
  @Test
  void joinsRowsOfAllTypes() {
    int[] numbers = IntStream.range(0, 6).toArray();
    float[] floats = {0, 1, 2, 3, 4, 5};
    byte[] bytes = {0, 1, 0, 0, 1, 1};
    Shape shape = Shape.of(3, 2);
    for (HostArray array :
        List.of(
            HostArray.wrap(shape, floats),
            HostArray.wrapInts(shape, numbers),
            HostArray.wrapBytes(shape, bytes),
            HostArray.wrapBooleans(shape, bytes))) {
      assertThat(Rows.concatenated(List.of(array.rows(0, 2), array.rows(2, 3)))).isEqualTo(array);
    }
  }
}
