@file:JvmSynthetic

package dev.espalier.kotlin

import dev.espalier.core.classifier.Classifier
import dev.espalier.core.classifier.ClassifierOptions
import dev.espalier.model.Model
import java.nio.file.Path

/**
 * Returns a thread-safe classifier for a model: [Classifier.of].
 *
 * ```
 * classifier(model) { batchSize(8) }.use { println(it.classify(image).className()) }
 * ```
 */
public fun classifier(
  model: Model,
  settings: @EspalierDsl ClassifierOptions.Builder.() -> Unit = {},
): Classifier = Classifier.of(model, settings)

/** Returns a thread-safe classifier for the model in a file: [Classifier.load]. */
public fun loadClassifier(
  file: Path,
  settings: @EspalierDsl ClassifierOptions.Builder.() -> Unit = {},
): Classifier = Classifier.load(file, settings)
