package dev.espalier.engine.mxnet;

import dev.espalier.engine.OperatorOrigin;
import dev.espalier.engine.lowering.LoweringTarget;
import dev.espalier.engine.lowering.ProgramLowering;
import dev.espalier.engine.mxnet.Instruction.Source;
import dev.espalier.engine.mxnet.Instruction.Value;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Program;
import dev.espalier.graph.Variable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Lowers one program to instructions. Use an instance once. */
final class InstructionTarget implements LoweringTarget<Call, Value> {
  private final Program program;
  private final InstructionWriter mx = new InstructionWriter();
  private final List<String> inputs = new ArrayList<>();
  private final List<Variable> variables = new ArrayList<>();
  private final Map<Variable, Value> reads = new HashMap<>();

  InstructionTarget(Program program) {
    this.program = program;
  }

  /**
   * A program lowered to instructions.
   *
   * @param inputs names of the inputs, in order
   * @param variables the variables that are read, in order
   * @param constants the constants, in order
   */
  record Instructions(
      Schedule schedule,
      List<String> inputs,
      List<Variable> variables,
      List<HostArray> constants) {}

  /**
   * Returns the instructions, whose results are the program's outputs followed by the new values of
   * variables.
   */
  Instructions write() {
    ProgramLowering<Call, Value> lowering =
        new ProgramLowering<>(MxNetEngineProvider.NAME, program, Lowerings.all(), this);
    lowering.lower();
    mx.setOrigin(OperatorOrigin.ofProgram());
    List<Value> results = new ArrayList<>();
    program.outputs().forEach(output -> results.add(lowering.value(output.tensor())));
    Set<Value> taken = new HashSet<>(results);
    for (Program.Update update : program.updates()) {
      Value value = lowering.value(update.value());
      // Inputs and the values of other variables belong to the caller, and each array to one owner.
      boolean ownArray = mx.isComputed(value) && taken.add(value);
      results.add(ownArray ? value : mx.apply("_np_copy", value));
    }
    return new Instructions(
        Schedule.of(mx.instructions(), results),
        List.copyOf(inputs),
        List.copyOf(variables),
        mx.constants());
  }

  @Override
  public void enter(Node node, Purpose purpose) {
    mx.setOrigin(purpose.originIn(node));
  }

  @Override
  public Value input(Op.Input input) {
    inputs.add(input.name());
    return mx.take(Source.INPUT, inputs.size() - 1);
  }

  @Override
  public Value read(Variable variable) {
    return reads.computeIfAbsent(
        variable,
        key -> {
          variables.add(key);
          return mx.take(Source.VARIABLE, variables.size() - 1);
        });
  }

  @Override
  public Call call(Node node, List<Value> arguments) {
    return new Call(node, arguments, mx);
  }

  @Override
  public Value one() {
    return mx.constant(HostArray.scalar(1f));
  }

  @Override
  public Value sum(List<Value> terms) {
    Value sum = terms.get(0);
    for (Value term : terms.subList(1, terms.size())) {
      Value first = mx.knownChannelsFirst(sum);
      Value second = mx.knownChannelsFirst(term);
      sum =
          first != null && second != null
              ? mx.channelsLast(mx.apply("_npi_add", first, second))
              : mx.apply("_npi_add", sum, term);
    }
    return sum;
  }

  @Override
  public Value zerosLike(Value value) {
    return mx.apply("zeros_like", value);
  }

  @Override
  public RuntimeException refused(Node node, RuntimeException cause) {
    return Failures.FAILURES.refused(program.name(), node, cause);
  }
}
