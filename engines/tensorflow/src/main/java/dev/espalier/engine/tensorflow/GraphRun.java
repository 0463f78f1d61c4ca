package dev.espalier.engine.tensorflow;

import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Tensor;

/** Runs a program in a graph: feeds inputs, fetches outputs, updates variables. */
final class GraphRun {
  private GraphRun() {}

  /** Returns the outputs by name. */
  static Map<String, HostArray> of(
      SessionGraph graph,
      LoweredProgram lowered,
      Program program,
      Map<String, HostArray> inputs,
      Function<org.tensorflow.Session.Runner, Result> execution) {
    List<Tensor> feeds = new ArrayList<>();
    try {
      org.tensorflow.Session.Runner runner = graph.runner();
      for (Map.Entry<String, Output<?>> input : lowered.inputs().entrySet()) {
        Tensor tensor = HostTransfer.toTensor(Objects.requireNonNull(inputs.get(input.getKey())));
        feeds.add(tensor);
        runner.feed(input.getValue(), tensor);
      }
      lowered.outputs().values().forEach(runner::fetch);
      if (lowered.updates() != null) {
        runner.addTarget(lowered.updates());
      }
      if (runner.isEmpty()) {
        return Map.of();
      }
      try (Result result = execution.apply(runner)) {
        Map<String, HostArray> outputs = new LinkedHashMap<>();
        int index = 0;
        for (String name : lowered.outputs().keySet()) {
          outputs.put(name, HostTransfer.toHost(result.get(index++)));
        }
        return outputs;
      }
    } catch (EspalierException e) {
      throw e;
    } catch (RuntimeException | OutOfMemoryError e) {
      throw Failures.run(program.name(), lowered.scopes(), e);
    } finally {
      feeds.forEach(Tensor::close);
    }
  }
}
