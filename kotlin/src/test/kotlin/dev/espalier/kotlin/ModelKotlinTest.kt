package dev.espalier.kotlin

import dev.espalier.activation.Activation
import dev.espalier.graph.Padding
import dev.espalier.graph.Shape
import dev.espalier.layer.BatchNormalization
import dev.espalier.layer.Dense
import dev.espalier.layer.Input
import dev.espalier.layer.convolution.Conv2D
import dev.espalier.layer.pooling.GlobalAveragePooling2D
import dev.espalier.model.Model
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

class ModelKotlinTest {
  @Test
  fun layersAreCalledAndOutputsAdded() {
    val image = Input.image(8, 8, 3)
    val x = Conv2D.of(4, 3).padding(Padding.SAME).named("conv")(image)
    val gate = Conv2D.of(4, 1).activation(Activation.SIGMOID).named("gate")(x)
    val pooled = GlobalAveragePooling2D.create()(x * gate + x)
    val model = Model.of(image, Dense.of(2).named("pred")(pooled)).withName("gated")

    assertThat(model.name).isEqualTo("gated")
    assertThat(model.layers().map { it.layer.typeName() })
      .containsExactly(
        "InputLayer",
        "Conv2D",
        "Conv2D",
        "Multiply",
        "Add",
        "GlobalAveragePooling2D",
        "Dense",
      )
    assertThat(model.output.shape).isEqualTo(Shape.of(2).batched())
    assertThat(model.parameterCount).isEqualTo(3L * 3 * 3 * 4 + 4 + 4 * 4 + 4 + 4 * 2 + 2)
  }

  @Test
  fun aModelIsALayerToo() {
    val image = Input.image(SIDE, SIDE, 3)
    val outer = Model.of(image, smallModel().withName("inner")(image))

    assertThat(outer["inner/conv"].layer).isInstanceOf(Conv2D::class.java)
  }

  @Test
  fun layersAreFoundAndFrozenByType() {
    val model = smallModel()

    assertThat(model.layersOfType<Conv2D>().map { it.name }).containsExactly("conv")
    assertThat(model.layersOfType<BatchNormalization>()).isEmpty()
    val frozen = model.freezeType<Conv2D>()
    assertThat(frozen.trainableParameterCount).isEqualTo(4L * 10 + 10)
    assertThat(frozen.unfreezeType<Conv2D>().trainableParameterCount)
      .isEqualTo(model.parameterCount)
  }

  @Test
  fun theSummaryTakesABlock() {
    assertThat(smallModel().summary { it.trainable(true).width(90) }).contains("conv")
  }
}
