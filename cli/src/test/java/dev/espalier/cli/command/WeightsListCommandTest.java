package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.espalier.cli.CommandRun;
import org.junit.jupiter.api.Test;

class WeightsListCommandTest {
  @Test
  void theCatalogueIsATable() {
    CommandRun run = CommandRun.of("weights", "list", "efficientnet-b0");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines().map(line -> line.replaceAll(" +", " ")))
        .contains(
            "MODEL WEIGHTS CLASSIFIER SIZE PIXELS RESIZED TO TOP-1 PUBLISHER HERE",
            "efficientnet-b0 imagenet yes 20 MiB 224 256 bicubic 77.1 Keras",
            "efficientnet-b0 imagenet no 15 MiB 224 256 bicubic 77.1 Keras",
            "efficientnet-b0 noisy-student yes 20 MiB 224 256 bicubic 78.8 timm",
            "efficientnet-b0 advprop yes 20 MiB 224 256 bicubic 77.6 timm");
    assertThat(run.out()).doesNotContain("efficientnet-b1").contains("Folder: ");
  }

  @Test
  void theCatalogueIsAlsoJson() {
    CommandRun run = CommandRun.of("weights", "list", "--json");
    JsonArray all = JsonParser.parseString(run.out()).getAsJsonArray();
    assertThat(all).hasSizeGreaterThan(40);
    JsonObject first = all.get(0).getAsJsonObject();
    assertThat(first.get("model").getAsString()).isEqualTo("efficientnet-b0");
    assertThat(first.get("address").getAsString())
        .isEqualTo("https://storage.googleapis.com/keras-applications/efficientnetb0.h5");
    assertThat(first.get("checksum").getAsString())
        .isEqualTo("MD5 902e53a9f72be733fc0bcb005b3ebbac");
    assertThat(first.get("resizedSide").getAsInt()).isEqualTo(256);
    assertThat(first.get("interpolation").getAsString()).isEqualTo("bicubic");
  }

  @Test
  void aModelWithoutPublishedWeightsIsRefusedWithSimilarNames() {
    CommandRun run = CommandRun.of("weights", "list", "efficientnet-b9");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("model with published weights").contains("efficientnet-b0");
  }

  @Test
  void weightsThatAreMissingSayWhereTheyArePublished() {
    CommandRun run =
        CommandRun.of("summary", "--model", "efficientnetv2-l", "--weights", "imagenet");
    assertThat(run.exitCode()).isNotZero();
    assertThat(run.err())
        .contains("efficientnetv2-l.h5 is not in ")
        .contains("downloading was not allowed")
        .contains("--download")
        .contains("efficientnet_v2/efficientnetv2-l.h5 (about 454 MiB)");
  }
}
