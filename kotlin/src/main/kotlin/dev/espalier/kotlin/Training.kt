@file:JvmSynthetic

package dev.espalier.kotlin

import dev.espalier.callback.Logs
import dev.espalier.callback.TrainingControl
import dev.espalier.core.Predictions
import dev.espalier.core.Trainer
import dev.espalier.core.learningrate.LearningRateFinder
import dev.espalier.data.Dataset
import dev.espalier.data.Image
import dev.espalier.engine.EngineSettings
import dev.espalier.graph.HostArray
import dev.espalier.metric.Evaluation
import dev.espalier.metric.Metric
import dev.espalier.model.Model
import dev.espalier.training.EvaluationOptions
import dev.espalier.training.FitOptions
import dev.espalier.training.History
import dev.espalier.training.TrainingConfig

/**
 * Returns a trainer on an engine from the plugins on the class path: [Trainer.of].
 *
 * ```
 * trainer(model) {
 *   optimizer(Sgd.of(0.1))
 *   loss(Losses.categoricalCrossentropy())
 * }.use { it.fit(train, epochs = 3) }
 * ```
 */
public fun trainer(
  model: Model,
  settings: @EspalierDsl TrainingConfig.Builder.() -> Unit,
): Trainer = Trainer.of(model, settings)

/** Returns the configuration of a trainer: [TrainingConfig.of]. */
public fun trainingConfig(
  settings: @EspalierDsl TrainingConfig.Builder.() -> Unit
): TrainingConfig = TrainingConfig.of(settings)

/** Sets the engine settings: [TrainingConfig.Builder.engineSettings]. */
public fun TrainingConfig.Builder.engineSettings(
  settings: @EspalierDsl EngineSettings.Builder.() -> Unit
): TrainingConfig.Builder = engineSettings(EngineSettings.of(settings))

/** The metrics reported in addition to the loss: `metrics += Metrics.accuracy()`. */
public val TrainingConfig.Builder.metrics: ReportedMetrics
  get() = ReportedMetrics(this)

/** The metrics of a builder, to which others can be added. */
@JvmInline
public value class ReportedMetrics
internal constructor(private val builder: TrainingConfig.Builder) {
  /** Adds a metric: [TrainingConfig.Builder.addMetric]. */
  public operator fun plusAssign(metric: Metric) {
    builder.addMetric(metric)
  }
}

/** Returns options of a training: [FitOptions.of]. */
public fun fitOptions(settings: @EspalierDsl FitOptions.Builder.() -> Unit): FitOptions =
  FitOptions.of(settings)

/** Returns options of an evaluation or prediction: [EvaluationOptions.of]. */
public fun evaluationOptions(
  settings: @EspalierDsl EvaluationOptions.Builder.() -> Unit
): EvaluationOptions = EvaluationOptions.of(settings)

/**
 * Returns a finder of learning rates with the settings of a training: [LearningRateFinder.of].
 *
 * ```
 * val curve = learningRateFinder(model, train, settings) { batchSize(64) }.range(1e-6, 1.0).run()
 * ```
 */
public fun learningRateFinder(
  model: Model,
  training: Dataset,
  config: TrainingConfig,
  settings: @EspalierDsl FitOptions.Builder.() -> Unit = {},
): LearningRateFinder = LearningRateFinder.of(model, training, config, fitOptions(settings))

/**
 * Trains: [Trainer.fit].
 *
 * ```
 * trainer.fit(train) { epochs(3) }
 * trainer.fit(train, epochs = 3)
 * ```
 *
 * @param epochs the index after the last epoch, which is the number of epochs unless the block sets
 *   an initial epoch
 */
public fun Trainer.fit(
  dataset: Dataset,
  epochs: Int? = null,
  settings: @EspalierDsl FitOptions.Builder.() -> Unit = {},
): History =
  fit(
    dataset,
    fitOptions {
      if (epochs != null) this.epochs(epochs)
      settings()
    },
  )

/**
 * Returns loss and metrics on a data set: [Trainer.evaluate].
 *
 * @param batchSize samples per batch
 */
public fun Trainer.evaluate(
  dataset: Dataset,
  batchSize: Int? = null,
  settings: @EspalierDsl EvaluationOptions.Builder.() -> Unit = {},
): Evaluation = evaluate(dataset, evaluationOptions(batchSize, settings))

/**
 * Returns the model's predictions for all samples of a data set: [Trainer.predict].
 *
 * @param batchSize samples per batch
 */
public fun Trainer.predict(
  dataset: Dataset,
  batchSize: Int? = null,
  settings: @EspalierDsl EvaluationOptions.Builder.() -> Unit = {},
): Predictions = predict(dataset, evaluationOptions(batchSize, settings))

/**
 * Returns the model's predictions for images: [Trainer.predict].
 *
 * @param batchSize images per batch
 */
public fun Trainer.predict(
  images: List<Image>,
  batchSize: Int? = null,
  settings: @EspalierDsl EvaluationOptions.Builder.() -> Unit = {},
): Predictions = predict(images, evaluationOptions(batchSize, settings))

private fun evaluationOptions(
  batchSize: Int?,
  settings: EvaluationOptions.Builder.() -> Unit,
): EvaluationOptions = evaluationOptions {
  if (batchSize != null) this.batchSize(batchSize)
  settings()
}

/** Returns the model's output for each sample, with default options: [Trainer.featurize]. */
public fun Trainer.featurize(dataset: Dataset): HostArray =
  featurize(dataset, EvaluationOptions.defaults())

/** Returns a layer's output for each sample, with default options: [Trainer.featurize]. */
public fun Trainer.featurize(dataset: Dataset, layer: String): HostArray =
  featurize(dataset, layer, EvaluationOptions.defaults())

/** The number of samples: [Predictions.size]. */
public val Predictions.size: Int
  get() = size()

/** Returns the values of a metric in all epochs that recorded it: [History.values]. */
public operator fun History.get(key: String): List<Double> = values(key)

/** Returns this history followed by that of a later training of the same model: [History.then]. */
public operator fun History.plus(later: History): History = then(later)

/** Adds or replaces a value: [Logs.put]. `logs["loss"]` is [Logs.get]. */
public operator fun Logs.set(name: String, value: Double): Unit = put(name, value)

/**
 * The learning rate of the next step: [TrainingControl.learningRate] and
 * [TrainingControl.setLearningRate].
 */
public var TrainingControl.learningRate: Double
  get() = learningRate()
  set(value) = setLearningRate(value)

/** The reason to stop, or null if none was given: [TrainingControl.stopReason]. */
public val TrainingControl.stopReason: String?
  get() = stopReason()
