package dev.espalier.model;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Variable;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerOutput;
import dev.espalier.model.SummaryTable.Alignment;
import dev.espalier.model.SummaryTable.Column;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.text.NumberFormat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Prints models as Keras 3 does. */
final class ModelSummary {
  private static final List<String> UNITS = List.of("B", "KB", "MB", "GB", "TB", "PB");
  private static final double TRAINABLE_COLUMN_START = 0.9;

  private final Model model;
  private final SummaryOptions options;
  private final boolean connections;
  private final NumberFormat wholeNumbers = NumberFormat.getIntegerInstance(Locale.ROOT);

  /** Number of elements of the variables of each layer, by the path of the layer. */
  private final Map<String, Long> parameters = new HashMap<>();

  private ModelSummary(Model model, SummaryOptions options) {
    this.model = model;
    this.options = options;
    this.connections =
        switch (options.connections()) {
          case AUTOMATIC -> !isChain(model);
          case SHOWN -> true;
          case HIDDEN -> false;
        };
    for (Variable variable : model.variables()) {
      String name = variable.name();
      // A layer of a nested model counts for that model, too.
      for (int end = name.indexOf('/'); end >= 0; end = name.indexOf('/', end + 1)) {
        parameters.merge(name.substring(0, end), variable.shape().elementCount(), Long::sum);
      }
    }
  }

  static String print(Model model, SummaryOptions options) {
    return new ModelSummary(model, options).print();
  }

  private String print() {
    List<Column> columns = columns();
    int smallest = SummaryTable.smallestWidth(columns);
    if (options.width() < smallest) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "A summary with these columns does not fit into " + options.width() + " characters.",
          "Give a width of " + smallest + " or more.");
    }
    SummaryTable table = new SummaryTable(columns, options.width());
    rows(model, "", 0, true).forEach(table::row);
    return "Model: \""
        + model.name()
        + "\"\n"
        + table.end()
        + total("Total params", variable -> true)
        + total("Trainable params", Variable::trainable)
        + total("Non-trainable params", variable -> !variable.trainable());
  }

  private List<Column> columns() {
    List<Column> columns = new ArrayList<>();
    double part = options.trainable() ? TRAINABLE_COLUMN_START : 1;
    if (connections) {
      columns.add(new Column("Layer (type)", Alignment.LEFT, 0.3 * part));
      columns.add(new Column("Output Shape", Alignment.LEFT, 0.56 * part));
      columns.add(new Column("Param #", Alignment.RIGHT, 0.74 * part));
      columns.add(new Column("Connected to", Alignment.LEFT, part));
    } else {
      columns.add(new Column("Layer (type)", Alignment.LEFT, 0.45 * part));
      columns.add(new Column("Output Shape", Alignment.LEFT, 0.8 * part));
      columns.add(new Column("Param #", Alignment.RIGHT, part));
    }
    if (options.trainable()) {
      columns.add(new Column("Trainable", Alignment.CENTER, 1));
    }
    return columns;
  }

  private List<List<String>> rows(Model part, String prefix, int depth, boolean outerTrainable) {
    Map<LayerOutput, String> references = references(part);
    IdentityHashMap<Layer, List<LayerOutput>> uses = new IdentityHashMap<>();
    part.nodes()
        .forEach(node -> uses.computeIfAbsent(node.layer(), key -> new ArrayList<>()).add(node));
    Set<Layer> shown = Collections.newSetFromMap(new IdentityHashMap<>());
    List<List<String>> rows = new ArrayList<>();
    for (LayerOutput node : part.nodes()) {
      boolean hidden = part.isSequential() && node.plainLayer() instanceof Input;
      if (!hidden && shown.add(node.layer())) {
        ModelLayer layer = ModelLayer.describe(node, prefix, outerTrainable);
        List<LayerOutput> all = uses.getOrDefault(node.layer(), List.of(node));
        String connected = depth == 0 ? connected(all, references) : "-";
        rows.add(row(layer, depth, all.get(all.size() - 1).outputs(), connected));
        if (options.nested() && layer.layer() instanceof Model nested) {
          rows.addAll(rows(nested, layer.path() + "/", depth + 1, layer.trainable()));
        }
      }
    }
    return rows;
  }

  private List<String> row(
      ModelLayer layer, int depth, List<LayerOutput> outputs, String connected) {
    List<String> row = new ArrayList<>();
    String indentation = depth == 0 ? "" : "   ".repeat(depth) + "└ ";
    row.add(indentation + layer.name() + " (" + layer.layer().typeName() + ")");
    row.add(shapeText(outputs));
    row.add(grouped(parameters.getOrDefault(layer.path(), 0L)));
    if (connections) {
      row.add(connected);
    }
    if (options.trainable()) {
      row.add(hasVariables(layer.path()) ? (mayLearn(layer) ? "Y" : "N") : "-");
    }
    return row;
  }

  private boolean hasVariables(String path) {
    return parameters.containsKey(path);
  }

  /** A nested model is trainable if any layer inside is, however it came to be frozen. */
  private boolean mayLearn(ModelLayer layer) {
    if (!(layer.layer() instanceof Model nested)) {
      return layer.trainable();
    }
    return ModelLayer.of(nested, layer.path() + "/", layer.trainable(), true).stream()
        .anyMatch(
            inner ->
                !(inner.layer() instanceof Model)
                    && inner.trainable()
                    && hasVariables(inner.path()));
  }

  /** Returns the shape of a layer's output; those of several in brackets, as Keras does. */
  private static String shapeText(List<LayerOutput> outputs) {
    return outputs.size() == 1
        ? shapeText(outputs.get(0).shape())
        : outputs.stream()
            .map(output -> shapeText(output.shape()))
            .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String shapeText(Shape shape) {
    return shape.sizes().stream()
        .map(size -> size == Shape.UNKNOWN ? "None" : size.toString())
        .collect(Collectors.joining(", ", "(", ")"));
  }

  private static String connected(List<LayerOutput> uses, Map<LayerOutput, String> references) {
    String text =
        uses.stream()
            .flatMap(use -> use.inputs().stream())
            .map(references::get)
            .collect(Collectors.joining(", "));
    return text.isEmpty() ? "-" : text;
  }

  /**
   * Returns for each output the name of its layer, the number of the use and its index: {@code
   * add[0][0]}.
   */
  private static Map<LayerOutput, String> references(Model model) {
    IdentityHashMap<Layer, Integer> used = new IdentityHashMap<>();
    Map<LayerOutput, String> references = new HashMap<>();
    for (LayerOutput node : model.nodes()) {
      int use = used.merge(node.layer(), 1, Integer::sum) - 1;
      for (LayerOutput output : node.outputs()) {
        references.put(output, Model.nameOf(node) + "[" + use + "][" + output.index() + "]");
      }
    }
    return references;
  }

  private static boolean isChain(Model model) {
    if (model.isSequential()) {
      return true;
    }
    Set<Layer> layers = Collections.newSetFromMap(new IdentityHashMap<>());
    Set<LayerOutput> consumed = Collections.newSetFromMap(new IdentityHashMap<>());
    boolean chain = model.inputs().size() == 1;
    for (LayerOutput node : model.nodes()) {
      chain &= layers.add(node.layer()) && node.inputs().size() <= 1;
      for (LayerOutput input : node.inputs()) {
        chain &= consumed.add(input.node());
      }
    }
    return chain;
  }

  private String total(String label, Predicate<Variable> which) {
    long count = 0;
    long bytes = 0;
    for (Variable variable : model.variables()) {
      if (which.test(variable)) {
        long elements = variable.shape().elementCount();
        count += elements;
        bytes += elements * variable.type().dataType().bytes();
      }
    }
    return " " + label + ": " + grouped(count) + " (" + size(bytes) + ")\n";
  }

  private String grouped(long number) {
    return wholeNumbers.format(number);
  }

  private static String size(long bytes) {
    double size = bytes;
    int unit = 0;
    while (size / 1024 >= 1 && unit < UNITS.size() - 1) {
      size /= 1024;
      unit++;
    }
    BigDecimal rounded = new BigDecimal(size).setScale(2, RoundingMode.HALF_EVEN);
    return rounded.toPlainString() + " " + UNITS.get(unit);
  }
}
