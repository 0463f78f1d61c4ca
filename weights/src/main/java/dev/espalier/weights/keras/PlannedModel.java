package dev.espalier.weights.keras;

import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Shape;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.attention.MultiHeadAttention;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.weights.keras.ModelPlan.DeclaredInput;
import dev.espalier.weights.keras.ModelPlan.LayerPlan;
import dev.espalier.weights.keras.ModelPlan.Source;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Connects the layers of a plan. Not thread-safe; use once. */
final class PlannedModel {
  /** Far beyond real models: nested models that are used twice multiply. */
  private static final long MOST_LAYERS = 100_000;

  private static final long MOST_CHANNELS = 1 << 24;
  private static final long LARGEST_SAMPLE = 1 << 30;
  private static final long LARGEST_MASK = 1 << 26;

  private final Problems problems;
  private final Map<Model, Long> sizes = new HashMap<>();
  private long connected;
  private long channels;

  PlannedModel(Problems problems) {
    this.problems = problems;
  }

  /**
   * Returns the model.
   *
   * @param sample shape to use for inputs of unknown size, or empty
   */
  Model build(ModelPlan plan, List<Integer> sample) {
    return build(plan, plan.name(), List.of(), sample);
  }

  private Model build(ModelPlan plan, String path, List<LayerOutput> given, List<Integer> sample) {
    long before = connected;
    Building building = new Building(plan, path, given, sample);
    building.connectAll();
    List<LayerOutput> inputs = plan.inputs().stream().map(building::output).toList();
    List<LayerOutput> outputs = plan.outputs().stream().map(building::output).toList();
    Model model;
    try {
      model =
          plan.sequential() && inputs.get(0) != outputs.get(0)
              ? Sequential.of(inputs.get(0), building.chain())
              : Model.of(inputs, outputs);
      model = model.withName(plan.name().replaceAll("[^A-Za-z0-9_.-]", "_"));
    } catch (EspalierException e) {
      throw problems.located("model \"" + path + "\"", e);
    }
    Set<String> frozen = new LinkedHashSet<>();
    plan.layers().stream()
        .filter(layer -> !layer.trainable())
        .forEach(layer -> frozen.add(layer.name()));
    if (!frozen.isEmpty()) {
      model = model.withTrainable(layer -> frozen.contains(layer.path()), false);
    }
    sizes.put(model, connected - before + 1);
    return model;
  }

  /** One model under construction. */
  private final class Building {
    private final ModelPlan plan;
    private final String path;
    private final List<LayerOutput> given;
    private final List<Integer> sample;
    private final Map<String, LayerPlan> plans = new LinkedHashMap<>();
    private final Map<String, Layer> layers = new LinkedHashMap<>();
    private final Map<Source, List<LayerOutput>> outputs = new HashMap<>();

    Building(ModelPlan plan, String path, List<LayerOutput> given, List<Integer> sample) {
      this.plan = plan;
      this.path = path;
      this.given = given;
      this.sample = sample;
      plan.layers().forEach(layer -> plans.put(layer.original(), layer));
    }

    /** Returns the layers after the input, as they were connected. */
    List<Layer> chain() {
      return List.copyOf(layers.values());
    }

    LayerOutput output(Source source) {
      List<LayerOutput> found = outputs.get(use(source));
      if (found == null || source.tensor() >= found.size()) {
        throw problems.invalid(
            "model \"" + path + "\"",
            "there is no output "
                + source.tensor()
                + " of use "
                + source.node()
                + " of a layer \""
                + source.layer()
                + "\"");
      }
      return found.get(source.tensor());
    }

    private static Source use(Source source) {
      return new Source(source.layer(), source.node(), 0);
    }

    /** Connects each use of a layer as soon as all that it takes is there. */
    void connectAll() {
      Map<Source, List<Source>> waiting = new HashMap<>();
      Map<Source, Integer> missing = new LinkedHashMap<>();
      Deque<Source> ready = new ArrayDeque<>();
      for (LayerPlan layer : plan.layers()) {
        if (layer.input() != null) {
          Source use = new Source(layer.original(), 0, 0);
          outputs.put(use, List.of(input(layer, layer.input())));
        }
      }
      for (LayerPlan layer : plan.layers()) {
        for (int i = 0; i < layer.uses().size() && layer.input() == null; i++) {
          Source use = new Source(layer.original(), i, 0);
          int count = 0;
          for (Source source : layer.uses().get(i)) {
            if (!outputs.containsKey(use(source))) {
              waiting.computeIfAbsent(use(source), key -> new ArrayList<>()).add(use);
              count++;
            }
          }
          missing.put(use, count);
          if (count == 0) {
            ready.add(use);
          }
        }
      }
      while (!ready.isEmpty()) {
        Source use = ready.remove();
        missing.remove(use);
        connect(use);
        for (Source next : waiting.getOrDefault(use, List.of())) {
          if (missing.merge(next, -1, Integer::sum) == 0) {
            ready.add(next);
          }
        }
      }
      if (!missing.isEmpty()) {
        throw problems.invalid(
            "model \"" + path + "\"",
            "layers wait for each other or for one that is not there: "
                + String.join(
                    ", ",
                    missing.keySet().stream().map(Source::layer).distinct().limit(5).toList()));
      }
    }

    private LayerOutput input(LayerPlan layer, DeclaredInput declared) {
      int index =
          IntStream.range(0, plan.inputs().size())
              .filter(i -> plan.inputs().get(i).layer().equals(layer.original()))
              .findFirst()
              .orElse(-1);
      List<Integer> shape = declared.sizes();
      boolean open = shape == null || shape.contains(-1);
      if (open && index >= 0 && index < given.size()) {
        shape = given.get(index).shape().withoutBatch().sizes();
      } else if (open && !sample.isEmpty()) {
        shape = sample;
      } else if (shape == null || open) {
        throw problems.invalid(
            "layer \"" + layer.name() + "\"",
            "the input has the shape "
                + (shape == null ? "unknown" : shape)
                + ", and a model here needs all sizes: give them to KerasModel.load");
      }
      DataType type = declared.dataType().startsWith("int") ? DataType.INT32 : DataType.FLOAT32;
      try {
        return Input.named(layer.name(), type, shape.stream().mapToInt(size -> size).toArray());
      } catch (EspalierException e) {
        throw problems.located("layer \"" + layer.name() + "\"", e);
      }
    }

    private void connect(Source use) {
      LayerPlan layer = plans.get(use.layer());
      if (layer == null) {
        throw problems.invalid("model \"" + path + "\"", "there is no layer " + use.layer());
      }
      String place = "layer \"" + path + "/" + layer.name() + "\" (" + layer.className() + ")";
      List<LayerOutput> inputs = layer.uses().get(use.node()).stream().map(this::output).toList();
      if (inputs.isEmpty()) {
        throw problems.invalid(place, "it takes no input");
      }
      try {
        Layer made = layers.get(layer.original());
        if (made == null) {
          made = make(layer, inputs);
          layers.put(layer.original(), made);
        }
        Model nested = made instanceof Model model ? model : null;
        count(place, nested == null ? 1 : sizes.getOrDefault(nested, 1L));
        List<LayerOutput> results = made.outputsOn(inputs.toArray(new LayerOutput[0]));
        results.forEach(result -> check(place, result.shape()));
        outputs.put(use, results);
      } catch (EspalierException e) {
        throw problems.located(place, e);
      }
    }

    private Layer make(LayerPlan layer, List<LayerOutput> inputs) {
      if (layer.nested() != null) {
        Model nested = build(layer.nested(), path + "/" + layer.name(), inputs, List.of());
        long size = sizes.getOrDefault(nested, 1L);
        Model named = nested.withName(layer.name());
        sizes.put(named, size);
        return named;
      }
      KerasLayers.Factory factory = layer.factory();
      if (factory == null) {
        throw problems.invalid("layer \"" + layer.name() + "\"", "an input layer takes no input");
      }
      Layer made = factory.layer(inputs);
      if (made instanceof MultiHeadAttention attention && attention.useCausalMask()) {
        long positions = inputs.get(0).shape().rank() > 1 ? inputs.get(0).shape().size(1) : 1;
        if (positions * positions > LARGEST_MASK) {
          throw problems.invalid(
              "layer \"" + layer.name() + "\"",
              "a mask of " + positions + " positions is too large");
        }
      }
      return made instanceof Model model ? model.withName(layer.name()) : made.named(layer.name());
    }

    private void count(String place, long more) {
      connected += more;
      if (connected > MOST_LAYERS) {
        throw problems.invalid(place, "there are more than " + MOST_LAYERS + " layers");
      }
    }

    private void check(String place, Shape shape) {
      long elements = shape.rank() > 1 ? shape.withoutBatch().elementCount() : 1;
      channels += shape.rank() > 1 ? shape.size(-1) : 1;
      if (elements > LARGEST_SAMPLE || channels > MOST_CHANNELS) {
        throw problems.invalid(place, "the output " + shape + " is larger than any model needs");
      }
    }
  }
}
