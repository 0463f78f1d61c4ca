package dev.espalier.cli.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.espalier.activation.Activation;
import dev.espalier.core.Predictions;
import dev.espalier.core.Predictions.ClassScore;
import dev.espalier.error.PrintableText;
import dev.espalier.graph.HostArray;
import dev.espalier.layer.ActivationLayer;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerOutput;
import dev.espalier.model.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/** What one output of a model gives for one image. */
public sealed interface PredictedOutput {
  /** Adds it to the object of an image. */
  void addTo(JsonObject object);

  /** The most likely classes, the most likely first. */
  record Classes(List<ClassScore> scores) implements PredictedOutput {
    @Override
    public void addTo(JsonObject object) {
      JsonArray classes = new JsonArray();
      for (ClassScore score : scores) {
        JsonObject one = new JsonObject();
        one.addProperty("label", score.label());
        one.addProperty("class", score.className());
        one.addProperty("probability", score.score());
        classes.add(one);
      }
      object.add("classes", classes);
    }

    /** Returns a line for each class, the names padded to a width. */
    List<String> lines(int width) {
      if (scores.isEmpty()) {
        return List.of("none of the classes");
      }
      return scores.stream()
          .map(
              score ->
                  String.format(
                      Locale.ROOT,
                      "%-" + Math.max(1, width) + "s %6.2f %%",
                      PrintableText.of(score.className()),
                      100 * score.score()))
          .toList();
    }
  }

  /**
   * Numbers that are no scores of classes.
   *
   * @param shape without the batch
   * @param values in row-major order
   */
  record Values(List<Integer> shape, List<Float> values) implements PredictedOutput {
    private static final int SHOWN = 8;

    @Override
    public void addTo(JsonObject object) {
      JsonArray sizes = new JsonArray();
      shape.forEach(sizes::add);
      object.add("shape", sizes);
      JsonArray numbers = new JsonArray();
      values.forEach(numbers::add);
      object.add("values", numbers);
    }

    /** Returns the numbers, or how many there are if they are too many for a line. */
    String line() {
      if (values.size() <= SHOWN) {
        return String.join(" ", values.stream().map(one -> Float.toString(one)).toList());
      }
      return String.join("x", shape.stream().map(size -> Integer.toString(size)).toList())
          + " values, which --json prints";
    }
  }

  /**
   * Returns what a model gives for one image, by the names of its outputs.
   *
   * @param classes chooses the classes to print from the scores of an output
   */
  static Map<String, PredictedOutput> of(
      Model model,
      Predictions predictions,
      int sample,
      BiFunction<Predictions, Integer, List<ClassScore>> classes) {
    Map<String, PredictedOutput> answers = new LinkedHashMap<>();
    int index = 0;
    for (Map.Entry<String, HostArray> output : predictions.outputs().entrySet()) {
      boolean scores = model.outputs().size() == 1 || givesScores(model.outputs().get(index));
      answers.put(
          output.getKey(),
          scores
              ? new Classes(classes.apply(predictions.output(output.getKey()), sample))
              : values(output.getValue(), sample));
      index++;
    }
    return answers;
  }

  private static Values values(HostArray output, int sample) {
    int count = output.elementCount() / output.shape().size(0);
    List<Float> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add((float) output.at(sample * count + i));
    }
    return new Values(output.shape().withoutBatch().sizes(), values);
  }

  /** Of several outputs, one that ends in a softmax or a sigmoid tells classes apart. */
  private static boolean givesScores(LayerOutput output) {
    Layer layer = output.plainLayer();
    if (layer instanceof Model nested) {
      return givesScores(nested.outputs().get(output.index()));
    }
    Set<Activation> ofScores = Set.of(Activation.SOFTMAX, Activation.SIGMOID);
    return output.shape().rank() == 2
        && ((layer instanceof Dense dense && ofScores.contains(dense.activation()))
            || (layer instanceof ActivationLayer last && ofScores.contains(last.activation())));
  }
}
