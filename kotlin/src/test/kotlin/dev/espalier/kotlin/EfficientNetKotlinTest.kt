package dev.espalier.kotlin

import dev.espalier.activation.Activation
import dev.espalier.error.ErrorCode
import dev.espalier.error.EspalierException
import dev.espalier.graph.Shape
import dev.espalier.models.EfficientNet
import dev.espalier.models.EfficientNetV2
import dev.espalier.models.Pooling
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatExceptionOfType
import org.junit.jupiter.api.Test

class EfficientNetKotlinTest {
  @Test
  fun builderCallsChain() {
    val model = EfficientNet.b0().classes(100).classifierActivation(Activation.LINEAR).build()
    val features = EfficientNetV2.b0().includeTop(false).imageSize(64).pooling(Pooling.AVG).build()

    assertThat(model.name).isEqualTo("efficientnetb0")
    assertThat(model.output.shape).isEqualTo(Shape.of(100).batched())
    assertThat(features.output.shape).isEqualTo(Shape.of(1280).batched())
  }

  @Test
  fun impossibleSettingsAreRefused() {
    assertThatExceptionOfType(EspalierException::class.java)
      .isThrownBy { EfficientNet.b0().classes(0).build() }
      .extracting { it.code }
      .isEqualTo(ErrorCode.INVALID_ARGUMENT)
  }
}
