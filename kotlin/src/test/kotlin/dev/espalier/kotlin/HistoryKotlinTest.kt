package dev.espalier.kotlin

import dev.espalier.callback.Logs
import dev.espalier.training.History
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

class HistoryKotlinTest {
  @Test
  fun aHistoryIsIndexedByMetricAndGrows() {
    val first = History(listOf(History.Epoch(0, mapOf("loss" to 2.0))), null)
    val second = History(listOf(History.Epoch(1, mapOf("loss" to 1.0))), "enough")

    assertThat((first + second)["loss"]).containsExactly(2.0, 1.0)
    assertThat((first + second).stopReason).isEqualTo("enough")
  }

  @Test
  fun logsAreReadAndWrittenLikeAMap() {
    val logs = Logs(mapOf("loss" to 1.5))
    logs["learning_rate"] = 0.1

    assertThat(logs["learning_rate"]).isEqualTo(0.1)
    assertThat(logs["accuracy"] ?: 0.0).isZero()
  }
}
