package dev.espalier.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.datasets.cifar.CifarFilesForTests;
import dev.espalier.datasets.shapes.Shapes;
import dev.espalier.error.EspalierException;
import dev.espalier.plugin.DatasetProvider;
import dev.espalier.plugin.DatasetRequest;
import dev.espalier.plugin.DatasetSplits;
import dev.espalier.plugin.Plugin;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetsPluginTest {
  @TempDir Path folder;

  @Test
  void isFoundByTheServiceLoader() {
    assertThat(ServiceLoader.load(Plugin.class))
        .hasOnlyElementsOfType(DatasetsPlugin.class)
        .singleElement()
        .satisfies(plugin -> assertThat(plugin.id()).isEqualTo("datasets"));
  }

  @Test
  void bringsItsDataSets() {
    assertThat(new DatasetsPlugin().datasets())
        .extracting(DatasetProvider::name)
        .containsExactly(
            "cifar10",
            "cifar100",
            "cifar100-coarse",
            "fashion-mnist",
            "image-folder",
            "manifest",
            "mnist",
            "shapes");
    assertThat(new DatasetsPlugin().datasets())
        .extracting(DatasetProvider::description)
        .allSatisfy(description -> assertThat(description).isNotBlank().doesNotContain("\n"));
  }

  @Test
  void shapesNeedNoPlace() {
    Dataset shapes = open("shapes", new DatasetRequest(Split.VALIDATION, null, 3));

    assertThat(shapes.name()).isEqualTo("shapes/validation");
    assertThat(shapes.get(0)).isEqualTo(Shapes.of(Split.VALIDATION, 3).get(0));
  }

  @Test
  void shapesRefuseAPlaceRatherThanIgnoreIt() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> open("shapes", new DatasetRequest(Split.TRAIN, folder, 3)))
        .withMessageStartingWith(
            "The data set shapes is generated and does not read " + folder + ".");
  }

  @Test
  void whatIsReadFromFilesAsksForAPlace() {
    for (String name :
        new String[] {
          "cifar10",
          "cifar100",
          "cifar100-coarse",
          "fashion-mnist",
          "image-folder",
          "manifest",
          "mnist"
        }) {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> open(name, new DatasetRequest(Split.TRAIN, null, 3)))
          .withMessageStartingWith(
              "The data set " + name + " is read from files, and no location was given.");
    }
  }

  @Test
  void coarseAndFineDifferInTheirLabels() {
    CifarFilesForTests.write(folder.resolve("train.bin"), CifarFilesForTests.cifarRecord(1, 2, 3));
    DatasetRequest request = new DatasetRequest(Split.TRAIN, folder, 0);

    assertThat(open("cifar100", request).label(0)).isEqualTo(3);
    assertThat(open("cifar100-coarse", request).label(0)).isEqualTo(2);
    assertThat(open("cifar100-coarse", request).name()).isEqualTo("cifar100-coarse/train");
  }

  @Test
  void splitsAreThosePublished() {
    Set<Split> trainAndTest = EnumSet.of(Split.TRAIN, Split.TEST);
    for (String name :
        List.of("cifar10", "cifar100", "cifar100-coarse", "fashion-mnist", "mnist")) {
      assertThat(splits(name)).as(name).isEqualTo(DatasetSplits.of(trainAndTest));
    }
    assertThat(splits("shapes")).isEqualTo(DatasetSplits.all());
  }

  private static DatasetSplits splits(String name) {
    return provider(name).splits(new DatasetRequest(Split.TRAIN, null, 0));
  }

  private static Dataset open(String name, DatasetRequest request) {
    return provider(name).open(request);
  }

  private static DatasetProvider provider(String name) {
    return new DatasetsPlugin()
        .datasets().stream()
            .filter(provider -> provider.name().equals(name))
            .findFirst()
            .orElseThrow();
  }
}
