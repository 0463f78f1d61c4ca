package dev.espalier.kotlin

import dev.espalier.callback.Callback
import dev.espalier.callbacks.EarlyStopping
import dev.espalier.callbacks.TerminateOnNaN
import dev.espalier.core.Trainer
import dev.espalier.graph.HostArray
import dev.espalier.loss.Losses
import dev.espalier.model.Weights
import dev.espalier.optimizer.Sgd
import dev.espalier.testkit.training.FakeTrainingControl
import dev.espalier.training.Verbosity
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test

class CallbackKotlinTest {
  /** Halves the learning rate after each epoch and stops when it has become too small to matter. */
  class Halving(private val smallest: Double) : Callback {
    override fun onEpochEnd(event: Callback.EpochEnd) {
      event.logs["learning_rate"] = event.control.learningRate
      event.control.learningRate /= 2
      if (event.control.learningRate < smallest) {
        event.control.requestStop("the learning rate is below $smallest")
      }
    }
  }

  @Test
  fun steersATrainingThroughItsControl() {
    val callback = Halving(smallest = 0.3)
    val control = FakeTrainingControl.withLearningRate(0.5)
    control.beginTraining(callback)
    val logs = control.endEpoch(callback, mapOf("loss" to 1.0))

    assertThat(control.learningRate).isEqualTo(0.25)
    assertThat(logs["learning_rate"]).isEqualTo(0.5)
    assertThat(control.stopReason).isEqualTo("the learning rate is below 0.3")
  }

  @Test
  fun thoseThatEndTrainingReadWell() {
    val callback =
      EarlyStopping.on("val_loss").patience(2).restoreBestWeights(true).startFromEpoch(1)
    val control = FakeTrainingControl.withLearningRate(0.5)
    control.beginTraining(callback)
    control.endEpoch(callback, mapOf("val_loss" to 0.1))
    val best = Weights.of(mapOf("w" to HostArray.scalar(1f)))
    control.weights(best)
    control.endEpoch(callback, mapOf("val_loss" to 1.0))
    control.weights(Weights.of(mapOf("w" to HostArray.scalar(2f))))
    repeat(2) { control.endEpoch(callback, mapOf("val_loss" to 1.5)) }
    control.endTraining(callback)

    assertThat(control.stopReason).startsWith("val_loss has not improved for 2 epochs")
    assertThat(control.weights()).isEqualTo(best)
    assertThat(TerminateOnNaN.create().raiseError(true))
      .hasToString("TerminateOnNaN[raiseError=true]")
  }

  @Test
  @Tag("native")
  fun isCalledByTheTrainer() {
    val config = trainingConfig {
      engine("tensorflow")
      optimizer(Sgd.of(0.1))
      loss(Losses.categoricalCrossentropy())
    }
    Trainer.of(smallModel(), config).use { trainer ->
      val history =
        trainer.fit(shapes(), epochs = 9) {
          callbacks(Halving(smallest = 0.04))
          verbosity(Verbosity.SILENT)
        }

      assertThat(history["learning_rate"].map { it.toFloat() }).containsExactly(0.1f, 0.05f)
      assertThat(history.stopReason).isEqualTo("the learning rate is below 0.04")
    }
  }

  @Test
  @Tag("native")
  fun seesWhatTheModelPredicts() {
    val images = shapes()
    var outputs = mapOf<String, HostArray>()
    val looks =
      object : Callback {
        override fun onEpochEnd(event: Callback.EpochEnd) {
          outputs = event.control.predictOutputs(images)
        }
      }
    trainer(smallModel()) {
        engine("tensorflow")
        optimizer(Sgd.of(0.1))
        loss(Losses.categoricalCrossentropy())
      }
      .use {
        it.fit(images, epochs = 1) {
          callbacks(looks)
          verbosity(Verbosity.SILENT)
        }
        assertThat(outputs).containsOnlyKeys("pred")
        assertThat(outputs["pred"]).isEqualTo(it.predict(images).scores())
      }
  }
}
