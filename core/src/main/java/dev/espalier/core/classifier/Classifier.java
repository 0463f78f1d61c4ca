package dev.espalier.core.classifier;

import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Predictions;
import dev.espalier.core.internal.classifier.AnswersAhead;
import dev.espalier.core.internal.classifier.FeatureMaps;
import dev.espalier.core.internal.classifier.ImageViews;
import dev.espalier.core.internal.classifier.InferencePool;
import dev.espalier.core.internal.classifier.InferenceRequest;
import dev.espalier.core.internal.classifier.InferenceTask;
import dev.espalier.core.internal.classifier.RequestQueue;
import dev.espalier.core.internal.classifier.ScoreKind;
import dev.espalier.core.internal.engine.DeviceChoice;
import dev.espalier.core.internal.program.Feeds;
import dev.espalier.core.internal.program.ImageSize;
import dev.espalier.core.internal.program.OutputTask;
import dev.espalier.core.internal.program.ProgramBuilder;
import dev.espalier.data.Dataset;
import dev.espalier.data.Image;
import dev.espalier.engine.Capability;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EnginePurpose;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import dev.espalier.graph.HostArray;
import dev.espalier.model.Model;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Classifies images in an application: a model on a device, with everything that its file says
 * about inference, so that an answer equals the one in validation.
 *
 * <pre>{@code
 * try (Classifier classifier = Classifier.load(Path.of("model.safetensors"))) {
 *   String name = classifier.classify(Path.of("cat.jpg")).className();
 * }
 * }</pre>
 *
 * <p>Thread-safe: any number of threads may call it at the same time. Images that arrive while the
 * model computes are gathered into the next batch. A call returns when its image is answered; an
 * interrupted call fails with {@code INTERRUPTED} and does not affect the others. {@link #close}
 * waits for what was asked before.
 */
public final class Classifier implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Classifier.class);

  private final Model model;
  private final ClassifierOptions options;
  private final PluginRegistry registry;
  private final ModelImages images;
  private final List<String> outputNames;
  private final List<ScoreKind> scoreKinds;
  private final InferencePool answers;

  /**
   * Answers what needs gradients if the engine of {@link #answers} has none; opened when needed.
   */
  private volatile @Nullable InferencePool gradients;

  private boolean closed;

  private Classifier(
      Model model,
      ClassifierOptions options,
      PluginRegistry registry,
      Engine engine,
      boolean ownsEngine) {
    this.model = model;
    this.options = options;
    this.registry = registry;
    this.images = new ModelImages(model);
    requireImagesOnly(model);
    this.outputNames = List.copyOf(OutputTask.outputs(model).keySet());
    this.scoreKinds =
        List.copyOf(
            ScoreKind.of(new ProgramBuilder(model, images.input()).predict().program()).values());
    this.answers = open(engine, ownsEngine, options.sessions());
    log.info(
        "{} runs on {} {} ({})", model.name(), engine.name(), engine.version(), answers.device());
  }

  private InferencePool open(Engine engine, boolean ownsEngine, int sessions) {
    return InferencePool.open(
        engine,
        ownsEngine,
        DeviceChoice.choose(engine, options.engineSettings()),
        model,
        sessions,
        new RequestQueue(options.batchSize(), options.batchWait(), options.queueLimit()),
        this::observe);
  }

  private static void requireImagesOnly(Model model) {
    if (model.inputs().size() > 1) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "The model \"" + model.name() + "\" takes more than an image: " + model.inputs() + ".",
          "Use Trainer.predict, whose data set gives the other values.");
    }
  }

  private void observe(int size, long nanos) {
    options.listener().onBatch(size, waiting(), Duration.ofNanos(nanos));
  }

  /**
   * Loads a model file, on the engine that suits inference on this machine best.
   *
   * @throws EspalierException as {@link ModelFile#read}, and as {@link #of(Model, Consumer)}
   */
  public static Classifier load(Path file) {
    return load(file, ClassifierOptions.defaults());
  }

  /** Loads a model file; see {@link #load(Path)}. */
  public static Classifier load(Path file, Consumer<? super ClassifierOptions.Builder> settings) {
    return load(file, ClassifierOptions.of(settings));
  }

  /** Loads a model file; see {@link #load(Path)}. */
  public static Classifier load(Path file, ClassifierOptions options) {
    PluginRegistry registry = PluginRegistry.discover();
    return of(ModelFile.read(file, registry).model(), options, registry);
  }

  /**
   * Returns a classifier for a model, on an engine from the plugins on the class path.
   *
   * @throws EspalierException {@code UNKNOWN_NAME}, {@code ENGINE_UNAVAILABLE} or {@code
   *     UNKNOWN_DEVICE} if the engine or device does not exist or cannot be used; {@code
   *     INVALID_MODEL} if the model does not take images alone
   */
  public static Classifier of(Model model, Consumer<? super ClassifierOptions.Builder> settings) {
    return of(model, ClassifierOptions.of(settings));
  }

  /** Returns a classifier for a model; see {@link #of(Model, Consumer)}. */
  public static Classifier of(Model model, ClassifierOptions options) {
    return of(model, options, PluginRegistry.discover());
  }

  /** Returns a classifier on an engine from a registry; see {@link #of(Model, Consumer)}. */
  public static Classifier of(Model model, ClassifierOptions options, PluginRegistry registry) {
    Engine engine = registry.openEngine(options.engineSettings().forInference());
    try {
      return new Classifier(model, options, registry, engine, true);
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
  }

  /**
   * Returns a classifier on an open engine, which the caller closes after the classifier. Of the
   * engine's settings, only the device is used.
   *
   * @param registry decodes image files
   */
  public static Classifier of(
      Model model, ClassifierOptions options, PluginRegistry registry, Engine engine) {
    return new Classifier(model, options, registry, engine, false);
  }

  /** Returns the model with its weights. */
  public Model model() {
    return model;
  }

  /** Returns the names of the classes by index, empty if they are unknown. */
  public List<String> classNames() {
    return model.classNames();
  }

  /** Returns the options. */
  public ClassifierOptions options() {
    return options;
  }

  /** Returns the name of the engine that computes. */
  public String engine() {
    return answers.engine().name();
  }

  /** Returns the device that computes. */
  public Device device() {
    return answers.device();
  }

  /** Returns the number of images that wait to be computed. */
  public int waiting() {
    InferencePool second = gradients;
    return answers.waiting() + (second == null ? 0 : second.waiting());
  }

  /**
   * Classifies an image of any size.
   *
   * @throws EspalierException {@code INVALID_IMAGE} if its channels are not those of the model;
   *     {@code CLASSIFIER_BUSY} or {@code TIMED_OUT} beyond the limits of the options; {@code
   *     INTERRUPTED}; {@code CLOSED}; {@code ENGINE_FAILED}
   */
  public Classification classify(Image image) {
    return await(classifyAsync(image));
  }

  /**
   * Classifies an image file.
   *
   * @throws EspalierException {@code FILE_NOT_READABLE} or {@code INVALID_IMAGE}, and as {@link
   *     #classify(Image)}
   */
  public Classification classify(Path file) {
    return classify(registry.imageReader().read(file));
  }

  /** Classifies images, in their order; see {@link #classify(Image)}. */
  public List<Classification> classify(List<Image> several) {
    try (Stream<Classification> answers = stream(several.iterator(), this::classifyAsync)) {
      return answers.toList();
    }
  }

  /**
   * Classifies the samples of a data set while the stream is read, in their order; only a few are
   * in memory at a time. Close the stream if it is not read to its end.
   */
  public Stream<Classification> classify(Dataset dataset) {
    return stream(
        IntStream.range(0, dataset.size()).iterator(),
        index -> classifyAsync(dataset.get(index).image()));
  }

  /**
   * Classifies image files while the stream is read, in their order; only a few are in memory at a
   * time. A file that cannot be read gets its {@linkplain FileClassification#problem problem} and
   * does not end the stream. Close the stream if it is not read to its end.
   */
  public Stream<FileClassification> classifyFiles(Collection<Path> files) {
    return stream(files.iterator(), this::classifyFile);
  }

  private CompletableFuture<FileClassification> classifyFile(Path file) {
    Image image;
    try {
      image = registry.imageReader().read(file);
    } catch (EspalierException e) {
      return CompletableFuture.completedFuture(new FileClassification(file, null, e));
    }
    return RequestQueue.map(
        classifyAsync(image), answer -> new FileClassification(file, answer, null));
  }

  private <S, T> Stream<T> stream(
      Iterator<? extends S> items, Function<? super S, CompletableFuture<T>> ask) {
    int ahead = imagesAtOnce(2 * options.batchSize() * options.sessions());
    AnswersAhead<S, T> answers = new AnswersAhead<>(items, ahead, options.timeout(), ask);
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(answers, Spliterator.ORDERED | Spliterator.NONNULL),
            false)
        .onClose(answers::close);
  }

  /** Returns how many images to ask for at once if the model is to be given some views at once. */
  private int imagesAtOnce(int views) {
    int accepted = options.queueLimit() == 0 ? views : Math.min(views, options.queueLimit());
    return Math.max(1, accepted / options.views());
  }

  /**
   * Classifies an image without waiting for the answer. Cancelling the future removes the image
   * from the queue.
   *
   * @throws EspalierException {@code INVALID_IMAGE}, {@code CLASSIFIER_BUSY} or {@code CLOSED};
   *     other errors are those of the future
   */
  public CompletableFuture<Classification> classifyAsync(Image image) {
    List<CompletableFuture<Map<String, HostArray>>> views = new ArrayList<>();
    try {
      for (Image view : images.views(image, options.views())) {
        views.add(ask(answers, InferenceTask.Kind.OUTPUTS, null, view, 0));
      }
    } catch (RuntimeException e) {
      views.forEach(view -> view.cancel(false));
      throw e;
    }
    return RequestQueue.map(RequestQueue.all(views), this::classification);
  }

  /**
   * Waits for an answer of {@link #classifyAsync} or {@link #featuresAsync} no longer than the
   * options allow.
   *
   * @throws EspalierException as {@link #classify(Image)}
   */
  public <T> T await(CompletableFuture<T> answer) {
    return RequestQueue.await(answer, options.timeout());
  }

  /**
   * Returns the output of a layer for an image, float32 {@code [1, ...]}.
   *
   * @param layer name of a layer of the model itself, such as {@code avg_pool}
   * @throws EspalierException {@code UNKNOWN_LAYER}, and as {@link #classify(Image)}
   */
  public HostArray features(Image image, String layer) {
    return await(featuresAsync(image, layer));
  }

  /**
   * Computes the output of a layer for an image without waiting for the answer; see {@link
   * #features} and {@link #classifyAsync}.
   */
  public CompletableFuture<HostArray> featuresAsync(Image image, String layer) {
    return RequestQueue.map(
        ask(answers, InferenceTask.Kind.FEATURES, layer, images.fed(image), 0),
        results -> Objects.requireNonNull(results.get(Feeds.OUTPUT)));
  }

  /**
   * Returns where in an image the model sees a class (Grad-CAM), in the last layer with feature
   * maps. If the engine that classifies cannot compute gradients and the options leave the choice
   * of the engine open, the first call opens another engine, with a second copy of the model.
   *
   * @param className one of {@link #classNames}
   * @throws EspalierException {@code UNKNOWN_NAME} for a class that the model does not know; {@code
   *     INVALID_MODEL} if it has no feature maps; {@code UNSUPPORTED_CAPABILITY} if no engine can
   *     compute gradients, or the one that the options name cannot; and as {@link #classify(Image)}
   */
  public HeatMap explain(Image image, String className) {
    int label = classNames().indexOf(className);
    if (label < 0) {
      throw NearestNames.unknown(ErrorCode.UNKNOWN_NAME, "class", className, classNames());
    }
    return explain(image, label);
  }

  /** Returns where in an image the model sees a class; see {@link #explain(Image, String)}. */
  public HeatMap explain(Image image, int label) {
    return explain(image, label, FeatureMaps.last(model));
  }

  /**
   * Returns where in an image a layer sees a class; see {@link #explain(Image, String)}.
   *
   * @param label class index
   * @param layer name of a layer of the model itself whose output is {@code [batch, height, width,
   *     channels]}
   */
  public HeatMap explain(Image image, int label, String layer) {
    int classes = Math.max(2, model.output().shape().size(-1));
    if (label < 0 || label >= classes) {
      throw new EspalierException(
          ErrorCode.LABEL_OUT_OF_RANGE,
          "The model has no class " + label + ".",
          "Classes go from 0 to " + (classes - 1) + ".");
    }
    Map<String, HostArray> results =
        RequestQueue.await(
            ask(gradients(), InferenceTask.Kind.ACTIVATION_MAP, layer, images.fed(image), label),
            options.timeout());
    return HeatMap.of(
        Objects.requireNonNull(results.get(Feeds.OUTPUT)), label, layer, images.seen(image));
  }

  /**
   * Returns what computes gradients: the engine that answers, if it can; otherwise another one,
   * unless the settings name the engine.
   */
  private synchronized InferencePool gradients() {
    InferencePool second = gradients;
    if (second != null) {
      return second;
    }
    boolean another =
        options.engineSettings().isEngineChosen()
            && registry.engines().stream()
                .anyMatch(engine -> engine.purposes().contains(EnginePurpose.TRAINING));
    if (closed || !another || answers.engine().capabilities().contains(Capability.TRAINING)) {
      return answers;
    }
    Engine engine = registry.openEngine(new EngineSettings(options.engineSettings().settings()));
    try {
      second = open(engine, true, 1);
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
    gradients = second;
    log.info("Heat maps are computed on {} {}", engine.name(), engine.version());
    return second;
  }

  private CompletableFuture<Map<String, HostArray>> ask(
      InferencePool pool, InferenceTask.Kind kind, @Nullable String layer, Image fed, int label) {
    ImageSize size = ImageSize.of(fed);
    CompletableFuture<Map<String, HostArray>> answer = new CompletableFuture<>();
    pool.add(new InferenceRequest(new InferenceTask(kind, layer, size), fed, label, answer));
    return answer;
  }

  private Classification classification(List<Map<String, HostArray>> views) {
    Map<String, HostArray> outputs = new LinkedHashMap<>();
    int i = 0;
    for (String result : views.get(0).keySet()) {
      ScoreKind kind = scoreKinds.get(i);
      // A temperature is that of the classes; of several outputs, some are something else.
      boolean classes = kind != ScoreKind.OTHER || outputNames.size() == 1;
      double temperature = classes ? model.inferenceSettings().temperature() : 1;
      List<HostArray> values = new ArrayList<>();
      for (Map<String, HostArray> view : views) {
        values.add(kind.softened(Objects.requireNonNull(view.get(result)), temperature));
      }
      outputs.put(outputNames.get(i), ImageViews.mean(values));
      i++;
    }
    boolean multiLabel =
        scoreKinds.size() == 1
            && scoreKinds.get(0) == ScoreKind.SIGMOID
            && model.output().shape().size(-1) > 1;
    return new Classification(
        new Predictions(outputs, model.classNames()), multiLabel, model.inferenceSettings());
  }

  /**
   * Computes blank images, so that the first request does not wait for the compilation of the
   * model's program.
   */
  public void warmUp() {
    for (ImageSize size : images.sizes()) {
      Image blank =
          Image.wrap(size.height(), size.width(), size.channels(), new byte[size.bytes()]);
      for (int batch : List.of(1, options.batchSize())) {
        List<CompletableFuture<Classification>> asked = new ArrayList<>();
        int count = imagesAtOnce(batch * options.sessions());
        for (int i = 0; i < count; i++) {
          asked.add(classifyAsync(blank));
        }
        asked.forEach(answer -> RequestQueue.await(answer, null));
      }
    }
  }

  /**
   * From now on, computes images at once instead of waiting for others to fill a batch ({@link
   * ClassifierOptions#batchWait}): for an application that is about to close and expects no more.
   * {@link #close} does the same.
   */
  public void stopGathering() {
    answers.stopGathering();
    InferencePool second = gradients;
    if (second != null) {
      second.stopGathering();
    }
  }

  /**
   * Accepts no more images, waits until those that were accepted are answered, and releases the
   * device. Closing twice has no effect.
   */
  @Override
  public void close() {
    InferencePool second;
    synchronized (this) {
      closed = true;
      second = gradients;
    }
    answers.close();
    if (second != null) {
      second.close();
    }
  }
}
