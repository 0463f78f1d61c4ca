package dev.espalier.tutorial

import dev.espalier.cli.bundled.BundledWeights
import dev.espalier.core.finetuning.FineTuning
import dev.espalier.data.Split
import dev.espalier.datasets.shapes.Shapes
import dev.espalier.kotlin.classNames
import dev.espalier.kotlin.indices
import dev.espalier.kotlin.readModelFile
import dev.espalier.kotlin.trainer
import dev.espalier.models.EfficientNet
import dev.espalier.training.History
import java.nio.file.Path
import kotlin.io.path.createTempDirectory

// The same as ShapesTutorial.java, step by step.

/** Runs the tutorial and writes the model to a new folder for temporary files. */
fun main() {
  val file = createTempDirectory("espalier-tutorial-").resolve("shapes.safetensors")
  fineTune(images = 2_000, epochs = 3, file)
  classify(file)
  println("The model is in $file")
}

/**
 * Trains on the fastest engine there is.
 *
 * @param images number of images to train on, 1 or more
 * @param epochs of the head, and of the whole model after that
 * @param file where the trained model is written
 */
internal fun fineTune(images: Int, epochs: Int, file: Path): History {
  // Images that are drawn when they are read: nothing to download.
  val train = Shapes.of(Split.TRAIN, 1).withSize(images)
  val validation = Shapes.of(Split.VALIDATION, 1).withSize(minOf(images, 500))

  // The pretrained base: weights trained on other images. With a file that Keras publishes
  // this is EfficientNetV2.b0() and KerasLegacyHdf5.load(path).
  val base =
    EfficientNet.custom(0.25, 1.0)
      .includeTop(false)
      .imageSize(64)
      .dropConnectRate(0.0)
      .weights(requireNotNull(BundledWeights.of("efficientnet-narrow")))
      .build()

  // A new head for the ten shapes, trained alone first and then with the base.
  val tuned =
    FineTuning.of(base, train)
      .recipe("quick")
      .epochs(epochs, epochs)
      .validation(validation)
      .config { it.engine("auto") }
      .run()
  tuned.save(file)
  return tuned.history
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
