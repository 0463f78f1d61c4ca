package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.espalier.cli.CommandRun;
import dev.espalier.testkit.golden.SharedData;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A model of bird, cat and dog, evaluated on data with other classes or another order of them. */
@Tag("native")
class EvaluateByNameTest {
  private static CommandRun evaluate(String data, Object... more) {
    List<Object> words =
        new ArrayList<>(
            List.of(
                "evaluate",
                "--model",
                SharedData.path("cases/evaluate-names/model/model.safetensors"),
                "--dataset",
                "image-folder",
                "--data",
                SharedData.path("cases/evaluate-names/" + data),
                "--json"));
    words.addAll(List.of(more));
    return CommandRun.of(words.toArray());
  }

  private static JsonObject result(CommandRun run) {
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    return JsonParser.parseString(run.out()).getAsJsonObject();
  }

  @Test
  void classesThatTheModelDoesNotKnowAreRefusedByName() {
    CommandRun renamed = evaluate("renamed");
    assertThat(renamed.exitCode()).isEqualTo(2);
    assertThat(renamed.out()).isEmpty();
    assertThat(renamed.err())
        .contains(
            "has a class that the model does not know: zebra. The model knows bird, cat, dog.")
        .contains("[ESP-306]");
    CommandRun german = evaluate("german");
    assertThat(german.exitCode()).isEqualTo(2);
    assertThat(german.err())
        .contains("3 classes that the model does not know: Hund, Katze, Vogel.");
  }

  @Test
  void orderOfTheClassesMakesNoDifference() {
    JsonObject sorted = result(evaluate("renamed", "--set", "data.classes=cat,dog"));
    assertThat(sorted.get("accuracy").getAsDouble()).isEqualTo(1.0);
    assertThat(sorted.get("missingClasses").toString()).isEqualTo("[\"bird\"]");
    assertThat(result(evaluate("renamed", "--set", "data.classes=dog,cat"))).isEqualTo(sorted);
  }

  @Test
  void metricsOfTheConfigurationAreReportedToo() {
    JsonObject values =
        result(
            evaluate(
                "renamed",
                "--set",
                "data.classes=cat,dog",
                "--set",
                "training.metrics=accuracy, f1-score"));
    assertThat(values.keySet()).contains("loss", "accuracy", "f1_score");
  }
}
