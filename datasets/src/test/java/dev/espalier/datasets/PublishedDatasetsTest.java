package dev.espalier.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PublishedDatasetsTest {
  @Test
  void publishedArchivesAreKnownByTheNamesOfTheDataSets() {
    assertThat(PublishedDatasets.byDataset())
        .containsOnlyKeys("cifar10", "cifar100", "cifar100-coarse")
        .allSatisfy((name, file) -> assertThat(file.address()).hasScheme("https").hasNoUserInfo());
  }
}
