package dev.espalier.model;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What came of moving weights, usually those of a file, into a model. Immutable.
 *
 * <p>Every value is taken as it is, but for one: the EfficientNet files that Keras publishes hold
 * standard deviations as the {@code variance} of the input normalization. A model that lacks the
 * layer that corrects it gets the variance itself, unless the metadata of the weights name another
 * normalization under {@link #NORMALIZATION_KEY}.
 *
 * @param model the model with the weights
 * @param matched variables that got their value
 * @param missing variables of the model that the weights do not have
 * @param unexpected arrays that belong to no variable of the model
 * @param wrongShape variables whose array has another shape, with both shapes
 */
public record WeightTransfer(
    Model model,
    List<String> matched,
    List<String> missing,
    List<String> unexpected,
    List<String> wrongShape) {
  private static final int LISTED = 10;

  /** The key in the metadata of weights under which the file they come from is named. */
  public static final String FILE_KEY = "file";

  /**
   * The key in the metadata of weights for the program that wrote the file, such as {@code Keras
   * 3.15.1}.
   */
  public static final String ORIGIN_KEY = "origin";

  /**
   * The key in the metadata of weights under which it is told how the layers are ordered; without
   * it, as in the model.
   */
  public static final String ORDER_KEY = "order";

  /**
   * The value under {@link #ORDER_KEY} for layers that are sorted by their type in Keras' spelling,
   * such as {@code conv2d}, and as in the model within each type: how Keras 3 stores them.
   */
  public static final String ORDER_BY_TYPE = "by-type";

  /**
   * The key in the metadata of weights for the input normalization that they were trained with:
   * {@code IMAGENET} for the published files, with the correction that Keras 3 makes, {@code
   * IMAGENET_TF23} for the same without it, {@code UNADAPTED} where the variance is one.
   */
  public static final String NORMALIZATION_KEY = "input-normalization";

  private static final String PUBLISHED = "IMAGENET";

  /** Copies the lists. */
  public WeightTransfer {
    matched = List.copyOf(matched);
    missing = List.copyOf(missing);
    unexpected = List.copyOf(unexpected);
    wrongShape = List.copyOf(wrongShape);
  }

  /**
   * Gives each layer of the model that has variables the arrays of the layer at the same place of
   * the weights, whatever the names: how Keras loads its {@code .h5} files. If the weights are
   * {@linkplain #ORDER_BY_TYPE ordered by type}, it is the place among the layers of that type.
   *
   * @throws EspalierException {@link ErrorCode#WEIGHT_COUNT_MISMATCH} if the numbers of layers with
   *     weights differ, or those of the arrays of a layer; {@link ErrorCode#WEIGHT_SHAPE_MISMATCH}
   *     if an array has another shape than its variable
   */
  public static WeightTransfer inOrder(Model model, Weights weights) {
    return inOrder(model, weights, Loading.strict());
  }

  /**
   * Does as {@link #inOrder(Model, Weights)} except for layers that are skipped. The weights may
   * have them or not.
   *
   * @throws EspalierException as {@link #inOrder(Model, Weights)}, and {@link
   *     ErrorCode#UNKNOWN_LAYER} if the model has no layer to skip
   */
  public static WeightTransfer inOrder(Model model, Weights weights, Loading loading) {
    Map<String, List<Variable>> wanted = variablesByLayer(model);
    Map<String, Map<String, HostArray>> given = weights.byLayer();
    Predicate<String> skipped = loading.skippedIn(model);
    List<String> givenNames = List.copyOf(given.keySet());
    List<String> wantedNames =
        new ArrayList<>(
            ORDER_BY_TYPE.equals(weights.metadata().get(ORDER_KEY))
                ? LayerOrder.byType(model, wanted.keySet())
                : wanted.keySet());
    if (wantedNames.size() != givenNames.size()) {
      wantedNames.removeIf(skipped);
    }
    if (wantedNames.size() != givenNames.size()) {
      throw new EspalierException(
          ErrorCode.WEIGHT_COUNT_MISMATCH,
          capitalized(source(weights))
              + " has "
              + given.size()
              + " layers with weights, the model \""
              + model.name()
              + "\" has "
              + wanted.size()
              + ".",
          "Build the model that the weights belong to: the same variant, with or without the"
              + " classifier as the file.");
    }
    Collector collector = new Collector(model);
    collector.skip(wanted, skipped);
    for (int i = 0; i < wantedNames.size(); i++) {
      if (!skipped.test(wantedNames.get(i))) {
        collector.layer(
            wantedNames.get(i),
            wanted.getOrDefault(wantedNames.get(i), List.of()),
            givenNames.get(i),
            given.getOrDefault(givenNames.get(i), Map.of()),
            weights);
      }
    }
    return collector.strict(weights);
  }

  /**
   * Gives each layer of the model the arrays of the layer of its name, if the weights have one;
   * other layers keep what they have.
   *
   * @throws EspalierException {@link ErrorCode#WEIGHT_COUNT_MISMATCH} or {@link
   *     ErrorCode#WEIGHT_SHAPE_MISMATCH} if a layer of the weights does not fit the one of its
   *     name; {@link ErrorCode#MISSING_WEIGHTS} if no layer has the name of one of the weights
   */
  public static WeightTransfer byName(Model model, Weights weights) {
    return byName(model, weights, Loading.strict());
  }

  /**
   * Does as {@link #byName(Model, Weights)} except for layers that are skipped.
   *
   * @throws EspalierException as {@link #byName(Model, Weights)}, and {@link
   *     ErrorCode#UNKNOWN_LAYER} if the model has no layer to skip
   */
  public static WeightTransfer byName(Model model, Weights weights, Loading loading) {
    return collectByName(model, weights, loading, true).strict(weights);
  }

  /**
   * Does as {@link #byName(Model, Weights)}, but leaves out layers that do not fit.
   *
   * @throws EspalierException {@link ErrorCode#MISSING_WEIGHTS} if no layer fits
   */
  public static WeightTransfer byNameWhereFitting(Model model, Weights weights) {
    return collectByName(model, weights, Loading.strict(), false).result(weights);
  }

  /**
   * Goes by the names if they are exactly the model's, otherwise by the order.
   *
   * @throws EspalierException as {@link #byName(Model, Weights)} and {@link #inOrder(Model,
   *     Weights)}
   */
  public static WeightTransfer exactlyOrInOrder(Model model, Weights weights) {
    return exactlyOrInOrder(model, weights, Loading.strict());
  }

  /**
   * Does as {@link #exactlyOrInOrder(Model, Weights)} except for layers that are skipped.
   *
   * @throws EspalierException as {@link #inOrder(Model, Weights, Loading)}
   */
  public static WeightTransfer exactlyOrInOrder(Model model, Weights weights, Loading loading) {
    Set<String> names = new LinkedHashSet<>();
    model.variables().forEach(variable -> names.add(variable.name()));
    return names.equals(weights.names())
        ? byName(model, weights, loading)
        : inOrder(model, weights, loading);
  }

  private static Collector collectByName(
      Model model, Weights weights, Loading loading, boolean strict) {
    Collector collector = new Collector(model);
    Predicate<String> skipped = loading.skippedIn(model);
    Map<String, Map<String, HostArray>> given = weights.byLayer();
    variablesByLayer(model)
        .forEach(
            (layer, variables) -> {
              Map<String, HostArray> arrays = given.get(layer);
              if (arrays == null || skipped.test(layer)) {
                variables.forEach(variable -> collector.missing.add(variable.name()));
              } else if (!strict && arrays.size() != variables.size()) {
                variables.forEach(variable -> collector.wrongShape.add(variable.name()));
              } else {
                collector.layer(layer, variables, layer, arrays, weights);
              }
            });
    Set<String> layers = variablesByLayer(model).keySet();
    weights.names().stream()
        .filter(name -> !layers.contains(layerOf(name)))
        .forEach(collector.unexpected::add);
    return collector;
  }

  /** Returns a line for each kind of outcome, with the first names. */
  public String report() {
    List<String> lines = new ArrayList<>();
    lines.add(
        matched.size()
            + " of "
            + (matched.size() + missing.size() + wrongShape.size())
            + " variables of \""
            + model.name()
            + "\" have their value.");
    line(lines, "missing", missing);
    line(lines, "unexpected", unexpected);
    line(lines, "of another shape", wrongShape);
    return String.join(System.lineSeparator(), lines);
  }

  private static void line(List<String> lines, String what, List<String> names) {
    if (!names.isEmpty()) {
      lines.add(names.size() + " " + what + ": " + listed(names) + ".");
    }
  }

  private static String listed(List<String> names) {
    String first = String.join(", ", names.subList(0, Math.min(LISTED, names.size())));
    return names.size() > LISTED ? first + " and " + (names.size() - LISTED) + " more" : first;
  }

  private static Map<String, List<Variable>> variablesByLayer(Model model) {
    Map<String, List<Variable>> layers = new LinkedHashMap<>();
    for (Variable variable : model.variables()) {
      layers.computeIfAbsent(layerOf(variable.name()), key -> new ArrayList<>()).add(variable);
    }
    return layers;
  }

  static String layerOf(String variable) {
    return variable.substring(0, Math.max(0, variable.lastIndexOf('/')));
  }

  private static String source(Weights weights) {
    String file = weights.metadata().get(FILE_KEY);
    return file == null ? "the set of weights" : "the file " + file;
  }

  private static String capitalized(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  /** Gathers outcomes layer by layer. */
  private static final class Collector {
    private final Model model;
    private final Map<String, HostArray> values = new LinkedHashMap<>();
    private final List<String> missing = new ArrayList<>();
    private final List<String> unexpected = new ArrayList<>();
    private final List<String> wrongShape = new ArrayList<>();

    Collector(Model model) {
      this.model = model;
    }

    /** Leaves the variables of skipped layers as they are. */
    void skip(Map<String, List<Variable>> layers, Predicate<String> skipped) {
      layers.forEach(
          (layer, variables) -> {
            if (skipped.test(layer)) {
              variables.forEach(variable -> missing.add(variable.name()));
            }
          });
    }

    void layer(
        String layer,
        List<Variable> variables,
        String givenLayer,
        Map<String, HostArray> arrays,
        Weights weights) {
      if (variables.size() != arrays.size()) {
        throw new EspalierException(
            ErrorCode.WEIGHT_COUNT_MISMATCH,
            "The layer \""
                + givenLayer
                + "\" of "
                + source(weights)
                + " has "
                + arrays.size()
                + " arrays "
                + arrays.keySet()
                + ", the layer \""
                + layer
                + "\" of the model \""
                + model.name()
                + "\" has "
                + variables.size()
                + ".",
            "Build the model that the weights belong to.");
      }
      Map<String, HostArray> fitting = new LinkedHashMap<>();
      boolean named = variables.stream().allMatch(v -> arrays.containsKey(variableName(v)));
      List<HostArray> inOrder = List.copyOf(arrays.values());
      int wrongBefore = wrongShape.size();
      for (int i = 0; i < variables.size(); i++) {
        Variable variable = variables.get(i);
        HostArray array =
            converted(
                named
                    ? arrays.getOrDefault(variableName(variable), inOrder.get(i))
                    : inOrder.get(i),
                variable.type());
        if (array.type().equals(variable.type())) {
          fitting.put(variable.name(), array);
        } else {
          wrongShape.add(
              variable.name()
                  + " is "
                  + variable.type()
                  + " in the model and "
                  + array.type()
                  + " in the weights");
        }
      }
      if (wrongShape.size() == wrongBefore) {
        values.putAll(fitting);
      }
    }

    private static String variableName(Variable variable) {
      return variable.name().substring(variable.name().lastIndexOf('/') + 1);
    }

    /** Counters are floating numbers in some files. */
    private static HostArray converted(HostArray array, TensorType type) {
      if (array.dataType() == type.dataType() || !array.shape().equals(type.shape())) {
        return array;
      }
      if (type.dataType() == DataType.INT32 && array.dataType() == DataType.FLOAT32) {
        int[] numbers = new int[array.elementCount()];
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] = (int) array.at(i);
        }
        return HostArray.wrapInts(array.shape(), numbers);
      }
      return array;
    }

    /** What no layer takes up are the weights of something else, or none at all. */
    private void requireAny(Weights weights) {
      if (values.isEmpty() && !model.variables().isEmpty()) {
        List<String> arrays = List.copyOf(weights.names());
        throw new EspalierException(
            ErrorCode.MISSING_WEIGHTS,
            capitalized(source(weights))
                + (arrays.isEmpty()
                    ? " has no weights at all."
                    : " has nothing for the model \""
                        + model.name()
                        + "\": "
                        + (wrongShape.isEmpty()
                            ? "none of its layers, such as "
                                + layerOf(arrays.get(0))
                                + ", has the name of one of the model's, such as "
                                + layerOf(model.variables().get(0).name())
                            : "no layer of the same name has the same shapes")
                        + "."),
            "Build the model that the weights belong to.");
      }
    }

    WeightTransfer strict(Weights weights) {
      if (!wrongShape.isEmpty()) {
        throw new EspalierException(
            ErrorCode.WEIGHT_SHAPE_MISMATCH,
            capitalized(source(weights))
                + " does not fit the model \""
                + model.name()
                + "\": "
                + listed(wrongShape)
                + ".",
            "Build the model that the weights belong to (variant, classes, input channels), or use"
                + " WeightTransfer.byNameWhereFitting to take only what fits.");
      }
      return result(weights);
    }

    WeightTransfer result(Weights weights) {
      requireAny(weights);
      if (weights.metadata().getOrDefault(NORMALIZATION_KEY, PUBLISHED).equals(PUBLISHED)) {
        values.putAll(PublishedNormalization.corrections(model, values));
      }
      return new WeightTransfer(
          model.withMatchingWeights(Weights.of(values)),
          List.copyOf(values.keySet()),
          missing,
          unexpected,
          wrongShape);
    }
  }
}
