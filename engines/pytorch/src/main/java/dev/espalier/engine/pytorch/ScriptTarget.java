package dev.espalier.engine.pytorch;

import dev.espalier.engine.djl.LoweringTarget;
import dev.espalier.engine.djl.ProgramLowering;
import dev.espalier.engine.pytorch.ScriptWriter.Script;
import dev.espalier.engine.pytorch.ScriptWriter.Value;
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

/** Writes one program as TorchScript. Used once. */
final class ScriptTarget implements LoweringTarget<Call, Value> {
  private final Program program;
  private final ScriptWriter torch = new ScriptWriter();
  private final List<Op.Input> inputs = new ArrayList<>();
  private final List<Variable> variables = new ArrayList<>();
  private final Map<Variable, Value> reads = new HashMap<>();

  ScriptTarget(Program program) {
    this.program = program;
  }

  /**
   * What a program became.
   *
   * @param inputs what to hand over as {@code inputs}, in this order
   * @param variables what to hand over as {@code variables}, in this order
   */
  record ProgramScript(Script script, List<String> inputs, List<Variable> variables) {}

  /** Returns the script; it gives the program's outputs and then the new values of variables. */
  ProgramScript write() {
    ProgramLowering<Call, Value> lowering =
        new ProgramLowering<>(PyTorchEngineProvider.NAME, program, Lowerings.all(), this);
    lowering.lower();
    torch.setScope("");
    List<Value> results = new ArrayList<>();
    for (Program.Output output : program.outputs()) {
      results.add(torch.apply("contiguous", lowering.value(output.tensor())));
    }
    for (Program.Update update : program.updates()) {
      results.add(owned(update.value(), lowering.value(update.value())));
    }
    return new ProgramScript(
        torch.finish(results),
        inputs.stream().map(Op.Input::name).toList(),
        List.copyOf(variables));
  }

  /**
   * Returns a value that is stored in the order of its axes, and that keeps nothing else alive:
   * what only moves axes, or is fed by the host, shares the memory of another value.
   */
  private Value owned(Tensor tensor, Value value) {
    boolean shared =
        program.graph().nodes().stream()
            .filter(node -> node.outputs().contains(tensor))
            .anyMatch(node -> sharesMemory(node.op()));
    Value own = shared ? torch.apply("clone", value) : value;
    return torch.apply("contiguous", own);
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
    torch.setScope(node.scope());
  }

  @Override
  public Value input(Op.Input input) {
    inputs.add(input);
    return torch.element("inputs", inputs.size() - 1);
  }

  @Override
  public Value read(Variable variable) {
    return reads.computeIfAbsent(
        variable,
        key -> {
          variables.add(key);
          return torch.element("variables", variables.size() - 1);
        });
  }

  @Override
  public Call call(Node node, List<Value> arguments) {
    return new Call(node, arguments, torch);
  }

  @Override
  public Value one() {
    return torch.constant(HostArray.scalar(1f));
  }

  @Override
  public Value sum(List<Value> terms) {
    Value sum = terms.get(0);
    for (Value term : terms.subList(1, terms.size())) {
      sum = torch.apply("add", sum, term);
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
