package dev.espalier.engine.pytorch;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import dev.espalier.engine.OperatorRun;
import dev.espalier.engine.ProfiledRun;
import dev.espalier.engine.lowering.NativeProgram;
import dev.espalier.engine.pytorch.ScriptTarget.ProgramScript;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import dev.espalier.graph.Variable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A program compiled to TorchScript. A run is one call into PyTorch, whose interpreter frees every
 * value after its last use. Several threads can run it at a time if it updates no variables.
 */
final class PyTorchProgram implements NativeProgram {
  private final PyTorchSession session;
  private final Program program;
  private final ProgramScript written;
  private final PtSymbolBlock module;
  private final PtNDArray[] constants;
  private final Set<Variable> updated;
  private final int threads;
  private @Nullable TimedScript timed;
  private PtNDArray[] prepared = new PtNDArray[0];
  private PtNDArray @Nullable [] preparedFor;

  private PyTorchProgram(
      PyTorchSession session,
      Program program,
      int threads,
      ProgramScript written,
      PtSymbolBlock module) {
    this.threads = threads;
    this.session = session;
    this.program = program;
    this.written = written;
    this.module = module;
    this.updated =
        program.updates().stream().map(Program.Update::variable).collect(Collectors.toSet());
    this.constants = written.constants().stream().map(session::toTensor).toArray(PtNDArray[]::new);
  }

  /** A script that measures its lines, with its module. */
  private record TimedScript(Script script, PtSymbolBlock module) {}

  /**
   * Compiles a program.
   *
   * @param threads on which each operator is computed on a processor
   */
  static PyTorchProgram of(PyTorchSession session, Program program, int threads) {
    ProgramScript written = new ScriptTarget(program, session.onProcessor()).write();
    return new PyTorchProgram(session, program, threads, written, load(session, program, written));
  }

  private static PtSymbolBlock load(
      PyTorchSession session, Program program, ProgramScript written) {
    byte[] archive = ScriptArchive.of(written.script().source());
    try {
      return JniUtils.loadModule(
          session.manager(), new ByteArrayInputStream(archive), false, false);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot happen in memory", e);
    } catch (RuntimeException | OutOfMemoryError e) {
      throw Failures.run(program.name(), written.script().layers(), e);
    }
  }

  @Override
  public Map<String, HostArray> run(Map<String, HostArray> inputs) {
    return run(inputs, module, written.script(), measurements -> {});
  }

  @Override
  public ProfiledRun profile(Map<String, HostArray> inputs) {
    TimedScript measuring = timed;
    if (measuring == null) {
      // Lowering the program again gives the same lines, so inputs and prepared values fit both.
      ProgramScript again = new ScriptTarget(program, session.onProcessor()).writeTimed();
      measuring = new TimedScript(again.script(), load(session, program, again));
      timed = measuring;
    }
    List<ScriptLine> lines = measuring.script().timed();
    List<OperatorRun> operators = new ArrayList<>();
    long start = System.nanoTime();
    Map<String, HostArray> outputs =
        run(
            inputs,
            measuring.module(),
            measuring.script(),
            measurements -> {
              long[] numbers = measurements.toLongArray();
              for (int i = 0; i < lines.size(); i++) {
                int at = i * Script.MEASUREMENTS;
                operators.add(
                    new OperatorRun(
                        lines.get(i).origin(),
                        lines.get(i).operator(),
                        Math.max(0, numbers[at + 1] - numbers[at]),
                        numbers[at + 2]));
              }
            });
    return ProfiledRun.of(outputs, System.nanoTime() - start, operators);
  }

  /**
   * Runs the program.
   *
   * @param further takes the result of the script after those of the program, if there is one
   */
  private Map<String, HostArray> run(
      Map<String, HostArray> inputs,
      PtSymbolBlock running,
      Script script,
      Consumer<PtNDArray> further) {
    // These are settings of the calling thread, and a session may move between threads.
    IntraOpThreads.use(threads);
    JniUtils.setGradMode(false);
    JniUtils.setGraphExecutorOptimize(false);
    List<PtNDArray> passing = new ArrayList<>();
    try {
      for (String name : written.inputs()) {
        passing.add(session.toTensor(Objects.requireNonNull(inputs.get(name))));
      }
      PtNDArray[] results = call(running, passing.toArray(PtNDArray[]::new));
      int outputCount = program.outputs().size();
      passing.addAll(Arrays.asList(results).subList(0, outputCount));
      Map<String, HostArray> outputs = new LinkedHashMap<>();
      int index = 0;
      for (Program.Output output : program.outputs()) {
        outputs.put(output.name(), PyTorchSession.toHost(output.tensor().type(), results[index++]));
      }
      Map<Variable, PtNDArray> updates = new LinkedHashMap<>();
      for (Program.Update update : program.updates()) {
        updates.put(update.variable(), results[index++]);
      }
      session.replace(updates);
      if (index < results.length) {
        passing.add(results[index]);
        further.accept(results[index]);
      }
      return outputs;
    } catch (RuntimeException | OutOfMemoryError e) {
      throw Failures.run(program.name(), script.layers(), e);
    } finally {
      passing.forEach(PtNDArray::close);
    }
  }

  private PtNDArray[] call(PtSymbolBlock running, PtNDArray[] inputs) {
    PtNDArray[] variables = session.tensors(written.variables());
    PtNDArray[] known = prepared(variables);
    try (IValue fed = IValue.listFrom(inputs);
        IValue values = IValue.listFrom(variables);
        IValue fixed = IValue.listFrom(constants);
        IValue once = IValue.listFrom(known);
        IValue results = running.forward(fed, values, fixed, once)) {
      return results.toTensorArray(session.manager());
    }
  }

  /**
   * Returns values that depend only on variables that the program does not update. They are
   * computed unless those variables are unchanged since the last run; the first of several threads
   * computes them.
   */
  private synchronized PtNDArray[] prepared(PtNDArray[] variables) {
    if (!written.script().preparesAnything() || isSame(variables)) {
      return prepared;
    }
    dropPrepared();
    try (IValue values = IValue.listFrom(variables);
        IValue fixed = IValue.listFrom(constants);
        IValue results = IValueUtils.runMethod(module, "prepare", values, fixed)) {
      prepared = results.toTensorArray(session.manager());
    }
    preparedFor = variables;
    return prepared;
  }

  /** Compares identities: tensors of variables are immutable, so a new value is a new tensor. */
  @SuppressWarnings("ReferenceEquality") // PtNDArray.equals compares elements.
  private boolean isSame(PtNDArray[] variables) {
    PtNDArray[] before = preparedFor;
    if (before == null) {
      return false;
    }
    for (int i = 0; i < variables.length; i++) {
      boolean fixed = !updated.contains(written.variables().get(i));
      if (fixed && before[i] != variables[i]) {
        return false;
      }
    }
    return true;
  }

  private void dropPrepared() {
    for (PtNDArray array : prepared) {
      array.close();
    }
    prepared = new PtNDArray[0];
    preparedFor = null;
  }

  @Override
  public void close() {
    module.close();
    if (timed != null) {
      timed.module().close();
    }
    dropPrepared();
    for (PtNDArray constant : constants) {
      constant.close();
    }
  }
}
