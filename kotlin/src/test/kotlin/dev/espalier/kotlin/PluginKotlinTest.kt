package dev.espalier.kotlin

import dev.espalier.callback.Callback
import dev.espalier.error.ErrorCode
import dev.espalier.error.EspalierException
import dev.espalier.option.OptionDescription
import dev.espalier.plugin.Component
import dev.espalier.plugin.Plugin
import dev.espalier.testkit.training.FakeTrainingControl
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatExceptionOfType
import org.junit.jupiter.api.Test

class PluginKotlinTest {
  /** Waits after each epoch. */
  class Pause(val seconds: Double) : Callback {
    override fun onEpochEnd(event: Callback.EpochEnd) {
      Thread.sleep((1000 * seconds).toLong())
    }
  }

  class PausePlugin : Plugin {
    private val seconds =
      OptionDescription.number("seconds", 0.0, 3600.0, "How long, in seconds.").withDefault(1.0)

    override fun id() = "pause"

    override fun apiVersion() = Plugin.API_VERSION

    override fun callbacks() =
      listOf(
        Component.of<Callback>("pause", "Waits after each epoch.", listOf(seconds)) {
          Pause(it.get(seconds))
        }
      )
  }

  private val registry = pluginRegistry { add(PausePlugin()) }

  @Test
  fun whatItBringsIsMadeByNameAndOptions() {
    val callback = registry.callbacks().create("pause", mapOf("seconds" to "0"))

    assertThat((callback as Pause).seconds).isZero()
    val control = FakeTrainingControl.withLearningRate(0.5)
    control.beginTraining(callback)
    assertThat(control.endEpoch(callback, mapOf("loss" to 1.0))["loss"]).isEqualTo(1.0)
  }

  @Test
  fun aWrongOptionIsSaid() {
    assertThatExceptionOfType(EspalierException::class.java)
      .isThrownBy { registry.callbacks().create("pause", mapOf("seconds" to "long")) }
      .satisfies({ assertThat(it.code()).isEqualTo(ErrorCode.INVALID_OPTION) })
      .withMessageContaining("Give a number from 0.0 to 3600.0.")
  }
}
