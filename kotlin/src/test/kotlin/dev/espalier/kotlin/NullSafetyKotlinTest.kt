package dev.espalier.kotlin

import java.nio.file.Path
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/**
 * Null where it is not allowed is an error of the Kotlin compiler, with its default settings: that
 * is what the annotations in Java are for.
 */
class NullSafetyKotlinTest {
  private val header =
    """
    import dev.espalier.activation.*
    import dev.espalier.callback.*
    import dev.espalier.callbacks.*
    import dev.espalier.core.*
    import dev.espalier.data.*
    import dev.espalier.error.*
    import dev.espalier.graph.*
    import dev.espalier.kotlin.*
    import dev.espalier.layer.*
    import dev.espalier.layer.attention.*
    import dev.espalier.layer.convolution.*
    import dev.espalier.layer.pooling.*
    import dev.espalier.layer.preprocessing.*
    import dev.espalier.loss.*
    import dev.espalier.metric.*
    import dev.espalier.model.*
    import dev.espalier.models.*
    import dev.espalier.optimizer.*
    import dev.espalier.plugin.*
    import dev.espalier.random.*
    import dev.espalier.training.*
    """
      .trimIndent()
  private val parameters =
    "trainer: Trainer, config: TrainingConfig, dataset: Dataset, model: Model," +
      " registry: PluginRegistry, logs: Logs"

  /** Statements with null as an argument, and the type of the parameter. */
  private val arguments =
    mapOf(
      "Trainer.of(null, config)" to "Model",
      "Trainer.of(model) { it.engine(null) }" to "String",
      "trainer.fit(null)" to "Dataset",
      "trainer.fit(dataset) { verbosity(null) }" to "Verbosity",
      "trainer.evaluate(null)" to "Dataset",
      "trainer.setWeights(null)" to "Weights",
      "trainer.changeOptimizer(null)" to "Optimizer",
      "Model.of(null, model.output())" to "LayerOutput",
      "model.layer(null)" to "String",
      "Dense.of(10).activation(null)" to "Activation",
      "Graft.onto(null)" to "Model",
      "EfficientNet.b0().weights(null)" to "Weights",
      "registry.engine(null)" to "String",
      "PluginRegistry.builder().add(null)" to "Plugin",
      "ModelFile.read(null, registry)" to "Path",
      "Weights.of(null)" to "(Mutable)Map<String, HostArray>",
      "Datasets.take(null, 3)" to "Dataset",
      "Sample(null, 3)" to "Image",
      "ReduceLROnPlateau.on(null)" to "String",
      "EspalierException(ErrorCode.CLOSED, \"problem\", null)" to "String",
      "trainer(null) { seed(1) }" to "Model",
      "trainer(model) { loss(null) }" to "Loss",
      "trainer.fit(null, epochs = 1)" to "Dataset",
    )

  private val otherMisuses =
    mapOf(
      "Weights.of(mapOf(\"a\" to null))" to "actual type is 'Map<String, Nothing?>'",
      "logs.get(\"loss\").toFloat()" to "Only safe (?.) or non-null asserted (!!.) calls",
      "config.optimizer.name()" to "Only safe (?.) or non-null asserted (!!.) calls",
      "object : Callback { override fun onEpochEnd(event: Callback.EpochEnd?) {} }" to
        "'onEpochEnd' overrides nothing",
      "object : Augmentation { override fun apply(i: Image, r: RandomStream): Image? = null }" to
        "is not a subtype of the return type of the overridden member",
    )

  @Test
  fun theCompilerRefusesNullWhereItIsNotAllowed(@TempDir folder: Path) {
    val refusals =
      arguments.mapValues { "Null cannot be a value of a non-null type '${it.value}'." } +
        otherMisuses

    val errors = compile(folder, header, parameters, refusals.keys)

    assertThat(refusals).allSatisfy { statement, refusal ->
      assertThat(errors.getValue(statement).joinToString("\n")).contains(refusal)
    }
  }

  @Test
  fun theCompilerAcceptsTheSameWithValuesAndNullWhereItIsAllowed(@TempDir folder: Path) {
    val statements =
      listOf(
        "Trainer.of(model, config)",
        "trainer.fit(dataset) { validation(dataset) }",
        "trainer.fit(dataset, { it.validation(dataset) }, { it.epochs(3) })",
        "trainer.fit(dataset, epochs = 1) { callbacks(ReduceLROnPlateau.on(\"loss\")) }",
        "Model.of(model.input(), model.output())",
        "Graft.onto(model).named(\"pred\")",
        "registry.engine(\"tensorflow\")",
        "Weights.of(emptyMap())",
        "ModelRequest.defaults().withWeights(null)",
        "EspalierException(ErrorCode.CLOSED, \"problem\", \"remedy\", null)",
        "logs.get(\"loss\")?.toFloat()",
        "config.optimizer?.name()",
        "object : Callback { override fun onEpochEnd(event: Callback.EpochEnd) {} }",
        "object : Augmentation { override fun apply(i: Image, r: RandomStream): Image = i }",
      )

    val errors = compile(folder, header, parameters, statements)

    assertThat(errors).isEqualTo(statements.associateWith { emptyList<String>() })
  }
}
