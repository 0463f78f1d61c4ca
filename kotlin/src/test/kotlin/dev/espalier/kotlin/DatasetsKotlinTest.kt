package dev.espalier.kotlin

import dev.espalier.data.Augmentation
import dev.espalier.data.Dataset
import dev.espalier.data.Datasets
import dev.espalier.data.Image
import dev.espalier.data.Sample
import dev.espalier.random.RandomKey
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatThrownBy
import org.junit.jupiter.api.Test

class DatasetsKotlinTest {
  /** A data set written in Kotlin: squares as bright as their label. */
  class Squares : Dataset {
    override fun name() = "squares"

    override fun size() = 6

    override fun classNames() = listOf("dark", "bright")

    override fun get(index: Int): Sample {
      require(index in indices)
      val label = index % 2
      return Sample(Image.wrap(2, 2, 1, ByteArray(4) { (label * 200).toByte() }), label)
    }
  }

  @Test
  fun dataSetsReadLikeCollections() {
    val squares = Squares()
    val (image, label) = squares[1]

    assertThat(label).isEqualTo(1)
    assertThat(listOf(image.height, image.width, image.channels)).containsExactly(2, 2, 1)
    assertThat(squares.indices).isEqualTo(0..5)
    assertThat(squares.asSequence().map { it.label }.toList()).containsExactly(0, 1, 0, 1, 0, 1)
    assertThat(squares.take(4).size).isEqualTo(4)
    assertThat(squares.classNames[label]).isEqualTo("bright")
  }

  @Test
  fun aSequenceReadsNoSampleBeforeItIsAskedFor() {
    val read = mutableListOf<Int>()
    val watched =
      object : Dataset by Squares() {
        override fun get(index: Int): Sample = Squares()[index].also { read += index }
      }

    assertThat(watched.asSequence().first { it.label == 1 }.label).isEqualTo(1)
    assertThat(read).containsExactly(0, 1)
  }

  @Test
  fun samplesMayHaveSeveralLabels() {
    val image = Image.wrap(1, 1, 1, ByteArray(1))
    val scenes =
      Datasets.of(
        "scenes",
        listOf("sea", "sky", "cat"),
        listOf(Sample(image, listOf(0, 1)), Sample(image, 2), Sample(image, emptyList())),
      )

    assertThat(scenes.multiLabel).isTrue()
    assertThat(scenes.labels(0).map { scenes.classNames[it] }).containsExactly("sea", "sky")
    assertThat(scenes[0].labels).containsExactly(0, 1)
    assertThat(scenes[1].label).isEqualTo(2)
    assertThatThrownBy { scenes[2].label }.hasMessageStartingWith("The sample has no label.")
    assertThat(Squares().multiLabel).isFalse()
  }

  @Test
  fun theTwoPartsOfADivisionAreTakenApart() {
    val (train, validation) = shapes(size = 40).divide(0.75, seed = 3)

    assertThat(train.size).isEqualTo(30)
    assertThat(validation.size).isEqualTo(10)
  }

  @Test
  fun anAugmentationIsABlock() {
    val blank = Augmentation { image, random ->
      val shade = random.nextDouble(1.0, 256.0).toInt().toByte()
      val pixels = ByteArray(image.pixels().remaining()) { shade }
      Image.wrap(image.height, image.width, image.channels, pixels)
    }
    val (image) = Squares()[0]

    val changed = blank.apply(image, RandomKey.ofSeed(1).stream())

    assertThat(changed.at(0, 0, 0)).isPositive().isEqualTo(changed.at(1, 1, 0))
  }
}
