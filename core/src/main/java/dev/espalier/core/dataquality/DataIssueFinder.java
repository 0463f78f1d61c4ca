package dev.espalier.core.dataquality;

import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Predictions;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.data.Target;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.model.Graft;
import dev.espalier.model.Model;
import dev.espalier.training.EvaluationOptions;
import dev.espalier.training.TrainingConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Finds images that are probably mislabelled, and near-duplicates in other splits, by the features
 * that the base of a model computes for them.
 *
 * <pre>{@code
 * Model model = ModelFile.read(Path.of("runs/pets/model.safetensors")).model();
 * DataIssues issues =
 *     DataIssueFinder.of(Graft.withoutClassifier(model), training)
 *         .others(List.of(validation, test))
 *         .find();
 * }</pre>
 *
 * <p>Labels are checked by {@linkplain LabelIssues confident learning} on {@linkplain
 * OutOfFoldPredictions predictions out of fold}. The classifier of the model is not used, so that
 * its classes do not matter. A base that was trained on the same labels has memorized some of the
 * wrong ones, and hides them; one that stayed frozen, or that never saw the data, shows more.
 *
 * <p>The features of a data set and of one other split are in memory at a time: 4 bytes for each
 * feature of each image. Immutable and thread-safe: each method returns another finder.
 */
public final class DataIssueFinder {
  private final Model base;
  private final Dataset dataset;
  private final List<Dataset> others;
  private final Search search;
  private final EngineSettings engineSettings;
  private final EvaluationOptions options;

  /** What counts as an issue. */
  private record Search(int folds, long seed, double similarity) {
    private static final Search DEFAULT = new Search(5, 0, 0.9);

    Search {
      OutOfFoldPredictions.requireFolds(folds);
      NearDuplicates.requireSimilarity(similarity);
    }
  }

  private DataIssueFinder(
      Model base,
      Dataset dataset,
      List<Dataset> others,
      Search search,
      EngineSettings engineSettings,
      EvaluationOptions options) {
    this.base = base;
    this.dataset = dataset;
    this.others = others;
    this.search = search;
    this.engineSettings = engineSettings;
    this.options = options;
  }

  /**
   * Returns a finder.
   *
   * @param base a model that gives a vector of features or, as {@link Graft#withoutClassifier}
   *     returns it, feature maps, which are averaged
   */
  public static DataIssueFinder of(Model base, Dataset dataset) {
    return new DataIssueFinder(
        base,
        dataset,
        List.of(),
        Search.DEFAULT,
        EngineSettings.defaults().forInference(),
        EvaluationOptions.defaults());
  }

  /** Sets splits that should have no near-duplicates of the data set; none by default. */
  public DataIssueFinder others(List<? extends Dataset> splits) {
    return new DataIssueFinder(base, dataset, List.copyOf(splits), search, engineSettings, options);
  }

  /** Sets the number of folds for the check of labels, 2 or more; 5 by default. */
  public DataIssueFinder folds(int count) {
    return with(new Search(count, search.seed(), search.similarity()));
  }

  /** Sets the random seed of the folds; 0 by default. */
  public DataIssueFinder seed(long seed) {
    return with(new Search(search.folds(), seed, search.similarity()));
  }

  /**
   * Sets the least cosine similarity of near-duplicates, above 0 and at most 1; 0.9 by default. A
   * good value depends on the model.
   */
  public DataIssueFinder similarity(double cosine) {
    return with(new Search(search.folds(), search.seed(), cosine));
  }

  /** Sets the engine that {@link #find()} opens; by default the one that suits inference best. */
  public DataIssueFinder engine(EngineSettings settings) {
    return new DataIssueFinder(base, dataset, others, search, settings, options);
  }

  /** Sets how the features are computed, such as the batch size. */
  public DataIssueFinder evaluation(Consumer<? super EvaluationOptions.Builder> settings) {
    return new DataIssueFinder(
        base, dataset, others, search, engineSettings, EvaluationOptions.of(settings));
  }

  private DataIssueFinder with(Search changed) {
    return new DataIssueFinder(base, dataset, others, changed, engineSettings, options);
  }

  /**
   * Finds the issues on an engine from the plugins on the class path.
   *
   * @throws EspalierException as {@link #find(Engine)}, and if the engine cannot be opened
   */
  public DataIssues find() {
    try (Engine engine = PluginRegistry.discover().openEngine(engineSettings)) {
      return find(engine);
    }
  }

  /**
   * Finds the issues on an open engine, which the caller closes.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_MODEL} if the model gives neither a vector
   *     nor feature maps; {@link ErrorCode#EMPTY_DATASET}; {@link ErrorCode#OUT_OF_MEMORY} if the
   *     features do not fit into memory; and for images that cannot be read
   */
  public DataIssues find(Engine engine) {
    Model features = features();
    if (dataset.size() == 0) {
      throw new EspalierException(
          ErrorCode.EMPTY_DATASET,
          dataset.name() + " has no images to check.",
          "Choose another split or data set.");
    }
    requireMemory(features.output().shape().size(1), Runtime.getRuntime().maxMemory());
    TrainingConfig config = TrainingConfig.of(builder -> builder.engineSettings(engineSettings));
    try (Trainer trainer = Trainer.of(features, config, engine)) {
      HostArray own = trainer.featurize(dataset, options);
      List<NearDuplicates> nearDuplicates = new ArrayList<>();
      for (Dataset other : others) {
        nearDuplicates.add(
            other.size() == 0
                ? new NearDuplicates(other.name(), 0, List.of())
                : NearDuplicates.of(
                    own, trainer.featurize(other, options), other.name(), search.similarity()));
      }
      return withLabels(own, nearDuplicates);
    }
  }

  private DataIssues withLabels(HostArray features, List<NearDuplicates> nearDuplicates) {
    if (!(dataset.target() instanceof Target.ClassIndex)) {
      return new DataIssues(null, List.of(), nearDuplicates);
    }
    List<String> names = dataset.classNames();
    List<Integer> labels = IntStream.range(0, dataset.size()).mapToObj(dataset::label).toList();
    int[] counts = OutOfFoldPredictions.counts(labels, names.size());
    List<String> unchecked =
        IntStream.range(0, counts.length)
            .filter(label -> counts[label] > 0 && counts[label] < search.folds())
            .mapToObj(names::get)
            .toList();
    long checked = IntStream.of(counts).filter(count -> count >= search.folds()).count();
    if (checked < 2) {
      return new DataIssues(null, unchecked, nearDuplicates);
    }
    Predictions predictions =
        OutOfFoldPredictions.of(features, labels, names, search.folds(), search.seed());
    return new DataIssues(LabelIssues.of(predictions, labels), unchecked, nearDuplicates);
  }

  private Model features() {
    int rank = base.output().shape().rank();
    if (rank != 2 && rank != 4) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "The model \""
              + base.name()
              + "\" gives "
              + base.output().shape().withoutBatch()
              + " for an image, which is no vector of features.",
          "Cut it with cutAt at a layer that gives a vector or feature maps.");
    }
    return rank == 2 ? base : Graft.onto(base).globalAveragePooling().build();
  }

  /** Refuses what would end in a full heap after much work. */
  void requireMemory(int features, long available) {
    long images = others.stream().mapToLong(Dataset::size).max().orElse(0) + dataset.size();
    long bytes = images * features * Float.BYTES;
    if (bytes > available / 2) {
      throw new EspalierException(
          ErrorCode.OUT_OF_MEMORY,
          String.format(
              Locale.ROOT,
              "The features of %,d images need %,d MiB, more than half of the memory of the JVM"
                  + " (%,d MiB).",
              images,
              bytes >> 20,
              available >> 20),
          "Give the JVM more memory with -Xmx, or check fewer images at a time.");
    }
  }
}
