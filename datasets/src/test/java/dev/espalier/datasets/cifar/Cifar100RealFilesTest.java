package dev.espalier.datasets.cifar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.testkit.data.DatasetContract;
import dev.espalier.testkit.golden.SharedData;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class Cifar100RealFilesTest extends DatasetContract {
  @Override
  protected Dataset open() {
    return Cifar100.open(location(), Split.TRAIN);
  }

  private static Path location() {
    return SharedData.path("data/cifar-100-binary");
  }

  @Test
  void everyClassOccurs() {
    Dataset train = open();
    Dataset test = Cifar100.open(location(), Split.TEST);

    assertThat(train.size()).isEqualTo(5_000);
    assertThat(test.size()).isEqualTo(1_000);
    assertThat(labels(train)).hasSize(100);
    assertThat(labels(test)).hasSize(100);
  }

  @Test
  void namesInTheFilesAreTheBuiltInOnes() {
    for (Cifar100.Labels labels : Cifar100.Labels.values()) {
      assertThat(Cifar100.open(location(), Split.TEST, labels).classNames())
          .isEqualTo(Cifar100.classNames(labels));
    }
  }

  @Test
  void eachFineClassHasOneCoarseClass() {
    Dataset fine = open();
    Dataset coarse = Cifar100.open(location(), Split.TRAIN, Cifar100.Labels.COARSE);

    Set<Integer> pairs = new HashSet<>();
    for (int i = 0; i < fine.size(); i++) {
      pairs.add(100 * coarse.label(i) + fine.label(i));
    }

    assertThat(pairs).hasSize(100);
  }

  private static Set<Integer> labels(Dataset dataset) {
    Set<Integer> labels = new HashSet<>();
    for (int i = 0; i < dataset.size(); i++) {
      labels.add(dataset.label(i));
    }
    return labels;
  }
}
