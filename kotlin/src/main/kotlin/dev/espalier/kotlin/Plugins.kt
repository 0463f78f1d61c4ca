@file:JvmSynthetic

package dev.espalier.kotlin

import dev.espalier.activation.Activation
import dev.espalier.core.ModelFile
import dev.espalier.core.PluginRegistry
import dev.espalier.data.Dataset
import dev.espalier.data.Split
import dev.espalier.model.Model
import dev.espalier.model.Weights
import dev.espalier.option.OptionValues
import dev.espalier.plugin.DatasetProvider
import dev.espalier.plugin.DatasetRequest
import dev.espalier.plugin.ModelProvider
import dev.espalier.plugin.ModelRequest
import java.nio.file.Path

/** Returns a registry: [PluginRegistry.builder] and [PluginRegistry.Builder.build]. */
public fun pluginRegistry(
  settings: @EspalierDsl PluginRegistry.Builder.() -> Unit
): PluginRegistry = PluginRegistry.builder().apply(settings).build()

/** Opens a split of the data set: [DatasetProvider.open]. */
public fun DatasetProvider.open(
  split: Split = Split.TRAIN,
  location: Path? = null,
  seed: Long = 0,
  options: Map<String, String> = emptyMap(),
): Dataset =
  open(
    DatasetRequest(
      split,
      location,
      seed,
      OptionValues.of("the data set ${name()}", options(), options),
    )
  )

/** Builds the model: [ModelProvider.create], with the defaults of [ModelRequest.defaults]. */
public fun ModelProvider.create(
  imageSize: Int = 0,
  channels: Int = 3,
  includeTop: Boolean = true,
  classes: Int = 0,
  classifierActivation: Activation = Activation.SOFTMAX,
  weights: Weights? = null,
  dropConnectRate: Double? = null,
  options: Map<String, String> = emptyMap(),
): Model =
  create(
    ModelRequest(
      imageSize,
      channels,
      includeTop,
      classes,
      classifierActivation,
      weights,
      dropConnectRate,
      OptionValues.of("the model ${name()}", options(), options),
    )
  )

/** Writes the model to a file: [ModelFile.save]. */
public fun Model.save(
  file: Path,
  classNames: List<String> = emptyList(),
  metadata: Map<String, String> = emptyMap(),
): Unit = ModelFile.save(file, this, classNames, metadata)

/**
 * Reads a model from a file, with the layers of the plugins on the class path: [ModelFile.read].
 */
public fun readModelFile(
  file: Path,
  registry: PluginRegistry = PluginRegistry.discover(),
): ModelFile = ModelFile.read(file, registry)
