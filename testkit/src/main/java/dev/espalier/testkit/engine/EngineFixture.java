package dev.espalier.testkit.engine;

import dev.espalier.engine.Capability;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Assumptions;

/** Fixture for the contracts of engines. {@link EngineContract} implements it. */
public interface EngineFixture {
  /** Returns the provider under test. */
  EngineProvider engineProvider();

  /** Returns an open engine shared by all tests. */
  Engine engine();

  /** Returns a new engine, for tests that close it. */
  Engine openAnotherEngine();

  /** Returns a new session on the CPU; the test closes it. */
  Session openSession();

  /** Returns a trainable variable. */
  static Variable weight(String name, int... sizes) {
    return variable(name, TensorType.float32(sizes));
  }

  /** Returns a variable initialized with zeros. */
  static Variable variable(String name, TensorType type) {
    return new Variable(
        name,
        type,
        Variable.Role.WEIGHT,
        true,
        (dataType, shape, random) -> HostArray.filled(new TensorType(dataType, shape), 0));
  }

  /** Returns a program without updates whose outputs are named {@code y0}, {@code y1} and so on. */
  static Program program(String name, Ops ops, List<Tensor> outputs, Program.Update... updates) {
    Map<String, Tensor> named = new LinkedHashMap<>();
    for (int i = 0; i < outputs.size(); i++) {
      named.put("y" + i, outputs.get(i));
    }
    return new Program(
        name,
        ops.toGraph(),
        named.entrySet().stream()
            .map(entry -> new Program.Output(entry.getKey(), entry.getValue()))
            .toList(),
        List.of(updates));
  }

  /** Returns a program that adds 1 to a variable and outputs its previous value. */
  static Program increment(String name, Variable variable) {
    Ops ops = new Ops();
    Tensor value = ops.read(variable);
    return program(name, ops, List.of(value), new Program.Update(variable, ops.add(value, 1)));
  }

  /** Runs a program and returns {@code y0}, {@code y1} and so on. */
  static List<HostArray> run(Executable executable, Map<String, HostArray> inputs) {
    Map<String, HostArray> results = executable.run(inputs);
    List<HostArray> outputs = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      outputs.add(Objects.requireNonNull(results.get("y" + i)));
    }
    return outputs;
  }

  /** Skips the test if the engine does not declare what a program needs. */
  default void assumeCapable(Program program) {
    Assumptions.assumeTrue(
        engine().capabilities().containsAll(Capability.neededBy(program)),
        () -> engine().name() + " declares " + engine().capabilities());
  }

  /** Evaluates a function once and returns its outputs. */
  default List<HostArray> evaluate(
      Map<String, HostArray> inputs, Function<Inputs, List<Tensor>> function) {
    Ops ops = new Ops();
    List<Tensor> outputs = function.apply(new Inputs(ops, inputs));
    Program program = program("evaluate", ops, outputs);
    assumeCapable(program);
    try (Session session = openSession();
        Executable executable = session.compile(program)) {
      return run(executable, inputs);
    }
  }

  /** The inputs of a function under test, as tensors. */
  final class Inputs {
    private final Ops ops;
    private final Map<String, HostArray> arrays;

    private Inputs(Ops ops, Map<String, HostArray> arrays) {
      this.ops = ops;
      this.arrays = arrays;
    }

    /** Returns the operations to build the function with. */
    public Ops ops() {
      return ops;
    }

    /** Returns an input whose sizes are all known. */
    public Tensor get(String name) {
      return ops.input(name, Objects.requireNonNull(arrays.get(name)).type());
    }

    /** Returns an input whose first size is unknown. */
    public Tensor batched(String name) {
      TensorType type = Objects.requireNonNull(arrays.get(name)).type();
      return ops.input(name, type.withShape(type.shape().with(0, Shape.UNKNOWN)));
    }
  }
}
