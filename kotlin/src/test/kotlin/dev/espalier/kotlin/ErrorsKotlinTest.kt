package dev.espalier.kotlin

import dev.espalier.error.ErrorCode
import dev.espalier.error.EspalierException
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

class ErrorsKotlinTest {
  @Test
  fun anErrorIsToldApartByItsCode() {
    val answer =
      try {
        smallModel()["conw"].name
      } catch (e: EspalierException) {
        when (e.code) {
          ErrorCode.UNKNOWN_LAYER -> "${e.problem} ${e.remedy}"
          else -> throw e
        }
      }

    assertThat(answer)
      .isEqualTo(
        "There is no layer named \"conw\". Known names, nearest first:" +
          " conv, pred, rescaling, input_layer, global_average_pooling2d."
      )
    assertThat(ErrorCode.UNKNOWN_LAYER.id).isEqualTo("ESP-104")
  }
}
