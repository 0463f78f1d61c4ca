package dev.espalier.tutorial

import dev.espalier.activation.Activation
import dev.espalier.cli.bundled.BundledWeights
import dev.espalier.data.Split
import dev.espalier.datasets.shapes.Shapes
import dev.espalier.kotlin.classNames
import dev.espalier.kotlin.fit
import dev.espalier.kotlin.indices
import dev.espalier.kotlin.plus
import dev.espalier.kotlin.readModelFile
import dev.espalier.kotlin.save
import dev.espalier.kotlin.trainer
import dev.espalier.loss.Losses
import dev.espalier.metric.Metrics
import dev.espalier.model.Graft
import dev.espalier.models.EfficientNet
import dev.espalier.optimizer.Sgd
import dev.espalier.training.History
import java.nio.file.Path
import kotlin.io.path.createTempDirectory

// The same as FineTuning.java, step by step.

/** Runs the tutorial and writes the model to a new folder for temporary files. */
fun main() {
  val file = createTempDirectory("espalier-tutorial-").resolve("shapes.safetensors")
  fineTune(pictures = 2_000, epochs = 3, file)
  classify(file)
  println("The model is in $file")
}

/**
 * Trains on the fastest engine there is.
 *
 * @param pictures number of images to train on, 1 or more
 * @param epochs of the head, and of the whole model after that
 * @param file where the trained model is written
 */
internal fun fineTune(pictures: Int, epochs: Int, file: Path): History {
  // Pictures that are drawn when they are read: nothing to download.
  val train = Shapes.of(Split.TRAIN, 1).withSize(pictures)
  val validation = Shapes.of(Split.VALIDATION, 1).withSize(minOf(pictures, 500))

  // The pretrained base: weights trained on other images. With a file that Keras publishes
  // this is EfficientNetV2.b0() and KerasLegacyHdf5.load(path).
  val base =
    EfficientNet.custom(0.25, 1.0)
      .includeTop(false)
      .imageSize(64)
      .dropConnectRate(0.0)
      .weights(requireNotNull(BundledWeights.of("efficientnet-narrow")))
      .build()

  // The graft: a new head for the ten shapes.
  val model =
    Graft.onto(base)
      .frozen()
      .globalAveragePooling()
      .batchNormalization()
      .dropout(0.2)
      .dense(train.classNames.size, Activation.SOFTMAX)
      .build()

  val trainer =
    trainer(model) {
      engine("auto")
      optimizer(Sgd.of(0.05).momentum(0.1).nesterov())
      loss(Losses.categoricalCrossentropy())
      metrics(Metrics.accuracy())
    }
  return trainer.use {
    val head = trainer.fit(train, epochs) { validation(validation) }

    // Train the base as well, except its batch normalizations, with a lower learning rate.
    trainer.changeModel { grafted -> Graft.unfreezeAllButBatchNorms(grafted, base) }
    trainer.changeOptimizer(Sgd.of(0.02))
    val whole =
      trainer.fit(train, epochs = 2 * epochs) {
        initialEpoch(epochs)
        validation(validation)
      }

    trainer.model().save(file, train.classNames)
    head + whole
  }
}

/** Reads the model and prints its predictions for images that it has never seen. */
internal fun classify(file: Path) {
  val saved = readModelFile(file)
  val test = Shapes.of(Split.TEST, 1).withSize(5)
  trainer(saved.model) { engine("auto") }
    .use { trainer ->
      val predictions = trainer.predict(test).withClassNames(saved.classNames)
      for (i in test.indices) {
        val drawn = test.classNames[test.label(i)]
        val best = predictions.topK(i, 1).first()
        println("%s: taken for %s (%.0f %%)".format(drawn, best.className, 100 * best.score))
      }
    }
}
