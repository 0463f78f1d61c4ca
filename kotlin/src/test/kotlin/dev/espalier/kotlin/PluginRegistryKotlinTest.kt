package dev.espalier.kotlin

import dev.espalier.activation.Activation
import dev.espalier.core.PluginRegistry
import dev.espalier.data.Dataset
import dev.espalier.data.Datasets
import dev.espalier.data.Sample
import dev.espalier.data.Split
import dev.espalier.layer.Dense
import dev.espalier.plugin.DatasetProvider
import dev.espalier.plugin.DatasetRequest
import dev.espalier.plugin.Plugin
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

class PluginRegistryKotlinTest {
  class EmptyDatasets : DatasetProvider {
    override fun name() = "nothing"

    override fun description() = "No samples at all"

    override fun open(request: DatasetRequest): Dataset =
      Datasets.of("nothing/${request.split}", listOf("none"), emptyList<Sample>())
  }

  class EmptyPlugin : Plugin {
    override fun id() = "empty"

    override fun datasets(): List<DatasetProvider> = listOf(EmptyDatasets())
  }

  @Test
  fun pluginsAreAddedAndExcluded() {
    val registry = pluginRegistry {
      discover()
      add(EmptyPlugin())
      exclude("efficientnet")
    }

    assertThat(registry.pluginIds()).contains("empty").doesNotContain("efficientnet")
    assertThat(registry.dataset("nothing").open(Split.TEST).name).isEqualTo("nothing/TEST")
  }

  @Test
  fun whatTheyBringIsOpenedWithDefaults() {
    val registry = PluginRegistry.discover()

    assertThat(registry.dataset("shapes").open(seed = 3).name).isEqualTo("shapes/train")
    val model = registry.model("efficientnet-b0").create(classes = 7, imageSize = 64)
    assertThat(model.output.shape.size(1)).isEqualTo(7)
    val several =
      registry
        .model("efficientnet-b0")
        .create(classes = 7, imageSize = 64, classifierActivation = Activation.SIGMOID)
    assertThat(several.summary()).isEqualTo(model.summary())
    assertThat((several["predictions"].layer as Dense).activation).isEqualTo(Activation.SIGMOID)
  }
}
