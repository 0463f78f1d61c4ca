package dev.espalier.engine.mxnet;

import ai.djl.engine.EngineException;
import ai.djl.mxnet.engine.MxNDArray;
import ai.djl.mxnet.engine.MxNDManager;
import ai.djl.mxnet.jna.JnaUtils;
import dev.espalier.engine.OperatorRun;
import dev.espalier.engine.mxnet.Autograd.Tape;
import dev.espalier.engine.mxnet.Instruction.Differentiate;
import dev.espalier.engine.mxnet.Instruction.Invoke;
import dev.espalier.engine.mxnet.Instruction.Source;
import dev.espalier.engine.mxnet.Instruction.Take;
import dev.espalier.engine.mxnet.Instruction.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One run of a schedule. MXNet computes asynchronously; this waits for each step, so that an error
 * is attributed to the step that caused it and memory is free when it is released. Closing frees
 * what is left, also after a failure.
 */
final class Run implements AutoCloseable {
  private final MxNDManager manager;
  private final Autograd autograd;
  private final IdentityHashMap<Invoke, Operator> operators;
  private final Schedule schedule;
  private final String program;
  private final Function<Source, List<MxNDArray>> sources;
  private final @Nullable MxNDArray[] registers;
  private final Set<MxNDArray> owned = Collections.newSetFromMap(new IdentityHashMap<>());
  private final IdentityHashMap<Invoke, Tape> tapes = new IdentityHashMap<>();

  /**
   * Prepares a run.
   *
   * @param program its name, for errors
   * @param sources the arrays that belong to the caller
   */
  Run(
      MxNetSession session,
      IdentityHashMap<Invoke, Operator> operators,
      Schedule schedule,
      String program,
      Function<Source, List<MxNDArray>> sources) {
    this.manager = session.manager();
    this.autograd = new Autograd(session.functions());
    this.operators = operators;
    this.schedule = schedule;
    this.program = program;
    this.sources = sources;
    this.registers = new MxNDArray[schedule.registers()];
  }

  /** Returns the results, which belong to the run until they are {@linkplain #keep kept}. */
  List<MxNDArray> execute() {
    for (Schedule.Step step : schedule.steps()) {
      executeOrFail(step);
      release(step);
    }
    return results();
  }

  /**
   * Returns the results like {@link #execute()}, and measures each instruction that calls MXNet.
   *
   * @param measured takes the instructions
   */
  List<MxNDArray> execute(Consumer<OperatorRun> measured) {
    for (Schedule.Step step : schedule.steps()) {
      Instruction instruction = step.instruction();
      long start = System.nanoTime();
      executeOrFail(step);
      long time = System.nanoTime() - start;
      long bytes = bytes(instruction); // MXNet has to be asked, so only where that is measured
      start = System.nanoTime();
      release(step);
      time += System.nanoTime() - start;
      if (!(instruction instanceof Take)) {
        measured.accept(new OperatorRun(instruction.origin(), instruction.operator(), time, bytes));
      }
    }
    return results();
  }

  private void executeOrFail(Schedule.Step step) {
    try {
      execute(step);
    } catch (EngineException | OutOfMemoryError e) {
      throw Failures.run(program, step.instruction().layer(), e);
    }
  }

  private void release(Schedule.Step step) {
    step.released().forEach(this::release);
  }

  private long bytes(Instruction instruction) {
    return instruction.results().stream()
        .map(this::array)
        .mapToLong(array -> array.getShape().size() * array.getDataType().getNumOfBytes())
        .sum();
  }

  private List<MxNDArray> results() {
    return schedule.results().stream().map(this::array).toList();
  }

  private void execute(Schedule.Step step) {
    Instruction instruction = step.instruction();
    if (instruction instanceof Take take) {
      registers[take.result().id()] = sources.apply(take.source()).get(take.index());
    } else if (instruction instanceof Invoke invoke) {
      List<Integer> wanted = step.differentiated();
      List<MxNDArray> results = wanted.isEmpty() ? unrecorded(invoke) : record(invoke, wanted);
      for (int i = 0; i < results.size(); i++) {
        define(invoke.results().get(i), results.get(i));
      }
    } else if (instruction instanceof Differentiate differentiate) {
      differentiate(differentiate);
    }
  }

  private List<MxNDArray> arrays(Invoke invoke) {
    return invoke.arguments().stream().map(this::array).toList();
  }

  private List<MxNDArray> unrecorded(Invoke invoke) {
    List<MxNDArray> arguments = arrays(invoke);
    return invoke.operator().equals(Invoke.BATCH_NORM)
        ? autograd.training(() -> invoke(invoke, arguments))
        : invoke(invoke, arguments);
  }

  private List<MxNDArray> invoke(Invoke invoke, List<MxNDArray> arguments) {
    return Objects.requireNonNull(operators.get(invoke)).run(manager, arguments);
  }

  private List<MxNDArray> record(Invoke invoke, List<Integer> wanted) {
    List<MxNDArray> arguments = new ArrayList<>();
    List<MxNDArray> gradients = new ArrayList<>();
    for (int i = 0; i < invoke.arguments().size(); i++) {
      MxNDArray argument = array(invoke.arguments().get(i));
      if (wanted.contains(i)) {
        MxNDArray gradient = Autograd.place(manager, argument);
        gradients.add(gradient);
        arguments.add(autograd.withGradient(manager, argument, gradient));
      } else {
        arguments.add(Autograd.detached(manager, argument));
      }
    }
    List<MxNDArray> results = autograd.recorded(() -> invoke(invoke, arguments));
    tapes.put(invoke, new Tape(arguments, gradients, results));
    return results.stream().map(result -> Autograd.detached(manager, result)).toList();
  }

  private void differentiate(Differentiate differentiate) {
    try (Tape tape = Objects.requireNonNull(tapes.remove(differentiate.forward()))) {
      autograd.backward(tape, array(differentiate.gradient()));
      for (int i = 0; i < differentiate.results().size(); i++) {
        MxNDArray gradient = Autograd.detached(manager, tape.gradients().get(i));
        define(differentiate.results().get(i), gradient);
      }
    }
  }

  private void define(Value value, MxNDArray array) {
    owned.add(array);
    registers[value.id()] = array;
    JnaUtils.waitToRead(array.getHandle());
  }

  private MxNDArray array(Value value) {
    return Objects.requireNonNull(registers[value.id()]);
  }

  private void release(Value value) {
    MxNDArray array = registers[value.id()];
    registers[value.id()] = null;
    if (array != null && owned.remove(array)) {
      array.close();
    }
  }

  /** Transfers ownership of results to the caller. */
  void keep(Collection<MxNDArray> results) {
    results.forEach(owned::remove);
  }

  @Override
  public void close() {
    tapes.values().forEach(Tape::close);
    owned.forEach(MxNDArray::close);
    owned.clear();
  }
}
