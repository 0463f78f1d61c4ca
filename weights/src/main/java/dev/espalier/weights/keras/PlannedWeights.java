package dev.espalier.weights.keras;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Variable;
import dev.espalier.model.Model;
import dev.espalier.model.WeightTransfer;
import dev.espalier.model.Weights;
import dev.espalier.weights.keras.ModelPlan.LayerPlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Gives a model of a configuration the arrays of its own file. Not thread-safe. */
final class PlannedWeights {
  private final Weights given;
  private final NavigableMap<String, Integer> arrayPlaces = new TreeMap<>();
  private final NavigableMap<String, Integer> variablePlaces = new TreeMap<>();
  private final List<Variable> variables;
  private final Map<String, HostArray> values = new LinkedHashMap<>();

  private PlannedWeights(Model model, Weights given) {
    this.given = given;
    this.variables = model.variables();
    given.names().forEach(name -> arrayPlaces.put(name, arrayPlaces.size()));
    variables.forEach(variable -> variablePlaces.put(variable.name(), variablePlaces.size()));
  }

  /**
   * Returns the model with its weights.
   *
   * @throws EspalierException {@link ErrorCode#WEIGHT_COUNT_MISMATCH} or {@link
   *     ErrorCode#WEIGHT_SHAPE_MISMATCH} if they are not those of the model
   */
  static Model into(Model model, ModelPlan plan, Weights given) {
    if (model.variables().isEmpty()) {
      return model;
    }
    PlannedWeights weights = new PlannedWeights(model, given);
    weights.assign(plan, "", "");
    // A whole model computes with its values as they are.
    Map<String, String> facts = new LinkedHashMap<>(given.metadata());
    facts.put(WeightTransfer.NORMALIZATION_KEY, "UNADAPTED");
    WeightTransfer transfer =
        WeightTransfer.byName(model, Weights.of(weights.values).withMetadata(facts));
    return transfer.model();
  }

  private void assign(ModelPlan plan, String variablePrefix, String arrayPrefix) {
    for (LayerPlan layer : plan.layers()) {
      String path = variablePrefix + layer.name() + "/";
      String place = arrayPrefix + layer.original() + "/";
      List<String> wanted = below(variablePlaces, path);
      List<String> arrays = below(arrayPlaces, place);
      if (layer.nested() != null && namesInnerLayers(layer.nested(), place, arrays)) {
        assign(layer.nested(), path, place);
      } else if (wanted.size() != arrays.size()) {
        throw new EspalierException(
            ErrorCode.WEIGHT_COUNT_MISMATCH,
            "The layer \""
                + variablePrefix
                + layer.name()
                + "\" of the file "
                + given.metadata().get(WeightTransfer.FILE_KEY)
                + " has "
                + arrays.size()
                + " arrays, and the model in it needs "
                + wanted.size()
                + ".",
            "Download the file again, or save it again in Keras.");
      } else {
        pair(wanted, arrays, KerasConvolutions.hasDepthwiseKernel(layer.className()));
      }
    }
  }

  private boolean namesInnerLayers(ModelPlan nested, String place, List<String> arrays) {
    int found = 0;
    for (LayerPlan inner : nested.layers()) {
      found += range(arrayPlaces, place + inner.original() + "/").size();
    }
    return found == arrays.size();
  }

  /**
   * Goes by the names of variables and of the layers that own them if they are the same, otherwise
   * by the order, in which Keras puts the trainable variables of a model first.
   *
   * @param depthwise whether one of the arrays is a kernel whose channels are groups here
   */
  private void pair(List<String> wanted, List<String> arrays, boolean depthwise) {
    Map<String, String> byTail = new HashMap<>();
    arrays.forEach(name -> byTail.put(tail(name), name));
    boolean named =
        byTail.size() == arrays.size()
            && wanted.stream().map(PlannedWeights::tail).distinct().count() == arrays.size()
            && wanted.stream().allMatch(name -> byTail.containsKey(tail(name)));
    List<String> ordered = new ArrayList<>(wanted);
    if (!named) {
      ordered.sort(Comparator.comparing(name -> !variable(name).trainable()));
    }
    for (int i = 0; i < ordered.size(); i++) {
      String name = ordered.get(i);
      String array = named ? byTail.getOrDefault(tail(name), arrays.get(i)) : arrays.get(i);
      HostArray value = given.get(array);
      values.put(name, depthwise ? grouped(value, variable(name).type().shape()) : value);
    }
  }

  private Variable variable(String name) {
    return variables.get(variablePlaces.getOrDefault(name, 0));
  }

  /**
   * Returns a kernel {@code [height, width, channels, filters]} as {@code [height, width, 1,
   * channels * filters]} where a layer takes that, which has the same order of elements.
   */
  private static HostArray grouped(HostArray kernel, Shape wanted) {
    Shape shape = kernel.shape();
    boolean fits =
        shape.rank() == 4
            && wanted.rank() == 4
            && wanted.size(2) == 1
            && shape.size(0) == wanted.size(0)
            && shape.size(1) == wanted.size(1)
            && (long) shape.size(2) * shape.size(3) == wanted.size(3);
    return fits ? kernel.reshape(wanted) : kernel;
  }

  private static String tail(String name) {
    int last = name.lastIndexOf('/');
    return name.substring(name.lastIndexOf('/', Math.max(0, last - 1)) + 1);
  }

  private static List<String> below(NavigableMap<String, Integer> places, String prefix) {
    List<Map.Entry<String, Integer>> found = new ArrayList<>(range(places, prefix).entrySet());
    found.sort(Map.Entry.comparingByValue());
    return found.stream().map(Map.Entry::getKey).toList();
  }

  private static NavigableMap<String, Integer> range(
      NavigableMap<String, Integer> places, String prefix) {
    return places.subMap(prefix, true, prefix + Character.MAX_VALUE, false);
  }
}
