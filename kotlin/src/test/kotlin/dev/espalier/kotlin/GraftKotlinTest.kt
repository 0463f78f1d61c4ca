package dev.espalier.kotlin

import dev.espalier.activation.Activation
import dev.espalier.graph.Shape
import dev.espalier.layer.BatchNormalization
import dev.espalier.layer.Dense
import dev.espalier.model.Graft
import dev.espalier.models.EfficientNet
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

class GraftKotlinTest {
  private val base = EfficientNet.custom(0.25, 0.5).includeTop(false).imageSize(32).build()
  private val model =
    Graft.onto(base)
      .frozen()
      .globalAveragePooling()
      .batchNormalization()
      .dropout(0.2)
      .layer(Dense.of(8).activation(Activation.SWISH).named("hidden"))
      .dense(5, Activation.SOFTMAX)
      .build()

  @Test
  fun growsAHeadOnAFrozenBase() {
    assertThat(model.output.shape).isEqualTo(Shape.of(5).batched())
    assertThat(model["hidden"].trainable).isTrue()
    assertThat(model["stem_conv"].trainable).isFalse()
  }

  @Test
  fun theSecondPhaseLeavesTheBatchNormalizationsOfTheBaseAlone() {
    val second = Graft.unfreezeAllButBatchNorms(model, base)
    val learning = second.layersOfType<BatchNormalization>().filter { it.trainable }

    assertThat(learning.map { it.name }).containsExactly("head_bn")
  }
}
