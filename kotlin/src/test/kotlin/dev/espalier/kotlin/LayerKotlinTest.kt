package dev.espalier.kotlin

import dev.espalier.callback.Callback
import dev.espalier.data.Datasets
import dev.espalier.data.Image
import dev.espalier.data.Sample
import dev.espalier.error.ErrorCode
import dev.espalier.error.EspalierException
import dev.espalier.graph.Ops
import dev.espalier.graph.Shape
import dev.espalier.graph.Tensor
import dev.espalier.initializer.Initializers
import dev.espalier.layer.CallContext
import dev.espalier.layer.Dense
import dev.espalier.layer.Flatten
import dev.espalier.layer.Input
import dev.espalier.layer.Layer
import dev.espalier.loss.Loss
import dev.espalier.model.Sequential
import dev.espalier.optimizer.Sgd
import dev.espalier.plugin.Plugin
import dev.espalier.training.Verbosity
import java.nio.file.Path
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatExceptionOfType
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class LayerKotlinTest {
  @JvmRecord
  data class Affine(val offset: Double) : Layer {
    override fun call(context: CallContext, vararg inputs: Tensor): Tensor =
      with(context.ops) {
        val (x) = inputs
        val scale = context.weight("scale", Shape.of(x.shape.size(-1)), Initializers.ones())
        x * scale + offset
      }
  }

  class SquaredDistance : Loss {
    override fun name() = "squared-distance"

    override fun call(ops: Ops, target: Tensor, prediction: Tensor): Tensor =
      with(ops) { sum(square(prediction - oneHot(target, prediction.shape.size(-1))), 1) }
  }

  class AffinePlugin : Plugin {
    override fun id() = "affine"

    override fun layers(): List<Class<out Layer>> = listOf(Affine::class.java)
  }

  @Test
  @Tag("native")
  fun learnsOnAnEngineAndIsReadFromAFile(@TempDir folder: Path) {
    val file = folder.resolve("model.safetensors")
    val untrained =
      Sequential.of(
        Input.image(SIDE, SIDE, 3),
        Flatten.create(),
        Affine(offset = -127.5).named("affine"),
        Dense.of(10),
      )
    trainer(untrained) {
        engine("tensorflow")
        optimizer(Sgd.of(1e-9))
        loss(SquaredDistance())
      }
      .use { trainer ->
        trainer.fit(shapes(), epochs = 1) { verbosity(Verbosity.SILENT) }
        trainer.model().save(file, classNames = shapes().classNames)

        val scale = trainer.weights()["affine/scale"]
        assertThat(scale.toFloats()).isNotEqualTo(FloatArray(scale.elementCount()) { 1f })
      }

    val registry = pluginRegistry { add(AffinePlugin()) }
    assertThat(readModelFile(file, registry).model["affine"].layer).isEqualTo(Affine(-127.5))
  }

  @JvmRecord
  data class Grown @JvmOverloads constructor(val factor: Double, val offset: Double = 1.0) : Layer {
    override fun call(context: CallContext, vararg inputs: Tensor): Tensor =
      with(context.ops) { inputs[0] * factor + offset }
  }

  /** Files without the offset are read by the constructor that Kotlin writes for its default. */
  @Test
  fun aDefaultIsTheConstructorFromBeforeTheComponentExisted() {
    val before = Grown::class.java.getDeclaredConstructor(Double::class.javaPrimitiveType)

    assertThat(Grown::class.java.isRecord).isTrue()
    assertThat(before.newInstance(2.0)).isEqualTo(Grown(2.0, 1.0))
  }

  @Test
  fun aLayerThatIsNoRecordCannotBeSaved(@TempDir folder: Path) {
    val model = Sequential.of(Input.image(1, 1, 1), Flatten.create(), Formulas())

    assertThatExceptionOfType(EspalierException::class.java)
      .isThrownBy { model.save(folder.resolve("model.safetensors")) }
      .withMessageContaining("Formulas")
      .withMessageContaining("@JvmRecord data class")
      .extracting { it.code }
      .isEqualTo(ErrorCode.INVALID_ARGUMENT)
  }

  class Saving : Callback {
    override fun savesModel() = true
  }

  @Test
  @Tag("native")
  fun aLayerThatIsNoRecordIsRefusedBeforeATrainingThatSavesTheModel() {
    val model =
      Sequential.of(Input.image(SIDE, SIDE, 3), Flatten.create(), Formulas(), Dense.of(10))

    trainer(model) {
        engine("tensorflow")
        optimizer(Sgd.of(1e-9))
        loss(SquaredDistance())
      }
      .use { trainer ->
        assertThatExceptionOfType(EspalierException::class.java)
          .isThrownBy {
            trainer.fit(shapes(), epochs = 1) {
              verbosity(Verbosity.SILENT)
              callbacks(Saving())
            }
          }
          .withMessageContaining("Formulas")
      }
  }

  /** The value of each formula beside the formula; the pixel is 4. */
  class Formulas : Layer {
    override fun call(context: CallContext, vararg inputs: Tensor): Tensor =
      with(context.ops) {
        val (x) = inputs
        val two = constant(2.0)
        val formulas =
          listOf(
            x + two, // 6
            x + 1.0, // 5
            1.5 + x, // 5.5
            x - two, // 2
            x - 1.0, // 3
            1 - x, // -3
            x * two, // 8
            x * 3, // 12
            0.5 * x, // 2
            x / two, // 2
            x / 8f, // 0.5
            2.0 / x, // 0.5
            -x, // -4
          )
        concat(formulas, -1)
      }
  }

  @Test
  @Tag("native")
  fun tensorsAreCalculatedWithLikeNumbers() {
    val model = Sequential.of(Input.image(1, 1, 1), Flatten.create(), Formulas())
    val pixel = Sample(Image.wrap(1, 1, 1, byteArrayOf(4)), 0)
    trainer(model) { engine("tensorflow") }
      .use { trainer ->
        val values = trainer.featurize(Datasets.of("pixel", listOf("none"), listOf(pixel)))

        assertThat(values.toFloats())
          .containsExactly(6f, 5f, 5.5f, 2f, 3f, -3f, 8f, 12f, 2f, 2f, 0.5f, 0.5f, -4f)
      }
  }
}
