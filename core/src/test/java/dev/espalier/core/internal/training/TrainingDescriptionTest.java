package dev.espalier.core.internal.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.data.Target;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.loss.Losses;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.training.ClassWeights;
import dev.espalier.training.FitOptions;
import dev.espalier.training.GradientAccumulation;
import dev.espalier.training.OutputObjective;
import dev.espalier.training.TrainingConfig;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class TrainingDescriptionTest {
  private static final Model MODEL =
      Sequential.of(Input.image(1, 1, 3), Flatten.create(), Dense.of(2));
  private static final Dataset PLAIN =
      Datasets.of(
          "plain", List.of("a", "b"), List.of(new Sample(Image.wrap(1, 1, 3, new byte[3]), 0)));

  private static JsonObject describe(Target target, UnaryOperator<Sample> change) {
    return TrainingDescription.of(
        MODEL,
        TrainingConfig.defaults(),
        Datasets.map(PLAIN, target, change),
        FitOptions.defaults());
  }

  /** Returns the names of what differs of the data. */
  private static Set<String> differences(JsonObject then, JsonObject now) {
    JsonObject first = then.getAsJsonObject("data");
    JsonObject second = now.getAsJsonObject("data");
    Set<String> names = new TreeSet<>(first.keySet());
    names.addAll(second.keySet());
    names.removeIf(name -> Objects.equals(first.get(name), second.get(name)));
    return names;
  }

  /** Checkpoints that were written before samples had any are those of trainings without. */
  @Test
  void samplesWithoutWeightsAndValuesAreDescribedAsBefore() {
    JsonObject data = describe(Target.classIndex(), sample -> sample).getAsJsonObject("data");
    assertThat(data.keySet()).doesNotContain("value-checksum", "target");
  }

  @Test
  void otherWeightsValuesAndTargetsAreDifferences() {
    JsonObject plain = describe(Target.classIndex(), sample -> sample);
    JsonObject heavy = describe(Target.classIndex(), sample -> sample.withWeight(2));
    JsonObject heavier = describe(Target.classIndex(), sample -> sample.withWeight(3));
    UnaryOperator<Sample> one =
        sample -> sample.withValue("target", HostArray.wrap(Shape.of(1), 1));
    UnaryOperator<Sample> two =
        sample -> sample.withValue("target", HostArray.wrap(Shape.of(1), 2));
    assertThat(differences(plain, plain)).isEmpty();
    assertThat(differences(plain, heavy)).containsExactly("content-checksum", "value-checksum");
    assertThat(differences(heavy, heavier)).containsExactly("content-checksum", "value-checksum");
    assertThat(differences(describe(Target.numbers(1), one), describe(Target.numbers(1), two)))
        .containsExactly("content-checksum", "value-checksum");
    assertThat(differences(describe(Target.numbers(1), one), describe(Target.softLabel(), one)))
        .containsExactly("target");
  }

  @Test
  void stepOutputsAndClassWeightsAreToldWhereTheyAreSet() {
    TrainingConfig config =
        TrainingConfig.of(
            c ->
                c.step(new GradientAccumulation(2))
                    .output("dense", OutputObjective.of(Losses.meanSquaredError()).weight(0.5)));
    FitOptions options = FitOptions.of(fit -> fit.classWeights(ClassWeights.of(Map.of("a", 2.0))));
    JsonObject told = TrainingDescription.of(MODEL, config, PLAIN, options);
    assertThat(told.getAsJsonObject("step").get("steps").getAsString()).isEqualTo("2");
    assertThat(told.getAsJsonObject("outputs").getAsJsonObject("dense").get("weight").getAsString())
        .isEqualTo("0.5");
    assertThat(told.getAsJsonObject("class-weights").toString()).contains("\"a\":\"2.0\"");
    assertThat(describe(Target.classIndex(), sample -> sample).keySet())
        .as("checkpoints from before there were any")
        .doesNotContain("step", "outputs", "class-weights");
  }
}
