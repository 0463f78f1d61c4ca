package dev.espalier.model;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Variable;
import dev.espalier.layer.convolution.DepthwiseConv2D;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Another project's names and layout of the weights of a model. Readers of weight files return
 * arrays with the names in the file, whatever the format; this translates them into the names and
 * the layout of a model. Immutable and thread-safe.
 *
 * <pre>{@code
 * WeightNames names =
 *     WeightNames.of(
 *         "my project",
 *         Layout.OIHW,
 *         variable ->
 *             switch (variable) {
 *               case "stem/kernel" -> "conv1.weight";
 *               case "stem/bias" -> "conv1.bias";
 *               default -> null;
 *             });
 * Model loaded = WeightTransfer.byName(model, names.translate(model, weights)).model();
 * }</pre>
 */
public final class WeightNames {
  /**
   * The key of the project's name of the model in the metadata of weights, such as {@code
   * tf_efficientnet_b0.ns_jft_in1k}.
   */
  public static final String ARCHITECTURE_KEY = "architecture";

  private static final int LISTED = 5;

  private static final Map<String, String> PYTORCH_VARIABLES =
      Map.of(
          "kernel", "weight",
          "bias", "bias",
          "gamma", "weight",
          "beta", "bias",
          "moving_mean", "running_mean",
          "moving_variance", "running_var");

  private final String project;
  private final Layout layout;
  private final Function<? super String, ? extends @Nullable String> names;
  private final Predicate<String> ignored;

  /** The order of the axes of kernels, named after that of convolutions. */
  public enum Layout {
    /**
     * Keras' layout: {@code [height, width, in, out]}, depthwise {@code [height, width, channels,
     * 1]}, dense {@code [in, out]}.
     */
    HWIO,
    /**
     * PyTorch's layout: {@code [out, in, height, width]}, depthwise {@code [channels, 1, height,
     * width]}, dense {@code [out, in]}.
     */
    OIHW
  }

  private WeightNames(
      String project,
      Layout layout,
      Function<? super String, ? extends @Nullable String> names,
      Predicate<String> ignored) {
    this.project = project;
    this.layout = layout;
    this.names = names;
    this.ignored = ignored;
  }

  /**
   * Creates the names of a project.
   *
   * @param project the project's name for messages, such as {@code timm}
   * @param names maps the name of a variable of the model to that of the project, such as {@code
   *     stem_conv/kernel} to {@code conv_stem.weight}; null if the project does not have it
   */
  public static WeightNames of(
      String project, Layout layout, Function<? super String, ? extends @Nullable String> names) {
    return new WeightNames(
        project,
        layout,
        names,
        layout == Layout.OIHW ? name -> name.endsWith("num_batches_tracked") : name -> false);
  }

  /**
   * Creates the names of a PyTorch project, whose modules of convolutions, dense layers and batch
   * normalizations name their arrays {@code weight}, {@code bias}, {@code running_mean} and {@code
   * running_var}.
   *
   * @param project the project's name for messages, such as {@code timm}
   * @param modules maps the name of a layer of the model to that of the project's module, such as
   *     {@code stem_conv} to {@code conv_stem}; null if the project does not have it
   */
  public static WeightNames pytorch(
      String project, Function<? super String, ? extends @Nullable String> modules) {
    return of(
        project,
        Layout.OIHW,
        variable -> {
          int slash = Math.max(0, variable.lastIndexOf('/'));
          String module = modules.apply(variable.substring(0, slash));
          String array = variable.substring(slash + 1);
          return module == null
              ? null
              : module + "." + PYTORCH_VARIABLES.getOrDefault(array, array);
        });
  }

  /**
   * Returns these names with arrays to ignore, such as those of an unwanted classifier. PyTorch's
   * {@code num_batches_tracked} is always ignored.
   *
   * @param unwanted tests the project's name of an array
   */
  public WeightNames ignoring(Predicate<? super String> unwanted) {
    Predicate<String> both = name -> ignored.test(name) || unwanted.test(name);
    return new WeightNames(project, layout, names, both);
  }

  /** Returns the project's name. */
  public String project() {
    return project;
  }

  /**
   * Returns the weights with the names and layout of a model's variables, in the model's order,
   * without those that the project does not have. Axes of size 1 at the end of an array that its
   * variable does not have are left out, as in the kernel of a convolution of one pixel where the
   * model has a dense layer. Kernels of convolutions with as many groups as channels are taken for
   * depthwise ones.
   *
   * @throws EspalierException {@link ErrorCode#MISSING_WEIGHTS} if the weights lack an array of the
   *     project; {@link ErrorCode#WEIGHT_COUNT_MISMATCH} if they contain an array for which the
   *     model has no variable; {@link ErrorCode#WEIGHT_SHAPE_MISMATCH} if an array has another
   *     number of axes than its variable
   */
  public Weights translate(Model model, Weights weights) {
    return translate(model, weights, Loading.strict());
  }

  /**
   * Does as {@link #translate(Model, Weights)} except for layers that are skipped, whose arrays the
   * weights may have or not.
   *
   * @throws EspalierException as {@link #translate(Model, Weights)}, and {@link
   *     ErrorCode#UNKNOWN_LAYER} if the model has no layer to skip
   */
  public Weights translate(Model model, Weights weights, Loading loading) {
    Predicate<String> skipped = loading.skippedIn(model);
    List<Variable> variables = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    Set<String> unused = new LinkedHashSet<>(weights.names());
    unused.removeIf(ignored);
    for (Variable variable : model.variables()) {
      String theirs = names.apply(variable.name());
      if (theirs == null) {
        continue;
      }
      if (skipped.test(WeightTransfer.layerOf(variable.name()))) {
        unused.remove(theirs);
      } else if (weights.contains(theirs)) {
        requireRank(variable, theirs, weights);
        variables.add(variable);
        unused.remove(theirs);
      } else {
        missing.add(theirs + " (" + variable.name() + ")");
      }
    }
    if (!unused.isEmpty()) {
      throw new EspalierException(
          ErrorCode.WEIGHT_COUNT_MISMATCH,
          described(weights)
              + " has "
              + counted(unused.size())
              + " that the model \""
              + model.name()
              + "\" has no place for: "
              + listed(List.copyOf(unused))
              + ".",
          "Build the model that the weights belong to: the same variant, with or without the"
              + " classifier as the file.");
    }
    if (!missing.isEmpty()) {
      throw new EspalierException(
          ErrorCode.MISSING_WEIGHTS,
          described(weights)
              + " lacks "
              + counted(missing.size())
              + " of the model \""
              + model.name()
              + "\": "
              + listed(missing)
              + ".",
          "Build the model that the weights belong to: the same variant, with or without the"
              + " classifier as the file.");
    }
    // Large models take a noticeable time, and their arrays do not depend on each other.
    List<HostArray> arrays =
        variables.parallelStream()
            .map(variable -> converted(variable, weights.get(names.apply(variable.name()))))
            .toList();
    Map<String, HostArray> translated = new LinkedHashMap<>();
    for (int i = 0; i < arrays.size(); i++) {
      translated.put(variables.get(i).name(), arrays.get(i));
    }
    return Weights.of(translated).withMetadata(weights.metadata());
  }

  /**
   * Returns the weights of a model with the names and layout of the project: the opposite of {@link
   * #translate(Model, Weights)}, to write files that the project reads. Variables that the project
   * does not have are left out.
   *
   * @throws EspalierException {@link ErrorCode#MISSING_WEIGHTS} if a variable has no value
   */
  public Weights export(Model model) {
    Weights weights = model.weights();
    Set<String> depthwise =
        model.allLayers().stream()
            .filter(layer -> layer.layer() instanceof DepthwiseConv2D)
            .map(ModelLayer::path)
            .collect(Collectors.toSet());
    Map<String, HostArray> exported = new LinkedHashMap<>();
    for (Variable variable : model.variables()) {
      String theirs = names.apply(variable.name());
      if (theirs != null) {
        HostArray array = weights.get(variable.name());
        exported.put(
            theirs,
            layout == Layout.HWIO
                ? array
                : KernelLayout.toTorch(
                    array, depthwise.contains(WeightTransfer.layerOf(variable.name()))));
      }
    }
    return Weights.of(exported);
  }

  private String described(Weights weights) {
    String file = weights.metadata().get(WeightTransfer.FILE_KEY);
    return (file == null ? "The set of weights" : "The file " + file)
        + " (with the names of "
        + project
        + ")";
  }

  private static String counted(int arrays) {
    return arrays == 1 ? "1 array" : arrays + " arrays";
  }

  private static String listed(List<String> all) {
    String first = String.join(", ", all.subList(0, Math.min(LISTED, all.size())));
    return all.size() > LISTED ? first + " and " + (all.size() - LISTED) + " more" : first;
  }

  private void requireRank(Variable variable, String theirs, Weights weights) {
    Shape wanted = variable.type().shape();
    HostArray array = weights.get(theirs);
    if (wanted.rank() != withRank(array, wanted.rank()).shape().rank()) {
      throw new EspalierException(
          ErrorCode.WEIGHT_SHAPE_MISMATCH,
          described(weights)
              + " has \""
              + theirs
              + "\" with the shape "
              + array.shape()
              + ", and "
              + variable.name()
              + " has the shape "
              + wanted
              + ".",
          "Build the model that the weights belong to.");
    }
  }

  /** Returns an array without axes of size 1 at its end that its variable does not have. */
  private static HostArray withRank(HostArray array, int rank) {
    List<Integer> sizes = array.shape().sizes();
    int last = sizes.size();
    while (last > rank && sizes.get(last - 1) == 1) {
      last--;
    }
    return last == sizes.size() ? array : array.reshape(Shape.of(sizes.subList(0, last)));
  }

  private HostArray converted(Variable variable, HostArray given) {
    Shape wanted = variable.type().shape();
    HostArray array = withRank(given, wanted.rank());
    Shape shape = array.shape();
    if (layout == Layout.HWIO) {
      // A convolution of as many groups as channels is a depthwise one, with its axes swapped.
      boolean grouped =
          wanted.rank() == 4
              && wanted.size(3) == 1
              && shape.equals(Shape.of(wanted.size(0), wanted.size(1), 1, wanted.size(2)));
      return grouped ? array.reshape(wanted) : array;
    }
    if (array.dataType() != DataType.FLOAT32) {
      return array;
    }
    if (shape.rank() == 2) {
      return KernelLayout.fromTorch(array, Shape.of(shape.size(1), shape.size(0)));
    }
    if (shape.rank() == 4) {
      // Depthwise kernels have their elements in the same order, only the axes have other names.
      boolean depthwise = wanted.size(3) == 1 && shape.size(1) == 1;
      int ins = depthwise ? shape.size(0) : shape.size(1);
      int outs = depthwise ? 1 : shape.size(0);
      return KernelLayout.fromTorch(array, Shape.of(shape.size(2), shape.size(3), ins, outs));
    }
    return array;
  }
}
