@file:JvmSynthetic

package dev.espalier.kotlin

import dev.espalier.data.Dataset
import dev.espalier.data.Datasets
import dev.espalier.data.Image
import dev.espalier.data.Sample

/** The name, such as `cifar100/train`: [Dataset.name]. */
public val Dataset.name: String
  get() = name()

/** The number of samples: [Dataset.size]. */
public val Dataset.size: Int
  get() = size()

/** The names of the classes by label: [Dataset.classNames]. */
public val Dataset.classNames: List<String>
  get() = classNames()

/** The indices of the samples. `dataset[0]` is [Dataset.get]. */
public val Dataset.indices: IntRange
  get() = 0..<size()

/** Returns the samples in order, each read on demand: [Dataset.get]. */
public fun Dataset.asSequence(): Sequence<Sample> = indices.asSequence().map(::get)

/** Returns the first [count] samples, or all if there are fewer: [Datasets.take]. */
public fun Dataset.take(count: Int): Dataset = Datasets.take(this, count)

/**
 * Splits a data set in two at random: [Datasets.divide].
 *
 * @param fraction of the samples in the first data set, between 0 and 1
 */
public fun Dataset.divide(fraction: Double, seed: Long = 0): Datasets.Division =
  Datasets.divide(this, fraction, seed)

/** The first data set, for `val (train, validation) = dataset.divide(0.8)`. */
public operator fun Datasets.Division.component1(): Dataset = first

/** The second data set, for `val (train, validation) = dataset.divide(0.8)`. */
public operator fun Datasets.Division.component2(): Dataset = second

/** Whether a sample may have several classes or none: [Dataset.target]. */
public val Dataset.multiLabel: Boolean
  get() = target().multiLabel()

/** The class index of an image with exactly one class: [Sample.label]. */
public val Sample.label: Int
  get() = label()

/** The image, for `val (image, label) = dataset[0]`. */
public operator fun Sample.component1(): Image = image

/** The class index, for `val (image, label) = dataset[0]`. */
public operator fun Sample.component2(): Int = label()

/** The number of rows: [Image.height]. */
public val Image.height: Int
  get() = height()

/** The number of columns: [Image.width]. */
public val Image.width: Int
  get() = width()

/** The number of channels: [Image.channels]. */
public val Image.channels: Int
  get() = channels()
