package dev.espalier.engine.pytorch;

import dev.espalier.engine.OperatorOrigin;
import dev.espalier.engine.lowering.LoweringTarget;
import dev.espalier.engine.lowering.ProgramLowering;
import dev.espalier.engine.pytorch.ScriptLine.Value;
import dev.espalier.engine.pytorch.ScriptWriter.Caller;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Program;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.Variable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Lowers one program to TorchScript. Use an instance once. */
final class ScriptTarget implements LoweringTarget<Call, Value> {
  private final Program program;
  private final boolean onProcessor;
  private final Map<Tensor, Long> uses;
  private final Map<Tensor, Node> makers = new HashMap<>();
  private final ScriptWriter torch = new ScriptWriter();
  private final List<Op.Input> inputs = new ArrayList<>();
  private final List<Variable> variables = new ArrayList<>();
  private final Map<Variable, Value> reads = new HashMap<>();

  ScriptTarget(Program program, boolean onProcessor) {
    this.program = program;
    this.onProcessor = onProcessor;
    this.uses =
        Stream.of(
                program.graph().nodes().stream().flatMap(node -> node.inputs().stream()),
                program.outputs().stream().map(Program.Output::tensor),
                program.updates().stream().map(Program.Update::value))
            .flatMap(tensors -> tensors)
            .collect(Collectors.groupingBy(tensor -> tensor, Collectors.counting()));
    for (Node node : program.graph().nodes()) {
      node.outputs().forEach(output -> makers.put(output, node));
    }
  }

  /**
   * A program lowered to a script.
   *
   * @param inputs names of the elements of the argument {@code inputs}, in order
   * @param variables the variables whose values are passed as {@code variables}, in order
   * @param constants the arrays to pass as {@code constants}
   */
  record ProgramScript(
      Script script, List<String> inputs, List<Variable> variables, List<HostArray> constants) {}

  /**
   * Returns the script, which returns the program's outputs followed by the new values of
   * variables.
   */
  ProgramScript write() {
    return write(false);
  }

  /**
   * Returns the same script with a measurement of each line: one more result, see {@link
   * Script#timed}.
   */
  ProgramScript writeTimed() {
    return write(true);
  }

  private ProgramScript write(boolean timed) {
    ProgramLowering<Call, Value> lowering =
        new ProgramLowering<>(PyTorchEngineProvider.NAME, program, Lowerings.all(), this);
    lowering.lower();
    torch.setOrigin(OperatorOrigin.ofProgram());
    List<Value> results = new ArrayList<>();
    for (Program.Output output : program.outputs()) {
      results.add(lowering.value(output.tensor()));
    }
    for (Program.Update update : program.updates()) {
      results.add(owned(update.value(), lowering.value(update.value())));
    }
    Set<Variable> updated =
        program.updates().stream().map(Program.Update::variable).collect(Collectors.toSet());
    IntPredicate changes = index -> updated.contains(variables.get(index));
    return new ProgramScript(
        timed
            ? Script.timed(torch.lines(), results, changes)
            : Script.of(torch.lines(), results, changes),
        inputs.stream().map(Op.Input::name).toList(),
        List.copyOf(variables),
        torch.constants());
  }

  /**
   * Returns a value in the storage layout of variables that keeps no other memory alive. Values
   * that only permute axes, or are fed by the host, share the memory of another value.
   */
  private Value owned(Tensor tensor, Value value) {
    Node maker = makers.get(tensor);
    boolean shared = maker == null || sharesMemory(maker.op());
    Value own = shared ? torch.apply("clone", value) : value;
    if (tensor.shape().rank() != KernelLayout.RANK) {
      return torch.view("contiguous", own);
    }
    Value stored = torch.view("permute", own, KernelLayout.STORED);
    return torch.view("permute", torch.view("contiguous", stored), KernelLayout.SEEN);
  }

  private static boolean sharesMemory(Op op) {
    return op instanceof Op.Input
        || op instanceof Op.Constant
        || op instanceof Op.Reshape
        || op instanceof Op.Transpose
        || op instanceof Op.Slice
        || op instanceof Op.StopGradient
        || op instanceof Op.Cast
        || op instanceof Op.Reduce
        || op instanceof Op.Gradients;
  }

  @Override
  public void enter(Node node, Purpose purpose) {
    torch.setOrigin(purpose.originIn(node));
  }

  @Override
  public Value input(Op.Input input) {
    inputs.add(input);
    return torch.element(Caller.INPUTS, inputs.size() - 1);
  }

  @Override
  public Value read(Variable variable) {
    return reads.computeIfAbsent(
        variable,
        key -> {
          variables.add(key);
          return torch.element(Caller.VARIABLES, variables.size() - 1);
        });
  }

  @Override
  public Call call(Node node, List<Value> arguments) {
    return new Call(node, arguments, torch, uses, makers, onProcessor);
  }

  @Override
  public Value one() {
    return torch.constant(HostArray.scalar(1f));
  }

  @Override
  public Value sum(List<Value> terms) {
    Value sum = terms.get(0);
    for (Value term : terms.subList(1, terms.size())) {
      sum = torch.overwritingEither("add", sum, term);
    }
    return sum;
  }

  @Override
  public Value zerosLike(Value value) {
    return torch.apply("zeros_like", value);
  }

  @Override
  public RuntimeException refused(Node node, RuntimeException cause) {
    return Failures.FAILURES.refused(program.name(), node, cause);
  }
}
