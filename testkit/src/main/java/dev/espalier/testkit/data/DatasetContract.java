package dev.espalier.testkit.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Sample;
import dev.espalier.data.UnreadableFile;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link Dataset}. The test of a data set extends this class and opens the data
 * set. A data set on disk should be small, or its test be skipped where it is missing.
 */
public abstract class DatasetContract {
  /** Concurrent readers in the test of thread-safety. */
  private static final int READERS = 4;

  /** For subclasses. */
  protected DatasetContract() {}

  /** Opens a new instance of the data set; called once or twice per test. */
  protected abstract Dataset open();

  /**
   * Returns the maximum number of samples that each test reads, spread evenly over the data set.
   */
  protected int samplesToRead() {
    return 100;
  }

  @Test
  void hasSamples() {
    assertThat(open().size()).isPositive();
  }

  @Test
  void hasAName() {
    assertThat(open().name()).isNotBlank();
  }

  @Test
  void namesEveryClassOnce() {
    assertThat(open().classNames())
        .isNotEmpty()
        .doesNotHaveDuplicates()
        .allSatisfy(name -> assertThat(name).isNotBlank());
  }

  @Test
  void classNamesCannotBeChanged() {
    List<String> names = open().classNames();

    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> names.set(0, "another"));
  }

  @Test
  void openingAgainGivesTheSameDataSet() {
    Dataset first = open();
    Dataset second = open();

    assertThat(second.name()).isEqualTo(first.name());
    assertThat(second.size()).isEqualTo(first.size());
    assertThat(second.target().multiLabel()).isEqualTo(first.target().multiLabel());
    assertThat(second.classNames()).isEqualTo(first.classNames());
    List<Integer> indices = indices(first);
    assertThat(indices).map(second::labels).isEqualTo(indices.stream().map(first::labels).toList());
    assertThat(indices).map(second::file).isEqualTo(indices.stream().map(first::file).toList());
  }

  @Test
  void fileOfASampleHoldsNoOther() {
    Dataset dataset = open();

    assertThat(indices(dataset).stream().map(dataset::file).filter(Objects::nonNull))
        .doesNotHaveDuplicates();
  }

  @Test
  void whatWasLeftOutIsNamedWithItsReasonAndNotAmongTheSamples() {
    Dataset dataset = open();
    List<UnreadableFile> leftOut = dataset.unreadableFiles();

    List<@Nullable Path> files = new ArrayList<>();
    indices(dataset).forEach(index -> files.add(dataset.file(index)));
    assertThat(leftOut)
        .allSatisfy(
            file -> {
              assertThat(file.reason()).isNotBlank();
              assertThat(files).doesNotContain(file.file());
            });
    assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(leftOut::clear);
  }

  @Test
  void partsHoldTheSameSamples() {
    Dataset dataset = open();
    List<Integer> indices = indices(dataset);
    Dataset part = Datasets.subset(dataset, indices.stream().mapToInt(Integer::intValue).toArray());
    Dataset joined = Datasets.concat(part, Datasets.take(dataset, 1));

    assertThat(joined.size()).isEqualTo(indices.size() + 1);
    assertThat(joined.target().multiLabel()).isEqualTo(dataset.target().multiLabel());
    for (int i = 0; i < indices.size(); i++) {
      assertThat(joined.get(i)).as("sample %d", i).isEqualTo(dataset.get(indices.get(i)));
      assertThat(joined.labels(i)).isEqualTo(dataset.labels(indices.get(i)));
      assertThat(joined.file(i)).isEqualTo(dataset.file(indices.get(i)));
    }
    assertThat(joined.get(indices.size())).isEqualTo(dataset.get(0));
  }

  @Test
  void labelsLieWithinTheClasses() {
    Dataset dataset = open();

    for (int index : indices(dataset)) {
      assertThat(dataset.labels(index))
          .as("labels of sample %d", index)
          .doesNotHaveDuplicates()
          .allSatisfy(label -> assertThat(label).isBetween(0, dataset.classNames().size() - 1));
    }
  }

  @Test
  void labelsAloneAreThoseOfTheSample() {
    Dataset dataset = open();

    for (int index : indices(dataset)) {
      assertThat(dataset.labels(index))
          .as("labels of sample %d", index)
          .isEqualTo(dataset.get(index).labels());
    }
  }

  @Test
  void sampleHasExactlyOneLabelUnlessTheDataSetIsMultiLabel() {
    Dataset dataset = open();

    for (int index : indices(dataset)) {
      List<Integer> labels = dataset.labels(index);
      if (labels.size() == 1) {
        assertThat(dataset.label(index)).as("label of sample %d", index).isEqualTo(labels.get(0));
      } else {
        assertThat(dataset.target().multiLabel()).as("%s for sample %d", labels, index).isTrue();
        assertThatExceptionOfType(EspalierException.class)
            .as("label of sample %d", index)
            .isThrownBy(() -> dataset.label(index))
            .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
      }
    }
  }

  @Test
  void imagesAreGreyOrColor() {
    Dataset dataset = open();

    for (int index : indices(dataset)) {
      assertThat(dataset.get(index).image().channels())
          .as("channels of sample %d", index)
          .isIn(1, 3);
    }
  }

  @Test
  void readingAgainGivesTheSameSample() {
    Dataset dataset = open();

    for (int index : indices(dataset)) {
      assertThat(dataset.get(index)).as("sample %d", index).isEqualTo(dataset.get(index));
    }
  }

  @Test
  void orderOfReadingDoesNotMatter() {
    List<Integer> indices = indices(open());
    List<Sample> forwards = read(open(), indices);
    List<Integer> reversed = reversed(indices);

    assertThat(reversed(read(open(), reversed))).isEqualTo(forwards);
  }

  @Test
  void threadsReadTheSameSamples() throws Exception {
    Dataset dataset = open();
    List<Integer> indices = indices(dataset);
    List<Sample> expected = read(open(), indices);
    ExecutorService executor = Executors.newFixedThreadPool(READERS);
    try {
      List<Callable<List<Sample>>> readers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        readers.add(() -> read(dataset, indices));
      }
      for (Future<List<Sample>> reader : executor.invokeAll(readers)) {
        assertThat(reader.get()).isEqualTo(expected);
      }
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void indexBeforeTheFirstSampleIsRefused() {
    assertRefused(open(), -1);
  }

  @Test
  void indexAfterTheLastSampleIsRefused() {
    Dataset dataset = open();

    assertRefused(dataset, dataset.size());
  }

  private static void assertRefused(Dataset dataset, int index) {
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> dataset.get(index));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> dataset.label(index));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> dataset.labels(index));
  }

  private List<Integer> indices(Dataset dataset) {
    int count = Math.min(samplesToRead(), dataset.size());
    List<Integer> indices = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      // Always includes the last index.
      indices.add((int) ((i + 1) * dataset.size() / count) - 1);
    }
    return indices;
  }

  private static List<Sample> read(Dataset dataset, List<Integer> indices) {
    return indices.stream().map(dataset::get).toList();
  }

  private static <T> List<T> reversed(List<T> list) {
    List<T> result = new ArrayList<>(list);
    Collections.reverse(result);
    return result;
  }
}
