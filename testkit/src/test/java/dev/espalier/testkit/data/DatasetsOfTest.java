package dev.espalier.testkit.data;

import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import java.util.List;
import org.junit.jupiter.api.Nested;

/** Holds the data sets of the API itself to the contract. */
class DatasetsOfTest extends DatasetContract {
  @Override
  protected Dataset open() {
    return Datasets.of("made", List.of("dark", "bright"), List.of(sample(0), sample(1), sample(1)));
  }

  private static Sample sample(int label) {
    return new Sample(Image.wrap(1, 2, 3, new byte[] {1, 2, 3, 4, 5, (byte) label}), label);
  }

  @Nested
  class SubsetTest extends DatasetContract {
    @Override
    protected Dataset open() {
      return Datasets.subset(DatasetsOfTest.this.open(), 2, 0);
    }
  }

  @Nested
  class ConcatenationTest extends DatasetContract {
    @Override
    protected Dataset open() {
      return Datasets.concat(
          DatasetsOfTest.this.open(), Datasets.take(DatasetsOfTest.this.open(), 2));
    }
  }

  @Nested
  class CacheTest extends DatasetContract {
    @Override
    protected Dataset open() {
      return Datasets.cached(DatasetsOfTest.this.open(), 13); // two of three samples
    }
  }

  @Nested
  class ArraysTest extends DatasetContract {
    @Override
    protected Dataset open() {
      return Datasets.ofArrays(
          "arrays", List.of("a", "b"), 1, 2, 1, new byte[] {1, 2, 3, 4, 5, 6}, new int[] {1, 0, 1});
    }
  }
}
