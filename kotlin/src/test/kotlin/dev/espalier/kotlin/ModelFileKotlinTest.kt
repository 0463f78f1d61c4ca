package dev.espalier.kotlin

import dev.espalier.graph.HostArray
import dev.espalier.model.Weights
import java.nio.file.Path
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class ModelFileKotlinTest {
  private fun filled(value: Double): Weights =
    Weights.of(smallModel().variables.associate { it.name to HostArray.filled(it.type, value) })

  @Test
  fun aModelIsWrittenAndReadWithDefaults(@TempDir folder: Path) {
    val file = folder.resolve("model.safetensors")
    smallModel().withWeights(filled(0.5)).save(file, metadata = mapOf("data" to "none"))

    val read = readModelFile(file)

    assertThat(read.model.weights()).isEqualTo(filled(0.5))
    assertThat(read.classNames).isEmpty()
    assertThat(read.metadata).isEqualTo(mapOf("data" to "none"))
  }

  @Test
  fun weightsAreReadLikeAMapAndAdded() {
    val ones = filled(1.0)
    val bias = Weights.of(mapOf("pred/bias" to HostArray.filled(ones["pred/bias"].type(), 2.0)))
    val both = ones + bias

    assertThat("pred/bias" in both).isTrue()
    assertThat("pred/gamma" in both).isFalse()
    assertThat(both.names).isEqualTo(ones.names)
    assertThat(both["pred/bias"].at(0)).isEqualTo(2.0)
    assertThat(both["pred/kernel"].at(0)).isEqualTo(1.0)
  }
}
