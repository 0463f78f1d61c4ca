package dev.espalier.engine.mxnet;

import ai.djl.mxnet.engine.MxNDArray;
import dev.espalier.engine.OperatorRun;
import dev.espalier.engine.ProfiledRun;
import dev.espalier.engine.lowering.NativeProgram;
import dev.espalier.engine.mxnet.Instruction.Invoke;
import dev.espalier.engine.mxnet.InstructionTarget.Instructions;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import dev.espalier.graph.Variable;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** A program as a schedule of MXNet operators. Not thread-safe. */
final class MxNetProgram implements NativeProgram {
  private final MxNetSession session;
  private final Program program;
  private final Instructions instructions;
  private final IdentityHashMap<Invoke, Operator> operators = new IdentityHashMap<>();
  private final List<MxNDArray> constants;

  MxNetProgram(MxNetSession session, Program program, Instructions instructions) {
    this.session = session;
    this.program = program;
    this.instructions = instructions;
    for (Schedule.Step step : instructions.schedule().steps()) {
      if (step.instruction() instanceof Invoke invoke) {
        operators.put(invoke, new Operator(session.functions(), invoke));
      }
    }
    this.constants = instructions.constants().stream().map(session::toArray).toList();
  }

  @Override
  public Map<String, HostArray> run(Map<String, HostArray> inputs) {
    return run(inputs, Run::execute);
  }

  @Override
  public ProfiledRun profile(Map<String, HostArray> inputs) {
    List<OperatorRun> operators = new ArrayList<>();
    long start = System.nanoTime();
    Map<String, HostArray> outputs = run(inputs, run -> run.execute(operators::add));
    return ProfiledRun.of(outputs, System.nanoTime() - start, operators);
  }

  private Map<String, HostArray> run(
      Map<String, HostArray> inputs, Function<Run, List<MxNDArray>> execution) {
    synchronized (MxNetSession.MXNET) {
      List<MxNDArray> fed = new ArrayList<>();
      try {
        for (String name : instructions.inputs()) {
          fed.add(session.toArray(Objects.requireNonNull(inputs.get(name))));
        }
        return run(fed, execution);
      } catch (OutOfMemoryError e) {
        throw Failures.run(program.name(), null, e);
      } finally {
        fed.forEach(MxNDArray::close);
      }
    }
  }

  private Map<String, HostArray> run(
      List<MxNDArray> fed, Function<Run, List<MxNDArray>> execution) {
    List<MxNDArray> variables = session.arrays(instructions.variables());
    try (Run run =
        new Run(
            session,
            operators,
            instructions.schedule(),
            program.name(),
            source ->
                switch (source) {
                  case INPUT -> fed;
                  case VARIABLE -> variables;
                  case CONSTANT -> constants;
                })) {
      List<MxNDArray> results = execution.apply(run);
      Map<String, HostArray> outputs = new LinkedHashMap<>();
      int index = 0;
      for (Program.Output output : program.outputs()) {
        outputs.put(
            output.name(), MxNetSession.toHost(output.tensor().type(), results.get(index++)));
      }
      Map<Variable, MxNDArray> updates = new LinkedHashMap<>();
      for (Program.Update update : program.updates()) {
        updates.put(update.variable(), results.get(index++));
      }
      run.keep(updates.values());
      session.replace(updates);
      return outputs;
    }
  }

  @Override
  public void close() {
    synchronized (MxNetSession.MXNET) {
      constants.forEach(MxNDArray::close);
    }
  }
}
