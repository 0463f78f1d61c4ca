package dev.espalier.core.dataquality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.layer.pooling.AveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.random.RandomKey;
import dev.espalier.random.RandomStream;
import dev.espalier.training.EvaluationOptions;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class DataIssueFinderTest {
  private static final List<String> NAMES = List.of("red", "green", "blue");
  private static final Set<Integer> SWAPPED = Set.of(4, 17, 40, 59);
  private static Engine engine;

  @BeforeAll
  static void open() {
    engine = new TensorFlowEngineProvider().open(EngineOptions.of(options -> {}));
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  /** Returns a model whose feature maps are the colors of the image, without weights. */
  private static Model colors() {
    return Sequential.of(
        Input.image(8, 8, 3), Rescaling.of(1 / 255.0).named("scale"), AveragePooling2D.of(4));
  }

  /** Returns images whose brightest channel is that of their class, except for some. */
  private static List<Sample> samples(int count, long seed, Set<Integer> swapped) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      RandomStream random = RandomKey.ofSeed(seed).with(i).stream();
      int shown = i % NAMES.size();
      int[] level = {random.nextInt(40), random.nextInt(40), random.nextInt(40)};
      byte[] pixels = new byte[8 * 8 * 3];
      for (int p = 0; p < pixels.length; p++) {
        pixels[p] = (byte) (level[p % 3] + random.nextInt(30) + (p % 3 == shown ? 180 : 0));
      }
      int label = swapped.contains(i) ? (shown + 1) % NAMES.size() : shown;
      samples.add(new Sample(Image.wrap(8, 8, 3, pixels), label));
    }
    return samples;
  }

  /** Returns a model whose features are the pixels. */
  private static Model pixels() {
    return Sequential.of(
        Input.image(8, 8, 3), Rescaling.of(1 / 255.0).named("scale"), Flatten.create());
  }

  private static DataIssueFinder finder(Dataset dataset) {
    return finder(colors(), dataset);
  }

  private static DataIssueFinder finder(Model base, Dataset dataset) {
    return DataIssueFinder.of(base, dataset).evaluation(DataIssueFinderTest::quiet);
  }

  private static void quiet(EvaluationOptions.Builder options) {
    options.verbosity(Verbosity.SILENT).batchSize(7);
  }

  @Test
  void findsSwappedLabels() {
    Dataset dataset = Datasets.of("colors", NAMES, samples(90, 1, SWAPPED));

    DataIssues found = finder(dataset).find(engine);

    assertThat(found.labels().samples()).isEqualTo(90);
    assertThat(found.labels().issues())
        .extracting(LabelIssue::index)
        .isSubsetOf(SWAPPED)
        .hasSizeGreaterThanOrEqualTo(3);
    assertThat(found.labels().issues())
        .allSatisfy(issue -> assertThat(issue.suggested()).isEqualTo(issue.index() % 3));
    assertThat(found.uncheckedClasses()).isEmpty();
    assertThat(finder(dataset).find(engine)).as("again").isEqualTo(found);
  }

  @Test
  void foldsAndSeedDecideWhatIsPredicted() {
    Dataset dataset = Datasets.of("colors", NAMES, samples(60, 5, SWAPPED));
    List<Integer> labels = IntStream.range(0, 60).mapToObj(dataset::label).toList();
    DataIssueFinder finder = finder(pixels(), dataset).folds(3).seed(9);
    HostArray features;
    try (Trainer trainer = Trainer.of(pixels(), TrainingConfig.of(config -> {}), engine)) {
      features = trainer.featurize(dataset, EvaluationOptions.of(DataIssueFinderTest::quiet));
    }

    assertThat(finder.find(engine).labels())
        .isEqualTo(LabelIssues.of(OutOfFoldPredictions.of(features, labels, NAMES, 3, 9), labels))
        .isNotEqualTo(finder.folds(5).find(engine).labels())
        .isNotEqualTo(finder.seed(0).find(engine).labels());
  }

  @Test
  void findsNearDuplicatesInEachOtherSplit() {
    List<Sample> training = samples(30, 2, Set.of());
    List<Sample> test = samples(12, 3, Set.of());
    // One and two levels brighter in some pixels: other bytes, nearly the same features.
    test.set(5, brighter(training.get(21)));
    Dataset dataset = Datasets.of("colors/train", NAMES, training);

    DataIssues found =
        finder(pixels(), dataset)
            .others(
                List.of(
                    Datasets.of("colors/validation", NAMES, List.of()),
                    Datasets.of("colors/test", NAMES, test)))
            .similarity(0.999)
            .find(engine);

    assertThat(found.nearDuplicates())
        .extracting(NearDuplicates::split)
        .containsExactly("colors/validation", "colors/test");
    assertThat(found.nearDuplicates().get(0).count()).isZero();
    assertThat(found.nearDuplicates().get(1).pairs())
        .singleElement()
        .satisfies(
            pair -> {
              assertThat(pair.index()).isEqualTo(21);
              assertThat(pair.other()).isEqualTo(5);
              assertThat(pair.similarity()).isBetween(0.999, 0.99999999);
            });
  }

  private static Sample brighter(Sample sample) {
    byte[] pixels = new byte[8 * 8 * 3];
    sample.image().pixels().get(pixels);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (pixels[i] + i % 3);
    }
    return new Sample(Image.wrap(8, 8, 3, pixels), 0);
  }

  @Test
  void labelsThatCannotBeCheckedAreNotCheckedAndClassesWithFewImagesAreNamed() {
    List<Sample> few = samples(14, 4, Set.of());
    DataIssues two = finder(Datasets.of("few", NAMES, few)).find(engine);
    assertThat(two.labels().samples()).isEqualTo(10);
    assertThat(two.uncheckedClasses()).containsExactly("blue");
    DataIssues none = finder(Datasets.of("few", NAMES, few.subList(0, 12))).find(engine);
    assertThat(none.labels()).isNull();
    assertThat(none.uncheckedClasses()).isEqualTo(NAMES);
    List<Sample> several = new ArrayList<>();
    few.forEach(sample -> several.add(new Sample(sample.image(), List.of(0, 2))));
    DataIssues multiLabel =
        finder(Datasets.multiLabel(Datasets.of("several", NAMES, several))).find(engine);
    assertThat(multiLabel.labels()).isNull();
  }

  @Test
  void refusesEmptyDataModelsWithoutFeaturesAndWhatDoesNotFitIntoMemory() {
    Dataset dataset = Datasets.of("colors", NAMES, samples(90, 1, Set.of()));
    assertThatThrownBy(() -> finder(Datasets.of("none", NAMES, List.of())).find(engine))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.EMPTY_DATASET))
        .hasMessageContaining("none has no images to check.");
    DataIssueFinder finder = finder(dataset).others(List.of(Datasets.repeat(dataset, 3)));
    finder.requireMemory(1000, 4L * 360 * 1000 * 2);
    assertThatThrownBy(() -> finder.requireMemory(1000, 4L * 360 * 1000 * 2 - 2))
        .hasMessageContaining("The features of 360 images need 1 MiB")
        .hasMessageContaining("-Xmx");
    assertThatThrownBy(() -> finder.folds(1)).hasMessageContaining("with 1 folds");
    assertThatThrownBy(() -> finder.similarity(1.5)).hasMessageContaining("cannot be 1.5");
  }
}
