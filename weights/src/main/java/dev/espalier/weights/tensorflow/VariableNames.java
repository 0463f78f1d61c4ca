package dev.espalier.weights.tensorflow;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Chooses the weights among the variables of a checkpoint: moving averages instead of the values
 * that they are the average of, and none of what belongs to the optimizer.
 */
final class VariableNames {
  private static final String AVERAGE = "/ExponentialMovingAverage";

  /** What optimizers of TensorFlow 1 add to the name of a variable, once or several times. */
  private static final Pattern SLOT =
      Pattern.compile(
          ".*/(RMSProp|Momentum|Adam|Adagrad|Adadelta|Ftrl|LARSOptimizer|LAMB)(Optimizer)?(_\\d+)?");

  private static final Set<String> COUNTERS =
      Set.of(
          "global_step",
          "beta1_power",
          "beta2_power",
          "save_counter",
          "_CHECKPOINTABLE_OBJECT_GRAPH");

  /** Of TensorFlow 2: the way to a variable through the objects, then this. */
  private static final String VALUE = "/.ATTRIBUTES/VARIABLE_VALUE";

  private static final Pattern LAYER = Pattern.compile("layer_with_weights-(\\d+)/.*");

  private VariableNames() {}

  /** Returns the names in the checkpoint by the names of the weights. */
  static Map<String, String> weights(Set<String> variables) {
    Map<String, String> chosen = new LinkedHashMap<>();
    variables.stream()
        .sorted(VariableNames::inOrderOfLayers)
        .filter(VariableNames::isWeight)
        .forEach(
            name -> {
              String plain = plain(name);
              if (name.endsWith(AVERAGE) || !variables.contains(plain + AVERAGE)) {
                chosen.put(plain, name);
              }
            });
    return chosen;
  }

  private static boolean isWeight(String name) {
    boolean counter =
        COUNTERS.stream().anyMatch(one -> name.equals(one) || name.startsWith(one + "/"));
    return !name.isEmpty()
        && !counter
        && !SLOT.matcher(name).matches()
        && !name.contains(".OPTIMIZER_SLOT")
        && !name.startsWith("optimizer/")
        && !name.startsWith("keras_api/");
  }

  private static String plain(String name) {
    if (name.endsWith(AVERAGE)) {
      return name.substring(0, name.length() - AVERAGE.length());
    }
    if (name.endsWith(VALUE)) {
      String path = name.substring(0, name.length() - VALUE.length());
      return path.endsWith("/depthwise_kernel")
          ? path.substring(0, path.lastIndexOf('/')) + "/kernel"
          : path;
    }
    return name;
  }

  /** Layers of Keras' models are numbered, and the index has them in the order of their letters. */
  private static int inOrderOfLayers(String first, String second) {
    Matcher a = LAYER.matcher(first);
    Matcher b = LAYER.matcher(second);
    if (a.matches() && b.matches() && a.group(1).length() <= 9 && b.group(1).length() <= 9) {
      int compared = Integer.compare(Integer.parseInt(a.group(1)), Integer.parseInt(b.group(1)));
      return compared != 0 ? compared : first.compareTo(second);
    }
    return first.compareTo(second);
  }
}
