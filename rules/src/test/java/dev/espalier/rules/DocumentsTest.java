package dev.espalier.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.activation.Activation;
import dev.espalier.augment.color.RandomContrast;
import dev.espalier.augment.geometry.RandomFlip;
import dev.espalier.callbacks.EarlyStopping;
import dev.espalier.callbacks.ReduceLROnPlateau;
import dev.espalier.callbacks.TerminateOnNaN;
import dev.espalier.core.ModelExport;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Trainer;
import dev.espalier.core.finetuning.FineTuned;
import dev.espalier.core.finetuning.FineTuning;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.data.Split;
import dev.espalier.datasets.DatasetDescription;
import dev.espalier.datasets.files.UnreadableImages;
import dev.espalier.datasets.folder.ImageFolder;
import dev.espalier.datasets.image.ImageDecoder;
import dev.espalier.engine.Engine;
import dev.espalier.error.ErrorCode;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.Layer;
import dev.espalier.layer.Phase;
import dev.espalier.loss.Losses;
import dev.espalier.loss.SampleLosses;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Graft;
import dev.espalier.model.Loading;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.models.EfficientNet;
import dev.espalier.models.EfficientNetV2;
import dev.espalier.models.mobilenet.MobileNetV3;
import dev.espalier.onnx.Onnx;
import dev.espalier.onnx.OnnxInput;
import dev.espalier.onnx.OnnxOptions;
import dev.espalier.onnx.OnnxWeights;
import dev.espalier.onnx.Quantization;
import dev.espalier.optimizer.AdamW;
import dev.espalier.optimizer.GradientClipping;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.optimizer.Sgd;
import dev.espalier.plugin.DatasetProvider;
import dev.espalier.schedule.CosineDecay;
import dev.espalier.schedule.LearningRateSchedule;
import dev.espalier.schedule.Span;
import dev.espalier.schedule.WarmUp;
import dev.espalier.training.ClassWeights;
import dev.espalier.training.History;
import dev.espalier.training.ModelOutputs;
import dev.espalier.training.OutputObjective;
import dev.espalier.training.Step;
import dev.espalier.training.StepContext;
import dev.espalier.weights.keras.KerasLegacyHdf5;
import dev.espalier.weights.pretrained.Pretrained;
import dev.espalier.weights.pytorch.PyTorchFormat;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keeps the documents true: what they show compiles, and what they list is complete. */
class DocumentsTest {
  private static final Path ROOT = Path.of("..");

  /** The README shows this method's body; it is compiled here, and the tutorial runs the like. */
  static void fineTuning(Path weightFile, Dataset train, Dataset validation, Image image) {
    // readme:fine-tuning
    Model base =
        EfficientNetV2.b0()
            .includeTop(false)
            .imageSize(128)
            .weights(KerasLegacyHdf5.load(weightFile))
            .build();
    FineTuned tuned =
        FineTuning.of(base, train)
            .recipe("tutorial")
            .validation(validation)
            .config(config -> config.engine("tensorflow"))
            .fit(fit -> fit.augmentations(RandomFlip.horizontal(), RandomContrast.of(0.1)))
            .run();
    tuned.save(Path.of("cifar100.safetensors"));
    try (Trainer trainer = Trainer.of(tuned.model(), config -> {})) {
      System.out.println(trainer.predict(List.of(image)).topK(0, 5));
    }
    // readme:end
  }

  /** The guide on weights shows this; it is compiled here, and PretrainedTest runs the like. */
  static Model pretrained() {
    Model base =
        EfficientNetV2.b0().includeTop(false).weights(Pretrained.IMAGENET.download()).build();
    return base;
  }

  /** The guide on export shows this method's body; the tests of the module run the like. */
  static void export(Model model) {
    // readme:export
    Onnx.write(model, Path.of("photos.onnx"));
    OnnxOptions forCameras =
        OnnxOptions.defaults().input(OnnxInput.FLOAT).weights(OnnxWeights.FLOAT16);
    Onnx.write(model, Path.of("camera.onnx"), forCameras);
    // readme:end
  }

  /**
   * The guide on weights shows this; it is compiled here, and MobileNetPluginTest runs the like.
   */
  static Model withoutClassifier(Path file) {
    Model base = MobileNetV3.large().includeTop(false).weights(PyTorchFormat.load(file)).build();
    return base;
  }

  /** The guide on weights shows this; it is compiled here, and WeightTransferTest runs the like. */
  static Model withoutTheirClassifier(Weights weights) {
    Model model =
        EfficientNet.b0().classes(5).weights(weights, Loading.skip("predictions")).build();
    return model;
  }

  /** The guide on training shows this method's body. */
  static LearningRateSchedule schedule() {
    // readme:schedule
    LearningRateSchedule schedule =
        WarmUp.over(Span.epochs(5), CosineDecay.of(0.1, Span.epochs(95)));
    // readme:end
    return schedule;
  }

  /** The guide on training shows this method's body; the trainer's tests run the like. */
  static Trainer clipping(Model model) {
    // readme:optimizer
    Optimizer optimizer =
        AdamW.of(CosineDecay.of(0.001, Span.epochs(20)))
            .weightDecay(0.01)
            .excludeFromWeightDecay("bias", "gamma", "beta");
    // readme:end
    assertThat(optimizer).isNotNull();
    return
    // readme:clipping
    Trainer.of(
        model,
        config ->
            config
                .optimizer(Sgd.of(0.1).momentum(0.9))
                .gradientClipping(GradientClipping.byGlobalNorm(1))
                .loss(Losses.categoricalCrossentropy()));
    // readme:end
  }

  /** The guide on training shows this method's body; KerasOptimizersTest runs the like. */
  static Trainer multipliers(Model model) {
    return
    // readme:multipliers
    Trainer.of(
        model,
        config ->
            config
                .optimizer(AdamW.of(0.001))
                .learningRateMultipliers(Map.of("block1*", 0.1, "block2*", 0.3))
                .loss(Losses.categoricalCrossentropy()));
    // readme:end
  }

  /** The guide on training shows this method's body; the trainer's tests run the like. */
  static void endings(Trainer trainer, Dataset train, Dataset validation) {
    // readme:endings
    History history =
        trainer.fit(
            train,
            fit ->
                fit.epochs(50)
                    .validation(validation)
                    .callbacks(
                        ReduceLROnPlateau.on("val_loss").factor(0.2).patience(3),
                        EarlyStopping.on("val_loss").patience(8).restoreBestWeights(true),
                        TerminateOnNaN.create()));
    System.out.println(history.stopReason());
    // readme:end
  }

  /** The guide on training shows this method's body; the trainer's tests run the like. */
  static void weights(
      Trainer trainer, Dataset train, Dataset validation, ToDoubleFunction<Sample> trust) {
    // readme:weights
    trainer.fit(
        Datasets.map(
            train, train.target(), sample -> sample.withWeight(trust.applyAsDouble(sample))),
        fit -> fit.epochs(10).classWeights(ClassWeights.balanced()).validation(validation));
    // readme:end
  }

  /** The guide on training shows this method's body; the trainer's tests run the like. */
  static Trainer outputs(Model model) {
    return
    // readme:outputs
    Trainer.of(
        model,
        config ->
            config
                .optimizer(Sgd.of(0.1))
                .output(
                    "species",
                    OutputObjective.of(Losses.categoricalCrossentropy())
                        .metrics(Metrics.accuracy()))
                .output("age", OutputObjective.of(Losses.meanSquaredError()).weight(0.1)));
    // readme:end
  }

  // readme:step
  record Distillation(Model teacher) implements Step {
    @Override
    public String name() {
      return "distillation";
    }

    @Override
    public List<String> logNames() {
      return List.of("distillation_loss");
    }

    @Override
    public void trace(StepContext step) {
      Ops ops = step.ops();
      ModelOutputs outputs = step.forward();
      Tensor taught = step.call("teacher", teacher, Phase.INFERENCE).single();
      Tensor difference = ops.square(ops.subtract(taught, outputs.single()));
      SampleLosses losses =
          step.losses(outputs).plus(ops, "distillation_loss", ops.sum(difference, -1));
      step.report(outputs, losses);
      step.minimize(losses.total());
    }
  }

  // readme:end

  /** The guide on data shows this method's body. */
  static void ownPictures(Path pets, Path cache) {
    // readme:data
    Dataset train =
        ImageFolder.of(pets)
            .division(0.8, 0.1, 0.1)
            .seed(1)
            .split(Split.TRAIN)
            .decoder(ImageDecoder.standard().background(0, 0, 0).cachedIn(cache))
            .unreadable(UnreadableImages.SKIP)
            .limitPerClass(1000)
            .open();
    train.unreadableFiles().forEach(file -> System.out.println(file.reason()));
    Dataset small = Datasets.cached(Datasets.take(train, 100), 64 << 20);
    Datasets.Division parts = Datasets.divide(train, 0.9, 1);
    double[] weights = Datasets.classWeights(train);
    DatasetDescription description = DatasetDescription.of(parts.first(), List.of(parts.second()));
    System.out.println(description.duplicates() + " " + description.leaks());
    // readme:end
    assertThat(small.size()).isEqualTo(train.size());
    assertThat(parts.first().size() + parts.second().size()).isEqualTo(train.size());
    assertThat(weights).hasSize(2);
  }

  /** The guide on data shows this method's body; tests of models and of the commands run it. */
  static void severalLabels(Model base, Dataset train, Dataset validation, Image image) {
    // readme:multi-label
    Model model =
        Graft.onto(base)
            .frozen()
            .globalAveragePooling()
            .dense(train.classNames().size(), Activation.SIGMOID)
            .build();
    try (Trainer trainer =
        Trainer.of(
            model,
            config ->
                config
                    .optimizer(Sgd.of(0.2))
                    .loss(Losses.binaryCrossentropy())
                    .metrics(Metrics.binaryAccuracy()))) {
      trainer.fit(train, fit -> fit.epochs(10).validation(validation));
      trainer.predict(List.of(image)).withClassNames(train.classNames()).above(0, 0.5);
    }
    // readme:end
  }

  // readme:layer
  record Scale(double factor) implements Layer {
    @Override
    public Tensor call(CallContext context, Tensor... inputs) {
      return context.ops().multiply(inputs[0], factor);
    }
  }

  // readme:end

  @Test
  void readmeShowsCodeThatCompiles() throws IOException {
    String readme = Files.readString(ROOT.resolve("README.md"));
    assertThat(readme).contains(region("fine-tuning"), region("layer"));
  }

  @Test
  void guideOnTrainingShowsCodeThatCompiles() throws IOException {
    assertThat(Files.readString(ROOT.resolve("docs/guide/training.md")))
        .contains(
            region("optimizer"),
            region("schedule"),
            region("endings"),
            region("weights"),
            region("outputs"),
            region("step"));
  }

  @Test
  void guideOnExportShowsCodeThatCompiles() throws IOException {
    assertThat(Files.readString(ROOT.resolve("docs/guide/export.md"))).contains(region("export"));
  }

  @Test
  void guideOnDataShowsCodeThatRuns(@TempDir Path folder) throws IOException {
    assertThat(Files.readString(ROOT.resolve("docs/guide/data.md")))
        .contains(region("data"), region("multi-label"));
    for (String file : new String[] {"cat/a.png", "cat/b.png", "dog/a.png", "dog/b.png"}) {
      Path path = folder.resolve("pets").resolve(file);
      Files.createDirectories(path.getParent());
      ImageIO.write(new BufferedImage(4, 3, BufferedImage.TYPE_INT_RGB), "png", path.toFile());
    }
    ownPictures(folder.resolve("pets"), folder.resolve("cache"));
    assertThat(folder.resolve("cache")).isNotEmptyDirectory();
  }

  @Test
  void guideOnDataListsTheDataSetsThereAre() throws IOException {
    String guide = Files.readString(ROOT.resolve("docs/guide/data.md"));
    for (DatasetProvider provider : PluginRegistry.discover().datasets()) {
      assertThat(guide).containsPattern("`" + provider.name() + "`|--dataset " + provider.name());
    }
  }

  @Test
  void everyErrorCodeIsExplained() throws IOException {
    String errors = Files.readString(ROOT.resolve("docs/errors.md"));
    for (ErrorCode code : ErrorCode.values()) {
      assertThat(errors).contains("\n### " + code.id() + "\n\n`" + code.name() + "`: ");
    }
  }

  private static String region(String name) throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/dev/espalier/rules/DocumentsTest.java"));
    String start = "// readme:" + name + "\n";
    String text = source.substring(source.indexOf(start) + start.length());
    return text.substring(0, text.indexOf("// readme:end")).stripTrailing().stripIndent();
  }

  /** The guide on exporting shows this. */
  static void exportIntegers(Model model, Path file, Stream<Image> images, Engine engine) {
    Quantization ranges = Quantization.calibrate(model, images, engine);
    Onnx.write(model, file, OnnxOptions.defaults().quantization(ranges));
  }

  /** And this. */
  static void exportSavedModel(Model model, PluginRegistry registry) {
    ModelExport.of(model).write(registry.exportFormat("saved-model"), Path.of("photos"));
  }
}
