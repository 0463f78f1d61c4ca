package dev.espalier.model;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Compares the variables of a model with weights by name and shape. */
final class WeightMatch {
  private static final int LISTED = 10;

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
              + " arrays belong to none"
              + (unexpected.isEmpty() ? "" : " (" + listed(unexpected) + ")")
              + ".",
          "Build the model that the weights belong to, or use withMatchingWeights to take only what"
              + " fits.");
    }
  }

  private static String listed(List<String> lines) {
    String first = String.join(", ", lines.subList(0, Math.min(LISTED, lines.size())));
    return lines.size() > LISTED ? first + " and " + (lines.size() - LISTED) + " more" : first;
  }
}
