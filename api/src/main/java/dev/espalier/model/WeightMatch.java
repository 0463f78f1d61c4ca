package dev.espalier.model;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Compares the variables of a model with weights by name and shape. */
final class WeightMatch {
  private static final int LISTED = 10;
  private static final int EXAMPLES = 3;

  private WeightMatch() {}

  static void strict(Model model, Weights weights) {
    List<String> missing = new ArrayList<>();
    List<String> shapes = new ArrayList<>();
    for (Variable variable : model.variables()) {
      if (!weights.contains(variable.name())) {
        missing.add(variable.name());
      } else if (!weights.get(variable.name()).type().equals(variable.type())) {
        shapes.add(
            variable.name()
                + " is "
                + variable.type()
                + " in the model and "
                + weights.get(variable.name()).type()
                + " in the weights");
      }
    }
    Set<String> known = model.variables().stream().map(Variable::name).collect(Collectors.toSet());
    List<String> unexpected =
        weights.names().stream().filter(name -> !known.contains(name)).toList();
    if (!shapes.isEmpty()) {
      throw new EspalierException(
          ErrorCode.WEIGHT_SHAPE_MISMATCH,
          "The weights do not fit the model \"" + model.name() + "\": " + listed(shapes) + ".",
          "Build the model that the weights belong to (classes, input channels, variant), or use"
              + " withMatchingWeights to take only what fits.");
    }
    if (!missing.isEmpty() || !unexpected.isEmpty()) {
      throw new EspalierException(
          ErrorCode.MISSING_WEIGHTS,
          "The weights do not fit the model \""
              + model.name()
              + "\": of "
              + model.variables().size()
              + " variables "
              + missing.size()
              + " are missing"
              + (missing.isEmpty() ? "" : " (" + listed(missing) + ")")
              + ", and "
              + unexpected.size()
              + " arrays match none"
              + (unexpected.isEmpty() ? "" : " (" + listed(unexpected) + ")")
              + ".",
          "Build the model that the weights belong to, or use withMatchingWeights to take only what"
              + " fits.");
    }
  }

  /** Returns the values whose name and shape agree with a variable. */
  static Map<String, HostArray> matching(Model model, Weights weights) {
    Map<String, HostArray> matching =
        model.variables().stream()
            .filter(
                variable ->
                    weights.contains(variable.name())
                        && weights.get(variable.name()).type().equals(variable.type()))
            .collect(Collectors.toMap(Variable::name, v -> weights.get(v.name())));
    if (matching.isEmpty() && !model.variables().isEmpty()) {
      throw none(model, weights);
    }
    return matching;
  }

  /** Returns the error for weights of which none fits. */
  private static EspalierException none(Model model, Weights weights) {
    return new EspalierException(
        ErrorCode.MISSING_WEIGHTS,
        weights.isEmpty()
            ? "There are no weights for the model \""
                + model.name()
                + "\": the set of weights is empty."
            : "None of the "
                + weights.names().size()
                + " arrays of the weights, such as "
                + listed(List.copyOf(weights.names()), EXAMPLES)
                + ", has the name and shape of a variable of the model \""
                + model.name()
                + "\", such as "
                + listed(model.variables().stream().map(Variable::name).toList(), EXAMPLES)
                + ".",
        "Give the weights of this model, or of one that shares layers with it.");
  }

  private static String listed(List<String> lines) {
    return listed(lines, LISTED);
  }

  private static String listed(List<String> lines, int most) {
    String first = String.join(", ", lines.subList(0, Math.min(most, lines.size())));
    return lines.size() > most ? first + " and " + (lines.size() - most) + " more" : first;
  }
}
