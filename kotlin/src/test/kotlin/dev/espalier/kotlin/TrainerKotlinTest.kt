package dev.espalier.kotlin

import dev.espalier.activation.Activation
import dev.espalier.callbacks.ReduceLROnPlateau
import dev.espalier.core.ModelFile
import dev.espalier.core.Trainer
import dev.espalier.data.Datasets
import dev.espalier.data.Image
import dev.espalier.data.Sample
import dev.espalier.data.Split
import dev.espalier.engine.Device
import dev.espalier.engine.EngineSettings
import dev.espalier.engine.Strategy
import dev.espalier.error.ErrorCode
import dev.espalier.error.EspalierException
import dev.espalier.loss.Losses
import dev.espalier.metric.Metrics
import dev.espalier.optimizer.Adam
import dev.espalier.optimizer.AdamW
import dev.espalier.optimizer.GradientClipping
import dev.espalier.optimizer.Sgd
import dev.espalier.training.TrainingConfig
import dev.espalier.training.Verbosity
import java.nio.file.Path
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatExceptionOfType
import org.assertj.core.api.Assertions.offset
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class TrainerKotlinTest {
  @Test
  @Tag("native")
  fun classifiesForAnyNumberOfThreads(@TempDir folder: Path) {
    val image = shapes().get(0).image()
    val file = folder.resolve("model.safetensors")
    val expected =
      Trainer.of(smallModel(), trainingConfig { engine("tensorflow") }).use {
        ModelFile.save(file, it.model(), listOf(), mapOf())
        it.predict(listOf(image)).row(0)
      }
    loadClassifier(file) { engine("tensorflow") }
      .use { assertThat(it.classify(image).scores()).containsExactly(expected, offset(1e-6f)) }
    classifier(smallModel()) { engine("tensorflow").batchSize(2) }
      .use { assertThat(it.classify(image).scores()).hasSameSizeAs(expected) }
  }

  @Test
  @Tag("native")
  fun trainsEvaluatesAndPredicts() {
    val model = smallModel()
    val (train, validation) = shapes().divide(0.75)
    val test = shapes(Split.TEST)
    val settings = trainingConfig {
      engine("tensorflow")
      optimizer(Sgd.of(0.2).momentum(0.1).nesterov())
      loss(Losses.categoricalCrossentropy())
      metrics(Metrics.accuracy())
    }
    Trainer.of(model, settings).use { trainer ->
      val history =
        trainer.fit(train, epochs = 2) {
          batchSize(8)
          validation(validation)
          callbacks(ReduceLROnPlateau.on("val_loss").factor(0.2).patience(5))
          verbosity(Verbosity.SILENT)
        }
      val evaluation = trainer.evaluate(test, batchSize = 20)
      val predictions = trainer.predict(test, batchSize = 20) { workers(1) }

      assertThat(history["val_loss"]).hasSize(2)
      assertThat(evaluation["accuracy"]).isBetween(0.0, 1.0)
      assertThat(predictions.size).isEqualTo(test.size)
      assertThat(predictions.topK(0, 3).map { it.className }).isSubsetOf(test.classNames)
      assertThat(trainer.featurize(test)).isEqualTo(trainer.featurize(test, "pred"))
    }
  }

  @Test
  @Tag("native")
  fun severalDevicesTrainTheModelOfOne() {
    fun losses(chosen: Strategy): List<Double> =
      trainer(smallModel()) {
          engine("tensorflow")
          seed(3)
          strategy(chosen)
          optimizer(Sgd.of(0.2))
          loss(Losses.categoricalCrossentropy())
        }
        .use { it.fit(shapes(), epochs = 2) { verbosity(Verbosity.SILENT) }["loss"] }

    val one = losses(Strategy.single()).toDoubleArray()
    val two = losses(Strategy.mirrored("cpu", "cpu")).toDoubleArray()
    assertThat(two).containsExactly(one, offset(1e-5))
    val settings = trainingConfig { strategy(Strategy.mirrored("gpu:0", "gpu:1")) }
    assertThat(settings.engineSettings.strategy())
      .isEqualTo(Strategy.mirrored(listOf(Device.gpu(0), Device.gpu(1))))
  }

  @Test
  @Tag("native")
  fun findsALearningRate() {
    val model = smallModel()
    val train = shapes()
    val settings = trainingConfig {
      engine("tensorflow")
      optimizer(Sgd.of(0.2).momentum(0.1).nesterov())
      loss(Losses.categoricalCrossentropy())
    }
    val curve =
      learningRateFinder(model, train, settings) {
          batchSize(8)
          verbosity(Verbosity.SILENT)
        }
        .range(1e-4, 1.0)
        .steps(10)
        .run()
    assertThat(curve.points()).hasSize(10)
    assertThat(curve.points()[0].learningRate()).isEqualTo(1e-4, offset(1e-9))
  }

  @Test
  fun metricsAreAddedOneByOne() {
    val settings = trainingConfig {
      metrics(Metrics.accuracy())
      metrics += Metrics.topKAccuracy(5)
      if (settingsHaveWeights()) metrics += Metrics.weighted(Metrics.accuracy())
    }
    assertThat(settings.metrics.map { it.name() })
      .containsExactly("accuracy", "top_k_categorical_accuracy", "weighted_accuracy")
  }

  private fun settingsHaveWeights() = true

  @Test
  @Tag("native")
  fun decidesOnEachClassOfMultiLabelDataByItself() {
    val image = Image.wrap(SIDE, SIDE, 3, ByteArray(SIDE * SIDE * 3) { 90 })
    val scenes =
      Datasets.of(
        "scenes",
        listOf("sea", "sky"),
        listOf(Sample(image, listOf(0, 1)), Sample(image, listOf(0))),
      )
    val settings = trainingConfig {
      engine("tensorflow")
      optimizer(Sgd.of(0.5))
      loss(Losses.binaryCrossentropy())
      metrics += Metrics.binaryAccuracy().threshold(0.4)
    }
    Trainer.of(smallModel(2, Activation.SIGMOID), settings).use { trainer ->
      trainer.fit(scenes, epochs = 50) { verbosity(Verbosity.SILENT) }
      val predictions = trainer.predict(scenes)

      // All scenes show the sea, half of them the sky.
      assertThat(predictions.above(0, 0.7).map { it.className }).containsExactly("sea")
      assertThat(predictions.above(0, 0.3).map { it.className }).containsExactly("sea", "sky")
      assertThat(trainer.evaluate(scenes)["binary_accuracy"]).isEqualTo(0.75)
    }
  }

  @Test
  @Tag("native")
  fun useClosesTheTrainer() {
    val trainer = trainer(smallModel()) { engine("tensorflow") }
    trainer.use { assertThat(it.config().seed).isZero() }

    assertThatExceptionOfType(EspalierException::class.java)
      .isThrownBy { trainer.predict(shapes()) }
      .extracting { it.code }
      .isEqualTo(ErrorCode.CLOSED)
  }

  /** Whose members they are: Java's methods do not take these blocks. */
  @Test
  @Tag("native")
  fun blocksAfterADataSetHaveTheBuilderAsReceiver() {
    val settings = trainingConfig {
      engine("tensorflow")
      optimizer(Sgd.of(0.2))
      loss(Losses.categoricalCrossentropy())
      metrics += Metrics.accuracy()
    }
    val train = shapes()
    val validation = shapes(Split.TEST)
    Trainer.of(smallModel(), settings).use { trainer ->
      val history =
        trainer.fit(train) {
          epochs(3)
          validation(validation)
          verbosity(Verbosity.SILENT)
        }
      val evaluation = trainer.evaluate(validation) { batchSize(20) }
      val predictions = trainer.predict(validation) { batchSize(20) }
      val images = validation.asSequence().map { it.image }.toList()

      assertThat(history["val_accuracy"]).hasSize(3)
      assertThat(evaluation["accuracy"]).isEqualTo(history["val_accuracy"].last())
      assertThat(predictions.size).isEqualTo(validation.size)
      assertThat(trainer.predict(images) { batchSize(20) }.scores()).isEqualTo(predictions.scores())
      assertThat(trainer.fit(train, epochs = 1) { verbosity(Verbosity.SILENT) }["loss"]).hasSize(1)
      assertThat(trainer.predict(images.take(2), batchSize = 1).size).isEqualTo(2)
    }
  }

  @Test
  @Tag("native")
  fun javaMethodsTakeBlocksToo() {
    val settings =
      TrainingConfig.of {
        it.engine("tensorflow").optimizer(Sgd.of(0.2)).loss(Losses.categoricalCrossentropy())
      }
    Trainer.of(smallModel(), settings).use { trainer ->
      trainer.changeModel { it.freeze("conv") }
      val history =
        trainer.fit(shapes(), { it.epochs(5) }, { it.epochs(1).verbosity(Verbosity.SILENT) })

      assertThat(history["loss"]).hasSize(1)
      assertThat(trainer.model()["conv"].trainable).isFalse()
    }
  }

  @Test
  fun blocksGiveWhatJavasBuildersGive() {
    val config = trainingConfig {
      seed(7)
      engineSettings {
        engine("pytorch")
        threads(2)
      }
    }

    val java =
      TrainingConfig.of {
        it.seed(7).engineSettings(EngineSettings.of { e -> e.engine("pytorch").threads(2) })
      }
    assertThat(config).isEqualTo(java)
    assertThat(fitOptions { epochs(4) }.epochs).isEqualTo(4)
    assertThat(evaluationOptions { batchSize(7) }.batchSize).isEqualTo(7)
  }

  @Test
  fun optimizersAreBuiltByChains() {
    val adam = Adam.of(0.001).beta1(0.8).amsgrad(true)
    val adamW = AdamW.of(0.001).weightDecay(0.01).excludeFromWeightDecay("bias", "gamma", "beta")

    assertThat(trainingConfig { optimizer(adam) }.optimizer).isEqualTo(adam)
    assertThat(adam.beta1).isEqualTo(0.8)
    assertThat(adam.amsgrad).isTrue()
    assertThat(adamW.undecayed).containsExactly("bias", "gamma", "beta")
    assertThat(adamW.weightDecay(0.0).weightDecay).isZero()
  }

  @Test
  fun gradientClippingIsAnExhaustiveChoice() {
    val config = trainingConfig { gradientClipping(GradientClipping.byGlobalNorm(1.0)) }

    val limit =
      when (val clipping = config.gradientClipping) {
        is GradientClipping.None -> null
        is GradientClipping.ByValue -> clipping.limit
        is GradientClipping.ByNorm -> clipping.limit
        is GradientClipping.ByGlobalNorm -> clipping.limit
      }
    assertThat(limit).isEqualTo(1.0)
    assertThat(trainingConfig {}.gradientClipping).isEqualTo(GradientClipping.none())
  }

  @Test
  fun anInnerBlockDoesNotReachTheOuterBuilder(@TempDir folder: Path) {
    val mixedUp = "trainer(model) { engineSettings { loss(Losses.meanSquaredError()) } }"
    val header = "import dev.espalier.kotlin.*\nimport dev.espalier.loss.*"

    val errors = compile(folder, header, "model: dev.espalier.model.Model", listOf(mixedUp))

    assertThat(errors.getValue(mixedUp).single())
      .contains("cannot be called in this context with an implicit receiver")
  }

  @Test
  fun componentsOfRecordsAreProperties() {
    val config = trainingConfig { loss(Losses.meanSquaredError()) }

    assertThat(config.loss).isEqualTo(Losses.meanSquaredError())
    assertThat(config.optimizer?.name()).isNull()
  }
}
