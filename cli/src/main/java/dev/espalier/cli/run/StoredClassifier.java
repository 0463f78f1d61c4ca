package dev.espalier.cli.run;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Variable;
import dev.espalier.layer.Dense;
import dev.espalier.model.Model;
import dev.espalier.model.WeightTransfer;
import dev.espalier.model.Weights;
import dev.espalier.random.RandomKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The classifier among the arrays of a file, whatever program wrote it: a matrix with a bias beside
 * it. Immutable.
 *
 * @param classes their number, or null if the file has no classifier
 */
public record StoredClassifier(@Nullable Integer classes) {
  /** Returns the last classifier of a file. */
  public static StoredClassifier of(Weights weights) {
    Integer classes = null;
    for (Map.Entry<String, HostArray> entry : weights.asMap().entrySet()) {
      String name = entry.getKey();
      List<Integer> sizes = entry.getValue().shape().sizes();
      int start = Math.max(name.lastIndexOf('/'), name.lastIndexOf('.')) + 1;
      String bias = name.substring(0, start) + "bias";
      if (sizes.size() == 2 && weights.contains(bias)) {
        int units = weights.get(bias).elementCount();
        classes = sizes.contains(units) ? Integer.valueOf(units) : classes;
      }
    }
    return new StoredClassifier(classes);
  }

  /**
   * Returns a model with another classifier, which has its initial values. Everything else of the
   * model stays.
   *
   * @param model with the weights of a file, whose last layer with variables is the classifier
   * @param classes number of classes of the new one
   * @throws EspalierException {@link ErrorCode#INVALID_MODEL} if the last layer with variables is
   *     not a dense layer
   */
  public static WeightTransfer replaced(Model model, int classes) {
    List<Variable> variables = model.variables();
    String path = layer(variables.get(variables.size() - 1));
    if (!(model.layer(path).layer() instanceof Dense old)) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "The layer \""
              + path
              + "\" at the end of the model \""
              + model.name()
              + "\" is no classifier.",
          "Leave --skip-classifier out.");
    }
    Model changed =
        model.replaceLayer(
            path,
            new Dense(
                classes,
                old.useBias(),
                old.activation(),
                old.kernelInitializer(),
                old.biasInitializer()));
    List<String> matched = List.copyOf(changed.weights().names());
    Map<String, HostArray> initial = new LinkedHashMap<>();
    for (Variable variable : changed.variables()) {
      if (!matched.contains(variable.name())) {
        RandomKey key = RandomKey.ofSeed(0).with(variable.name());
        initial.put(
            variable.name(),
            variable
                .initializer()
                .create(variable.type().dataType(), variable.shape(), key.stream()));
      }
    }
    return new WeightTransfer(
        changed.withMatchingWeights(Weights.of(initial)),
        matched,
        List.copyOf(initial.keySet()),
        List.of(),
        List.of());
  }

  private static String layer(Variable variable) {
    return variable.name().substring(0, variable.name().lastIndexOf('/'));
  }
}
