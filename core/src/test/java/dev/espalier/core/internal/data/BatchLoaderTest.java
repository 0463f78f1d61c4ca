package dev.espalier.core.internal.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.core.internal.program.ImageSize;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchLoaderTest {
  private static final ImageSize PIXEL = new ImageSize(1, 1, 1);

  /** Each image is one pixel that holds the number of the sample, which is also its label. */
  private static Dataset numbers(int count) {
    return Datasets.of(
        "numbers",
        IntStream.range(0, count).mapToObj(Integer::toString).toList(),
        IntStream.range(0, count).mapToObj(i -> new Sample(pixel(i), i)).toList());
  }

  private static Image pixel(int value) {
    return Image.wrap(1, 1, 1, new byte[] {(byte) value});
  }

  private static SampleReader reader(Dataset dataset, Augmentation... augmentations) {
    return new SampleReader(dataset, List.of(augmentations), dataset.size(), 1);
  }

  private static List<List<Integer>> load(Loading loading, SampleReader reader, BatchPlan plan) {
    List<List<Integer>> batches = new ArrayList<>();
    try (BatchLoader loader = new BatchLoader(loading, () -> {});
        BatchLoader.Pass pass = loader.start(reader, plan, PIXEL)) {
      for (Batch batch = pass.next(); batch != null; batch = pass.next()) {
        List<Integer> pixels = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
          pixels.add((int) batch.images().at(i));
        }
        batches.add(pixels);
        batch.release();
      }
    }
    return batches;
  }

  private static Loading loading(int batchSize) {
    return new Loading(batchSize, false, 2, 2);
  }

  @Test
  void batchesFollowTheDataSet() {
    Dataset numbers = numbers(5);
    assertThat(load(loading(2), reader(numbers), BatchPlan.inOrder(numbers, loading(2))))
        .containsExactly(List.of(0, 1), List.of(2, 3), List.of(4));
  }

  @Test
  void theRemainderMayBeDropped() {
    Dataset numbers = numbers(5);
    Loading dropping = new Loading(2, true, 1, 1);
    assertThat(load(dropping, reader(numbers), BatchPlan.inOrder(numbers, dropping)))
        .containsExactly(List.of(0, 1), List.of(2, 3));
  }

  @Test
  void eachEpochHasAnOrderOfItsOwnThatTheSeedDecides() {
    Dataset numbers = numbers(40);
    List<Integer> first = order(numbers, 3, 0);
    assertThat(first)
        .isEqualTo(order(numbers, 3, 0))
        .isNotEqualTo(order(numbers, 3, 1))
        .isNotEqualTo(order(numbers, 4, 0))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 40).boxed().toList());
  }

  private static List<Integer> order(Dataset numbers, long seed, long epoch) {
    return load(
            loading(7), reader(numbers), BatchPlan.ofEpoch(numbers, loading(7), true, seed, epoch))
        .stream()
        .flatMap(List::stream)
        .toList();
  }

  @Test
  void neitherOrderNorContentDependsOnTheNumberOfWorkers() {
    Dataset numbers = numbers(64);
    Augmentation noise = (image, random) -> pixel((image.at(0, 0, 0) + random.nextInt(100)) % 256);
    BatchPlan plan = BatchPlan.ofEpoch(numbers, loading(4), true, 1, 0);
    List<List<Integer>> one =
        load(new Loading(4, false, 1, 1), reader(numbers, noise, noise), plan);

    for (Loading loading : List.of(new Loading(4, false, 2, 3), new Loading(4, false, 8, 9))) {
      // The worker that begins waits for another one, so that a loader which took what comes first
      // would be caught.
      AtomicReference<Thread> first = new AtomicReference<>();
      CountDownLatch overtaken = new CountDownLatch(1);
      Augmentation late =
          (image, random) -> {
            Thread worker = Thread.currentThread();
            if (first.compareAndSet(null, worker)) {
              await(overtaken);
            } else if (worker != first.get()) {
              overtaken.countDown();
            }
            return noise.apply(image, random);
          };
      assertThat(load(loading, reader(numbers, late, noise), plan)).isEqualTo(one);
    }
  }

  @Test
  void augmentationsDrawOtherNumbersInEachEpochPositionAndSample() {
    Dataset zeros = Datasets.of("zeros", List.of("a"), List.of(sample(), sample()));
    List<Double> drawn = new ArrayList<>();
    Augmentation recording =
        (image, random) -> {
          drawn.add(random.nextDouble());
          return image;
        };
    SampleReader reader = new SampleReader(zeros, List.of(recording, recording), 1, 5);
    for (int epoch = 0; epoch < 2; epoch++) {
      reader.read(0, epoch);
      reader.read(1, epoch);
    }
    List<Double> first = List.copyOf(drawn);
    drawn.clear();
    for (int epoch = 0; epoch < 2; epoch++) {
      reader.read(0, epoch);
      reader.read(1, epoch);
    }

    assertThat(first).hasSize(8).doesNotHaveDuplicates();
    assertThat(drawn).isEqualTo(first);
  }

  private static Sample sample() {
    return new Sample(pixel(0), 0);
  }

  @Test
  void noMoreBatchesAreReadAheadThanAskedFor() {
    AtomicInteger read = new AtomicInteger();
    Dataset counted = counting(numbers(40), read);
    Loading loading = new Loading(1, false, 2, 3);
    try (BatchLoader loader = new BatchLoader(loading, () -> {});
        BatchLoader.Pass pass =
            loader.start(reader(counted), BatchPlan.inOrder(counted, loading), PIXEL)) {
      for (int step = 1; step <= 37; step++) {
        pass.next();
        // One batch has one sample: those that were taken, and three ahead.
        while (read.get() < step + 3) {
          Thread.onSpinWait();
        }
        assertThat(read.get()).isEqualTo(step + 3);
      }
    }
  }

  private static Dataset counting(Dataset dataset, AtomicInteger read) {
    return new Dataset() {
      @Override
      public String name() {
        return dataset.name();
      }

      @Override
      public int size() {
        return dataset.size();
      }

      @Override
      public Sample get(int index) {
        read.incrementAndGet();
        return dataset.get(index);
      }

      @Override
      public List<String> classNames() {
        return dataset.classNames();
      }
    };
  }

  @Test
  void closingEarlyLeavesNoThreadBehind() throws InterruptedException {
    Dataset numbers = numbers(100);
    CountDownLatch started = new CountDownLatch(1);
    Augmentation slow =
        (image, random) -> {
          started.countDown();
          return image;
        };
    Loading loading = new Loading(10, false, 3, 6);
    try (BatchLoader loader = new BatchLoader(loading, () -> {});
        BatchLoader.Pass pass =
            loader.start(reader(numbers, slow), BatchPlan.inOrder(numbers, loading), PIXEL)) {
      started.await();
      assertThat(pass).isNotNull();
      assertThat(loaderThreads()).isPositive();
    }
    assertThat(loaderThreads()).isZero();
  }

  private static long loaderThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("espalier-loader"))
        .filter(Thread::isAlive)
        .count();
  }

  @Test
  void aPassThatIsClosedMakesWayForTheNext() {
    Dataset numbers = numbers(50);
    Loading loading = new Loading(5, false, 1, 8);
    try (BatchLoader loader = new BatchLoader(loading, () -> {})) {
      try (BatchLoader.Pass first =
          loader.start(reader(numbers), BatchPlan.inOrder(numbers, loading), PIXEL)) {
        assertThat(first.next()).isNotNull();
      }
      try (BatchLoader.Pass second =
          loader.start(reader(numbers), BatchPlan.inOrder(numbers, loading), PIXEL)) {
        Batch batch = second.next();
        assertThat(batch).isNotNull();
        assertThat(batch.labels().toInts()).containsExactly(0, 1, 2, 3, 4);
      }
    }
  }

  @Test
  void whatGoesWrongWithASampleNamesIt() {
    Dataset numbers = numbers(10);
    Augmentation failing =
        (image, random) -> {
          if (image.at(0, 0, 0) == 7) {
            throw new IllegalStateException("no sevens");
          }
          return image;
        };
    assertThatThrownBy(
            () ->
                load(loading(4), reader(numbers, failing), BatchPlan.inOrder(numbers, loading(4))))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(
            "Sample 7 of \"numbers\" could not be read or augmented:"
                + " java.lang.IllegalStateException: no sevens.");
  }

  @Test
  void whatGoesWrongWithAFileNamesItOnce() {
    Dataset files = new FileDataset(numbers(3), "The image dir/1.png is cut short.");
    assertThatThrownBy(() -> load(loading(1), reader(files), BatchPlan.inOrder(files, loading(1))))
        .hasMessage(
            "Sample 1 of \"files\": The image dir/1.png is cut short. Save it again."
                + " [ESP-304]");

    Dataset silent = new FileDataset(numbers(3), "It is cut short.");
    assertThatThrownBy(
            () -> load(loading(1), reader(silent), BatchPlan.inOrder(silent, loading(1))))
        .hasMessage("Sample 1 of \"files\" (dir/1.png): It is cut short. Save it again. [ESP-304]");

    Augmentation failing =
        (image, random) -> {
          throw new IllegalStateException("too small");
        };
    assertThatThrownBy(() -> reader(silent, failing).read(2, 0))
        .hasMessageStartingWith(
            "Sample 2 of \"files\" (dir/2.png) could not be read or augmented:");
  }

  /** Numbers from files, the second of which cannot be read. */
  private record FileDataset(Dataset whole, String problem) implements Dataset {
    @Override
    public String name() {
      return "files";
    }

    @Override
    public int size() {
      return whole.size();
    }

    @Override
    public Sample get(int index) {
      if (index == 1) {
        throw new EspalierException(ErrorCode.INVALID_IMAGE, problem, "Save it again.");
      }
      return whole.get(index);
    }

    @Override
    public List<String> classNames() {
      return whole.classNames();
    }

    @Override
    public Path file(int index) {
      return Path.of("dir", index + ".png");
    }
  }

  @Test
  void afterAFailureNoThreadIsLeft() {
    Dataset files = new FileDataset(numbers(50), "It is cut short.");
    Loading loading = new Loading(1, false, 8, 8);
    assertThatThrownBy(() -> load(loading, reader(files), BatchPlan.inOrder(files, loading)))
        .isInstanceOf(EspalierException.class);
    assertThat(loaderThreads()).isZero();
  }

  @Test
  void waitingForWorkersIsMeasured() {
    Dataset numbers = numbers(3);
    Thread waiting = Thread.currentThread();
    Augmentation slow =
        (image, random) -> {
          // Begins to be slow when somebody waits, however late that is.
          while (waiting.getState() != Thread.State.WAITING
              && waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
          }
          sleep(40);
          return image;
        };
    Loading loading = new Loading(1, false, 1, 1);
    try (BatchLoader loader = new BatchLoader(loading, () -> {});
        BatchLoader.Pass pass =
            loader.start(reader(numbers, slow), BatchPlan.inOrder(numbers, loading), PIXEL)) {
      pass.next();
      pass.next();
      assertThat(pass.takeWaited()).isGreaterThan(30_000_000);
      assertThat(pass.takeWaited()).isZero();
    }
  }

  @Test
  void anErrorOfTheDataSetKeepsItsCode() {
    Dataset broken =
        counting(
            numbers(3),
            new AtomicInteger() {
              private static final long serialVersionUID = 1L;
            });
    Dataset failing = Datasets.subset(new FailingDataset(broken), IntStream.range(0, 3).toArray());
    assertThatThrownBy(() -> reader(failing).read(2, 0))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_DATA_FILE);
              assertThat(e.problem()).isEqualTo("Sample 2 of \"broken\": The file ends early.");
            });
  }

  private record FailingDataset(Dataset whole) implements Dataset {
    @Override
    public String name() {
      return "broken";
    }

    @Override
    public int size() {
      return whole.size();
    }

    @Override
    public Sample get(int index) {
      throw new EspalierException(
          ErrorCode.INVALID_DATA_FILE, "The file ends early.", "Fetch it again.");
    }

    @Override
    public List<String> classNames() {
      return whole.classNames();
    }
  }

  @Test
  void aLabelOutsideTheModelsClassesIsRefused() {
    Dataset numbers = numbers(10);
    SampleReader reader = new SampleReader(numbers, List.of(), 8, 0);
    assertThatThrownBy(() -> reader.read(9, 0))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.LABEL_OUT_OF_RANGE))
        .hasMessage(
            "Sample 9 of \"numbers\" has the label 9, but the model has 8 classes. Labels"
                + " go from 0 to 7; the data set names 10 classes. Build the model for as many"
                + " classes as the data has. [ESP-303]");
  }

  @Test
  void anEmptyDataSetIsRefused() {
    Dataset empty = Datasets.of("nothing", List.of(), List.of());
    assertThatThrownBy(() -> BatchPlan.inOrder(empty, loading(2)))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.EMPTY_DATASET))
        .hasMessageContaining("The data set \"nothing\" has no samples.");
  }

  @Test
  void aBatchLargerThanTheDataIsRefusedIfTheRemainderIsDropped() {
    Loading dropping = new Loading(8, true, 1, 1);
    assertThatThrownBy(() -> BatchPlan.steps(numbers(5), dropping))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.EMPTY_DATASET))
        .hasMessageContaining("has 5 samples, fewer than a batch of 8")
        .hasMessageContaining("Use a batch size of 5 or less");
    assertThat(BatchPlan.steps(numbers(5), new Loading(8, false, 1, 1))).isEqualTo(1);
  }

  @Test
  void aBatchOfNothingIsRefused() {
    assertThatThrownBy(() -> new Loading(0, false, 1, 1))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("The batch size is 0.");
  }

  @Test
  void imagesOfOneSizeAreFedInIt() {
    SampleReader reader = reader(mixed(5, 5, 5));
    assertThat(reader.commonSize(new ImageSize(9, 9, 1), 0)).isEqualTo(new ImageSize(5, 5, 1));
  }

  @Test
  void imagesOfDifferentSizesAreBroughtToTheModels() {
    Dataset mixed = mixed(5, 7, 9);
    SampleReader reader = reader(mixed);
    ImageSize size = reader.commonSize(new ImageSize(6, 6, 1), 0);
    assertThat(size).isEqualTo(new ImageSize(6, 6, 1));
    Loading loading = loading(3);
    try (BatchLoader loader = new BatchLoader(loading, () -> {});
        BatchLoader.Pass pass = loader.start(reader, BatchPlan.inOrder(mixed, loading), size)) {
      Batch batch = pass.next();
      assertThat(batch).isNotNull();
      assertThat(batch.images().shape()).hasToString("(3, 6, 6, 1)");
    }
  }

  private static Dataset mixed(int... sides) {
    return Datasets.of(
        "mixed",
        List.of("a"),
        IntStream.of(sides)
            .mapToObj(side -> new Sample(Image.wrap(side, side, 1, new byte[side * side]), 0))
            .toList());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
